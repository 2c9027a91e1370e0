import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Steps, checks and explanations, offline")
struct StepEditingTests {
    private static let collections = """
        [{"id":"certs","name":"资质","fields":[{"id":"number","name":"编号","type":"text"},
        {"id":"from","name":"起","type":"date"},{"id":"to","name":"止","type":"date"},
        {"id":"state","name":"状态","type":"option","options":["applied","in_force"]}],
        "checks":[{"id":"order","strength":"hard","rule":"to >= from","text":"止早于起"}],
        "workflow":{"field":"state","initial":"applied","transitions":[
        {"from":["applied"],"to":"in_force","by":["editor"],"needs":["number"]},
        {"from":["in_force"],"to":"applied","by":["reviewer"]}]}}]
        """

    private func bench(_ role: Role = .editor) throws -> Bench {
        let bench = try Bench.enrolled(role: role)
        let document = Bench.planJSON
            .replacing(#""collections":[]"#, with: #""collections":\#(Self.collections)"#)
            .replacing(
                #""numerator":"centres""#,
                with:
                    #""numerator":"either(count_given(certs where state = \"in_force\"), centres)","beside":"centres""#
            )
            .replacing(#""measures":[]"#, with: #""measures":[],"explanations":{"stop":["核实无误"]}"#)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(document.utf8))
        return bench
    }

    private func refused(_ bench: Bench, _ assignments: String..., record: String = "certs/a") throws -> [EditFault] {
        try bench.faults { editing throws(EditError) in try editing.set(record, assignments) }
    }

    @Test("A step that the server would refuse is refused here, with what can follow")
    func steps() throws {
        let bench = try bench()
        #expect(try refused(bench, "state=in_force") == [.step(field: "state", .needs([FieldID("number")]))])
        try bench.save { editing throws(EditError) in try editing.set("certs/a", ["state=in_force", "number=1"]) }
        #expect(try refused(bench, "state=applied") == [.step(field: "state", .otherRole([.reviewer]))])
        let cleared = try bench.faults { editing throws(EditError) in try editing.clear("certs/a", ["state"]) }
        #expect(cleared == [.step(field: "state", .cleared)])
        let sentence = try #require(try refused(bench, "state=applied").first).sentence(chinese: true)
        #expect(sentence == "字段“state”：这一步由市级审核人办理。")
    }

    @Test("A record that waits in the outbox counts at once, beside the typed figure")
    func counted() throws {
        let bench = try bench()
        try bench.set("centres=3")
        func figure() throws -> IndicatorFigure {
            let view = try bench.view()
            let indicator = try #require(view.plan.indicators.first)
            let period = try #require(view.plan.periods.period("201905B"))
            return Aggregate(plan: view.plan, figures: view.figures).figure(
                indicator, of: view.principal.tenant, in: period)
        }
        #expect(try figure().value == Rational(3) && figure().difference == nil)
        try bench.save { editing throws(EditError) in try editing.set("certs/a", ["state=in_force", "number=1"]) }
        #expect(try figure().value == Rational(1) && figure().difference == Rational(-2))
        try bench.save { editing throws(EditError) in try editing.delete("certs/a") }
        #expect(try figure().value == Rational(3))
    }

    @Test("A fault keeps the report from being handed in, never a record from being saved")
    func blocked() throws {
        let bench = try bench(.approver)
        try bench.set("centres=3")
        try bench.save { editing throws(EditError) in try editing.set("certs/a", ["from=2019-05-02", "to=2019-05-01"]) }
        let faults = try bench.faults { editing throws(EditError) in
            try editing.submit("201905B", MixingCryptography())
        }
        #expect(faults == [.checksFail("201905B", count: 1)])
        try bench.save { editing throws(EditError) in try editing.set("certs/a", ["to=2019-05-03"]) }
        try bench.save { editing throws(EditError) in try editing.submit("201905B", MixingCryptography()) }
    }

    @Test("An explanation that explains nothing is refused, with the reason")
    func explanations() throws {
        let bench = try bench()
        let record = "explanations/201905B:order:certs:a"
        let expected = EditFault.explanationEmpty(minimum: 8, stop: ["核实无误"])
        #expect(try refused(bench, "text=核实无误", record: record) == [expected])
        #expect(try refused(bench, "text=属实。    。。。", record: record) == [expected])
        #expect(expected.sentence(chinese: true).contains("“核实无误”不算说明"))
        #expect(try refused(bench, "text=证书为补发,有效期随原证书", record: record).isEmpty)
    }
}
