import PlanSyncClient
import PlanSyncCore

/// The card of one record.
struct RecordView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let collection: CollectionRule
    let key: String
    var tenant: TenantID?
    var typed: [String: String] = [:]
    var faults: [String: [String]] = [:]
    var note = ""
    var said: String?
    /// The parts of a new record's key as typed, by place.
    var keyTexts: [Int: String] = [:]

    /// Whether it is still to be made.
    var isNew: Bool { key == Editing.newKey }
    /// Whose record it is.
    var owner: TenantID { tenant ?? view.principal.tenant }
    /// The path of the card.
    var place: String { "/record/\(collection.id)/\(Place.encoded(key))" }
    private var query: String { owner == view.principal.tenant ? "" : "?tenant=\(owner)" }
    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: place + query) }

    /// The record as edits name it.
    var reference: String {
        (owner == view.principal.tenant ? "" : "\(owner):") + "\(collection.id)/\(typedKey ?? key)"
    }

    /// The key that was typed for a new record; `nil` where none is.
    var typedKey: String? {
        guard isNew, collection.key != [.name], !keyTexts.isEmpty else { return nil }
        return collection.key.indices.map { keyTexts[$0] ?? "" }.joined(separator: ":")
    }

    private var record: RecordKey? { try? RecordKey(collection: collection.id, key: key) }

    func page() -> HTML {
        let isDeleted = record.map { view.isDeleted($0, of: owner) } ?? false
        return layout.page(title) {
            element("div", .class("row spread")) {
                element("a", .href("/records/\(collection.id)")) { say("返回 ", "Back to ") + say(collection.name) }
                if !isNew {
                    ExchangeView.links(
                        "records/\(collection.id)", say, query: "?of=\(owner)&key=\(Place.encoded(key))")
                    element("a", .href(Place.history(of: collection.id, RecordPlace(tenant: owner, key: key)))) {
                        say("整条记录的历史", "History of the record")
                    }
                }
            }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if !faults.isEmpty {
                element("div", .class("notice bad"), Attribute("role", "alert")) {
                    say("没有保存：请先改正标出的地方，其余内容还在。", "Not saved: correct what is marked; the rest is still here.")
                    for sentence in faults["", default: []] { element("div") { sentence } }
                }
            }
            if isDeleted {
                element("p", .class("notice away")) { say("这条记录已删除。", "This record is deleted.") }
                layout.button(place + "/restore" + query, [], say("恢复", "Restore"), .class("second"))
            } else {
                if !isNew { RecordSteps(card: self, layout: layout).html() }
                form
                if !isNew { FilesView(card: self, layout: layout).html() }
                if !isNew { RelatedRecords(card: self, layout: layout).html() }
                if !isNew, isWritable, !collection.isAppendOnly { deletion }
            }
        }
    }

    private var title: String {
        if isNew { return say("新增：", "New: ") + say(collection.name) }
        let name = Names.referred(key, in: collection.id, of: owner, view)
        let shown = Names.key(key, of: collection, view, say, of: owner)
        return name.map { "\($0) (\(shown))" } ?? shown
    }

    /// What stands in a field.
    func seen(_ field: FieldID) -> LocalField? {
        record.flatMap { view.field(CellKey(tenant: owner, record: $0, field: field)) }
    }

    private var isWritable: Bool {
        collection.fields.contains {
            Permission.writeFault(view.principal, tenant: owner, collection: collection, field: $0) == nil
        }
    }

    private var deletion: HTML {
        element("details") {
            element("summary") { say("删除这条记录", "Delete this record") }
            layout.form(place + "/delete" + query, .class("row")) {
                element("label", Attribute("for", "why")) { say("删除原因", "Why") }
                void(
                    "input", .id("why"), .name("note"), .class("fill"), .type("text"),
                    Attribute("placeholder", say("可不填；删除后可以恢复", "optional; it can be restored")))
                element("button", .class("risky"), .type("submit")) { say("删除", "Delete") }
            }
        }
    }

    private var form: HTML {
        layout.form(place + query) {
            element("div", .class("scroll")) {
                element("table", .class("form")) {
                    element("tbody") {
                        if isNew { ownerRow }
                        if isNew { keyRows }
                        for rule in collection.fields where isShown(rule) { row(rule) }
                    }
                }
            }
            if isWritable {
                element("div", .class("sticky")) {
                    element("label", Attribute("for", "note")) { say("说明", "Note") }
                    void("input", .id("note"), .name("note"), .value(note), .class("fill"), .type("text"))
                    element("button", .type("submit")) { say("保存", "Save") }
                }
            }
        }
    }

    /// Whether a field stands in the form: a state is changed by a step, and files have a form of their own.
    private func isShown(_ rule: FieldRule) -> Bool {
        rule.attachment == nil && (isNew || collection.workflow?.field != rule.id)
    }

    /// Why this person does not write a field; `nil`: may.
    func fault(of rule: FieldRule) -> String? {
        if collection.isAppendOnly, !isNew, rule.merge != .members, seen(rule.id)?.value != nil {
            return "entry_stands"
        }
        return Permission.writeFault(view.principal, tenant: owner, collection: collection, field: rule)
    }

    /// The whole address of the card.
    var address: String { place + query }

    /// For whom a new record of the city's is: one of the units, where the city enters what concerns it.
    private var ownerRow: HTML {
        guard view.principal.role.isOfCity else { return .empty }
        return element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) {
                element("label", Attribute("for", "owner")) { say("单位", "Unit") }
            }
            element("td", Attribute("colspan", "3")) {
                element("select", .id("owner"), .name("owner")) {
                    for unit in view.plan.tenants {
                        element("option", .value(unit.id.rawValue), .flag("selected", unit.id == owner)) {
                            say(unit.name)
                        }
                    }
                }
            }
        }
    }

    /// What the key of a new record consists of, where it means something; a mere name is given by the machine.
    private var keyRows: HTML {
        guard collection.key != [.name] else { return .empty }
        return HTML(
            collection.key.enumerated().map { place, part in
                element("tr") {
                    element("th", Attribute("scope", "row"), .class("keep")) {
                        element("label", Attribute("for", "k-\(place)")) {
                            Names.keyPart(part, view, say)
                            element("abbr", Attribute("title", say("必填", "needed"))) { "*" }
                        }
                    }
                    element("td", Attribute("colspan", "3")) {
                        KeyInput(
                            part: part, id: "k-\(place)", name: "k.\(place)", text: keyTexts[place] ?? "", view: view,
                            say: say
                        ).html()
                    }
                }
            })
    }

    private func row(_ rule: FieldRule) -> HTML {
        let id = rule.id.rawValue
        let field = isNew ? nil : seen(rule.id)
        let wrong = faults[id] ?? []
        let locked = fault(of: rule)
        return element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) {
                if locked == nil {
                    element("label", Attribute("for", "f-" + id)) {
                        say(rule.name)
                        if rule.required { element("abbr", Attribute("title", say("必填", "needed"))) { "*" } }
                    }
                } else {
                    say(rule.name)
                }
            }
            element("td", .class("fill")) {
                if !rule.isShown(to: view.principal.role) {
                    element("div") { shown(rule.listed(field?.value), rule) }
                    element("div", .class("quiet")) { say("个人信息，只显示开头。", "Personal; only its beginning is shown.") }
                } else if let locked {
                    element("div") { shown(field?.value, rule) }
                    element("div", .class("quiet")) {
                        locked == "entry_stands"
                            ? ReasonSentence.of(locked, chinese: say.chinese)
                            : Permission.sentence(for: locked, chinese: say.chinese)
                    }
                } else {
                    element("div", .class(wrong.isEmpty ? nil : "wrong")) {
                        FieldInput(
                            rule: rule, view: view, say: say, stands: Editing.formText(field?.value), typed: typed[id],
                            describedBy: "why-" + id
                        ).html()
                    }
                    referred(field?.value, rule)
                    element("div", .id("why-" + id)) {
                        for sentence in wrong { element("div", .class("fault")) { sentence } }
                    }
                }
            }
            element("td", .class("keep")) { rule.unit }
            element("td") {
                FieldMark(field: field, say: say).html()
                " "
                if field != nil {
                    element(
                        "a", .class("quiet history"),
                        .href(Place.history(of: collection.id, RecordPlace(tenant: owner, key: key)) + "/\(id)"),
                        Attribute("aria-label", say("历史：", "history: ") + say(rule.name))
                    ) { say("历史", "history") }
                }
            }
        }
    }

    private func shown(_ value: FieldValue?, _ rule: FieldRule) -> String {
        OptionWord.value(value, rule, say) ?? "–"
    }

    /// The record that a key names, with the way to it.
    private func referred(_ value: FieldValue?, _ rule: FieldRule) -> HTML {
        guard case .reference(let collection) = rule.kind, let key = value?.shown,
            let name = Names.referred(key, in: collection, of: owner, view)
        else { return .empty }
        return element("a", .class("quiet"), .href(Place.of(collection, RecordPlace(tenant: owner, key: key), view))) {
            name
        }
    }
}
