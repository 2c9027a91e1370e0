import PlanSyncCore
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private func explain(
        _ id: String, of tenant: String, _ figures: FigureTable, _ sketch: Sketch = SamplePlan.document
    ) throws -> Explanation {
        let plan = try SamplePlan.plan(sketch)
        let indicator = try #require(plan.indicators.first { $0.id.rawValue == id })
        let period = try #require(plan.periods.period("201905B"))
        return Explanation(indicator, of: try TenantID(tenant), in: period, plan: plan, figures: figures)
    }

    @Test("A ratio names what stands above and below the line, and comes to the aggregate's value")
    func ratio() throws {
        let explained = try explain("g12", of: "xiping", FigureTable(UnitFigures.example))
        #expect(explained.formula == "g12n / g12d * 100")
        #expect(explained.figure.value == Rational(880) * Rational(100) / Rational(40_000))
        #expect(explained.inputs.map(\.element.rawValue) == ["g12n", "g12d"])
        #expect(explained.inputs.map { $0.amount?.description } == ["880", "40000"])
        #expect(explained.inputs.map { $0.place?.record.description } == ["values/201905B", "values/201905B"])
    }

    @Test("Of a sum over a sum each side is in brackets")
    func brackets() throws {
        let sketch = SamplePlan.document.with("indicators.1.numerator", "g12n + g13")
            .with("indicators.1.denominator", "g12d * 2")
        let explained = try explain("g12", of: "xiping", FigureTable(UnitFigures.example), sketch)
        #expect(explained.formula == "(g12n + g13) / (g12d * 2) * 100")
        #expect(explained.inputs.map(\.element.rawValue) == ["g12n", "g13", "g12d"])
    }

    @Test("A figure that is missing and one in dispute are named as such")
    func gaps() throws {
        var figures = try FigureTable(UnitFigures.example)
        try figures.insert("shangcai", "values", "201905B", "g12d", .text("40000"), disputed: true)
        let explained = try explain("g12", of: "shangcai", figures)
        #expect(explained.figure.state == .missing && explained.figure.disputed)
        #expect(explained.inputs.map { $0.amount == nil } == [true, false])
        #expect(explained.inputs.map(\.disputed) == [false, true])
    }

    @Test("The city's inputs are those of the units to which the indicator applies")
    func city() throws {
        var figures = try FigureTable(UnitFigures.example)
        try figures.insert("pingyu", "targets", "g07:2019", "applies", .flag(false))
        let explained = try explain("g07", of: "city", figures)
        #expect(explained.inputs.map(\.tenant.rawValue) == ["yicheng", "xiping", "shangcai"])
        #expect(explained.figure.value == Rational(26))
    }

    @Test("What a period added is traced to every period of the year so far")
    func increments() throws {
        var figures = FigureTable()
        for (period, value) in [("201811B", "100"), ("201901B", "1"), ("201903B", "2"), ("201905B", "4")] {
            try figures.insert("xiping", "values", period, "g13", .text(value))
        }
        let sketch = SamplePlan.document.with("elements.3.basis", "increment")
        let explained = try explain("g13", of: "xiping", figures, sketch)
        #expect(explained.inputs.map(\.period.rawValue) == ["201901B", "201903B", "201905B"])
        #expect(explained.figure.value == Rational(7))
    }
}
