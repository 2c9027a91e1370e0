import PlanSyncCore
import Testing

@Suite("Fields and collections of a plan")
struct PlanFieldTests {
    private static let document = SamplePlan.document
    private static let stages: Sketch = ["candidate", "applied", "recognised"]

    private func expectFault(_ sketch: Sketch, _ message: String, path: String? = nil) {
        let faults = SamplePlan.faults(sketch)
        let found = faults.contains { $0.message.contains(message) && (path == nil || $0.path == path) }
        #expect(found, "\(faults.map(\.description))")
    }

    private func withField(_ members: [(String, Sketch)]) -> Sketch {
        Self.document.with("collections.0.fields.1", .map([("id", "x"), ("name", "X")] + members))
    }

    private func field(_ members: [(String, Sketch)]) throws -> FieldRule {
        try #require(try SamplePlan.plan(withField(members)).field(try FieldID("x"), of: try CollectionID("companies")))
    }

    @Test("Ladders, sets and narratives are read with their rules")
    func kinds() throws {
        let ladder = try field([("type", "option"), ("options", Self.stages), ("merge", "ladder"), ("gate", "county")])
        #expect(ladder.merge == .ladder && ladder.gate == .county)
        #expect(ladder.kind == .option(["candidate", "applied", "recognised"]))
        let partners = try field([("type", "members"), ("merge", "members"), ("max_length", "30")])
        #expect(partners.kind == .members(maximum: 30) && partners.merge == .members)
        #expect(try field([("type", "members")]).merge == .members)
        let story = try field([("type", "text"), ("merge", "text")])
        #expect(story.merge == .text && story.gate == .city)
    }

    @Test(
        "A policy that does not fit the type is a fault",
        arguments: [
            ("text", "ladder", "'ladder' needs"), ("text", "members", "'members' needs the type members"),
            ("option", "text", "'text' needs the type text"), ("option", "counter", "'counter' needs a figure"),
            ("members", "review", "has the policy members only"), ("members", "text", "'text' needs the type text"),
            ("amount", "ladder", "'ladder' needs"),
        ])
    func policies(type: String, merge: String, message: String) {
        expectFault(
            withField([("type", .text(type)), ("options", Self.stages), ("merge", .text(merge))]), message,
            path: "collections[0].fields[1].merge")
    }

    @Test("A gate is the city's or the county's")
    func gate() {
        expectFault(
            withField([("type", "option"), ("options", Self.stages), ("merge", "ladder"), ("gate", "province")]),
            "is not one of city, county")
    }

    @Test("A field's name has no colon, which is how the places of the program are told from fields")
    func colons() {
        expectFault(
            Self.document.with("collections.0.fields.0.id", "record:state"), "has no ':'",
            path: "collections[0].fields[0].id")
    }

    @Test(
        "The names of the built-in collections are taken",
        arguments: ["values", "targets", "conflicts", "periods", "submissions", "revisions"])
    func builtIn(name: String) {
        expectFault(Self.document.with("collections.0.id", .text(name)), "'\(name)' is built in")
    }

    // MARK: Renaming

    private func renamed(_ entries: [(String, String, String)], also: Sketch? = nil) -> Sketch {
        (also ?? Self.document).with(
            "renamed",
            .list(
                entries.map { entry in
                    ["collection": .text(entry.0), "from": .text(entry.1), "to": .text(entry.2)]
                }))
    }

    @Test("An old name leads to the present one, also over several revisions")
    func renaming() throws {
        let plan = try SamplePlan.plan(
            renamed([("companies", "label", "title"), ("companies", "title", "name"), ("values", "g06", "g07")]))
        let companies = try CollectionID("companies")
        #expect(plan.currentName(of: try FieldID("label"), in: companies).rawValue == "name")
        #expect(plan.currentName(of: try FieldID("title"), in: companies).rawValue == "name")
        #expect(plan.currentName(of: try FieldID("g06"), in: CollectionRule.values).rawValue == "g07")
        // A name of another collection is not meant.
        #expect(plan.currentName(of: try FieldID("label"), in: CollectionRule.values).rawValue == "label")
    }

    @Test(
        "A renaming that leads nowhere is a fault",
        arguments: [
            ("company", "label", "name", "'company' is not a collection of this plan; they are companies, values."),
            ("targets", "goal", "target", "'targets' is not a collection"),
            ("companies", "name", "name", "'name' is still a field"),
            ("companies", "label", "nam", "'nam' is not a field of 'companies'"),
        ])
    func faultyRenaming(collection: String, from: String, to: String, message: String) {
        expectFault(renamed([(collection, from, to)]), message)
    }

    @Test("A circle of names, a name renamed twice, and two fields that become one are faults")
    func ambiguousRenaming() {
        expectFault(
            renamed([("companies", "a", "b"), ("companies", "b", "a")]), "is not a field of 'companies'",
            path: "renamed[0].to")
        expectFault(renamed([("companies", "a", "name"), ("companies", "a", "name")]), "'a' was renamed already")
        expectFault(
            renamed([("companies", "a", "name"), ("companies", "b", "name")]), "renamed to 'name' already",
            path: "renamed[1].to")
    }

    // MARK: Deadlines

    @Test(
        "A deadline ends with the day in the plan's local time",
        arguments: [
            (nil, "2019-07-10T16:00:00.000Z"), ("+08:00", "2019-07-10T16:00:00.000Z"),
            ("+00:00", "2019-07-11T00:00:00.000Z"), ("-03:30", "2019-07-11T03:30:00.000Z"),
            ("+05:45", "2019-07-10T18:15:00.000Z"),
        ] as [(String?, String)])
    func deadlines(offset: String?, end: String) throws {
        let periods = try SamplePlan.plan(Self.document.with("periods.utc_offset", offset.map { .text($0) })).periods
        let period = try #require(periods.period("201905B"))
        #expect(period.deadline.description == "2019-07-10")
        #expect(periods.deadlineEnd(of: period).description == end)
    }

    @Test(
        "An offset that is none is a fault",
        arguments: ["8", "+8:00", "08:00", "+24:00", "+08:60", "++8:00", "+0８:00", ""])
    func offsets(text: String) {
        expectFault(
            Self.document.with("periods.utc_offset", .text(text)), "is not an offset", path: "periods.utc_offset")
    }

    // MARK: Members

    @Test("A member is one text with a name, without the spaces around it")
    func members() throws {
        let rule = try Sample.rule(.members(maximum: 4))
        #expect(try rule.admit(.text(" 甲 乙　")) == .text("甲 乙"))
        #expect(try rule.read(" 甲") == .text("甲"))
        #expect(throws: FieldFault.emptyMember) { try rule.admit(.text("")) }
        #expect(throws: FieldFault.emptyMember) { try rule.admit(.text(" 　")) }
        #expect(throws: FieldFault.tooLong(maximum: 4)) { try rule.admit(.text("甲乙丙丁戊")) }
        #expect(throws: FieldFault.controlCharacter) { try rule.admit(.text("甲\n乙")) }
        #expect(throws: FieldFault.otherKind) { try rule.admit(.members(["甲"])) }
        #expect(throws: FieldFault.otherKind) { try rule.admit(.flag(true)) }
        #expect(FieldFault.emptyMember.reason == "empty_member")
    }
}
