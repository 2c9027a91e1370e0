import PlanSyncCore
import Testing

@Suite("Reading a plan")
struct PlanReaderTests {
    private static let document = SamplePlan.document

    private static func messages(_ sketch: Sketch) -> [String] { SamplePlan.faults(sketch).map(\.message) }

    private func expectFault(_ sketch: Sketch, _ message: String, path: String? = nil) {
        let faults = SamplePlan.faults(sketch)
        let found = faults.contains { $0.message.contains(message) && (path == nil || $0.path == path) }
        #expect(found, "\(faults.map(\.description))")
    }

    @Test("A good plan is read whole, with its built-in collections")
    func good() throws {
        let plan = try SamplePlan.plan()
        #expect(plan.id.rawValue == "zmd-2018-25" && plan.title.en == "Zhumadian" && plan.number == "25")
        #expect(plan.units.map(\.id.rawValue) == ["yicheng", "xiping", "shangcai", "pingyu"])
        #expect(plan.collection(CollectionRule.values)?.fields.count == 7)
        #expect(plan.field(try FieldID("applies"), of: CollectionRule.targets)?.kind == .flag)
        #expect(plan.field(ConflictField.resolution, of: CollectionRule.conflicts)?.merge == .review)
        #expect(plan.indicators.map(\.weight.description) == ["15", "10", "6", "9", "60"])
        #expect(
            plan.indicators[4].path.map { $0.rounded(3) } == ["0.167", "0.333", "0.500", "0.667", "0.833", "1.000"])
        #expect(plan.measures.first?.lead == ["science"])
    }

    @Test("A unit lies on a tile of its own, when the plan says so")
    func tiles() throws {
        let document = Self.document.with("tenants.2.tile", ["column": "3", "row": "1"])
        let plan = try PlanReader.read(document.node).plan
        #expect(plan.tenants.map { $0.tile?.column } == [nil, nil, 3, nil, nil])
        expectFault(
            document.with("tenants.3.tile", ["column": "3", "row": "1"]), "'xiping' lies on this tile already.",
            path: "tenants[3].tile")
        expectFault(document.with("tenants.2.tile", ["column": "3"]), "'row' is missing.", path: "tenants[2].tile")
        expectFault(
            document.with("tenants.2.tile", ["column": "99", "row": "1"]), "not a whole number from 0 to 11",
            path: "tenants[2].tile.column")
    }

    @Test("A misspelt member is a fault that says what was meant")
    func typos() {
        expectFault(
            Self.document.with("elements.0.unitt", "家"), "'unitt' is not known here; did you mean 'unit'?",
            path: "elements[0]")
        expectFault(Self.document.with("rankings", "x"), "did you mean 'ranking'?")
        expectFault(
            Self.document.with("elements.0.merge", "reviw"), "did you mean 'review'?", path: "elements[0].merge")
        expectFault(Self.document.with("elements.0.type", "number"), "is not one of amount, count")
        expectFault(Self.document.with("elements.0.qqqqqq", "x"), "'qqqqqq' is not known here.")
    }

    @Test(
        "A name that is used twice tells the line of the first",
        arguments: [
            ("tenants.2.id", "yicheng"), ("elements.1.id", "g07"), ("indicators.1.id", "g07"),
            ("departments.1.id", "science"),
        ])
    func duplicates(path: String, name: String) throws {
        let document = Self.document.with(path, .text(name))
        let list = try #require(document.node.value(String(path.prefix { $0 != "." })))
        guard case .sequence(let members) = list.content else { return }
        let first = try #require(members.first { $0.value("id")?.content == .scalar(name) })
        expectFault(document, "'\(name)' is used twice; the first is on line \(first.place.line).")
    }

    @Test("The weights sum to 100, and the shares too")
    func sums() {
        expectFault(
            Self.document.with("indicators.4.weight", "59"), "The weights of the indicators sum to 99, not to 100.",
            path: "indicators")
        expectFault(
            Self.document.with("ranking.components.0.share", "69.5"),
            "The shares of the components sum to 99.5, not to 100.", path: "ranking.components")
    }

    @Test("A stretch goal is left out of the weights")
    func stretch() throws {
        let sketch = Self.document.with("indicators.4.stretch", "true").with("indicators.0.weight", "75")
        #expect(try SamplePlan.plan(sketch).indicators[4].stretch)
    }

    @Test("A path never falls, has a share for each period and ends at 1")
    func paths() {
        let path = "indicators[0].path"
        expectFault(
            Self.document.with("indicators.0.path", ["0", "1/2", "1/4", "1/2", "1", "1"]), "The path falls here",
            path: path)
        expectFault(Self.document.with("indicators.0.path", ["0", "1"]), "2 shares; 6 periods make a year", path: path)
        expectFault(
            Self.document.with("indicators.0.path", ["0", "0", "0", "0", "0", "0.9"]), "ends below 1", path: path)
        expectFault(
            Self.document.with("indicators.0.path", ["0", "0", "0", "0", "0", "1.1"]), "not a share from 0 to 1",
            path: path)
    }

    @Test("A formula names elements that are there, and figures")
    func formulas() {
        expectFault(
            Self.document.with("indicators.0.numerator", "g08"),
            "'g08' is not an element of this plan; did you mean 'g07'?", path: "indicators[0].numerator")
        let sketch = Self.document.with("elements.0.type", "text")
        expectFault(sketch, "'g07' is not a figure, so no formula can use it.")
        expectFault(Self.document.with("indicators.0.numerator", "g07 +"), "The formula ends where")
    }

    @Test("A formula's fault is placed within the formula")
    func formulaPlace() throws {
        let fault = try #require(
            SamplePlan.faults(Self.document.with("indicators.0.numerator", "g07 $")).first {
                $0.path == "indicators[0].numerator"
            })
        #expect(fault.place.column == 5)
    }

    @Test("A department that is not there is a fault, wherever it is named")
    func departments() {
        expectFault(
            Self.document.with("measures.0.lead.0", "sciense"),
            "'sciense' is not a department of this plan; did you mean 'science'?", path: "measures[0].lead")
        expectFault(Self.document.with("elements.0.department", "finance"), "'finance' is not a department")
    }

    @Test("A ratio has a denominator, and only a ratio")
    func denominators() {
        let path = "indicators[1].denominator"
        expectFault(Self.document.with("indicators.1.denominator", nil), "A ratio needs a 'denominator'.", path: path)
        expectFault(
            Self.document.with("indicators.0.denominator", "g12d"), "A stock has no 'denominator'.",
            path: "indicators[0].denominator")
    }

    @Test("Every unit has a group that exists, and the city is there")
    func tenants() {
        expectFault(Self.document.with("tenants.1.group", "towns"), "'towns' is not a group; the groups are counties.")
        expectFault(Self.document.with("tenants.1.group", nil), "'group' is missing")
        expectFault(Self.document.with("tenants.0.id", "town").with("tenants.0.group", "counties"), "the city itself")
        expectFault(Self.document.with("tenants.1.id", .text(String(repeating: "a", count: 49))), "at most 48")
        expectFault(Self.document.with("tenants.1.id", "驿城"), "Character 1 of the name is not allowed")
    }

    @Test("What is missing, or of another kind, is told")
    func shapes() {
        expectFault(Self.document.with("format", nil), "'format' is missing.")
        expectFault(Self.document.with("format", "plansync-plan/2"), "'plansync-plan/1' is.", path: "format")
        expectFault(Self.document.with("elements", "g07"), "A list is expected here, not a value.")
        expectFault(Self.document.with("elements", []), "'elements' is empty")
        expectFault(Self.document.with("plan", "x"), "Named values are expected here")
        expectFault(Self.document.with("elements.0.name", ["g07"]), "A name in Chinese")
        expectFault(Self.document.with("elements.0.min", "none"), "'none' is not a figure", path: "elements[0].min")
        expectFault(Self.document.with("ranking.decimals", "7"), "whole number from 0 to 6")
        expectFault(Self.document.with("collections.0.id", "values"), "'values' is built in")
        expectFault(Self.document.with("collections.0.key", ["code"]), "'code' is not one of name, period")
        expectFault(Self.document.with("elements.0.id", "g-07"), "has no '-' or ':'")
    }

    @Test("A text cannot be counted up")
    func policies() {
        expectFault(
            Self.document.with("elements.0", ["id": "g07", "name": "x", "type": "text", "merge": "counter"]),
            "'counter' needs a figure")
    }

    @Test("All faults are told at once, in the order of the file")
    func allAtOnce() {
        let faults = SamplePlan.faults(
            Self.document.with("ranking.decimals", "7").with("elements.0.unti", "家").with("format", "x"))
        #expect(faults.count == 3)
        #expect(faults.map(\.place) == faults.map(\.place).sorted())
    }

    @Test("An indicator without a weight is a warning, and the plan can be loaded")
    func warnings() throws {
        let extra: Sketch = ["id": "g99", "name": "x", "kind": "flow", "numerator": "g01"]
        let reading = try PlanReader.read(Self.document.with("indicators.9", extra).node)
        #expect(reading.warnings.map(\.severity) == [.warning])
        #expect(reading.warnings.first?.description.contains("warning:") == true)
    }
}
