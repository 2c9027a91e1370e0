import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Aggregates")
struct AggregateTests {
    private func aggregate(
        _ units: [UnitFigures] = UnitFigures.example, _ sketch: Sketch = SamplePlan.document
    ) throws -> (Aggregate, Plan, Period) {
        let plan = try SamplePlan.plan(sketch)
        let period = try #require(plan.periods.period("201905B"))
        return (Aggregate(plan: plan, figures: try FigureTable(units)), plan, period)
    }

    private func indicator(_ id: String, _ plan: Plan) throws -> Indicator {
        try #require(plan.indicators.first { $0.id.rawValue == id })
    }

    @Test("A city's ratio is the sum over the sum, not the mean of the ratios")
    func ratioOfSums() throws {
        var units = UnitFigures.example
        units[2].values["g12n"] = "0"
        let (aggregate, plan, period) = try aggregate(units)
        let figure = aggregate.cityFigure(try indicator("g12", plan), in: period)
        // (3150 + 880 + 0 + 450) of (150000 + 40000 + 40000 + 30000); the mean of the ratios were 1.45.
        #expect(figure.numerator == Rational(4_480) && figure.denominator == Rational(260_000))
        #expect(figure.value?.rounded(4) == "1.7231")
        #expect(figure.state == .known && figure.missing.isEmpty)
        #expect(figure.completion?.rounded(4) == "0.8615")
    }

    @Test("With a unit's figure missing, the city's value is that of the others, and the gap is named")
    func cityWithGaps() throws {
        let (aggregate, plan, period) = try aggregate()
        let figure = aggregate.cityFigure(try indicator("g12", plan), in: period)
        #expect(figure.denominator == Rational(220_000))
        #expect(figure.missing.map(\.tenant.rawValue) == ["shangcai"])
        #expect(figure.missing.map(\.element.rawValue) == ["g12n"])
    }

    @Test("The parts of the units sum to the city's", arguments: Seed.smoke)
    func sums(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            var units = UnitFigures.example
            for index in units.indices {
                for element in ["g12n", "g12d", "g07", "g13", "g02n", "g02d"] {
                    units[index].values[element] = "\(Int.random(in: 0...9_999, using: &random))"
                }
            }
            let (aggregate, plan, period) = try aggregate(units)
            for indicator in plan.indicators where indicator.calendar == .everyPeriod {
                let figures = plan.units.map { aggregate.figure(indicator, of: $0.id, in: period) }
                let city = aggregate.cityFigure(indicator, in: period)
                #expect(figures.reduce(Rational.zero) { $0 + ($1.numerator ?? .zero) } == city.numerator)
                guard indicator.kind.isRatio else { continue }
                #expect(figures.reduce(Rational.zero) { $0 + ($1.denominator ?? .zero) } == city.denominator)
            }
        }
    }

    @Test("A stock counts from its baseline, and the part that is due from it too")
    func stock() throws {
        let (aggregate, plan, period) = try aggregate()
        let figure = aggregate.figure(try indicator("g07", plan), of: try TenantID("yicheng"), in: period)
        #expect(figure.value == Rational(15) && figure.target == Rational(20) && figure.due == Rational(14))
        #expect(figure.completion == (try Rational("1.5")))
    }

    @Test("A stock that need not grow is judged by what it keeps")
    func keeping() throws {
        var units = UnitFigures.example
        units[0].targets["g07"] = ("12", "12")
        units[0].values["g07"] = "9"
        let (aggregate, plan, period) = try aggregate(units)
        let figure = aggregate.figure(try indicator("g07", plan), of: try TenantID("yicheng"), in: period)
        #expect(figure.completion == (try Rational("0.75")))
    }

    @Test("A stock below its baseline has reached nothing, not less")
    func belowBaseline() throws {
        var units = UnitFigures.example
        units[0].values["g07"] = "3"
        let (aggregate, plan, period) = try aggregate(units)
        #expect(
            aggregate.figure(try indicator("g07", plan), of: try TenantID("yicheng"), in: period).completion == .zero)
    }

    @Test("Where less is better, completion is the target over the value, and nothing at all is the best")
    func atMost() throws {
        let sketch = SamplePlan.document.with("indicators.1.target.comparison", "<=")
        func completion(_ numerator: String) throws -> Rational? {
            var units = UnitFigures.example
            units[0].values["g12n"] = numerator
            let (aggregate, plan, period) = try aggregate(units, sketch)
            return aggregate.figure(try indicator("g12", plan), of: try TenantID("yicheng"), in: period).completion
        }
        #expect(try completion("3000") == Rational(1))
        #expect(try completion("6000") == (try Rational("0.5")))
        let best = try #require(try completion("0"))
        let next = try Rational("1.2")
        #expect(best >= next)
    }

    @Test("Missing, zero, not due, not applicable and undefined are five things")
    func states() throws {
        var units = UnitFigures.example
        units[1].values["g12n"] = "0"
        units[3].values["g12d"] = "0"
        let plan = try SamplePlan.plan()
        let period = try #require(plan.periods.period("201905B"))
        var table = try FigureTable(units)
        try table.insert("yicheng", "targets", "g12:2019", "applies", .flag(false))
        let aggregate = Aggregate(plan: plan, figures: table)
        let ratio = try indicator("g12", plan)
        let figures = plan.units.map { aggregate.figure(ratio, of: $0.id, in: period) }
        #expect(figures.map(\.state) == [.notApplicable, .known, .missing, .undefined])
        #expect(figures[1].value == .zero && figures[1].completion == .zero)
        let yearly = aggregate.figure(try indicator("g01", plan), of: try TenantID("xiping"), in: period)
        #expect(yearly.state == .notDue)
        #expect(aggregate.cityFigure(try indicator("g01", plan), in: period).state == .notDue)
    }

    @Test("What a period added is summed over the year so far; one period missing makes the sum missing")
    func increments() throws {
        let plan = try SamplePlan.plan(SamplePlan.document.with("elements.3.basis", "increment"))
        let flow = try indicator("g13", plan)
        let xiping = try TenantID("xiping")
        var table = FigureTable()
        for (period, value) in [("201811B", "100"), ("201901B", "1"), ("201903B", "2"), ("201905B", "4")] {
            try table.insert("xiping", "values", period, "g13", .text(value))
        }
        let may = try #require(plan.periods.period("201905B"))
        #expect(Aggregate(plan: plan, figures: table).figure(flow, of: xiping, in: may).value == Rational(7))
        let september = try #require(plan.periods.period("201909B"))
        try table.insert("xiping", "values", "201909B", "g13", .text("8"))
        #expect(Aggregate(plan: plan, figures: table).figure(flow, of: xiping, in: september).state == .missing)
    }

    @Test("A value that was cleared is missing again")
    func cleared() throws {
        let record = try RecordKey(collection: CollectionRule.values, key: "201905B")
        let plan = try SamplePlan.plan()
        let period = try #require(plan.periods.period("201905B"))
        var table = FigureTable()
        let key = CellKey(tenant: try TenantID("xiping"), record: record, field: try FieldID("g07"))
        table.insert(key, value: .text("5"), disputed: false)
        table.insert(key, value: nil, disputed: false)
        let figure = Aggregate(plan: plan, figures: table).figure(
            try indicator("g07", plan), of: key.tenant, in: period)
        #expect(figure.state == .missing)
    }
}
