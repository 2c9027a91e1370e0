import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Explanations and what a field went through")
struct ExplainTests {
    private func explain(_ desk: Desk, tenant: String, indicator: String = "g1") throws -> Reply {
        try desk.call(
            ExplainGet.self,
            ExplainGet.Params(
                plan: PlanID("plan"), period: "201905B", indicator: IndicatorID(indicator), tenant: TenantID(tenant)))
    }

    private func history(_ desk: Desk, _ record: RecordKey, field: FieldID?) throws -> [HistoryGet.Entry] {
        try desk.call(
            HistoryGet.self,
            HistoryGet.Params(plan: PlanID("plan"), tenant: TenantID("xiping"), record: record, field: field)
        ).result(HistoryGet.self).operations
    }

    @Test("A figure leads to the operations that it came from, with who and when")
    func operations() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        let first = try desk.push(Edit.set("figure", "12"), Edit.set("words", "x"))
        let second = try desk.push(Edit.set("figure", "13", base: first.id), note: "更正")
        let answer = try explain(desk, tenant: "xiping").result(ExplainGet.self)
        #expect(answer.formula == "figure" && !answer.isCut)
        let input = try #require(answer.inputs.first)
        #expect(answer.inputs.count == 1 && input.value == "13" && !input.disputed && input.period == "201905B")
        #expect(input.operations.map(\.id) == [first.id, second.id])
        #expect(input.operations.map(\.seq) == [1, 2])
        #expect(input.operations.map(\.by) == [desk.device, desk.device])
        #expect(input.operations.map(\.value) == [.text("12"), .text("13")])
        #expect(input.operations.map(\.result.outcome) == [.applied, .applied])
        #expect(input.operations.allSatisfy { $0.received == harness.now && $0.author == "李明" })
        #expect(String(decoding: answer.figure, as: UTF8.self).contains(#""value":"13""#))
    }

    @Test("The city is explained by every unit's figure, and a dispute is marked")
    func city() throws {
        let harness = try EngineHarness()
        try harness.desk("xiping", key: "1").push(Edit.set("figure", "12"))
        try harness.desk("pingyu", key: "2").push(Edit.set("figure", "30"))
        let city = try harness.desk("city", .supervisor, key: "s")
        try city.push(Edit.set("figure", "31"), tenant: "pingyu")
        let answer = try explain(city, tenant: "city").result(ExplainGet.self)
        #expect(answer.inputs.map(\.tenant.rawValue) == ["xiping", "pingyu"])
        #expect(answer.inputs.map(\.disputed) == [false, true])
        #expect(answer.inputs.map(\.operations.count) == [1, 2])
        #expect(String(decoding: answer.figure, as: UTF8.self).contains(#""disputed":true"#))
    }

    @Test(
        "To a county another unit, an unknown one and the city are equally not found",
        arguments: [
            "pingyu", "nowhere", "city",
        ])
    func strangers(tenant: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        try harness.desk("pingyu", key: "2").push(Edit.set("figure", "30"))
        let reply = try explain(desk, tenant: tenant)
        #expect(reply.code == .notFound && reply.error?.field == "params.tenant")
        #expect(!reply.text.contains("30"))
    }

    @Test("An unknown indicator and an unknown period are told apart")
    func unknown() throws {
        let desk = try EngineHarness().desk("xiping", key: "1")
        #expect(try explain(desk, tenant: "xiping", indicator: "g9").error?.field == "params.indicator")
        let params = ExplainGet.Params(
            plan: try PlanID("plan"), period: "201902B", indicator: try IndicatorID("g1"),
            tenant: try TenantID("xiping"))
        #expect(try desk.call(ExplainGet.self, params).error?.field == "params.period")
    }

    // MARK: The history

    @Test("Each operation tells that the signature of its push held")
    func signature() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        try desk.push(Edit.set("figure", "12"))
        // What was refused wrote nothing, so it is in no field's history.
        _ = try desk.send([desk.change([Edit.set("figure", "13")])], signature: [1, 2, 3])
        let rows = try history(desk, Edit.set("figure", "1").record, field: FieldID("figure"))
        #expect(rows.map(\.value) == [.text("12")] && rows.allSatisfy(\.isSignatureValid))
    }

    @Test("What was entered under a field's former name is part of its history")
    func renamed() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        let first = try desk.push(Edit.set("words", "甲"))
        let document = SamplePlan.document()
            .replacing(#""id":"words""#, with: #""id":"remark""#)
            .replacing(
                #""ranking":"#, with: #""renamed":[{"collection":"values","from":"words","to":"remark"}],"ranking":"#)
        _ = try harness.load(document).result(AdminPlanLoad.self)
        let record = try Edit.set("figure", "1").record
        let second = try desk.send([desk.change([Edit.set("remark", "乙", base: first.id)])])
            .result(SyncPush.self).read
        for name in ["remark", "words"] {
            let rows = try history(desk, record, field: FieldID(name))
            #expect(rows.map(\.field.rawValue) == ["words", "remark"])
            #expect(rows.map(\.id) == [first.id] + second.map(\.id))
        }
    }

    @Test("An edit that brought a deleted record back stands in the history of the record's state")
    func revival() throws {
        let harness = try EngineHarness()
        let city = try harness.desk("city", .supervisor, key: "s")
        let other = try harness.desk("city", .supervisor, key: "t")
        let text = try Edit.operation(.set, "text", "正文", collection: "bulletins", key: "b1")
        let first = try city.push(text)
        let deletion = Operation(
            record: text.record, field: nil, action: .delete, value: nil, base: [first.id], shown: nil)
        #expect(try city.push(deletion).outcome == .applied)
        let edit = try Edit.operation(.set, "text", "修改", base: first.id, collection: "bulletins", key: "b1")
        try other.push(edit)
        let params = HistoryGet.Params(
            plan: try PlanID("plan"), tenant: .city, record: text.record, field: .recordState)
        let rows = try city.call(HistoryGet.self, params).result(HistoryGet.self).operations
        #expect(rows.first?.action == "delete")
        #expect(rows.map(\.action) == ["delete", "revival"])
        #expect(rows.last?.value == .text("active") && rows.last?.by == other.device)
    }
}
