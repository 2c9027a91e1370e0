import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Lists of a plan")
struct ListRuleTests {
    private static let lists: Sketch = [
        [
            "id": "held", "name": ["zh": "企业与资质", "en": "Companies and certificates"], "of": "companies",
            "where": "count(certificates by company where state = \"in_force\" and valid_from <= period.end) > 0",
            "columns": [
                "name", "key", "batch_from",
                ["name": "资质数", "value": "count(certificates by company)", "sum": "true"],
                ["name": "研发", "value": "sum(rd.spend by key.companies where key.period = period.id)", "sum": "true"],
                ["name": "占比", "value": "1 / count(certificates by company)", "unit": "%"],
            ],
            "group": "field", "order": "batch_from",
        ]
    ]

    private static let document = RecordPlan.document.with("lists", lists)

    private func table() throws -> FigureTable {
        var table = FigureTable()
        for (code, name, day) in [(RecordPlan.codes[0], "甲", "2019-02-01"), (RecordPlan.codes[1], "乙", "2018-06-01")] {
            try table.record("xiping", "companies", code, ["name": name, "batch_from": day])
            try table.record(
                "xiping", "certificates", "c\(code)",
                ["company": code, "state": "in_force", "valid_from": "2019-06-30", "number": "n\(name)"])
        }
        try table.record("xiping", "certificates", "old", ["company": RecordPlan.codes[0], "state": "revoked"])
        try table.record("xiping", "rd", "\(RecordPlan.codes[0]):201905B", ["spend": "120"])
        try table.record("xiping", "rd", "\(RecordPlan.codes[0]):201903B", ["spend": "70"])
        try table.insert("xiping", "companies", RecordPlan.codes[0], "field", .members(["化工", "白酒"]))
        try table.record("pingyu", "companies", RecordPlan.codes[1], ["name": "丙"])
        return table
    }

    private func list(_ period: String, _ figures: FigureTable? = nil) throws -> RecordList {
        let plan = try SamplePlan.plan(Self.document)
        let rule = try #require(plan.lists.first)
        return RecordList(
            rule, plan: plan, figures: try figures ?? table(), period: try #require(plan.periods.period(period)))
    }

    @Test("A list has the records that its condition holds for, in its order, with what refers to each")
    func rows() throws {
        let list = try list("201905B")
        #expect(list.rows.map { $0.cells.first } == [.text("乙"), .text("甲")])
        #expect(
            list.rows.last?.cells.dropFirst(3) == [.figure(Rational(2)), .figure(Rational(120)), .figure(Rational(50))])
        #expect(list.sums.map { $0?.shown(2) } == [nil, nil, nil, "3", "120", nil])
        #expect(try self.list("201903B").rows.isEmpty)
    }

    @Test("A record with a set is in the group of each of its members; shares sum to 100.0")
    func groups() throws {
        let list = try list("201905B")
        #expect(list.groups.map(\.value) == ["化工", "白酒", nil])
        #expect(list.groups.map(\.share) == [334, 333, 333])
        #expect(list.groups.first?.sums.map { $0?.shown(0) } == [nil, nil, nil, "2", "120", nil])
    }

    @Test("What a condition cannot tell is listed apart")
    func unclear() throws {
        var table = try table()
        let rule = Self.document.with("lists.0.where", "batch_from <= period.end")
        try table.record("xiping", "companies", "91411700MA44X0AP03", ["name": "丁"])
        let plan = try SamplePlan.plan(rule)
        let list = RecordList(
            try #require(plan.lists.first), plan: plan, figures: table,
            period: try #require(plan.periods.period("201905B")))
        #expect(list.rows.count == 2)
        #expect(list.unclear.map(\.record.key) == ["91411700MA44X0AP03", RecordPlan.codes[1]])
    }

    @Test("What is wrong in a list is told at its place")
    func faults() {
        func told(_ path: String, _ value: Sketch) -> [String] {
            SamplePlan.faults(Self.document.with(path, value)).filter { $0.severity == .error }.map(\.message)
        }
        #expect(
            told("lists.0.of", "company") == ["'company' is not a collection of this plan; did you mean 'companies'?"])
        #expect(told("lists.0.columns.0", "nam").first?.contains("did you mean 'name'?") == true)
        #expect(
            told("lists.0.columns.0", "batch_from >= period.end").first?.contains("A column that is no field") == true)
        let sum: Sketch = ["value": "name", "sum": "true"]
        #expect(told("lists.0.columns.0", sum) == ["Only figures are summed, and this is a text."])
        #expect(told("lists.0.wher", "x") == ["'wher' is not known here; did you mean 'where'?"])
        let loose = told("lists.0.where", "count(certificates) > 0").first
        #expect(loose?.contains("looks only at those that refer to it") == true)
        let other = told("lists.0.where", "count(certificates by number) > 0")
        #expect(other == ["'number' does not refer to a record of 'companies'."])
    }

    @Test("'by' asks about a record, so it stands in no formula over figures")
    func outside() {
        let faults = SamplePlan.faults(
            RecordPlan.document.with("indicators.0.numerator", "count(certificates by company)"))
        let errors = faults.filter { $0.severity == .error }.map(\.message)
        #expect(errors == ["'by' asks about a record; there is none here."])
    }

    @Test("Parts by largest remainder sum to the whole, and none is off by one or more", arguments: Seed.smoke)
    func remainders(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let counts = (0..<Int.random(in: 1...9, using: &random)).map { _ in Int.random(in: 0...50, using: &random) }
            let parts = LargestRemainder.shares(of: counts, whole: 1_000)
            let total = counts.reduce(0, +)
            #expect(parts.reduce(0, +) == (total == 0 ? 0 : 1_000))
            for (part, count) in zip(parts, counts) where total > 0 {
                #expect(abs(part * total - count * 1_000) < total)
            }
        }
        // The shares that a real report printed as 7.7, 4.5, 10.8, 4.1 and 72.9 by plain rounding.
        #expect(LargestRemainder.shares(of: [1, 1, 1], whole: 1_000) == [334, 333, 333])
    }
}
