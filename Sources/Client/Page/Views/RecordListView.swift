import PlanSyncClient
import PlanSyncCore

/// All collections.
struct CollectionsView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() -> HTML {
        let collections = view.plan.collections.values.filter { $0.origin == .declared }.sorted { $0.id < $1.id }
        return Layout(desk: desk, view: view, say: say, place: "/records").page(say("台账", "Records")) {
            element("div", .class("cards"), .flag("data-live")) {
                for collection in collections {
                    element("section", .class("card")) {
                        element("h2") {
                            element("a", .href("/records/\(collection.id)")) { say(collection.name) }
                        }
                        element("div", .class("quiet")) {
                            let count = view.records(of: collection.id).count
                            say("\(count) 条记录", count == 1 ? "1 record" : "\(count) records")
                        }
                    }
                }
            }
        }
    }
}

/// The records of a collection as a table, with search and pages.
struct RecordListView {
    static let rowsPerPage = 50

    let desk: Desk
    let view: LocalView
    let say: Wording
    let collection: CollectionRule
    let words: String
    let number: Int

    private var base: String { "/records/\(collection.id)" }
    private var columns: [FieldRule] { Array(collection.fields.prefix(6)) }

    func page() -> HTML {
        let found = self.found
        let last = max(1, (found.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let here = min(number, last)
        let shown = found.dropFirst((here - 1) * Self.rowsPerPage).prefix(Self.rowsPerPage)
        return Layout(desk: desk, view: view, say: say, place: base).page(say(collection.name)) {
            element("form", Attribute("method", "get"), Attribute("action", base), .class("row")) {
                element("label", Attribute("for", "q")) { say("查找", "Find") }
                void("input", .id("q"), .name("q"), .value(words), .type("search"), .class("fill"))
                element("button", .class("second"), .type("submit")) { say("查找", "Find") }
                if isWritable {
                    element("a", .class("button"), .href("/record/\(collection.id)/\(Editing.newKey)")) {
                        say("新增", "New")
                    }
                }
            }
            element("p", .class("quiet")) { say("共 \(found.count) 条", "\(found.count) records") }
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") { heads }
                    element("tbody") { for place in shown { row(place.tenant, place.key) } }
                }
            }
            pages(here, last)
        }
    }

    private var isWritable: Bool {
        collection.fields.contains {
            Permission.writeFault(view.principal, tenant: view.principal.tenant, collection: collection, field: $0)
                == nil
        }
    }

    private var heads: HTML {
        element("tr") {
            if view.principal.role.isOfCity { element("th", Attribute("scope", "col")) { say("单位", "Unit") } }
            element("th", Attribute("scope", "col")) { say("编号", "Key") }
            for rule in columns {
                element("th", .class(isNumber(rule) ? "number" : nil), Attribute("scope", "col")) {
                    say(rule.name) + (rule.unit.isEmpty ? "" : " (\(rule.unit))")
                }
            }
            element("th", Attribute("scope", "col")) { say("状态", "State") }
        }
    }

    private func isNumber(_ rule: FieldRule) -> Bool {
        if case .amount = rule.kind { return true }
        return false
    }

    /// The records that hold all words that are looked for.
    private var found: [(tenant: TenantID, key: String)] {
        let all = view.records(of: collection.id)
        let wanted = words.lowercased().split(separator: " ")
        guard !wanted.isEmpty else { return all }
        return all.filter { place in
            var text = place.key.lowercased()
            for rule in collection.fields {
                guard let value = field(place.tenant, place.key, rule.id)?.value else { continue }
                text += "\n" + value.shown.lowercased()
            }
            return wanted.allSatisfy { text.contains($0) }
        }
    }

    private func field(_ tenant: TenantID, _ key: String, _ id: FieldID) -> LocalField? {
        guard let record = try? RecordKey(collection: collection.id, key: key) else { return nil }
        return view.field(CellKey(tenant: tenant, record: record, field: id))
    }

    private func row(_ tenant: TenantID, _ key: String) -> HTML {
        let fields = collection.fields.compactMap { field(tenant, key, $0.id) }
        let worst = [LocalField.State.conflict, .rejected, .pending, .merged].first { state in
            fields.contains { $0.state == state }
        }
        let prefix = tenant == view.principal.tenant ? "" : "?tenant=\(tenant)"
        return element("tr") {
            if view.principal.role.isOfCity { element("td", .class("keep")) { Names.unit(tenant, view, say) } }
            element("th", Attribute("scope", "row"), .class("keep")) {
                element("a", .href("/record/\(collection.id)/\(Place.encoded(key))\(prefix)")) { key }
            }
            for rule in columns {
                element("td", .class(isNumber(rule) ? "number" : nil)) {
                    field(tenant, key, rule.id)?.value?.shown ?? ""
                }
            }
            element("td") {
                if let worst {
                    element("span", .class("mark " + worst.rawValue)) { worst.word(chinese: say.chinese) }
                }
            }
        }
    }

    private func pages(_ here: Int, _ last: Int) -> HTML {
        guard last > 1 else { return .empty }
        let q = words.isEmpty ? "" : "&q=" + Place.encoded(words)
        return element("nav", .class("pages"), Attribute("aria-label", say("分页", "Pages"))) {
            if here > 1 { element("a", .href("\(base)?page=\(here - 1)\(q)")) { say("上一页", "Back") } }
            say("第 \(here)/\(last) 页", "page \(here) of \(last)")
            if here < last { element("a", .href("\(base)?page=\(here + 1)\(q)")) { say("下一页", "Next") } }
        }
    }
}
