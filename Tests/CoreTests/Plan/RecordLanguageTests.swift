import PlanSyncSeeds
import Testing

@testable import PlanSyncCore

@Suite("Figures of records: what each comes to, the middle, the period before, parts of texts, working days")
struct RecordLanguageTests {
    private static let document = RecordPlan.document
        .with("tenants.2.code", "411721")
        .with("periods.holidays", ["2019-06-07/2019-06-09"])
        .with("periods.workdays", ["2019-06-15"])

    private func plan(_ formula: String, of collection: String = "certificates") throws -> Plan {
        try SamplePlan.plan(
            Self.document.with(
                "lists",
                [
                    [
                        "id": "one", "name": "一", "of": .text(collection),
                        "columns": [["name": "值", "value": .text(formula)]],
                    ]
                ]
            ))
    }

    /// What a formula comes to in the only row of a list.
    private func cell(
        _ formula: String, _ table: FigureTable, of collection: String = "certificates", in period: String = "201905B"
    ) throws -> RecordList.Cell? {
        let plan = try plan(formula, of: collection)
        let rule = try #require(plan.lists.first)
        let place = try #require(plan.periods.period(period))
        let rows = RecordList(rule, plan: plan, figures: table, period: place, tenants: [try TenantID("xiping")]).rows
        return rows.first?.cells.first
    }

    private func certificates(_ spans: [(from: String, to: String)]) throws -> FigureTable {
        var table = FigureTable()
        for (index, span) in spans.enumerated() {
            try table.record(
                "xiping", "certificates", "c\(index)",
                ["company": "x", "number": "n\(index)", "valid_from": span.from, "valid_to": span.to])
        }
        return table
    }

    @Test("The median is what stands in the middle, half of both between two, and missing over nothing")
    func median() throws {
        let days = "median(certificates each days_between(valid_from, valid_to) where valid_to is not missing)"
        var spans = [("2019-01-01", "2019-01-11"), ("2019-01-01", "2019-01-03"), ("2019-01-01", "2019-03-02")]
        #expect(try cell(days, certificates(spans), of: "units") == .figure(Rational(10)))
        spans.append(("2019-01-01", "2019-01-06"))
        #expect(try cell(days, certificates(spans), of: "units") == .figure(Rational("15/2")))
        #expect(try cell(days, FigureTable(), of: "units") == RecordList.Cell.none)
        let sum = "sum(certificates each days_between(valid_from, valid_to))"
        #expect(try cell(sum, certificates(spans), of: "units") == .figure(Rational(77)))
        #expect(try cell("sum(certificates each 1)", FigureTable(), of: "units") == .figure(.zero))
    }

    @Test("A record's period before is the same record one period earlier; the first has none")
    func previous() throws {
        var table = FigureTable()
        let code = RecordPlan.codes[0]
        try table.record("xiping", "rd", "\(code):201903B", ["spend": "70"])
        try table.record("pingyu", "rd", "\(code):201905B", ["spend": "9"])
        #expect(try cell("previous(spend)", table, of: "rd") == RecordList.Cell.none)
        try table.record("xiping", "rd", "\(code):201905B", ["spend": "50"])
        let plan = try plan("spend - previous(spend)", of: "rd")
        let rule = try #require(plan.lists.first)
        let period = try #require(plan.periods.period("201911B"))
        let rows = RecordList(rule, plan: plan, figures: table, period: period).rows
        #expect(rows.map(\.cells) == [[.none], [.figure(Rational(-20))], [.none]])
    }

    @Test("Parts of texts, and what the plan says of the unit at hand")
    func texts() throws {
        let table = try certificates([("2019-01-01", "2019-12-31")])
        #expect(try cell("slice(valid_to, 6, 10)", table) == .text("12-31"))
        #expect(try cell("slice(number, 2, 9)", table) == .text("0"))
        #expect(try cell("slice(number, 3, 2)", table) == .text(""))
        #expect(try cell("slice(number, 0, 2)", table) == RecordList.Cell.none)
        #expect(try cell("unit.code", table) == .text("411721"))
        #expect(try cell("unit.name", table) == .text("西平县"))
        #expect(try cell("unit.group = \"counties\"", table) == .flag(true))
    }

    @Test("Working days leave out weekends and holidays, and count the days that are worked instead")
    func workdays() throws {
        func count(_ from: String, _ to: String) throws -> RecordList.Cell? {
            try cell("workdays_between(valid_from, valid_to)", certificates([(from, to)]))
        }
        #expect(try count("2019-06-03", "2019-06-06") == .figure(Rational(3)))
        // Friday 7 June is a holiday, Saturday 15 June is worked.
        #expect(try count("2019-06-06", "2019-06-10") == .figure(Rational(1)))
        #expect(try count("2019-06-10", "2019-06-17") == .figure(Rational(6)))
        #expect(try count("2019-06-17", "2019-06-10") == .figure(Rational(-6)))
    }

    @Test("Working days are those that are met when one goes from day to day")
    func workdaysOneByOne() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let days = (0..<8).map { _ in Int.random(in: -400...800, using: &random) }
            let calendar = WorkCalendar(holidays: Set(days.prefix(5)), workdays: Set(days.suffix(3)))
            let start = Int.random(in: -300...600, using: &random)
            let end = start + Int.random(in: 0...60, using: &random)
            let met = ((start + 1)..<(end + 1)).count { calendar.isWorkday(CalendarDate(daysSince1970: $0)) }
            let (first, last) = (CalendarDate(daysSince1970: start), CalendarDate(daysSince1970: end))
            #expect(calendar.workdays(after: first, to: last) == met)
            let later = calendar.day(met + 1, workdaysAfter: first)
            #expect(calendar.workdays(after: first, to: later) == met + 1 && calendar.isWorkday(later))
        }
    }

    @Test("A list of the units has a row for each, and a column's median stands in its groups")
    func totals() throws {
        let document = Self.document.with(
            "lists",
            [
                [
                    "id": "days", "name": "天数", "of": "certificates",
                    "columns": [["name": "天", "value": "days_between(valid_from, valid_to)", "median": "true"]],
                    "group": "company",
                ],
                [
                    "id": "by_unit", "name": "各单位", "of": "units",
                    "columns": [["name": "证书", "value": "count(certificates)", "sum": "true"], "g07"],
                ],
            ])
        let plan = try SamplePlan.plan(document)
        var table = try certificates([("2019-01-01", "2019-01-05"), ("2019-01-01", "2019-01-09")])
        try table.insert("xiping", "values", "201905B", "g07", .text("3"))
        let period = try #require(plan.periods.period("201905B"))
        let lists = plan.lists.map { RecordList($0, plan: plan, figures: table, period: period) }
        #expect(lists.first?.sums == [Rational(6)] && lists.first?.groups.first?.sums == [Rational(6)])
        #expect(lists.last?.rows.map(\.tenant) == plan.units.map(\.id))
        #expect(lists.last?.rows.map(\.cells)[1] == [.figure(Rational(2)), .figure(Rational(3))])
        #expect(lists.last?.sums == [Rational(2), nil])
    }

    @Test(
        "What does not fit is told at its place",
        arguments: [
            ("median(certificates.number)", "'number' is a text; only figures have a middle.", 21),
            ("median(certificates each number)", "A figure is expected here, not a text.", 26),
            ("count(certificates each 1)", "'count' takes no 'each'", 7),
            ("sum(rd.spend each spend)", "takes a field or 'each', not both", 5),
            ("sum(certificates each days_between(valid_from))", "'days_between' takes 2 values, not 1.", 23),
            ("sum(certificates each nmber)", "did you mean 'number'?", 23),
            ("count(certificates where slice(valid_from) = \"\")", "'slice' takes 3 values, not 1.", 26),
            ("count(rd where slice(spend, 1, 2) = \"\")", "A text is expected here, not a figure.", 22),
            ("count(certificates where slice(number, track, 2) = \"\")", "A figure is expected here", 40),
            (
                "count(certificates where workdays_between(number, valid_to) > 1)",
                "A day is expected here, not a text", 43
            ),
            ("count(certificates where previous(number) = number)", "The records of 'certificates' have no period", 35),
            ("count(rd where previous(spend))", "A condition is expected here, not a figure.", 25),
            ("count(certificates where unit.cod = \"1\")", "'unit.cod' is not a field", 26),
            ("sum(rd.spend where year_to_date(spend) > 1)", "'year_to_date' is for figures, not for records.", 33),
        ])
    func faults(formula: String, message: String, column: Int) throws {
        let found = SamplePlan.faults(RecordPlan.document.with("indicators.3.numerator", .text(formula)))
        let matches = found.contains { $0.message.contains(message) && $0.place.column == column }
        #expect(matches, "\(formula): \(found.map(\.description))")
        #expect(found.allSatisfy { $0.sentence(chinese: true) != $0.message })
    }

    @Test(
        "Holidays that are no days, lists that fit nothing, and what an append-only collection cannot have are told",
        arguments: [
            ("periods.holidays.0", "2019-13-01", "is no day and no span of days"),
            ("periods.holidays.0", "2019-06-09/2019-06-07", "is no day and no span of days"),
            ("periods.holidays.0", "1990-01-01/2019-06-07", "more than 2,000 days"),
            ("collections.3.fields.0.merge", "max", "is not merged; leave 'merge' out"),
            ("collections.1.append_only", "true", "A state changes"),
            ("collections.3.append_onl", "true", "did you mean 'append_only'?"),
            ("plausibility.repeats", "1", "is not a whole number from 2 to 12"),
        ])
    func otherFaults(path: String, value: String, message: String) {
        let document = Self.document.with("collections.3.append_only", "true").with("plausibility", ["falls": "true"])
        let found = SamplePlan.faults(document.with(path, .text(value)))
        #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.description))")
    }
}
