import PlanSyncCore
import Testing

@Suite("Checks before a report")
struct PlanCheckTests {
    private static let document = RecordPlan.document
        .with("checks", [["id": "part", "strength": "hard", "rule": "g02n <= g02d", "text": "部分大于总数"]])
        .with("plausibility", ["falls": "true", "factor": "true", "change_percent": "30"])
        .with("explanations", ["min_length": "8", "stop": ["核实无误属实无问题"]])
        .with("elements.5.required", "true")

    private func faults(_ table: FigureTable, _ period: String = "201905B") throws -> [String] {
        try all(table, period).map { "\($0.record) \($0.id) \($0.strength)" }
    }

    private func all(_ table: FigureTable, _ period: String = "201905B") throws -> [CheckFault] {
        let plan = try SamplePlan.plan(Self.document)
        let place = try #require(plan.periods.period(period))
        return try PlanCheck(plan: plan, figures: table, period: place).faults(of: TenantID("xiping"))
    }

    /// A table of a unit whose required figure is there.
    private func table() throws -> FigureTable {
        var table = FigureTable()
        try table.insert("xiping", "values", "201905B", "g02d", .text("10"))
        return table
    }

    @Test("What must be filled in is named, and what is not there is not judged")
    func required() throws {
        #expect(try faults(FigureTable()) == ["values/201905B required hard"])
        #expect(try faults(table()).isEmpty)
        var table = try table()
        try table.record("xiping", "companies", "c1", ["batch_from": "2018-05-07"])
        #expect(try faults(table) == ["companies/c1 required hard"])
        #expect(try all(table).first?.fields.map(\.rawValue) == ["name"])
    }

    @Test("A check over figures, and one over the fields of a record, say their own sentence")
    func rules() throws {
        var table = try table()
        try table.insert("xiping", "values", "201905B", "g02n", .text("11"))
        try table.record("xiping", "companies", "c1", ["name": "甲"])
        try table.record(
            "xiping", "certificates", "a",
            ["company": "c1", "track": "high_tech", "valid_from": "2019-05-01", "valid_to": "2019-04-30"])
        let found = try all(table)
        #expect(found.map(\.id) == ["part", "cert_order", "cert_years"])
        #expect(found.map(\.strength) == [.hard, .hard, .soft])
        #expect(found.map { $0.sentence(chinese: false) }.last == "A high-tech certificate is valid for three years.")
        #expect(found.first?.fields.map(\.rawValue) == ["g02n", "g02d"])
        try table.insert("xiping", "certificates", "a", "valid_to", .text("2022-04-30"))
        #expect(try faults(table) == ["values/201905B part hard"])
    }

    @Test("What two records have in common, and what is referred to and not there, is told with the other place")
    func doubles() throws {
        var table = try table()
        try table.record("xiping", "certificates", "a", ["company": "c9", "track": "sme", "number": "1"])
        try table.record("xiping", "certificates", "b", ["company": "c9", "track": "sme", "number": "1"])
        try table.record("xiping", "certificates", "c", ["company": "c9", "track": "high_tech", "number": "1"])
        let found = try all(table)
        #expect(found.map { "\($0.record.key) \($0.id)" } == ["a dangling", "b dangling", "c dangling", "b unique"])
        #expect(found.last?.sentence(chinese: false) == "It is the same as in certificates/a.")
    }

    @Test("A round figure that is copied from period to period asks for an explanation, any other does not")
    func repeats() throws {
        func found(_ figures: [String]) throws -> [String] {
            let plan = try SamplePlan.plan(Self.document.with("plausibility", ["repeats": "3"]))
            var table = try table()
            for (period, figure) in zip(["201901B", "201903B", "201905B"], figures) {
                try table.insert("xiping", "values", period, "g13", .text(figure))
            }
            let period = try #require(plan.periods.period("201905B"))
            return PlanCheck(plan: plan, figures: table, period: period).faults(of: try TenantID("xiping"))
                .map { "\($0.id) \($0.strength) \($0.explanationKey?.key ?? "")" }
        }
        #expect(try found(["50", "50", "50"]) == ["repeats soft 201905B:repeats:g13"])
        #expect(try found(["40", "50", "50"]).isEmpty)
        #expect(try found(["51", "51", "51"]).isEmpty)
        #expect(try found(["0", "0", "0"]).isEmpty)
    }

    @Test("One company in two units is told to those who see both")
    func acrossUnits() throws {
        var table = FigureTable()
        try table.record("xiping", "companies", RecordPlan.codes[0], ["name": "甲"])
        try table.record("pingyu", "companies", RecordPlan.codes[0], ["name": "甲"])
        let plan = try SamplePlan.plan(Self.document)
        let period = try #require(plan.periods.period("201905B"))
        let found = PlanCheck(plan: plan, figures: table, period: period).doublesAcrossUnits()
        #expect(
            found.map { "\($0.tenant) \($0.strength) \($0.sentence(chinese: false))" } == [
                "pingyu soft It is the same as in xiping:companies/\(RecordPlan.codes[0])."
            ])
    }

    @Test("A cumulative figure that falls, another unit, and a large change ask for an explanation")
    func plausibility() throws {
        func found(_ element: String, _ before: String, _ now: String, _ period: String = "201905B") throws -> [String]
        {
            var table = try table()
            let earlier = period == "201905B" ? "201903B" : "201811B"
            try table.insert("xiping", "values", period, "g02d", .text("10"))
            try table.insert("xiping", "values", earlier, element, .text(before))
            try table.insert("xiping", "values", period, element, .text(now))
            return try all(table, period).map(\.id)
        }
        #expect(try found("g13", "40", "39") == ["falls"])
        #expect(try found("g13", "40", "40").isEmpty)
        #expect(try found("g13", "40", "1", "201901B").isEmpty)
        #expect(try found("g12n", "1250", "12500000") == ["factor"])
        #expect(try found("g12n", "12500000", "1250") == ["factor"])
        #expect(try found("g12n", "100", "131") == ["change"])
        #expect(try found("g12n", "100", "130").isEmpty && found("g12n", "0", "130").isEmpty)
    }

    @Test("An explanation lets a soft fault stand, once it says something; a hard one it does not")
    func explained() throws {
        var table = try table()
        try table.insert("xiping", "values", "201903B", "g13", .text("40"))
        try table.insert("xiping", "values", "201905B", "g13", .text("39"))
        let fault = try #require(try all(table).first)
        #expect(fault.isBlocking)
        let key = try #require(fault.explanationKey?.key)
        #expect(key == "201905B:falls:g13")
        for text in ["核实无误", "核实无误,属实,无问题。"] {
            try table.insert("xiping", "explanations", key, "text", .text(text))
            #expect(try all(table).first?.isBlocking == true)
        }
        try table.insert("xiping", "explanations", key, "text", .text("上期误将预申请计入本表"))
        #expect(try all(table).first?.explanation == "上期误将预申请计入本表")
        #expect(try all(table).allSatisfy { !$0.isBlocking })
    }

    @Test("What belongs to no period is explained once for all later ones")
    func timeless() throws {
        var table = try table()
        try table.record("xiping", "companies", "c1", ["name": "甲"])
        try table.record(
            "xiping", "certificates", "a",
            ["company": "c1", "track": "high_tech", "valid_from": "2019-05-01", "valid_to": "2020-04-30"])
        let key = "201905B:cert_years:certificates:a"
        #expect(try all(table).first?.explanationKey?.key == key)
        try table.insert("xiping", "explanations", key, "text", .text("证书为补发,有效期随原证书"))
        #expect(try all(table).allSatisfy { !$0.isBlocking })
        try table.insert("xiping", "values", "201907B", "g02d", .text("10"))
        #expect(try all(table, "201907B").allSatisfy { !$0.isBlocking })
        try table.insert("xiping", "values", "201903B", "g02d", .text("10"))
        #expect(try all(table, "201903B").contains { $0.isBlocking })
    }

    @Test("Steps follow the plan's roles, needs and reasons")
    func steps() throws {
        let plan = try SamplePlan.plan(Self.document)
        let workflow = try #require(try plan.collection(CollectionID("certificates"))?.workflow)
        func fault(_ from: String?, _ to: String?, _ role: Role, reason: Bool = false, given: Bool = true) -> String? {
            do throws(WorkflowRule.Fault) {
                try workflow.check(from: from, to: to, by: role, hasReason: reason) { _ in given }
                return nil
            } catch { return error.reason }
        }
        #expect(fault(nil, "applied", .editor) == nil)
        #expect(fault(nil, "in_force", .editor) == "step_of_other_role")
        #expect(fault("applied", "in_force", .reviewer) == nil)
        #expect(fault("applied", "in_force", .reviewer, given: false) == "step_needs_fields")
        #expect(fault("applied", "revoked", .reviewer) == "no_such_step")
        #expect(fault("in_force", "revoked", .reviewer) == "note_missing")
        #expect(fault("in_force", "revoked", .reviewer, reason: true) == nil)
        #expect(fault("in_force", nil, .reviewer) == "state_not_cleared")
        #expect(workflow.next(after: "applied") == ["in_force"])
    }
}
