import PlanSyncClient
import PlanSyncCore

/// Which part of a table is shown: what was looked for, the filter, the order, the page and the row that is edited.
struct ListPlace {
    let collection: CollectionID
    var words = ""
    /// `FIELD=VALUE`, `mark:MARK` or `deleted`; empty for everything.
    var filter = ""
    /// A field, with `-` before it when the last comes first.
    var sort = ""
    var page = 1
    /// The record that is edited in its row, as `KEY` or `TENANT:KEY`.
    var edit = ""

    init(collection: CollectionID) { self.collection = collection }

    /// The part that an address asks for.
    init(collection: CollectionID, query: Form) {
        self.collection = collection
        words = query["q"] ?? ""
        filter = query["filter"] ?? ""
        sort = query["sort"] ?? ""
        edit = query["edit"] ?? ""
        page = query.page
    }

    /// The path of the table.
    var base: String { "/records/\(collection)" }

    /// The address of this part.
    var address: String {
        var parts: [String] = []
        for (name, value) in [("q", words), ("filter", filter), ("sort", sort), ("edit", edit)] where !value.isEmpty {
            parts.append("\(name)=\(Place.encoded(value))")
        }
        if page > 1 { parts.append("page=\(page)") }
        return base + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
    }

    /// The part of an address that says which records a file of them has, in which order.
    var exportQuery: String {
        String(
            with {
                $0.edit = ""; $0.page = 1
            }.address.dropFirst(base.count))
    }

    /// The same with something else.
    func with(_ change: (inout ListPlace) -> Void) -> ListPlace {
        var place = self
        change(&place)
        return place
    }

    /// Whether the deleted records are wanted.
    var isOfDeleted: Bool { filter == "deleted" }

    /// What the replica is asked for.
    func query(_ rule: CollectionRule) -> RecordQuery {
        var query = RecordQuery(collection)
        query.words = words
        let sides = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if sides.count == 2, let field = rule.fields.first(where: { $0.id.rawValue == sides[0] }) {
            query.field = (field.id, sides[1].isEmpty ? nil : .text(sides[1]))
            if field.kind == .flag, let value = [true, false].first(where: { FieldValue.flag($0).shown == sides[1] }) {
                query.field = (field.id, .flag(value))
            }
        } else if filter.hasPrefix("mark:") {
            query.mark = LocalField.State(rawValue: String(filter.dropFirst(5)))
        }
        let name = sort.hasPrefix("-") ? String(sort.dropFirst()) : sort
        if let field = rule.fields.first(where: { $0.id.rawValue == name }) {
            query.order = RecordQuery.Order(field: field.id, isReversed: sort.hasPrefix("-"))
        }
        return query
    }
}

/// The head of a table: search and filter, which work by an address alone.
struct ListHead {
    let view: LocalView
    let say: Wording
    let rule: CollectionRule
    let place: ListPlace
    let isWritable: Bool

    func html() -> HTML {
        element("form", Attribute("method", "get"), Attribute("action", place.base), .class("row search")) {
            element("label", Attribute("for", "q")) { say("查找", "Find") }
            void("input", .id("q"), .name("q"), .value(place.words), .type("search"), .class("fill"))
            element("label", Attribute("for", "filter")) { say("筛选", "Only") }
            element("select", .id("filter"), .name("filter")) {
                option("", say("全部", "everything"))
                element("optgroup", Attribute("label", say("标记", "Mark"))) {
                    for mark in [LocalField.State.pending, .conflict, .rejected, .merged] {
                        option("mark:\(mark.rawValue)", mark.word(chinese: say.chinese))
                    }
                    option("deleted", say("已删除", "deleted"))
                }
                for field in rule.fields { choices(field) }
            }
            if !place.sort.isEmpty { void("input", .type("hidden"), .name("sort"), .value(place.sort)) }
            element("button", .class("second"), .type("submit")) { say("查找", "Find") }
            if isWritable {
                element("a", .class("button"), .href("/record/\(rule.id)/\(Editing.newKey)")) { say("新增", "New") }
            }
        }
    }

    private func option(_ value: String, _ title: String) -> HTML {
        element("option", .value(value), .flag("selected", value == place.filter)) { title }
    }

    private func choices(_ field: FieldRule) -> HTML {
        let values: [String]
        switch field.kind {
        case .option(let options): values = options
        case .flag: values = [FieldValue.flag(true).shown, FieldValue.flag(false).shown]
        default: return .empty
        }
        return element("optgroup", Attribute("label", say(field.name))) {
            for value in values { option("\(field.id)=\(value)", OptionWord.of(value, field, say)) }
            if rule.workflow?.field != field.id { option("\(field.id)=", say("（未填）", "(empty)")) }
        }
    }
}
