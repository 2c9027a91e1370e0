import PlanSyncCore
import Testing

@Suite("Year-end")
struct YearEndTests {
    private static let sketch = SamplePlan.document
        .with("ranking.year_end", ["periods": "40", "final": "60"])
        .with("indicators.4.calendar", nil).with("indicators.4.path", ["1", "1", "1", "1", "1", "1"])

    /// A ranking in which every unit has a score; `nil`: nothing was due.
    private func ranking(_ plan: Plan, _ period: String, _ score: String?) throws -> PublishedRanking {
        let lines = plan.units.map { unit in
            "unit\t\(unit.id)\tcounties\t1\t-\t\(score ?? "-")\t-\t0\t-\n"
        }
        return try PublishedRanking(
            text: "plansync-ranking/1\nplan\t\(plan.id)\t1\nperiod\t\(period)\treported\n" + lines.joined())
    }

    private func judged(
        year: Int, scores: [String: String?], values: [String: String]
    ) throws -> (unit: YearEndUnit, all: [YearEndUnit]) {
        let plan = try SamplePlan.plan(Self.sketch)
        let end = try #require(YearEnd(plan: plan, year: year))
        var rankings: [PeriodID: PublishedRanking] = [:]
        for period in end.periods {
            guard let score = scores[period.id.rawValue] else { continue }
            rankings[period.id] = try ranking(plan, period.id.rawValue, score)
        }
        var table = FigureTable()
        let last = try #require(end.periods.last).id.rawValue
        for (element, value) in values { try table.insert("xiping", "values", last, element, .text(value)) }
        for (indicator, target) in [("g07", "10"), ("g13", "100")] {
            try table.insert("xiping", "targets", "\(indicator):\(year)", "target", .text(target))
        }
        try table.insert("xiping", "targets", "g01:\(year)", "applies", .flag(false))
        let units = end.units(rankings: rankings, figures: table)
        return (try #require(units.first { $0.tenant.rawValue == "xiping" }), units)
    }

    private static let finals = [
        "g07": "10", "g12n": "500", "g12d": "10000", "g13": "90", "g02n": "8", "g02d": "10",
    ]

    @Test("Four periods and the final completion give the year of the worked example")
    func example() throws {
        let scores = ["201805B", "201807B", "201809B", "201811B"].map { ($0, Optional("95.53")) }
        let (unit, _) = try judged(
            year: 2018, scores: Dictionary(uniqueKeysWithValues: scores), values: Self.finals)
        #expect(unit.mean == (try Rational("95.53")))
        #expect(unit.final == Rational(94), "completions 1, 1 (capped), 0.9 and 0.8 with weights 15, 10, 6 and 9")
        #expect(unit.published == "94.61" && unit.rank == 1)
    }

    @Test("A period without a ranking counts 0; one in which nothing was due leaves the mean")
    func missing() throws {
        var scores: [String: String?] = ["201805B": "90", "201807B": "90", "201809B": "90"]
        let lacking = try judged(year: 2018, scores: scores, values: Self.finals).unit
        #expect(lacking.mean == (try Rational("67.5")) && lacking.periods.filter(\.isMissing).count == 1)
        scores["201811B"] = .some(nil)
        let neutral = try judged(year: 2018, scores: scores, values: Self.finals).unit
        #expect(neutral.mean == Rational(90) && !neutral.periods.contains(where: \.isMissing))
    }

    @Test("What is missing at the end counts 0, and equal results share a place")
    func finals() throws {
        var values = Self.finals
        values["g13"] = nil
        let (unit, all) = try judged(year: 2018, scores: [:], values: values)
        #expect(unit.final == (try Rational("80.5")))
        #expect(all.map(\.rank) == [1, 2, 2, 2] && all.map(\.shared) == [false, true, true, true])
    }

    @Test("A plan that judges no years has no year-end, nor has a year without periods")
    func none() throws {
        #expect(YearEnd(plan: try SamplePlan.plan(), year: 2018) == nil)
        #expect(YearEnd(plan: try SamplePlan.plan(Self.sketch), year: 2017) == nil)
    }
}
