import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Bundles, dry runs, digests, retired devices and revisions")
struct CarriedTests {
    private func bundle(_ desk: Desk, _ changes: [[Change]], isDryRun: Bool = false) -> SyncBundle.Params {
        SyncBundle.Params(device: desk.device, pushes: changes.map { desk.params($0) }, isDryRun: isDryRun)
    }

    @Test("What another machine carries is taken once, also when it comes over the network as well")
    func carried() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        let city = try harness.desk("city", .supervisor, key: "s")
        let changes = [
            try county.change([try Edit.add("tally", "3")]), try county.change([try Edit.add("tally", "4")]),
        ]
        let answer = try city.call(SyncBundle.self, bundle(county, [[changes[0]], [changes[1]]])).result(
            SyncBundle.self)
        #expect(answer.refusal == nil && answer.pushes.count == 2)
        let own = try county.send(changes).result(SyncPush.self)
        #expect(own.results == answer.pushes.flatMap(\.results))
        #expect(try county.value("tally") == "7")
        #expect(try #require(try county.cell("tally")).by == county.device)
    }

    @Test("A bundle is refused for a stranger's device, and one that was tampered with is rejected")
    func strangers() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        let stranger = try harness.desk("pingyu", key: "2")
        let city = try harness.desk("city", .supervisor, key: "s")
        let change = try county.change([try Edit.add("tally", "3")])
        #expect(try stranger.call(SyncBundle.self, bundle(county, [[change]])).code == .notFound)
        let unknown = SyncBundle.Params(
            device: try DeviceID("nobody"), pushes: [county.params([change])], isDryRun: false)
        #expect(try stranger.call(SyncBundle.self, unknown).code == .notFound)
        let forged = SyncBundle.Params(
            device: county.device, pushes: [county.params([change], signature: [1, 2, 3])], isDryRun: false)
        let answer = try city.call(SyncBundle.self, forged).result(SyncBundle.self)
        #expect(answer.pushes.first?.read.first?.operations.map(\.reason) == ["signature"])
    }

    @Test("A dry run predicts the receipts and leaves no trace")
    func dryRun() throws {
        let harness = try EngineHarness()
        let one = try harness.desk("xiping", key: "1")
        let two = try harness.desk("xiping", key: "2")
        try two.push(Edit.set("figure", "12"))
        let before = try harness.head("xiping")
        let changes = [
            try one.change([try Edit.set("figure", "15")]), try one.change([try Edit.add("tally", "4")]),
            try one.change([try Edit.set("figure", "-1")]),
        ]
        let predicted = try one.call(
            SyncBundle.self, bundle(one, [[changes[0]], [changes[1], changes[2]]], isDryRun: true)
        ).result(SyncBundle.self)
        #expect(try harness.head("xiping") == before)
        let cells = try one.cells()
        let real = try one.send(changes).result(SyncPush.self)
        #expect(real.results == predicted.pushes.flatMap(\.results))
        #expect(real.read.map(\.outcome) == [.conflict, .applied, .rejected])
        #expect(cells.count == 1)
    }

    @Test("The digest of the last page is that of the cells, and each part's own is told")
    func digest() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        let first = try county.push(Edit.set("figure", "12"), Edit.add("tally", "3"))
        try county.push(Edit.set("figure", "13", base: first.id))
        try county.push(Edit.operation(.set, "text", "甲", collection: "bulletins", key: "b1"))
        let page = try county.pull()
        var sum = ScopeDigest()
        for cell in page.cells { sum.insert(cell, harness.cryptography) }
        #expect(page.digest == sum && sum.cells == 3)
        #expect(try county.pull(limit: 1).digest == nil)
        let parts = try county.call(SyncDigest.self, SyncDigest.Params(plan: PlanID("plan"))).result(SyncDigest.self)
        #expect(parts.parts.map(\.part.collection.rawValue) == ["bulletins", "values"])
        for entry in parts.parts {
            let part = try county.call(
                SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: nil, limit: nil, part: entry.part)
            ).result(SyncPull.self)
            var own = ScopeDigest()
            for cell in part.cells { own.insert(cell, harness.cryptography) }
            #expect(own == entry.digest && part.digest == nil)
        }
    }

    @Test("A part outside the scope is not found, and a part's cursor is of no use elsewhere")
    func parts() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        try county.push(Edit.set("figure", "12"))
        func pull(_ tenant: String, _ cursor: String? = nil) throws -> Reply {
            let part = ScopePart(tenant: try TenantID(tenant), collection: CollectionRule.values)
            return try county.call(
                SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: cursor, limit: nil, part: part))
        }
        #expect(try pull("pingyu").code == .notFound)
        let cursor = try pull("xiping").result(SyncPull.self).cursor
        let whole = try county.call(SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: cursor, limit: nil))
        #expect(whole.code == .cursorExpired)
    }

    // MARK: Revisions

    private static func revised(_ replacing: (String, String)..., renamed: String = "") -> String {
        var text = SamplePlan.document()
        for (old, new) in replacing { text = text.replacing(old, with: new) }
        guard !renamed.isEmpty else { return text }
        return text.replacing(#""departments":"#, with: "\"renamed\":[\(renamed)],\"departments\":")
    }

    @Test("Edits typed under an older revision follow a renamed field, and its figures move with their origin")
    func renamed() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        let first = try county.push(Edit.set("words", "先"))
        let cursor = try county.pull().cursor
        let document = Self.revised(
            (#""id":"words""#, #""id":"remark""#), renamed: #"{"collection":"values","from":"words","to":"remark"}"#)
        #expect(try harness.load(document).result(AdminPlanLoad.self).revision == 2)
        let moved = try #require(try county.cell("remark"))
        #expect(moved.value == .text("先") && moved.rev == first.id)
        let news = try county.pull(cursor).cells
        #expect(news.contains { $0.key.field.rawValue == "words" && $0.deleted })
        let later = try county.push(Edit.set("words", "后", base: first.id))
        #expect(later.outcome == .applied)
        #expect(try county.value("remark") == "后")
        #expect(try county.value("words") == nil)
    }

    @Test("A name that an earlier revision had used shows what was written last, not what is left of that time")
    func renamedAgain() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        try county.push(Edit.set("words", "先"))
        let renamed = Self.revised(
            (#""id":"words""#, #""id":"remark""#), renamed: #"{"collection":"values","from":"words","to":"remark"}"#)
        _ = try harness.load(renamed).result(AdminPlanLoad.self)
        _ = try harness.load(SamplePlan.document()).result(AdminPlanLoad.self)
        #expect(try county.value("words") == nil)
        let later = try county.push(Edit.set("words", "后"))
        _ = try harness.load(renamed).result(AdminPlanLoad.self)
        let shown = try #require(try county.cell("remark"))
        #expect(shown.value == .text("后") && shown.rev == later.id)
        // And what is left under the former name, which is nothing, does not come back over it.
        _ = try harness.load(SamplePlan.document()).result(AdminPlanLoad.self)
        _ = try harness.load(renamed).result(AdminPlanLoad.self)
        #expect(try county.value("remark") == "后")
    }

    @Test("A field that is gone and a value that no longer fits are rejected with the reason")
    func gone() throws {
        let harness = try EngineHarness()
        let county = try harness.desk("xiping", key: "1")
        let document = Self.revised(
            (#"{"id":"top","name":"数","type":"amount","merge":"max"},"#, ""),
            (#""id":"words","name":"文","type":"text","merge":"latest""#, #""id":"words","name":"文","type":"count""#))
        _ = try harness.load(document).result(AdminPlanLoad.self)
        #expect(try county.push(Edit.set("top", "1")).operations.map(\.reason) == ["field_unknown"])
        #expect(try county.push(Edit.set("words", "文字")).operations.map(\.reason) == ["not_a_figure"])
    }
}
