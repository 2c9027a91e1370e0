import PlanSyncClient
import PlanSyncCore

/// The input for a field's value, by its kind.
struct FieldInput {
    /// With more records than this to refer to, the key is typed without a list to choose from.
    private static let choicesMax = 200

    let rule: FieldRule
    let view: LocalView
    let say: Wording
    /// What stands there.
    let stands: String
    /// What the person typed before, when the form comes back with faults.
    var typed: String?
    /// The form that it belongs to, where it does not stand inside of it.
    var form: String?
    /// What it is called for those who do not see the table.
    var label: String?
    /// Whether there is little room, as in a table of records.
    var isNarrow = false
    /// The elements that tell what is wrong with it.
    var describedBy: String?

    private var name: String { "f." + rule.id.rawValue }
    private var id: String { "f-" + rule.id.rawValue }
    private var text: String { typed ?? stands }

    func html() -> HTML {
        HTML([
            void(
                "input", .type("hidden"), .name("was." + rule.id.rawValue), .value(stands), Attribute("form", form)),
            input,
        ])
    }

    private var input: HTML {
        switch rule.kind {
        case .amount: line("number", mode: "decimal")
        case .option(let options): choice([""] + options)
        case .flag: choice(["", FieldValue.flag(true).shown, FieldValue.flag(false).shown])
        case .date: line("date", placeholder: "2019-06-30")
        case .text(let maximum) where !isNarrow && (maximum > 200 || rule.merge == .text):
            element(
                "textarea", .id(id), .name(name), Attribute("form", form), Attribute("aria-label", label),
                Attribute("aria-describedby", describedBy), Attribute("rows", "3")
            ) { text }
        case .reference(let collection): reference(collection)
        case .text, .members: line("wide")
        }
    }

    private func line(
        _ kind: String, mode: String? = nil, placeholder: String? = nil, list: String? = nil
    ) -> HTML {
        void(
            "input", .id(id), .name(name), .value(text), .type("text"), .class(kind), Attribute("inputmode", mode),
            Attribute("placeholder", placeholder), Attribute("list", list), Attribute("autocomplete", "off"),
            Attribute("form", form), Attribute("aria-label", label), Attribute("aria-describedby", describedBy))
    }

    private func choice(_ options: [String]) -> HTML {
        element(
            "select", .id(id), .name(name), Attribute("form", form), Attribute("aria-label", label),
            Attribute("aria-describedby", describedBy)
        ) {
            for option in options {
                element("option", .value(option), .flag("selected", option == text)) {
                    option.isEmpty ? say("（未填）", "(empty)") : OptionWord.of(option, rule, say)
                }
            }
            if !options.contains(text) { element("option", .value(text), .flag("selected")) { text } }
        }
    }

    /// A key, with the records that there are to choose from while they are few.
    private func reference(_ collection: CollectionID) -> HTML {
        let places = view.places(of: collection).filter { $0.tenant == view.principal.tenant }
        guard !isNarrow, !places.isEmpty, places.count <= Self.choicesMax else { return line("wide") }
        return HTML([
            line("wide", list: id + "-list"),
            element("datalist", .id(id + "-list")) {
                for place in places {
                    element("option", .value(place.key)) {
                        Names.referred(place.key, in: collection, of: place.tenant, view) ?? ""
                    }
                }
            },
        ])
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
        return element("a", .href("/conflict/\(Place.encoded(conflict))")) {
            element("span", .class("mark conflict")) {
                field.state == .conflict
                    ? say("有争议，去裁定", "disputed, decide") : say("有争议 · 未上报", "disputed · not sent")
            }
        }
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
