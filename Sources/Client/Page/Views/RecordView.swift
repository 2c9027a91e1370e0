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

    private var isNew: Bool { key == Editing.newKey }
    private var owner: TenantID { tenant ?? view.principal.tenant }
    private var place: String { "/record/\(collection.id)/\(Place.encoded(key))" }
    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: place) }

    /// The record as edits name it.
    var reference: String {
        (owner == view.principal.tenant ? "" : "\(owner):") + "\(collection.id)/\(typedKey ?? key)"
    }

    /// The key that was typed for a new record; `nil` where none is.
    private var typedKey: String? {
        guard isNew, collection.key != [.name], !keyTexts.isEmpty else { return nil }
        return collection.key.indices.map { keyTexts[$0] ?? "" }.joined(separator: ":")
    }

    private var record: RecordKey? { try? RecordKey(collection: collection.id, key: key) }

    func page() -> HTML {
        let isDeleted = record.map { view.isDeleted($0, of: owner) } ?? false
        return layout.page(isNew ? say("新增:", "New: ") + say(collection.name) : key) {
            element("div", .class("pages")) {
                element("a", .href("/records/\(collection.id)")) { say("返回 ", "Back to ") + say(collection.name) }
            }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if !faults.isEmpty {
                element("div", .class("notice bad"), Attribute("role", "alert")) {
                    say("没有保存:请先改正标出的地方,其余内容还在。", "Not saved: correct what is marked; the rest is still here.")
                    for sentence in faults["", default: []] { element("div") { sentence } }
                }
            }
            stages
            if isDeleted {
                element("p", .class("notice away")) { say("这条记录已删除。", "This record is deleted.") }
                layout.button(place + "/restore", [], say("恢复", "Restore"), .class("second"))
            } else {
                form
                if !isNew {
                    layout.form(place + "/delete", .class("row")) {
                        void(
                            "input", .name("note"), .class("fill"), Attribute("aria-label", say("删除原因", "Why")),
                            Attribute("placeholder", say("删除原因(可不填)", "why (optional)")))
                        element("button", .class("risky"), .type("submit")) { say("删除", "Delete") }
                    }
                }
            }
        }
    }

    /// The states of the workflow, with the one that the record is in.
    private var stages: HTML {
        guard let workflow = collection.workflow, let rule = collection.field(workflow.field),
            case .option(let states) = rule.kind
        else { return .empty }
        let stands = seen(workflow.field)?.value?.shown ?? workflow.initial
        return element("p", .class("row"), Attribute("aria-label", say(rule.name))) {
            for state in states {
                element("span", .class("mark " + (state == stands ? "merged" : "confirmed"))) {
                    (state == stands ? "● " : "○ ") + state
                }
            }
        }
    }

    private func seen(_ field: FieldID) -> LocalField? {
        record.flatMap { view.field(CellKey(tenant: owner, record: $0, field: field)) }
    }

    private var form: HTML {
        layout.form(place) {
            element("div", .class("scroll")) {
                element("table") {
                    element("tbody") {
                        if isNew { keyRows }
                        for rule in collection.fields { row(rule) }
                    }
                }
            }
            element("div", .class("sticky")) {
                element("label", Attribute("for", "note")) { say("说明", "Note") }
                void("input", .id("note"), .name("note"), .value(note), .class("fill"))
                element("button", .type("submit")) { say("保存", "Save") }
            }
        }
    }

    /// What the key of a new record consists of, where it means something.
    private var keyRows: HTML {
        guard collection.key != [.name] else { return .empty }
        return HTML(
            collection.key.enumerated().map { place, part in
                element("tr") {
                    element("th", Attribute("scope", "row"), .class("keep")) {
                        element("label", Attribute("for", "k-\(place)")) { Names.keyPart(part, view, say) + " *" }
                    }
                    element("td", Attribute("colspan", "3")) {
                        void(
                            "input", .id("k-\(place)"), .name("k.\(place)"), .value(keyTexts[place] ?? ""),
                            Attribute("autocomplete", "off"), .flag("required"))
                    }
                }
            })
    }

    private func row(_ rule: FieldRule) -> HTML {
        let id = rule.id.rawValue
        let field = isNew ? nil : seen(rule.id)
        let wrong = faults[id] ?? []
        let locked = Permission.writeFault(view.principal, tenant: owner, collection: collection, field: rule)
        return element("tr", .class(wrong.isEmpty ? nil : "wrong")) {
            element("th", Attribute("scope", "row"), .class("keep")) {
                element("label", Attribute("for", locked == nil ? "f-" + id : nil)) {
                    say(rule.name) + (rule.required ? " *" : "")
                }
            }
            element("td") {
                if let locked {
                    element("div") { field?.value?.shown ?? "-" }
                    element("div", .class("quiet")) { Permission.sentence(for: locked, chinese: say.chinese) }
                } else {
                    FieldInput(
                        rule: rule, view: view, say: say, stands: Editing.formText(field?.value), typed: typed[id]
                    ).html()
                    for sentence in wrong { element("div", .class("fault")) { sentence } }
                }
            }
            element("td", .class("keep")) { rule.unit }
            element("td") {
                FieldMark(field: field, say: say).html()
                if field != nil {
                    element(
                        "a", .class("quiet"), .href("/history/\(owner)/\(collection.id)/\(Place.encoded(key))/\(id)")
                    ) {
                        say("历史", "history")
                    }
                }
            }
        }
    }
}

/// What was saved here and not sent yet.
struct OutboxView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() throws -> HTML {
        let waiting = try desk.replica().outbox().filter(\.isPending)
        return Layout(desk: desk, view: view, say: say, place: "/outbox").page(say("已填未报", "Outbox")) {
            element("p", .class("quiet"), .flag("data-live")) {
                say(
                    "这些更改保存在本机,联网后按顺序自动上报;在此之前市级看不到。",
                    "These are saved on this machine and are sent in order as soon as there is a connection.")
            }
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") {
                        element("tr") {
                            for head in [
                                say("时间", "Time"), say("记录", "Record"), say("项目", "Field"), say("原值", "Before"),
                                say("新值", "Value"), say("说明", "Note"), say("填报人", "Author"),
                            ] { element("th", Attribute("scope", "col")) { head } }
                        }
                    }
                    element("tbody") {
                        for entry in waiting {
                            for operation in entry.change.operations { row(entry, operation) }
                        }
                        if waiting.isEmpty {
                            element("tr") {
                                element("td", Attribute("colspan", "7")) { say("没有等待上报的更改。", "Nothing waits.") }
                            }
                        }
                    }
                }
            }
        }
    }

    private func row(_ entry: OutboxEntry, _ operation: Operation) -> HTML {
        element("tr") {
            element("td", .class("keep")) {
                LocalTime.shown(entry.change.at, minutes: view.plan.periods.utcOffsetMinutes)
            }
            element("td") {
                Names.collection(operation.record.collection, view, say) + " "
                    + Names.record(operation.record, view, say)
            }
            element("td") {
                operation.field.map { Names.field($0, of: operation.record.collection, view, say) }
                    ?? ActionWord.of(operation.action, say)
            }
            element("td") { operation.shown?.shown ?? "-" }
            element("td") {
                operation.action == .set || operation.field == nil
                    ? operation.value?.shown ?? "-"
                    : ActionWord.of(operation.action, say) + " " + (operation.value?.shown ?? "")
            }
            element("td") { entry.change.note ?? "" }
            element("td", .class("keep")) { entry.change.author }
        }
    }
}

/// What an edit does, in a word.
enum ActionWord {
    static func of(_ action: Operation.Action, _ say: Wording) -> String {
        switch action {
        case .set: say("填写", "set")
        case .add: say("增加", "add")
        case .clear: say("清空", "clear")
        case .insert: say("加入", "insert")
        case .remove: say("移出", "remove")
        case .reopen: say("退回", "reopen")
        case .delete: say("删除", "delete")
        case .restore: say("恢复", "restore")
        }
    }
}
