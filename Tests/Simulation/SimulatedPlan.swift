import PlanSyncCore

/// A small plan with a field for each merge policy; invented.
enum SimulatedPlan {
    static let units = ["north", "south"]
    static let period = "2031Q1"

    static var document: PlanNode {
        map([
            "format": text("plansync-plan/1"),
            "plan": map(["id": text("simulated"), "title": text("Simulated plan")]),
            "groups": list([map(["id": text("all"), "name": text("All")])]),
            "tenants": list(
                [map(["id": text("city"), "name": text("City")])]
                    + units.map { map(["id": text($0), "group": text("all"), "name": text($0)]) }),
            "periods": map(["type": text("quarterly"), "first": text("2031Q1"), "last": text("2031Q4")]),
            "elements": list(
                ["review", "latest", "counter", "max", "city-wins", "county-wins"].map { policy in
                    map([
                        "id": text(policy.replacingDash), "name": text(policy), "type": text("count"),
                        "merge": text(policy), "filled_by": text("both"),
                    ])
                }),
            "indicators": list([
                map([
                    "id": text("i1"), "name": text("Indicator"), "kind": text("flow"), "numerator": text("counter"),
                    "weight": text("100"),
                ])
            ]),
            "ranking": map([
                "components": list([
                    map([
                        "id": text("targets"), "name": text("Targets"), "kind": text("indicators"),
                        "share": text("100"),
                    ])
                ])
            ]),
        ])
    }

    static let fields = ["review", "latest", "counter", "max", "city_wins", "county_wins"]

    private static func text(_ text: String) -> PlanNode { PlanNode(.scalar(text)) }

    private static func list(_ nodes: [PlanNode]) -> PlanNode { PlanNode(.sequence(nodes)) }

    private static func map(_ members: KeyValuePairs<String, PlanNode>) -> PlanNode {
        PlanNode(.mapping(members.map { PlanNode.Entry(key: $0.key, keyPlace: .unknown, value: $0.value) }))
    }
}

extension String {
    fileprivate var replacingDash: String { String(map { $0 == "-" ? "_" : $0 }) }
}
