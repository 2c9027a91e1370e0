import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

/// A plan with certificates that are counted, go through states, and are checked before a report.
enum CertificatePlan {
    static let collection = """
        {"id":"certs","name":"资质","fields":[
        {"id":"number","name":"编号","type":"text","required":"true"},
        {"id":"from","name":"起","type":"date"},{"id":"to","name":"止","type":"date"},
        {"id":"paid","name":"已付","type":"amount","by":["finance"]},
        {"id":"state","name":"状态","type":"option","options":["applied","in_force","revoked"]}],
        "unique":["number"],
        "checks":[{"id":"order","strength":"hard","rule":"to >= from","text":"止早于起"}],
        "workflow":{"field":"state","initial":"applied","transitions":[
        {"from":["applied"],"to":"in_force","by":["reviewer"],"needs":["number","from"]},
        {"from":["in_force"],"to":"revoked","by":["reviewer","finance"],"reason":"true"},
        {"from":["in_force"],"to":"applied","by":["editor"]}]}}
        """
    static let rule = #"count(certs where state = \"in_force\" and from <= period.end)"#
    static let checks = """
        "checks":[{"id":"big","strength":"soft","rule":"figure <= 100","text":"过大"}],
        "explanations":{"stop":["核实无误"]},
        """

    static var document: String {
        SamplePlan.document()
            .replacing(#""collections":["#, with: "\(checks)\"collections\":[\(collection),")
            .replacing(#""numerator":"figure""#, with: #""numerator":"\#(rule)""#)
    }

    static func edit(_ field: String, _ value: String, base: ChangeID? = nil, shown: String? = nil, key: String = "a")
        throws -> Operation
    {
        try Edit.operation(.set, field, value, base: base, shown: shown, collection: "certs", key: key)
    }
}

@Suite("Steps of records, and checks before a report")
struct StepTests {
    private let harness: EngineHarness
    private let county: Desk
    private let city: Desk

    init() throws {
        harness = try EngineHarness()
        _ = try harness.load(CertificatePlan.document).result(AdminPlanLoad.self)
        county = try harness.desk("xiping", key: "1")
        city = try harness.desk("city", .reviewer, key: "r")
    }

    private func reason(_ result: ChangeResult) -> String? { result.operations.last?.reason }

    private func value(_ desk: Desk, _ period: String = "201905B") throws -> String {
        let params = AggregateGet.Params(plan: try PlanID("plan"), period: period, basis: .reported)
        let figures = try desk.call(AggregateGet.self, params).result(AggregateGet.self).figures
        let text = String(decoding: figures.last ?? [], as: UTF8.self)
        return String(text.split(separator: #""value":"#).last?.prefix { $0 != "," } ?? "")
    }

    @Test("A county's certificate that the department recognises raises the county's and the city's count")
    func recognised() throws {
        let first = try county.push(
            CertificatePlan.edit("number", "GR1"), CertificatePlan.edit("from", "2019-05-02"),
            CertificatePlan.edit("state", "applied"))
        #expect(first.outcome == .applied)
        #expect(try value(county) == "\"0\"")
        let step = try CertificatePlan.edit("state", "in_force", base: first.id, shown: "applied")
        #expect(try city.push(step, tenant: "xiping").outcome == .applied)
        #expect(try value(county) == "\"1\"")
        #expect(try value(county, "201903B") == "\"0\"")
        let params = ExplainGet.Params(
            plan: try PlanID("plan"), period: "201905B", indicator: try IndicatorID("g1"), tenant: .city)
        let explained = try city.call(ExplainGet.self, params).result(ExplainGet.self)
        #expect(explained.records.map(\.record) == ["certs/a"] && explained.inputs.isEmpty)
        #expect(explained.records.first?.standing == "counted")
        let states = explained.records.first?.operations.filter { $0.field.rawValue == "state" }
        #expect(states?.map(\.value) == [.text("applied"), .text("in_force")])
        #expect(states?.map(\.by) == [county.device, city.device])
        #expect(String(decoding: explained.figure, as: UTF8.self).contains(#""value":"1""#))
    }

    @Test("A deleted certificate counts no more, and counts again when it is restored")
    func deleted() throws {
        let state = try city.push(
            CertificatePlan.edit("number", "GR1"), CertificatePlan.edit("from", "2019-05-02"),
            CertificatePlan.edit("state", "in_force"), tenant: "xiping")
        #expect(try value(county) == "\"1\"")
        let record = try CertificatePlan.edit("state", "x").record
        let deletion = Operation(record: record, field: nil, action: .delete, value: nil, base: [state.id], shown: nil)
        let gone = try city.push(deletion, tenant: "xiping")
        #expect(gone.operations.map(\.outcome) == [.applied] && gone.operations.map(\.reason) == [nil])
        #expect(try value(county) == "\"0\"")
        let back = Operation(record: record, field: nil, action: .restore, value: nil, base: [gone.id], shown: nil)
        #expect(try city.push(back, tenant: "xiping").outcome == .applied)
        #expect(try value(county) == "\"1\"")
    }

    @Test("A step is refused that there is not, that is another role's, or that lacks what it needs")
    func refused() throws {
        #expect(try reason(county.push(CertificatePlan.edit("state", "revoked"))) == "no_such_step")
        #expect(try reason(county.push(CertificatePlan.edit("state", "in_force"))) == "step_of_other_role")
        #expect(
            try reason(city.push(CertificatePlan.edit("state", "in_force"), tenant: "xiping")) == "step_needs_fields")
        // What the same change fills in is there.
        let whole = try city.push(
            CertificatePlan.edit("state", "in_force"), CertificatePlan.edit("number", "1"),
            CertificatePlan.edit("from", "2019-01-01"), tenant: "xiping")
        #expect(whole.outcome == .applied)
        let revoke = try CertificatePlan.edit("state", "revoked", base: whole.id, shown: "in_force")
        #expect(try reason(city.push(revoke, tenant: "xiping")) == "note_missing")
        let clear = try Edit.operation(.clear, "state", nil, base: whole.id, collection: "certs", key: "a")
        #expect(try reason(city.push(clear, tenant: "xiping")) == "state_not_cleared")
        #expect(try city.push(revoke, tenant: "xiping", note: "豫科〔2019〕1号").outcome == .applied)
    }

    @Test("Two steps from one state meet as a conflict, and a county does not decide it for a step of the city's")
    func met() throws {
        let base = try city.push(
            CertificatePlan.edit("state", "in_force"), CertificatePlan.edit("number", "1"),
            CertificatePlan.edit("from", "2019-01-01"), tenant: "xiping")
        try county.push(CertificatePlan.edit("state", "applied", base: base.id, shown: "in_force"))
        let met = try city.push(
            CertificatePlan.edit("state", "revoked", base: base.id, shown: "in_force"), tenant: "xiping", note: "x")
        let conflict = try #require(met.operations.first?.conflict)
        #expect(met.operations.first?.outcome == .conflict)
        #expect(try reason(county.push(Edit.resolve(conflict, "theirs"), note: "x")) == "step_of_other_role")
        #expect(try city.push(Edit.resolve(conflict, "theirs"), tenant: "xiping", note: "x").outcome == .applied)
        #expect(try county.value("state", key: "a") == "revoked")
    }

    @Test("Finance writes what the plan names it for, and the auditor nothing")
    func roles() throws {
        let finance = try harness.desk("city", .finance, key: "f")
        let auditor = try harness.desk("city", .auditor, key: "u")
        try county.push(CertificatePlan.edit("number", "GR1"))
        #expect(try reason(county.push(CertificatePlan.edit("paid", "15"))) == "not_your_role")
        #expect(try finance.push(CertificatePlan.edit("paid", "15"), tenant: "xiping").outcome == .applied)
        #expect(try reason(finance.push(CertificatePlan.edit("number", "2"), tenant: "xiping")) == "not_your_role")
        #expect(try reason(auditor.push(CertificatePlan.edit("paid", "1"), tenant: "xiping")) == "forbidden_tenant")
        #expect(try auditor.value("number", key: "a") == "GR1")
    }

    // MARK: Reports

    private func submit(_ approver: Desk) throws -> String? {
        let figures = try approver.cells().filter { $0.key.tenant == approver.tenant }
            .filter { ["values", "explanations"].contains($0.key.record.collection.rawValue) }
            .map { ($0.key, $0.value) }
        let digest = FigureDigest.of(figures, harness.cryptography)
        return try approver.push(
            Edit.operation(.set, "state", "submitted", collection: "submissions"),
            Edit.operation(.set, "digest", digest, collection: "submissions")
        ).operations.first?.reason
    }

    @Test("A hard fault, and a soft one without an explanation, keep a report from being handed in, not from saving")
    func blocked() throws {
        let approver = try harness.desk("xiping", .approver, key: "a")
        try approver.push(Edit.set("figure", "5"))
        let wrong = try county.push(
            CertificatePlan.edit("number", "1"), CertificatePlan.edit("from", "2019-05-02"),
            CertificatePlan.edit("to", "2019-05-01"))
        #expect(wrong.outcome == .applied)
        #expect(try submit(approver) == "checks_fail")
        try county.push(CertificatePlan.edit("to", "2022-05-01", base: wrong.id, shown: "2019-05-01"))
        try county.push(Edit.set("figure", "500", key: "201905B"))
        let figure = try #require(try approver.cell("figure"))
        try approver.push(Edit.set("figure", "500", base: figure.rev))
        #expect(try submit(approver) == "checks_fail")
        func explain(_ text: String) throws {
            let key = "201905B:big"
            let base = try approver.cell("text", key: key)?.rev
            try approver.push(
                Edit.operation(.set, "text", text, base: base, collection: "explanations", key: key))
        }
        try explain("核实无误")
        #expect(try submit(approver) == "checks_fail")
        try explain("新建项目集中申报,已逐件核对受理单")
        #expect(try submit(approver) == nil)
    }
}
