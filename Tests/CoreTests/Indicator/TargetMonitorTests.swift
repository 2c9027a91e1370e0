import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Where targets stand")
struct TargetMonitorTests {
    private func standing(
        _ id: String, of tenant: String, _ table: FigureTable, _ sketch: Sketch = SamplePlan.document,
        period: String = "201905B"
    ) throws -> TargetStanding {
        let plan = try SamplePlan.plan(sketch)
        let indicator = try #require(plan.indicators.first { $0.id.rawValue == id })
        let place = try #require(plan.periods.period(period))
        return TargetMonitor(plan: plan, figures: table).standing(indicator, of: try TenantID(tenant), in: place)
    }

    @Test("Due by now, lacking, and needed in each remaining period of the year")
    func lacking() throws {
        let table = try FigureTable(UnitFigures.example)
        let flow = try standing("g13", of: "yicheng", table)
        #expect(flow.target == Rational(240) && flow.due == Rational(120) && flow.figure.value == Rational(96))
        #expect(flow.gap == Rational(144) && flow.neededPerPeriod == Rational(48))
        #expect(try flow.completion == Rational("0.8") && flow.light == .behind)
        let stock = try standing("g07", of: "yicheng", table)
        #expect(try stock.due == Rational(14) && stock.completion == Rational("1.5") && stock.light == .ahead)
        #expect(try standing("g01", of: "yicheng", table).light == .none)
        #expect(flow.accepted.state == .missing)
    }

    @Test("The city's target of a year is what its units add up to, unless the city or the plan says another")
    func city() throws {
        var table = try FigureTable(UnitFigures.example)
        #expect(try standing("g13", of: "city", table).target == Rational(440))
        #expect(try standing("g07", of: "city", table).due == Rational(29))
        #expect(try standing("g12", of: "city", table).target == Rational(2))
        try table.insert("city", "targets", "g13:2019", "target", .text("500"))
        #expect(try standing("g13", of: "city", table).target == Rational(500))
    }

    @Test("The forecast is the line through the last three points, to the deadline")
    func forecast() throws {
        var table = FigureTable()
        // 2, 4, 6 at the ends of February, April and June (days 59, 120, 181): a slope of 2 in 61 days.
        for (period, value) in [("201811B", "90"), ("201901B", "2"), ("201903B", "4"), ("201905B", "6")] {
            try table.insert("xiping", "values", period, "g13", .text(value))
        }
        let found = try standing("g13", of: "xiping", table)
        #expect(found.deadline?.description == "2019-12-31")
        // 184 days after 30 June.
        let growth = try Rational("368/61")
        #expect(found.forecast == Rational(6) + growth)
        #expect(try standing("g13", of: "xiping", table, period: "201901B").forecast == nil)
        let none = SamplePlan.document.with("forecast", ["method": "none"])
        #expect(try standing("g13", of: "xiping", table, none).forecast == nil)
    }

    @Test("A line by least squares agrees with its definition", arguments: Seed.smoke)
    func leastSquares(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let slope = Int.random(in: 0...9, using: &random)
            var table = FigureTable()
            let plan = try SamplePlan.plan()
            let start = try CalendarDate("2019-01-01").daysSince1970
            for period in plan.periods.all where period.year == 2019 && period.indexInYear <= 3 {
                let value = 100 + slope * (period.lastDay.daysSince1970 - start)
                try table.insert("xiping", "values", period.id.rawValue, "g13", .text("\(value)"))
            }
            // Points that lie on a line are met by it.
            #expect(try standing("g13", of: "xiping", table).forecast == Rational(100 + slope * 364))
        }
    }

    @Test("Targets of units that sum to another figure than the city's are told, in the file and of what was entered")
    func decomposition() throws {
        let target: Sketch = ["value": "20", "deadline": "2019-12-31"]
        let sketch = SamplePlan.document.with("indicators.0.target", target)
            .with("indicators.0.units", ["yicheng": "10", "xiping": "9"])
        let warnings = try PlanReader.read(sketch.node).warnings.map(\.message)
        #expect(warnings == ["The targets of the units sum to 19, the city's is 20; the rest is nobody's."])
        let plan = try SamplePlan.plan(sketch)
        let december = try #require(plan.periods.period("201911B"))
        let found = TargetMonitor(plan: plan, figures: FigureTable()).unevenDecompositions(in: december)
        #expect(found.map(\.units) == [Rational(19)] && found.map(\.city) == [Rational(20)])
        // What the city enters stands before what the file says.
        var table = FigureTable()
        try table.insert("xiping", "targets", "g07:2019", "target", .text("12"))
        let more = TargetMonitor(plan: plan, figures: table).unevenDecompositions(in: december)
        #expect(more.map(\.units) == [Rational(22)])
        try table.insert("xiping", "targets", "g07:2019", "target", .text("10"))
        #expect(TargetMonitor(plan: plan, figures: table).unevenDecompositions(in: december).isEmpty)
        let over = sketch.with("indicators.0.units", ["yicheng": "10", "xiping": "11"])
        #expect(
            try PlanReader.read(over.node).warnings.map(\.message)
                == [
                    "The targets of the units sum to 21, the city's is 20; more is asked of the units than of the city."
                ])
        #expect(try standing("g07", of: "yicheng", table, sketch).target == Rational(10))
        let typo = SamplePlan.faults(sketch.with("indicators.0.units", ["yichen": "10"])).map(\.message)
        #expect(typo == ["'yichen' is not a unit of this plan; did you mean 'yicheng'?"])
    }
}

@Suite("Indicators kept up")
struct RunningAggregateTests {
    @Test("Whatever changes, what is kept up equals what is computed anew", arguments: Seed.smoke)
    func equal(seed: UInt64) throws {
        try follow(RecordPlan.document, seed)
    }

    @Test(
        "So it is with the middle, what stands for each record, and the record of the period before",
        arguments: Seed.smoke)
    func equalByRecord(seed: UInt64) throws {
        let ratio =
            "sum(rd each spend - previous(spend) where previous(spend) is not missing and unit.id != \"pingyu\")"
        let days =
            "median(certificates each workdays_between(\"2018-05-01\", valid_from) "
            + "where slice(state, 1, 2) = \"in\")"
        let document = RecordPlan.document
            .with("indicators.0.numerator", .text(ratio))
            .with("indicators.2.numerator", .text(days))
        try follow(document, seed)
    }

    private func follow(_ document: Sketch, _ seed: UInt64) throws {
        let plan = try SamplePlan.plan(document)
        var random = SplitMix64(seed: seed)
        var table = FigureTable()
        let running = RunningAggregate(plan: plan, figures: table)
        let periods = plan.periods.all.filter { $0.year == 2019 }
        for step in 0..<120 {
            let (key, value) = try change(&random)
            table.insert(key, value: value, disputed: step % 7 == 0)
            running.take(key, value: value, disputed: step % 7 == 0)
            let fresh = Aggregate(plan: plan, figures: table)
            let period = try #require(periods.randomElement(using: &random))
            for indicator in plan.indicators {
                for unit in plan.tenants.map(\.id) {
                    let one = figure(running.aggregate, indicator, unit, period)
                    let other = figure(fresh, indicator, unit, period)
                    #expect(one == other, "\(indicator.id) of \(unit) in \(period.id) after \(key)")
                }
            }
        }
    }

    private func figure(_ aggregate: Aggregate, _ indicator: Indicator, _ unit: TenantID, _ period: Period) -> String {
        let figure =
            unit == .city
            ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: unit, in: period)
        return "\(figure.state) \(figure.value?.shown(6) ?? "-") \(figure.completion?.shown(6) ?? "-") "
            + "\(figure.beside?.shown(6) ?? "-") \(figure.disputed) \(figure.missing)"
    }

    private func change(_ random: inout SplitMix64) throws -> (CellKey, FieldValue?) {
        let tenant = ["xiping", "pingyu", "city"].randomElement(using: &random) ?? "city"
        let day = ["2018-05-07", "2019-04-30", "2019-06-30", "2020-12-31"].randomElement(using: &random) ?? ""
        let company = RecordPlan.codes.randomElement(using: &random) ?? ""
        let number = "\(Int.random(in: 0...3, using: &random))"
        let places: [(String, String, String, String?)] = [
            ("values", "201905B", "g07", number), ("targets", "tech:2019", "target", number),
            ("certificates", number, "company", company), ("certificates", number, "track", "high_tech"),
            ("certificates", number, "state", ["in_force", "revoked"].randomElement(using: &random)),
            ("certificates", number, "valid_from", day), ("certificates", number, "record:state", "deleted"),
            ("certificates", number, "record:state", "active"), ("companies", company, "batch_from", day),
            ("brands", number, "company", company), ("brands", number, "valid_to", day),
            ("rd", "\(company):201903B", "spend", number), ("rd", "\(company):201905B", "spend", number),
            ("rd", "\(company):201905B", "sales", number),
            ("values", "201905B", "g07", nil), ("brands", number, "company", nil),
        ]
        let place = places.randomElement(using: &random) ?? places[0]
        let key = CellKey(
            tenant: try TenantID(tenant), record: try RecordKey(collection: CollectionID(place.0), key: place.1),
            field: try FieldID(place.2))
        return (key, place.3.map { .text($0) })
    }
}
