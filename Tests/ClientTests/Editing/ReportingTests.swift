import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Reports, as a unit hands them in and the city reviews them")
struct ReportingTests {
    private static let record = "submissions/201905B"

    private func submit(_ bench: Bench, _ period: String = "201905B") throws -> Change {
        try bench.save { editing throws(EditError) in try editing.submit(period, MixingCryptography()) }
    }

    private func refused(_ bench: Bench, _ period: String = "201905B") throws -> [EditFault] {
        try bench.faults { editing throws(EditError) in try editing.submit(period, MixingCryptography()) }
    }

    private func review(
        _ bench: Bench, _ verdict: Editing.Verdict, note: String? = nil, unit: String = "suiping",
        period: String = "201905B"
    ) throws -> [EditFault] {
        try bench.faults(note: note) { editing throws(EditError) in try editing.review(unit, period, verdict) }
    }

    private func workflowCell(
        _ bench: Bench, _ field: String, _ value: String, seq: UInt64, collection: String = "submissions",
        tenant: String = "suiping"
    ) throws -> PublicCell {
        PublicCell(
            key: try Bench.key(field, tenant: tenant, collection: collection), value: .text(value),
            rev: ChangeID(now: bench.now, random: &bench.random), seq: seq, by: try DeviceID("d2"), author: "李",
            at: bench.now)
    }

    private func report(_ bench: Bench) throws -> LocalReport {
        let view = try bench.view()
        return view.report(
            of: try #require(view.plan.periods.period("201905B")), tenant: try TenantID("suiping"))
    }

    @Test("A report names the digest of the figures that are shown, edits that wait included")
    func submitting() throws {
        let bench = try Bench.enrolled(role: .approver)
        try bench.apply(
            [bench.cell("spending", "7", seq: 1), bench.cell("centres", "9", seq: 2, record: "201903B")], after: nil,
            cursor: "c1")
        try bench.set("centres=4")
        let change = try submit(bench)
        let figures: [(key: CellKey, value: FieldValue?)] = [
            (try Bench.key("centres"), .text("4")), (try Bench.key("spending"), .text("7")),
        ]
        #expect(change.operations.map(\.field) == [SubmissionField.state, SubmissionField.digest])
        #expect(
            change.operations.map(\.value) == [
                .text("submitted"), .text(FigureDigest.of(figures, MixingCryptography())),
            ])
        #expect(change.operations.allSatisfy { $0.base.isEmpty && $0.record.description == Self.record })
        #expect(try report(bench).state == .submitted && report(bench).stateField?.state == .pending)
    }

    @Test("Handed in again without a change it is refused, after a change it is taken, naming what stood")
    func again() throws {
        let bench = try Bench.enrolled(role: .approver)
        try bench.set("centres=4")
        let first = try submit(bench)
        #expect(try refused(bench) == [.reportUnchanged("201905B", .submitted)])
        try bench.set("centres=5")
        #expect(try submit(bench).operations.map(\.base) == [[first.id], [first.id]])
    }

    @Test("A report is for an approver, of a period of the plan, with figures in it")
    func refusals() throws {
        let editor = try Bench.enrolled()
        #expect(try refused(editor) == [.approverOnly])
        #expect(EditFault.approverOnly.sentence(chinese: false).contains("approver"))
        let bench = try Bench.enrolled(role: .approver)
        #expect(try refused(bench) == [.reportEmpty("201905B")])
        guard case .periodUnknown(let sentence)? = try refused(bench, "201906B").first else {
            Issue.record("an unknown period is named")
            return
        }
        #expect(sentence.zh.contains("201905B 或 201907B") && sentence.en.contains("201905B or 201907B"))
    }

    @Test("After the seal nothing is handed in or reviewed, and the sentence says why")
    func sealed() throws {
        let bench = try Bench.enrolled(role: .approver)
        try bench.set("centres=4")
        let seal = try workflowCell(bench, "state", "final", seq: 1, collection: "periods", tenant: "city")
        try bench.apply([seal], after: nil, cursor: "c1")
        let faults = try refused(bench)
        #expect(faults == [.periodSealed("201905B")])
        #expect(faults.first?.sentence(chinese: true).contains("已封账") == true)
    }

    @Test("Deleted records are no part of a report")
    func deleted() throws {
        let bench = try Bench.enrolled(role: .approver)
        let json = Bench.planJSON.replacing(
            #""collections":[]"#,
            with: """
                "collections":[{"id":"notes","name":"说明","key":["period"],
                "fields":[{"id":"words","name":"文","type":"text"}]}]
                """)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(json.utf8))
        try bench.set("centres=4")
        let before = try submit(bench).operations.last?.value
        try bench.set("words=x", record: "notes/201905B")
        let with = try submit(bench).operations.last?.value
        try bench.save { editing throws(EditError) in try editing.delete("notes/201905B") }
        #expect(try submit(bench).operations.last?.value == before && with != before)
    }

    @Test("The city accepts a report, naming the submission that it saw; giving back needs a reason")
    func reviewing() throws {
        let bench = try Bench.enrolled(role: .reviewer)
        let cell = try workflowCell(bench, "state", "submitted", seq: 1)
        try bench.apply([cell], after: nil, cursor: "c1")
        #expect(try review(bench, .returned) == [.returnNeedsReason])
        let change = try bench.save { editing throws(EditError) in
            try editing.review("遂平县", "201905B", .accepted)
        }
        #expect(change.tenant == (try TenantID("suiping")))
        #expect(change.operations.map(\.value) == [.text("accepted")] && change.operations[0].base == [cell.rev])
        #expect(try review(bench, .returned, note: "r") == [.notSubmitted("suiping", "201905B", .accepted)])
    }

    @Test("Only the city reviews, only a unit, and only what was handed in")
    func reviewRefusals() throws {
        let county = try Bench.enrolled(role: .approver)
        #expect(try review(county, .accepted) == [.cityOnly])
        let bench = try Bench.enrolled(role: .supervisor)
        #expect(try review(bench, .accepted) == [.notSubmitted("suiping", "201905B", .draft)])
        #expect(try review(bench, .accepted, unit: "suipin") == [.tenantUnknown("suipin", nearest: "suiping")])
        #expect(try review(bench, .accepted, unit: "city").count == 1)
    }

    @Test("A report that became a draft again says what was changed")
    func reopened() throws {
        let bench = try Bench.enrolled()
        try bench.apply(
            [
                workflowCell(bench, "state", "draft", seq: 3),
                workflowCell(bench, "changed", "values/201905B/centres\nvalues/201905B/gdp", seq: 3),
            ], after: nil, cursor: "c1")
        #expect(try report(bench).state == .draft)
        #expect(try report(bench).changed == ["values/201905B/centres", "values/201905B/gdp"])
        #expect(try bench.view().reports.map(\.tenant.rawValue) == ["suiping"])
    }

    @Test("An open conflict marks the explanation, the figure and the score that depend on it")
    func disputed() throws {
        let bench = try Bench.enrolled()
        let sides: [(String, String)] = [
            ("about", "values/201905B/centres"), ("state", "open"),
        ]
        var cells = [try bench.cell("centres", "4", seq: 1)]
        for (field, value) in sides {
            cells.append(try bench.cell(field, value, seq: 1, record: "c1", collection: "conflicts"))
        }
        let target = try bench.cell("target", "10", seq: 1, record: "i1:2019", collection: "targets")
        try bench.apply(cells + [target], after: nil, cursor: "c1")
        let view = try bench.view()
        let period = try #require(view.plan.periods.period("201905B"))
        let indicator = try #require(view.plan.indicators.first)
        let explained = Explanation(
            indicator, of: view.principal.tenant, in: period, plan: view.plan, figures: view.figures)
        #expect(explained.inputs.map(\.disputed) == [true] && explained.figure.disputed)
        let unit = Ranking(plan: view.plan, figures: view.figures).unit(view.principal.tenant, in: period)
        #expect(unit?.disputed == true)
    }
}
