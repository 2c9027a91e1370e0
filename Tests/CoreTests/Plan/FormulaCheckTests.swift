import PlanSyncCore
import Testing

@Suite("Checking formulas")
struct FormulaCheckTests {
    private func faults(_ path: String, _ text: String) -> [PlanFault] {
        SamplePlan.faults(RecordPlan.document.with(path, .text(text)))
    }

    private func expect(_ text: String, _ message: String, column: Int? = nil, path: String = "indicators.3.numerator")
    {
        let found = faults(path, text)
        let matches = found.contains { $0.message.contains(message) && (column == nil || $0.place.column == column) }
        #expect(matches, "\(text): \(found.map(\.description))")
    }

    @Test("Names that are not there are told with what was probably meant, at their own place")
    func names() {
        expect("count(brand)", "'brand' is not a collection of this plan; did you mean 'brands'?", column: 7)
        expect(
            "count(brands where valid_too >= period.end)",
            "'valid_too' is not a field of 'brands'; did you mean 'valid_to'?",
            column: 20)
        expect(
            "count(brands where company.nam = \"x\")", "'nam' is not a field of 'companies'; did you mean 'name'?",
            column: 28)
        expect("g77", "'g77' is not an element of this plan; did you mean 'g07'?", column: 1)
        expect("cuont(brands)", "'cuont' is not a function; did you mean 'count'?", column: 1)
        expect("count(rd where key.year = \"2019\")", "has no part 'year'; it has companies, period.")
    }

    @Test("An option that is not one of the field's is told")
    func options() {
        expect(
            "count(certificates where state = \"in_forse\")",
            "'in_forse' is not one of applied, in_force, revoked; did you mean 'in_force'?", column: 26)
        expect("count(certificates where track in (\"sme\", \"hightech\"))", "did you mean 'high_tech'?")
        expect("count(certificates where valid_to >= \"2019-13-01\")", "'2019-13-01' is not a day")
    }

    @Test("What cannot be compared, added or counted is told")
    func kinds() {
        expect("count(certificates where valid_to >= 5)", "A day is compared with a figure.")
        expect("count(certificates where number)", "A condition is expected here, not a text.")
        expect("count(certificates where number + 1 = 2)", "A figure is expected here, not a text.")
        expect("sum(certificates.number)", "'number' is a text; only figures are summed.")
        expect("sum(certificates)", "'sum' needs a field, such as certificates.company.")
        expect("count(brands.company)", "counts whole records; write 'brands' alone.")
        expect("g07 >= 3", "is not a figure, so no formula can use it.")
        expect("exists(brands.company)", "stands in a condition behind 'where'")
        expect(
            "count(companies where exists(certificates.number))", "'number' does not refer to a record of 'companies'.")
        expect("count(companies where count(brands) > 1)", "looks only at those that refer to it")
        expect("count(brands where previous(valid_to) = 1)", "The records of 'brands' have no period")
    }

    @Test("What is cumulative already is not summed over the year")
    func cumulative() {
        expect("year_to_date(g13)", "'g13' is cumulative already", column: 14)
        #expect(faults("indicators.3.numerator", "year_to_date(g07)").isEmpty)
        expect("previous(previous(previous(g07)))", "Not more than two of these may nest.")
    }

    @Test("Indicators that use each other in a circle are refused with the chain")
    func circles() {
        expect("growth + 1", "The formulas go in a circle: ", path: "indicators.0.numerator")
        expect("tech + 0", "The formulas go in a circle: tech -> tech.", path: "indicators.0.numerator")
    }

    @Test("Figures of different kinds are warned of, those of one kind are converted")
    func units() throws {
        let mixed = RecordPlan.document.with("indicators.3.numerator", "g07 + g12n")
        let warnings = try PlanReader.read(mixed.node).warnings.filter { $0.path == "indicators[3].numerator" }
        #expect(warnings.map(\.message) == ["This is in 万元 and the other side in 家; they are not of one kind."])
    }

    @Test("Checks, unique fields and workflows name what is there")
    func recordRules() {
        let base = "collections.1."
        expect("valid_from", "A condition is expected here, not a day.", path: base + "checks.0.rule")
        expect("cert_years", "'cert_years' is used twice", path: base + "checks.0.id")
        expect("weak", "'weak' is not one of hard, soft", path: base + "checks.0.strength")
        expect("nummer", "'nummer' is not a field of 'certificates'; did you mean 'number'?", path: base + "unique.0.1")
        expect("company", "is an option with the policy review", path: base + "workflow.field")
        expect("aplied", "did you mean 'applied'?", path: base + "workflow.initial")
        expect("in_forc", "did you mean 'in_force'?", path: base + "workflow.transitions.0.to")
        expect("reviewr", "did you mean 'reviewer'?", path: base + "workflow.transitions.0.by.0")
        expect("certificats", "did you mean 'certificates'?", path: "collections.2.fields.0.to")
        expect("company", "did you mean 'companies'?", path: "collections.3.key.0")
    }

    @Test("A state that no step leads to, and an element that nothing uses, are warnings")
    func warnings() throws {
        let sketch = RecordPlan.document.with("collections.1.workflow.transitions.1", nil)
        let messages = try PlanReader.read(sketch.node).warnings.map(\.message)
        #expect(messages.contains("No step leads to the state 'revoked'."))
        #expect(messages.contains("No indicator and no check uses the element 'g02n'."))
        #expect(!messages.contains { $0.contains("'g07'") })
    }
}
