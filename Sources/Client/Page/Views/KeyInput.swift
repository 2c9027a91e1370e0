import PlanSyncClient
import PlanSyncCore

/// The input for a part of a new record's key: what there is to choose from is chosen, the rest is typed.
struct KeyInput {
    let part: CollectionRule.KeyPart
    let id: String
    let name: String
    let text: String
    let view: LocalView
    let say: Wording

    func html() -> HTML {
        switch part {
        case .period:
            choice(view.plan.periods.all.map { ($0.id.rawValue, Names.period($0, say)) })
        case .year:
            choice(Set(view.plan.periods.all.map(\.year)).sorted().map { ("\($0)", "\($0)") })
        case .beginning:
            choice(
                Set(view.plan.periods.all.map(\.year)).sorted().map { ("\($0)", "\($0)") }
                    + view.plan.periods.all.filter { $0.id.rawValue != "\($0.year)" }.map {
                        ($0.id.rawValue, say("自", "from ") + Names.period($0, say) + say("起", " on"))
                    })
        case .measure: choice(view.plan.measures.map { ($0.id, say($0.title)) })
        case .indicator: choice(view.plan.indicators.map { ($0.id.rawValue, say($0.name)) })
        case .reward: choice(view.plan.rewards.rules.map { ($0.id, say($0.name)) })
        case .name, .uscc, .record:
            void(
                "input", .id(id), .name(name), .value(text), .type("text"), Attribute("autocomplete", "off"),
                .flag("required"))
        }
    }

    private func choice(_ options: [(value: String, title: String)]) -> HTML {
        element("select", .id(id), .name(name), .flag("required")) {
            element("option", .value("")) { say("（请选择）", "(choose)") }
            for option in options {
                element("option", .value(option.value), .flag("selected", option.value == text)) { option.title }
            }
        }
    }
}
