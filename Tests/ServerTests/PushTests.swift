import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Exactly once")
struct PushTests {
    @Test("A change is applied, and its cell says who wrote it")
    func applied() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let change = try desk.change([Edit.set("figure", "012.50")])
        let result = try desk.send([change]).result(SyncPush.self)
        #expect(result.lastNumber == 1)
        #expect(result.read.map(\.outcome) == [.applied] && result.read.map(\.seq) == [1])
        let cell = try #require(try desk.cell("figure"))
        #expect(cell.value == .text("12.5") && cell.rev == change.id && cell.seq == 1)
        #expect(cell.by == desk.device && cell.author == "李明" && cell.at == harness.now)
    }

    @Test("A change that is sent again gets the same bytes, and is not applied again")
    func resend() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let changes = try (0..<3).map { _ in try desk.change([Edit.add("tally", "2")]) }
        let first = try desk.send(changes)
        harness.now = harness.now.advanced(byMilliseconds: 60_000)
        for _ in 0..<3 { #expect(try desk.send(changes).frame == first.frame) }
        let second = try desk.send(Array(changes[1...1])).result(SyncPush.self)
        #expect(second.results == [try first.result(SyncPush.self).results[1]])
        #expect(second.lastNumber == 3)
        #expect(try desk.value("tally") == "6")
        #expect(try harness.head("xiping").seq == 3)
        #expect(harness.grown.isEmpty)
    }

    @Test("A gap is told with the number that is expected, and nothing beyond it is taken")
    func gap() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let first = try desk.change([Edit.set("figure", "1")])
        let second = try desk.change([Edit.set("figure", "2")])
        let reply = try desk.send([second])
        #expect(reply.code == .gap && reply.error?.expected == 1)
        #expect(try desk.cells().isEmpty)
        #expect(try desk.send([first, second]).result(SyncPush.self).lastNumber == 2)
    }

    @Test("Another content under a used number, or a wrong link, is a fork with a new incarnation")
    func fork() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        try desk.push(Edit.set("figure", "1"))
        desk.restart(incarnation: 1)
        let clone = try desk.change([Edit.set("figure", "7")])
        let reply = try desk.send([clone])
        #expect(reply.code == .fork && reply.error?.incarnation == 2)
        desk.restart(incarnation: 1, number: 1, head: "wrong")
        let unlinked = try desk.send([try desk.change([Edit.set("figure", "8")])])
        #expect(unlinked.code == .fork && unlinked.error?.incarnation == 3)
        #expect(try desk.value("figure") == "1")
        desk.restart(incarnation: 2)
        #expect(try desk.push(Edit.set("figure", "1")).outcome == .applied)
    }

    @Test("An incarnation that was never issued is answered with a fresh one")
    func unknownIncarnation() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        desk.restart(incarnation: 9)
        let reply = try desk.send([try desk.change([Edit.set("figure", "1")])])
        #expect(reply.code == .fork && reply.error?.incarnation == 2)
    }

    @Test("Ids that are known keep their answers in a new incarnation, and move its chain")
    func renumbered() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let changes = try (0..<2).map { try desk.change([Edit.add("tally", "\($0 + 1)")]) }
        let first = try desk.send(changes).result(SyncPush.self)
        desk.restart(incarnation: 1, number: 1, head: "lost")
        let forked = try desk.send([try desk.change([Edit.add("tally", "10")])])
        desk.restart(incarnation: try #require(forked.error?.incarnation))
        let again = changes.map { desk.renumber($0) }
        let more = try desk.change([Edit.add("tally", "10")])
        let second = try desk.send(again + [more]).result(SyncPush.self)
        #expect(Array(second.results.prefix(2)) == first.results)
        #expect(second.lastNumber == 3)
        #expect(try desk.value("tally") == "13")
        #expect(try desk.push(Edit.add("tally", "1")).number == 4)
    }

    @Test("A bad signature rejects what is new, and the chain moves on")
    func badSignature() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let changes = try (0..<2).map { try desk.change([Edit.set("figure", "\($0)")]) }
        let result = try desk.send(changes, signature: [1, 2, 3]).result(SyncPush.self)
        #expect(result.read.map(\.outcome) == [.rejected, .rejected])
        #expect(result.read.flatMap { $0.operations.map(\.reason) } == ["signature", "signature"])
        #expect(result.lastNumber == 2)
        #expect(try desk.cells().isEmpty)
        #expect(try desk.push(Edit.set("figure", "3")).outcome == .applied)
        // Its answer is remembered, too.
        #expect(try desk.send(changes).result(SyncPush.self).results == result.results)
    }

    @Test("One bad operation rejects its whole change, and the others say so")
    func atomicity() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let result = try desk.push(
            Edit.set("figure", "1"), Edit.set("top", "many"), Edit.set("words", "x"), Edit.set("official", "1"))
        #expect(result.outcome == .rejected)
        #expect(result.operations.map(\.reason) == ["group", "not_a_figure", "group", "not_yours"])
        #expect(try desk.cells().isEmpty)
        #expect(try desk.push(Edit.set("figure", "1"), Edit.set("words", "x")).outcome == .applied)
    }

    @Test(
        "Each reason for a rejection has its word",
        arguments: [
            ("values", "201905B", "figure", "-1", "below_minimum"),
            ("values", "201905B", "figure", "1.234", "too_many_decimals"),
            ("values", "201905B", "nothing", "1", "field_unknown"), ("values", "201906B", "figure", "1", "key_invalid"),
            ("nothing", "201905B", "figure", "1", "collection_unknown"),
            ("values", "201905B", "official", "1", "not_yours"),
            ("conflicts", "cabc", "resolution", "ours", "conflict_unknown"),
            ("conflicts", "cabc", "state", "open", "field_unknown"),
        ])
    func reasons(collection: String, key: String, field: String, value: String, reason: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let operation = try Edit.operation(.set, field, value, collection: collection, key: key)
        let result = try desk.push(operation)
        #expect(result.outcome == .rejected && result.operations.map(\.reason) == [reason])
        #expect(try desk.cells().isEmpty)
    }

    @Test("Actions that do not fit the field are rejected, not guessed", arguments: Operation.Action.allCases)
    func actions(action: Operation.Action) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let isOfRecord = action == .delete || action == .restore
        let operation = Operation(
            record: try RecordKey(collection: CollectionID("values"), key: "201905B"),
            field: isOfRecord ? nil : try FieldID("tally"), action: action, value: .text("1"), base: [], shown: nil)
        let result = try desk.push(operation)
        let reasons: [Operation.Action: String] = [
            .insert: "not_a_set", .remove: "not_a_set", .reopen: "not_a_ladder", .delete: "action_unsupported",
            .restore: "action_unsupported",
        ]
        #expect(result.operations.map(\.reason) == [reasons[action]])
    }

    @Test("What builds on a rejected change is rejected with it; what does not is taken")
    func buildsOnRejected() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let bad = try desk.change([Edit.set("figure", "-1")])
        let heir = try desk.change([Edit.set("figure", "2", base: bad.id)])
        let other = try desk.change([Edit.set("top", "3")])
        let results = try desk.send([bad, heir, other]).result(SyncPush.self).read
        #expect(results.map(\.outcome) == [.rejected, .rejected, .applied])
        #expect(results[1].operations.map(\.reason) == ["builds_on_rejected"])
    }

    @Test("That holds as well for the city's edits of a county's record")
    func cityBuildsOnRejected() throws {
        let harness = try EngineHarness()
        let city = try harness.desk("city", .supervisor, key: "s")
        let bad = try city.change([Edit.set("figure", "-1")], tenant: "xiping")
        #expect(try city.send([bad]).result(SyncPush.self).read.first?.outcome == .rejected)
        let heir = try city.push(Edit.set("figure", "2", base: bad.id), tenant: "xiping")
        #expect(heir.operations.map(\.reason) == ["builds_on_rejected"])
    }

    @Test("A revision of the plan that the server does not have is told")
    func revisions() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let change = try desk.change([Edit.set("figure", "1")])
        let reply = try desk.call(SyncPush.self, desk.params([change], revision: 2))
        #expect(reply.code == .planRevisionUnknown)
        _ = try harness.load(SamplePlan.document(title: "Plan, revised"))
        #expect(try desk.send([change]).result(SyncPush.self).read.first?.outcome == .applied)
    }

    @Test("A tenant's order is dense over all of its devices, the city's edits and the rejected")
    func dense() throws {
        let harness = try EngineHarness()
        let one = try harness.desk("xiping", key: "1")
        let two = try harness.desk("xiping", key: "2")
        let city = try harness.desk("city", .supervisor, key: "s")
        var places: [UInt64] = []
        places.append(try one.push(Edit.set("figure", "1")).seq)
        places.append(try two.push(Edit.set("figure", "-1")).seq)
        places.append(try city.push(Edit.set("official", "5"), tenant: "xiping").seq)
        places.append(try two.push(Edit.set("figure", "1")).seq)
        #expect(places == [1, 2, 3, 4])
        #expect(try harness.head("xiping").seq == 4 && harness.head("city").seq == 0)
    }

    @Test("A group of pushes is answered in its order, and tells whose journals grew")
    func groups() throws {
        let harness = try EngineHarness()
        let desks = try ["xiping", "city", "pingyu"].enumerated().map { index, tenant in
            try harness.desk(tenant, tenant == "city" ? .supervisor : .editor, key: "k\(index)")
        }
        var pushes: [PendingPush] = []
        for (index, desk) in desks.enumerated() {
            let params = desk.params([try desk.change([Edit.set("figure", "\(index)")])])
            let frame = RPCMessage.request(SyncPush.self, id: .number(Int64(index)), params: params)
            guard case .push(let push)? = harness.engine.received(frame, session: &desk.session, now: harness.now)
            else {
                continue
            }
            pushes.append(push)
        }
        let answer = harness.engine.commit(pushes, now: harness.now)
        #expect(answer.growth.tenants.map(\.rawValue).sorted() == ["city", "pingyu", "xiping"])
        for (index, frame) in answer.frames.enumerated() {
            let text = String(decoding: frame, as: UTF8.self)
            #expect(text.contains("\"id\":\(index),") && text.contains(#""outcome":"applied""#))
        }
    }

    @Test("An id that another device used is refused, and holds up nobody", arguments: ["xiping", "pingyu"])
    func stolenID(target: String) throws {
        let harness = try EngineHarness()
        let victim = try harness.desk("xiping", key: "1")
        let thief = try harness.desk("xiping", key: "2")
        let original = try victim.change([Edit.set("figure", "1")])
        _ = try victim.send([original])
        let stolen = Change(
            id: original.id, incarnation: 1, number: 1, previous: "", plan: original.plan, planRevision: 1,
            tenant: target == "xiping" ? nil : try TenantID(target), at: harness.now, author: "x", note: nil,
            operations: original.operations)
        let result = try thief.send([stolen]).result(SyncPush.self)
        #expect(result.read.map(\.outcome) == [.rejected] && result.lastNumber == 1)
        #expect(try victim.push(Edit.set("figure", "2", base: original.id)).outcome == .applied)
        #expect(try harness.head("xiping").seq == 2)
    }
}
