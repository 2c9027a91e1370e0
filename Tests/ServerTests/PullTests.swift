import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Pulling")
struct PullTests {
    private static let periods = ["201901B", "201903B", "201905B", "201907B", "201909B", "201911B"]

    @Test("A county sees its own records and what the city publishes; the city sees all")
    func scope() throws {
        let harness = try EngineHarness()
        let xiping = try harness.desk("xiping", key: "x")
        let pingyu = try harness.desk("pingyu", .viewer, key: "p")
        let editor = try harness.desk("pingyu", key: "p2")
        let city = try harness.desk("city", .reviewer, key: "c")
        try xiping.push(Edit.set("words", "SECRETXIPING"))
        try editor.push(Edit.set("words", "SECRETPINGYU"))
        try city.push(Edit.set("words", "SECRETCITY"))
        try city.push(Edit.operation(.set, "text", "PUBLIC", collection: "bulletins", key: "b1"))
        #expect(Set(try xiping.cells().map(\.value)) == [.text("SECRETXIPING"), .text("PUBLIC")])
        #expect(Set(try pingyu.cells().map(\.value)) == [.text("SECRETPINGYU"), .text("PUBLIC")])
        #expect(try city.cells().count == 4)
    }

    @Test("Pages never split a change, and together they hold each cell once", arguments: Seed.smoke)
    func paging(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let harness = try EngineHarness()
        let city = try harness.desk("city", .supervisor, key: "c")
        let desks = [try harness.desk("xiping", key: "x"), try harness.desk("pingyu", key: "p"), city]
        for number in 0..<30 {
            let desk = desks[Int.random(in: 0..<3, using: &random)]
            var operations: [Operation] = []
            for period in Self.periods.prefix(Int.random(in: 1...6, using: &random)) {
                operations.append(try Edit.set("words", "\(number)", key: period))
            }
            _ = try desk.send([try desk.change(operations)])
        }
        let all = try city.cells()
        for limit in [1, 2, 3, 5, 17] {
            var pages: [[PublicCell]] = []
            var cursor: String?
            repeat {
                let page = try city.pull(cursor, limit: limit)
                pages.append(page.cells)
                cursor = page.cursor
                if !page.more { break }
            } while pages.count < 200
            #expect(pages.flatMap { $0 }.count == all.count)
            #expect(Set(pages.flatMap { $0.map(\.key) }) == Set(all.map(\.key)))
            for (index, page) in pages.enumerated() {
                let later = pages[(index + 1)...].flatMap { $0 }
                for cell in page {
                    #expect(!later.contains { $0.key.tenant == cell.key.tenant && $0.seq == cell.seq })
                }
            }
            #expect(try city.pull(cursor).cells.isEmpty)
        }
    }

    @Test("After a cursor come the cells that were written since, once, with their last value")
    func news() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        try desk.push(Edit.set("words", "1"), Edit.set("top", "1"))
        let first = try desk.pull()
        #expect(first.cells.count == 2 && !first.more)
        for number in 2...5 { try desk.push(Edit.set("words", "\(number)")) }
        let second = try desk.pull(first.cursor)
        #expect(second.cells.map(\.value) == [.text("5")] && second.cells.map(\.seq) == [5])
        #expect(try desk.pull(second.cursor).cells.isEmpty)
        #expect(try desk.pull(first.cursor).cells == second.cells)
    }

    @Test("A rejected change brings nothing to pull, and the cursor still goes on")
    func rejected() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        try desk.push(Edit.set("figure", "-1"))
        let page = try desk.pull()
        #expect(page.cells.isEmpty && !page.more)
        try desk.push(Edit.set("figure", "1"))
        #expect(try desk.pull(page.cursor).cells.count == 1)
    }

    @Test("A cursor that is forged, another device's, another plan's or another server's has expired")
    func cursors() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let other = try harness.desk("xiping", key: "y")
        _ = try harness.load(SamplePlan.document(id: "second"))
        try desk.push(Edit.set("words", "1"))
        let cursor = try desk.pull().cursor
        let elsewhere = try EngineHarness(seed: 2).desk("xiping", key: "x").pull().cursor
        var bytes = try #require(Base64URL.decode(cursor))
        bytes[bytes.count / 2] ^= 1
        let plan = try PlanID("plan")
        let bad: [(Desk, PlanID, String)] = [
            (desk, plan, "x"), (desk, plan, ""), (desk, plan, Base64URL.encode(bytes)), (desk, plan, elsewhere),
            (other, plan, cursor), (desk, try PlanID("second"), cursor), (desk, plan, cursor + "A"),
        ]
        for (desk, plan, text) in bad {
            let pulled = try desk.call(SyncPull.self, SyncPull.Params(plan: plan, cursor: text, limit: nil))
            #expect(pulled.code == .cursorExpired)
            let watched = try desk.call(SyncWatch.self, SyncWatch.Params(plan: plan, cursor: text))
            #expect(watched.code == .cursorExpired)
        }
    }

    @Test("A plan that is not there is not found", arguments: ["nothing", "third"])
    func plans(name: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("pingyu", key: "p")
        let without = SamplePlan.document(id: "third").replacing(#""id":"pingyu""#, with: #""id":"other""#)
        #expect(try harness.load(without).error == nil)
        let reply = try desk.call(SyncPull.self, SyncPull.Params(plan: PlanID(name), cursor: nil, limit: nil))
        #expect(reply.code == .notFound && reply.error?.field == "params.plan")
    }

    @Test("A watcher is told of its own tenant's news and the city's, and not of another county's")
    func watching() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let cursor = try desk.pull().cursor
        let quiet = try Self.interest(of: desk, at: cursor, harness)
        #expect(!quiet.isBehind() && Set(quiet.wish.parts.map(\.tenant.rawValue)) == ["xiping", "city"])
        try desk.push(Edit.set("words", "1"))
        // A commit between the call and the registration of the wish is seen: it is asked afterwards.
        #expect(quiet.isBehind())

        var feed = ChangeFeed<Int>()
        feed.watch(1, quiet.wish)
        #expect(feed.committed(Self.growth("pingyu", "values")).isEmpty)
        let told = feed.committed(harness.grown)
        #expect(told.map(\.connection) == [1])
        let text = String(decoding: try #require(told.first).interest.notification, as: UTF8.self)
        #expect(text.contains(#""method":"sync.changed""#) && text.contains(cursor))
        // What the city does not publish is no news for a county, nor is another plan's.
        #expect(feed.committed(Self.growth("city", "values")).isEmpty)
        #expect(feed.committed(Self.growth("city", "bulletins")).map(\.connection) == [1])
        #expect(feed.committed(Self.growth("city", "bulletins", plan: "second")).isEmpty)
        feed.forget(1)
        #expect(feed.committed(harness.grown).isEmpty)
    }

    private static func interest(
        of desk: Desk, at cursor: String, _ harness: EngineHarness
    ) throws -> (wish: FeedInterest, isBehind: @Sendable () -> Bool) {
        let params = SyncWatch.Params(plan: try PlanID("plan"), cursor: cursor)
        let frame = RPCMessage.request(SyncWatch.self, id: .number(1), params: params)
        let work = harness.engine.received(frame, session: &desk.session, now: harness.now)
        guard case .watch(let wish, _, let isBehind)? = work else { throw RPCError.internalError() }
        return (wish, isBehind)
    }

    @Test("A new revision of the plan is news for every watcher of the plan, and a page tells its number")
    func revision() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let first = try desk.pull()
        #expect(first.planRevision == 1)
        var feed = ChangeFeed<Int>()
        feed.watch(1, try Self.interest(of: desk, at: first.cursor, harness).wish)
        #expect(try harness.load(SamplePlan.document(title: "x")).result(AdminPlanLoad.self).revision == 2)
        #expect(feed.committed(harness.grown).map(\.connection) == [1])
        #expect(feed.committed(Growth()).isEmpty)
        #expect(try desk.pull(first.cursor).planRevision == 2)
        // The same document once more is no revision, and no news.
        _ = try harness.load(SamplePlan.document(title: "x"))
        #expect(feed.committed(harness.grown).isEmpty)
    }

    private static func growth(_ tenant: StaticString, _ collection: StaticString, plan: StaticString = "plan")
        -> Growth
    {
        Growth([
            Growth.Part(
                plan: PlanID(trusted: plan), tenant: TenantID(trusted: tenant),
                collection: CollectionID(trusted: collection))
        ])
    }

    @Test("What the city does not publish shows nowhere in what a county is answered", arguments: [0, 1, 9, 120])
    func unpublished(writes: Int) throws {
        let harness = try EngineHarness()
        let city = try harness.desk("city", .supervisor, key: "c")
        let desk = try harness.desk("xiping", key: "x")
        try city.push(
            Edit.operation(.set, "text", "notice", collection: "bulletins", key: "b1"))
        let start = try desk.pull().cursor
        for number in 0..<writes { try city.push(Edit.set("words", "\(number)")) }
        // One cell is published; a page of one is full, and nothing says that the journal goes on behind it.
        let first = try desk.pull(limit: 1)
        #expect(first.cells.count == 1 && !first.more)
        let next = try desk.pull(start)
        #expect(next.cells.isEmpty && !next.more && next.cursor.utf8.count == start.utf8.count)
        #expect(next.cursor != start)
        let bytes = try #require(Base64URL.decode(next.cursor))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("city"))
        let params = SyncWatch.Params(plan: try PlanID("plan"), cursor: start)
        let frame = RPCMessage.request(SyncWatch.self, id: .number(1), params: params)
        let work = harness.engine.received(frame, session: &desk.session, now: harness.now)
        guard case .watch(_, _, let isBehind)? = work else { throw RPCError.internalError() }
        #expect(!isBehind())
        try city.push(Edit.operation(.set, "text", "more", collection: "bulletins", key: "b2"))
        #expect(isBehind())
        #expect(try desk.pull(next.cursor).cells.count == 1)
    }

    @Test("A page is cut off by its size as well, and nothing is lost at the cut")
    func largePages() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        for part in 0..<12 {
            let text = String(repeating: "字", count: 1_000)
            let change = try desk.change(
                try (0..<100).map {
                    try Edit.operation(.set, "text", text, collection: "bulletins", key: "b\(part).\($0)")
                })
            #expect(try desk.send([change]).error == nil)
        }
        var cursor: String?
        var keys: Set<String> = []
        var pages = 0
        while true {
            let page = try desk.pull(cursor, limit: 10_000)
            keys.formUnion(page.cells.map(\.key.record.key))
            pages += 1
            cursor = page.cursor
            if !page.more { break }
        }
        #expect(keys.count == 1_200 && pages > 1)
    }
}
