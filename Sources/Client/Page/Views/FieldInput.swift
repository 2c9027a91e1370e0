import PlanSyncClient
import PlanSyncCore

/// The input for a field's value, by its kind.
struct FieldInput {
    let rule: FieldRule
    let view: LocalView
    let say: Wording
    /// What stands there.
    let stands: String
    /// What the person typed before, when the form comes back with faults.
    var typed: String?

    private var name: String { "f." + rule.id.rawValue }
    private var id: String { "f-" + rule.id.rawValue }
    private var text: String { typed ?? stands }

    func html() -> HTML {
        HTML([void("input", .type("hidden"), .name("was." + rule.id.rawValue), .value(stands)), input])
    }

    private var input: HTML {
        switch rule.kind {
        case .amount:
            void(
                "input", .id(id), .name(name), .value(text), .class("number"), Attribute("inputmode", "decimal"),
                Attribute("autocomplete", "off"))
        case .option(let options): choice([""] + options)
        case .flag: choice(["", FieldValue.flag(true).shown, FieldValue.flag(false).shown])
        case .date:
            void(
                "input", .id(id), .name(name), .value(text), .type("text"), Attribute("placeholder", "2019-06-30"),
                Attribute("autocomplete", "off"))
        case .text(let maximum) where maximum > 200 || rule.merge == .text:
            element("textarea", .id(id), .name(name)) { text }
        case .text, .reference, .members:
            void("input", .id(id), .name(name), .value(text), .class("wide"), Attribute("autocomplete", "off"))
        }
    }

    private func choice(_ options: [String]) -> HTML {
        element("select", .id(id), .name(name)) {
            for option in options {
                element("option", .value(option), .flag("selected", option == text)) {
                    option.isEmpty ? say("(未填)", "(empty)") : option
                }
            }
            if !options.contains(text) { element("option", .value(text), .flag("selected")) { text } }
        }
    }
}

/// Where a field stands, as a mark with its reason.
struct FieldMark {
    let field: LocalField?
    let say: Wording

    func html() -> HTML {
        guard let field else { return .empty }
        guard field.state != .confirmed || field.generation > 0 else { return .empty }
        return HTML([mark(field), why(field)])
    }

    private func mark(_ field: LocalField) -> HTML {
        let words = element("span", .class("mark " + field.state.rawValue)) {
            field.state.word(chinese: say.chinese)
        }
        guard let conflict = field.conflict else { return words }
        return element("a", .href("/conflict/\(conflict)")) { words }
    }

    private func why(_ field: LocalField) -> HTML {
        var parts: [String] = []
        if let sent = field.sent, field.state == .rejected || field.state == .merged {
            parts.append(say("您填的是 \(sent.shown)", "you entered \(sent.shown)"))
        }
        if let reason = FieldState.reason(field, say) { parts.append(reason) }
        if let round = FieldState.round(field, say) { parts.append(round) }
        guard !parts.isEmpty else { return .empty }
        return element("div", .class("quiet")) { parts.joined(separator: " ") }
    }
}
