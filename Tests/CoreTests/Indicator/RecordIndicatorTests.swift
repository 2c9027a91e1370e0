import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Indicators over records")
struct RecordIndicatorTests {
    private let plan: Plan
    private let unit: TenantID

    init() throws {
        plan = try SamplePlan.plan(RecordPlan.document)
        unit = try TenantID("xiping")
    }

    private func figure(_ id: String, _ table: FigureTable, _ period: String = "201905B") throws -> IndicatorFigure {
        let indicator = try #require(plan.indicators.first { $0.id.rawValue == id })
        let place = try #require(plan.periods.period(period))
        return Aggregate(plan: plan, figures: table).figure(indicator, of: unit, in: place)
    }

    private static func certificate(_ more: [String: String] = [:]) -> [String: String] {
        [
            "company": "c1", "track": "high_tech", "number": "GR1", "valid_from": "2018-06-01",
            "valid_to": "2021-05-31", "state": "in_force",
        ].merging(more) { $1 }
    }

    @Test("A certificate counts from its first day to its last, on the period's last day")
    func inForce() throws {
        var table = FigureTable()
        try table.record("xiping", "certificates", "a", Self.certificate())
        try table.record("xiping", "certificates", "b", Self.certificate(["valid_from": "2019-07-01"]))
        try table.record("xiping", "certificates", "c", Self.certificate(["valid_to": "2019-06-29"]))
        try table.record("xiping", "certificates", "d", Self.certificate(["valid_to": "2019-06-30"]))
        try table.record("xiping", "certificates", "e", Self.certificate(["state": "revoked"]))
        try table.record("xiping", "certificates", "f", Self.certificate(["track": "sme"]))
        try table.record("pingyu", "certificates", "g", Self.certificate())
        #expect(try figure("tech", table).value == Rational(2))
        #expect(try figure("tech", table, "201907B").value == Rational(2))
        #expect(try figure("tech", table, "201805B").value == Rational(3))
    }

    @Test("Without its end a certificate is in force; without its beginning it is unclear and does not count")
    func unknown() throws {
        var table = FigureTable()
        var open = Self.certificate()
        open["valid_to"] = nil
        try table.record("xiping", "certificates", "a", open)
        var unclear = Self.certificate()
        unclear["valid_from"] = nil
        try table.record("xiping", "certificates", "b", unclear)
        #expect(try figure("tech", table).value == Rational(1))
        let indicator = try #require(plan.indicators.first)
        let period = try #require(plan.periods.period("201905B"))
        let explained = Explanation(indicator, of: unit, in: period, plan: plan, figures: table)
        #expect(explained.records.map(\.record.description) == ["certificates/a", "certificates/b"])
        #expect(explained.records.map(\.standing) == [.counted, .unclear])
        #expect(explained.records.last?.missing.map(\.rawValue) == ["valid_from"])
    }

    @Test("A unit without records is counted by its typed figure; with both, the difference is shown")
    func besides() throws {
        var table = FigureTable()
        #expect(try figure("tech", table).state == .missing)
        #expect(try figure("tech", table).missing.map(\.element.rawValue) == ["certificates", "g07"])
        try table.insert("xiping", "values", "201905B", "g07", .text("5"))
        #expect(try figure("tech", table).value == Rational(5) && figure("tech", table).difference == nil)
        try table.record("xiping", "certificates", "a", Self.certificate())
        let figure = try figure("tech", table)
        #expect(figure.value == Rational(1) && figure.beside == Rational(5) && figure.difference == Rational(-4))
        // All lapsed is zero, not missing.
        try table.insert("xiping", "certificates", "a", "state", .text("revoked"))
        #expect(try self.figure("tech", table).value == .zero)
    }

    @Test("A deleted record, and one of which everything was cleared, is none")
    func deleted() throws {
        var table = FigureTable()
        try table.record("xiping", "certificates", "a", Self.certificate())
        try table.record("xiping", "certificates", "b", Self.certificate())
        try table.insert("xiping", "certificates", "a", "record:state", .text("deleted"))
        #expect(try figure("tech", table).value == Rational(1))
        try table.insert("xiping", "certificates", "a", "record:state", .text("active"))
        #expect(try figure("tech", table).value == Rational(2))
    }

    @Test("Companies with a brand are found by the brand's reference, and each counts once")
    func joins() throws {
        var table = FigureTable()
        for key in ["c1", "c2", "c3"] { try table.record("xiping", "companies", key, ["batch_from": "2018-05-07"]) }
        try table.record("xiping", "companies", "c4", ["batch_from": "2019-12-01"])
        try table.record("xiping", "brands", "1", ["company": "c1", "valid_to": "2020-01-01"])
        try table.record("xiping", "brands", "2", ["company": "c1", "valid_to": "2021-01-01"])
        try table.record("xiping", "brands", "3", ["company": "c2", "valid_to": "2019-01-01"])
        try table.record("xiping", "brands", "4", ["company": "c4", "valid_to": "2022-01-01"])
        try table.record("pingyu", "brands", "5", ["company": "c3", "valid_to": "2022-01-01"])
        let coverage = try figure("brand", table)
        #expect(coverage.numerator == Rational(1) && coverage.denominator == Rational(3))
        #expect(try figure("owners", table).value == Rational(2))
        let indicator = try #require(plan.indicators.first { $0.id.rawValue == "brand" })
        let period = try #require(plan.periods.period("201905B"))
        let explained = Explanation(indicator, of: unit, in: period, plan: plan, figures: table)
        #expect(
            explained.records.map { "\($0.record) \($0.standing)" } == [
                "brands/1 supports", "companies/c1 counted", "companies/c2 counted", "companies/c3 counted",
            ])
    }

    @Test("Sums convert units, follow the key, and name the record that lacks its figure")
    func sums() throws {
        var table = FigureTable()
        for code in RecordPlan.codes {
            try table.record("xiping", "companies", code, ["batch_from": "2018-05-07"])
            try table.record("xiping", "rd", "\(code):201905B", ["spend": "300", "sales": "1"])
            try table.record("xiping", "rd", "\(code):201903B", ["spend": "999", "sales": "1"])
        }
        let share = try figure("rdshare", table)
        // 600 of 2亿元 = 20,000 万元.
        #expect(share.numerator == Rational(600) && share.denominator == Rational(20_000))
        #expect(share.value == Rational(3))
        let key = "\(RecordPlan.codes[1]):201905B"
        try table.insert("xiping", "rd", key, "spend", nil)
        let missing = try figure("rdshare", table)
        #expect(missing.state == .missing && missing.missing.map(\.record?.key) == [key])
        #expect(missing.missing.map(\.element.rawValue) == ["spend"])
    }

    @Test("An indicator may use another, and the period before; before the first period it is missing")
    func previous() throws {
        var table = FigureTable()
        try table.record("xiping", "certificates", "a", Self.certificate())
        try table.record("xiping", "certificates", "b", Self.certificate(["valid_from": "2019-05-02"]))
        #expect(try figure("growth", table).value == Rational(1))
        #expect(try figure("growth", table, "201907B").value == .zero)
        #expect(try figure("growth", table, "201805B").state == .missing)
    }

    @Test("The city adds the records that it keeps itself, and those of a unit to which the indicator applies")
    func city() throws {
        var table = FigureTable()
        try table.record("xiping", "brands", "1", ["company": "c1", "valid_to": "2020-01-01"])
        try table.record("pingyu", "brands", "1", ["company": "c1", "valid_to": "2020-01-01"])
        try table.record("city", "brands", "9", ["company": "c9", "valid_to": "2020-01-01"])
        try table.insert("pingyu", "targets", "owners:2019", "applies", .flag(false))
        let owners = try #require(plan.indicators.first { $0.id.rawValue == "owners" })
        let period = try #require(plan.periods.period("201905B"))
        #expect(Aggregate(plan: plan, figures: table).cityFigure(owners, in: period).value == Rational(2))
    }

    @Test("On the basis `accepted` records count only with an accepted report")
    func accepted() throws {
        var table = FigureTable()
        try table.record("xiping", "certificates", "a", Self.certificate())
        #expect(try figure("tech", table.counting(.accepted)).state == .missing)
        try table.insert("xiping", "submissions", "201905B", "state", .text("accepted"))
        #expect(try figure("tech", table.counting(.accepted)).value == Rational(1))
    }

    @Test("A dispute about a field that the condition reads marks the figure, another does not")
    func disputed() throws {
        var table = FigureTable()
        try table.record("xiping", "certificates", "a", Self.certificate())
        try table.insert("xiping", "certificates", "a", "number", .text("GR2"), disputed: true)
        #expect(try !figure("tech", table).disputed)
        try table.insert("xiping", "certificates", "a", "valid_to", .text("2019-01-01"), disputed: true)
        #expect(try figure("tech", table).disputed)
    }

    @Test("Counting agrees with counting by hand, whatever the records", arguments: Seed.smoke)
    func byHand(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let days = ["2018-05-01", "2019-04-30", "2019-06-29", "2019-06-30", "2019-07-01", "2020-12-31"]
        for _ in 0..<30 {
            var table = FigureTable()
            var expected = 0
            let count = Int.random(in: 1...12, using: &random)
            for number in 0..<count {
                let state = ["applied", "in_force", "revoked"].randomElement(using: &random) ?? "applied"
                let track = ["sme", "high_tech"].randomElement(using: &random) ?? "sme"
                let from = Bool.random(using: &random) ? days.randomElement(using: &random) : nil
                let to = Bool.random(using: &random) ? days.randomElement(using: &random) : nil
                var fields = ["state": state, "track": track]
                fields["valid_from"] = from
                fields["valid_to"] = to
                try table.record("xiping", "certificates", "r\(number)", fields)
                let begun = from.map { $0 <= "2019-06-30" } ?? false
                let lasts = to.map { $0 >= "2019-06-30" } ?? true
                if state == "in_force", track == "high_tech", begun, lasts { expected += 1 }
            }
            #expect(try figure("tech", table).value == Rational(expected))
        }
    }
}
