import PlanSyncCore
import PlanSyncWire

/// A small plan with a field for each merge policy, and what its revisions change; invented.
enum SimulatedPlan {
    static let units = ["north", "south", "east", "west"]
    static let periods = ["2031Q1", "2031Q2", "2031Q3", "2031Q4"]
    /// The targets that the city enters: of the year, and versions of it.
    static let goals = ["i1:2031", "i1:2031Q2", "i1:2031Q3"]
    static let projects = ["p1", "p2", "p3"]
    /// What is entered once and stands.
    static let entries = (1...40).map { "e\($0)" }
    static let partners = ["ann", "bo", "cy", "di"]
    static let stages = ["draft", "applied", "granted", "honoured"]

    /// What the plan's reader takes by now.
    static let hasRenaming = true
    /// The names that one field may have.
    static let renamable: Set<String> = ["latest", "newest"]
    static let hasMembers = true

    /// A cell under each name that its field may have had.
    static func names(of key: CellKey) -> [CellKey] {
        guard key.record.collection == CollectionRule.values, renamable.contains(key.field.rawValue) else {
            return [key]
        }
        return renamable.compactMap { try? FieldID($0) }.map {
            CellKey(tenant: key.tenant, record: key.record, field: $0)
        }
    }

    /// What a revision may change.
    struct Variant: Sendable, Hashable {
        /// The name of the field of the policy `latest`: removed, as it was, or renamed.
        var latest: String? = "latest"
        /// The policy of the field `largest`.
        var largest = "max"
        /// The edition, in its title.
        var edition = 1
        /// Whether the options of `kind` have lost one.
        var hasShortOptions = false
    }

    static func document(_ variant: Variant) -> [UInt8] { PlanDocumentJSON.encode(node(variant)) }

    /// What people edit: the collection, the key, the field and how.
    struct Place: Sendable, Hashable {
        let collection: String
        let field: String
        let policy: MergePolicy
    }

    static let places: [Place] = [
        Place(collection: "values", field: "review", policy: .review),
        Place(collection: "values", field: "review2", policy: .review),
        Place(collection: "values", field: "latest", policy: .latest),
        Place(collection: "values", field: "counter", policy: .counter),
        Place(collection: "values", field: "largest", policy: .max),
        Place(collection: "values", field: "smallest", policy: .min),
        Place(collection: "values", field: "city_wins", policy: .cityWins),
        Place(collection: "values", field: "county_wins", policy: .countyWins),
        Place(collection: "projects", field: "title", policy: .review),
        Place(collection: "projects", field: "visits", policy: .counter),
    ]

    static let newPlaces: [Place] = [
        Place(collection: "projects", field: "story", policy: .text),
        Place(collection: "projects", field: "stage", policy: .ladder),
        Place(collection: "projects", field: "partners", policy: .members),
    ]

    private static func node(_ variant: Variant) -> PlanNode {
        var elements = [
            element("review", "review"), element("review2", "review"), element("counter", "counter"),
            element("largest", variant.largest), element("smallest", "min"), element("city_wins", "city-wins"),
            element("county_wins", "county-wins"),
        ]
        if let latest = variant.latest { elements.insert(element(latest, "latest"), at: 2) }
        var entries: [(String, PlanNode)] = [
            ("format", text("plansync-plan/1")),
            ("plan", map(["id": text("simulated"), "title": text("Simulated plan, edition \(variant.edition)")])),
            ("groups", list([map(["id": text("all"), "name": text("All")])])),
            (
                "tenants",
                list(
                    [map(["id": text("city"), "name": text("City")])]
                        + units.map { map(["id": text($0), "group": text("all"), "name": text($0)]) })
            ),
            ("periods", map(["type": text("quarterly"), "first": text("2031Q1"), "last": text("2031Q4")])),
            ("elements", list(elements)), ("collections", list([projects(variant), ledger])),
            ("indicators", list([indicator])),
            (
                "ranking",
                map([
                    "components": list([
                        map([
                            "id": text("targets"), "name": text("Targets"), "kind": text("indicators"),
                            "share": text("100"),
                        ])
                    ])
                ])
            ),
        ]
        if hasRenaming, let latest = variant.latest, latest != "latest" {
            let renaming = map(["collection": text("values"), "from": text("latest"), "to": text(latest)])
            entries.append(("renamed", list([renaming])))
        }
        return PlanNode(.mapping(entries.map { PlanNode.Entry(key: $0.0, keyPlace: .unknown, value: $0.1) }))
    }

    private static var indicator: PlanNode {
        map([
            "id": text("i1"), "name": text("Indicator"), "kind": text("flow"), "numerator": text("counter"),
            "weight": text("100"),
        ])
    }

    private static func projects(_ variant: Variant) -> PlanNode {
        var fields = [
            field("title", "text", "review"), field("visits", "count", "counter"), field("story", "text", "text"),
            map([
                "id": text("stage"), "name": text("stage"), "type": text("option"),
                "options": list(stages.map { text($0) }), "merge": text("ladder"), "filled_by": text("both"),
            ]),
        ]
        if hasMembers { fields.append(field("partners", "members", "members")) }
        return map([
            "id": text("projects"), "name": text("Projects"), "key": list([text("name")]), "fields": list(fields),
        ])
    }

    private static var ledger: PlanNode {
        let amount = map([
            "id": text("amount"), "name": text("amount"), "type": text("count"), "filled_by": text("both"),
        ])
        return map([
            "id": text("ledger"), "name": text("Ledger"), "key": list([text("name")]), "fields": list([amount]),
            "append_only": text("true"),
        ])
    }

    private static func element(_ id: String, _ policy: String) -> PlanNode { field(id, "count", policy) }

    private static func field(_ id: String, _ type: String, _ policy: String) -> PlanNode {
        map([
            "id": text(id), "name": text(id), "type": text(type), "merge": text(policy), "filled_by": text("both"),
        ])
    }

    private static func text(_ text: String) -> PlanNode { PlanNode(.scalar(text)) }

    private static func list(_ nodes: [PlanNode]) -> PlanNode { PlanNode(.sequence(nodes)) }

    private static func map(_ members: KeyValuePairs<String, PlanNode>) -> PlanNode {
        PlanNode(.mapping(members.map { PlanNode.Entry(key: $0.key, keyPlace: .unknown, value: $0.value) }))
    }
}
