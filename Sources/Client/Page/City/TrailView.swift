import PlanSyncClient
import PlanSyncCore

/// Which edits are looked for.
struct TrailPlace {
    var unit = ""
    var collection = ""
    var person = ""
    var page = 1

    init(query: Form) {
        unit = query["unit"] ?? ""
        collection = query["in"] ?? ""
        person = query["by"] ?? ""
        page = query.page
    }

    /// The part of an address that says which.
    var query: String {
        let parts = [("unit", unit), ("in", collection), ("by", person)].filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Place.encoded($0.1))" }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    func address(page: Int) -> String {
        "/trail" + query + (page > 1 ? (query.isEmpty ? "?" : "&") + "page=\(page)" : "")
    }
}

/// Who wrote what stands, the latest first; each leads to all edits of its field with device and signature.
struct TrailView {
    static let rowsPerPage = 100

    let desk: Desk
    let view: LocalView
    let say: Wording
    let place: TrailPlace

    func page() -> HTML {
        let found = self.found
        let last = max(1, (found.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let here = min(place.page, last)
        let layout = Layout(desk: desk, view: view, say: say, place: place.address(page: here))
        return layout.page(say("审计", "Audit")) {
            filter
            element("div", .class("row spread")) {
                element("span", .class("quiet")) {
                    say(
                        "共 \(found.count) 项现值，按填写时间倒序；点“历史”查看全部更改、设备和签名。",
                        "\(found.count) values that stand, the latest first; History shows all edits and signatures."
                    )
                }
                ExchangeView.links("trail", say, query: place.query)
                PageLinks.html(here, last, say) { place.address(page: $0) }
            }
            Table.html(
                [
                    Column(title: say("时间", "Time")), Column(title: say("单位", "Unit")),
                    Column(title: say("记录", "Record")), Column(title: say("项目", "Field")),
                    Column(title: say("现值", "Stands")),
                    Column(title: say("填报人和设备", "Author, device")), Column(title: say("状态", "State")),
                    Column(title: say("历史", "History")),
                ], found.dropFirst((here - 1) * Self.rowsPerPage).prefix(Self.rowsPerPage).map(row))
        }
    }

    private var filter: HTML {
        element("form", Attribute("method", "get"), Attribute("action", "/trail"), .class("row search")) {
            element("label", Attribute("for", "unit")) { say("单位", "Unit") }
            element("select", .id("unit"), .name("unit")) {
                option("", say("全部", "all"), place.unit)
                for tenant in view.plan.tenants { option(tenant.id.rawValue, say(tenant.name), place.unit) }
            }
            element("label", Attribute("for", "in")) { say("台账", "Collection") }
            element("select", .id("in"), .name("in")) {
                option("", say("全部", "all"), place.collection)
                for rule in view.plan.collections.values.filter(Self.isOfPeople).sorted(by: { $0.id < $1.id }) {
                    option(rule.id.rawValue, say(rule.name), place.collection)
                }
            }
            element("label", Attribute("for", "by")) { say("填报人或设备", "Author or device") }
            void("input", .id("by"), .name("by"), .type("search"), .value(place.person))
            element("button", .class("second"), .type("submit")) { say("筛选", "Show") }
        }
    }

    private func option(_ value: String, _ title: String, _ chosen: String) -> HTML {
        element("option", .value(value), .flag("selected", value == chosen)) { title }
    }

    /// Whether people write it: what the server notes of a conflict is told by the history of the field.
    private static func isOfPeople(_ rule: CollectionRule) -> Bool { rule.origin != .conflicts }

    /// The edits that are looked for.
    var found: [(key: CellKey, field: LocalField)] {
        let silent = Set(view.plan.collections.values.filter { !Self.isOfPeople($0) }.map(\.id))
        return view.written { key, field in
            !silent.contains(key.record.collection) && (place.unit.isEmpty || key.tenant.rawValue == place.unit)
                && (place.collection.isEmpty || key.record.collection.rawValue == place.collection)
                && (place.person.isEmpty || field.author.contains(place.person)
                    || field.by?.rawValue.contains(place.person) == true)
        }
    }

    private func row(_ key: CellKey, _ field: LocalField) -> HTML {
        let history =
            Place.history(
                of: key.record.collection, RecordPlace(tenant: key.tenant, key: key.record.key)) + "/\(key.field)"
        return element("tr") {
            Table.kept(field.at.map { LocalTime.shown($0, view.plan) } ?? "–")
            element("th", Attribute("scope", "row"), .class("keep")) { Names.unit(key.tenant, view, say) }
            element("td", .class("record")) {
                Names.collection(key.record.collection, view, say) + " "
                    + Names.record(key.record, view, say, of: key.tenant)
            }
            element("td", .class("name")) { Names.field(key, view, say) }
            element("td", .class("record")) { shown(key, field) }
            element("td", .class("keep")) {
                field.author
                element("div", .class("quiet")) { field.by?.rawValue ?? "–" }
            }
            element("td") { FieldMark(field: field, say: say).html() }
            element("td", .class("keep")) {
                element(
                    "a", .href(history), Attribute("aria-label", say("历史：", "History: ") + Names.field(key, view, say))
                ) {
                    say("历史", "History")
                }
            }
        }
    }

    private static let lengthMax = 60

    private func shown(_ key: CellKey, _ field: LocalField) -> String {
        if key.record.collection == CollectionRule.submissions, key.field == SubmissionField.changed {
            let paths = (field.value?.shown ?? "").split(separator: "\n").map(String.init)
            return ChangedFields.names(paths, view, say)
        }
        if key.record.collection == CollectionRule.submissions, key.field == SubmissionField.state,
            let state = (field.value?.text).flatMap(SubmissionField.State.init)
        {
            return state.word(chinese: say.chinese)
        }
        let rule = view.plan.field(key.field, of: key.record.collection)
        let text = rule.flatMap { OptionWord.value($0.listed(field.value), $0, say) } ?? field.value?.shown ?? "–"
        return text.count > Self.lengthMax ? text.prefix(Self.lengthMax) + "…" : text
    }
}
