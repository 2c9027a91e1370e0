import PlanSyncClient
import PlanSyncCore

/// All collections.
struct CollectionsView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() -> HTML {
        let counted = view.plan.writtenCollections.map { collection in
            (collection: collection, count: view.places(of: collection.id).count)
        }.sorted { ($0.count > 0 ? 0 : 1, $0.collection.id) < ($1.count > 0 ? 0 : 1, $1.collection.id) }
        return Layout(desk: desk, view: view, say: say, place: "/records").page(say("台账", "Records")) {
            element("p", .class("exports")) { ExchangeView.links("collections", say) }
            element("ul", .class("collections"), .flag("data-live")) {
                for (collection, count) in counted {
                    element("li") {
                        element("a", .href("/records/\(collection.id)")) {
                            element("span") { say(collection.name) }
                            element("span", .class(count > 0 ? "count" : "count none")) { "\(count)" }
                        }
                    }
                }
            }
        }
    }
}

/// The records of a collection as a table with search, filter, order and pages; a row can be edited where it stands.
struct RecordListView {
    static let rowsPerPage = 50
    static let columnsMax = 6
    private static let form = "row-form"

    let desk: Desk
    let view: LocalView
    let say: Wording
    let rule: CollectionRule
    let place: ListPlace
    /// What was typed in the row that is edited, by field.
    var typed: [String: String] = [:]
    /// What is wrong with it, by field; under "" what is of none.
    var faults: [String: [String]] = [:]
    /// What was just saved.
    var said: String?

    func page() -> HTML {
        let found = self.found
        let last = max(1, (found.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let here = min(place.page, last)
        let shown = found.dropFirst((here - 1) * Self.rowsPerPage).prefix(Self.rowsPerPage)
        let marks = view.marks(of: rule.id)
        let decimals = self.decimals(of: shown)
        let layout = Layout(desk: desk, view: view, say: say, place: place.address)
        return layout.page(say(rule.name)) {
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            ListHead(view: view, say: say, rule: rule, place: place, isWritable: isWritable).html()
            wrong
            element("div", .class("row spread")) {
                element("span", .class("quiet")) { say("共 \(found.count) 条", "\(found.count) records") }
                ExchangeView.links("records/\(rule.id)", say, query: place.exportQuery)
                pages(here, last)
            }
            if !place.edit.isEmpty {
                layout.form(place.address, .id(Self.form)) {
                    void("input", .type("hidden"), .name("record"), .value(place.edit))
                }
            }
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") { heads }
                    element("tbody") {
                        for record in shown { row(record, marks[record], decimals) }
                        if shown.isEmpty {
                            element("tr") {
                                element("td", Attribute("colspan", "\(columns.count + 4)")) {
                                    say("没有符合条件的记录。", "There is no such record.")
                                }
                            }
                        }
                    }
                }
            }
            if last > 1 {
                element("div", .class("row spread")) {
                    element("span") { "" }
                    pages(here, last, isBelow: true)
                }
            }
        }
    }

    private var isWritable: Bool {
        rule.fields.contains {
            Permission.writeFault(view.principal, tenant: view.principal.tenant, collection: rule, field: $0) == nil
        }
    }

    /// What is looked for, in its order.
    var found: [RecordPlace] {
        guard place.isOfDeleted else { return view.records(place.query(rule)) }
        return view.deletedRecords(of: rule.id).map { RecordPlace(tenant: $0.tenant, key: $0.key) }
    }

    /// The fields that fit: first what must be there and the state, then what is short.
    private var columns: [FieldRule] {
        let ranked = rule.fields.enumerated().map { (place: $0.offset, rank: rank($0.element)) }
            .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
        return ranked.prefix(Self.columnsMax).map(\.place).sorted().map { rule.fields[$0] }
    }

    private func rank(_ field: FieldRule) -> Int {
        if field.required || rule.workflow?.field == field.id { return 0 }
        switch field.kind {
        case .option, .amount: return 1
        case .date, .flag, .reference: return 2
        case .text(let maximum): return maximum <= 200 ? 2 : 4
        case .members: return 3
        }
    }

    private var wrong: HTML {
        guard !faults.isEmpty else { return .empty }
        return element("div", .class("notice bad"), Attribute("role", "alert")) {
            say("没有保存：请先改正标出的地方。", "Not saved: correct what is marked.")
            let shown = Set(columns.map(\.id.rawValue))
            for (field, sentences) in faults.sorted(by: { $0.key < $1.key }) where !shown.contains(field) {
                for sentence in sentences { element("div") { sentence } }
            }
        }
    }

    /// How many digits behind the point the figures of each column need, so that the points stand in a line.
    private func decimals(of shown: some Sequence<RecordPlace>) -> [FieldID: Int] {
        var most: [FieldID: Int] = [:]
        for record in shown {
            for field in columns where isNumber(field) {
                let text = view.field(field.id, of: record, in: rule.id)?.value?.shown ?? ""
                most[field.id] = max(most[field.id] ?? 0, Decimals.count(text))
            }
        }
        return most
    }

    // MARK: Table

    private var heads: HTML {
        element("tr") {
            if view.principal.role.isOfCity { element("th", Attribute("scope", "col")) { say("单位", "Unit") } }
            element("th", Attribute("scope", "col")) {
                rule.key.map { Names.keyPart($0, view, say) }.joined(separator: " : ")
            }
            for field in columns { head(field) }
            element("th", Attribute("scope", "col")) { say("标记", "Mark") }
            element("th", Attribute("scope", "col")) {
                element("span", .class("unseen")) { say("操作", "Action") }
            }
        }
    }

    private func head(_ field: FieldRule) -> HTML {
        let id = field.id.rawValue
        let isUp = place.sort == id
        let isDown = place.sort == "-" + id
        let next = place.with {
            $0.sort = isUp ? "-" + id : isDown ? "" : id
            $0.page = 1
            $0.edit = ""
        }
        return element(
            "th", .class(isNumber(field) ? "number" : nil), Attribute("scope", "col"),
            Attribute("aria-sort", isUp ? "ascending" : isDown ? "descending" : nil)
        ) {
            element("a", .href(next.address), .class("sort")) {
                say(field.name) + (field.unit.isEmpty ? "" : " (\(field.unit))") + (isUp ? " ▲" : isDown ? " ▼" : "")
            }
        }
    }

    private func isNumber(_ field: FieldRule) -> Bool {
        if case .amount = field.kind { return true }
        return false
    }

    private func row(_ record: RecordPlace, _ mark: LocalField.State?, _ decimals: [FieldID: Int]) -> HTML {
        let isOwn = record.tenant == view.principal.tenant
        let name = (isOwn ? "" : "\(record.tenant):") + record.key
        let address = Place.of(rule.id, record, view)
        let isEdited = place.edit == name
        return element("tr", .class(isEdited ? "edited" : nil), .id("r-" + name)) {
            if view.principal.role.isOfCity { element("td", .class("keep")) { Names.unit(record.tenant, view, say) } }
            element("th", Attribute("scope", "row"), .class("keep")) {
                element("a", .href(address)) { Names.key(record.key, of: rule, view, say, of: record.tenant) }
            }
            for field in columns {
                if isEdited, writable(field, record) {
                    input(field, record)
                } else {
                    cell(field, record, decimals)
                }
            }
            element("td", .class("keep")) {
                if let mark {
                    element("span", .class("mark " + mark.rawValue)) { mark.word(chinese: say.chinese) }
                }
            }
            element("td", .class(isEdited ? nil : "keep")) { actions(record, name, address, isEdited: isEdited) }
        }
    }

    private func actions(_ record: RecordPlace, _ name: String, _ address: String, isEdited: Bool) -> HTML {
        if isEdited {
            return HTML([
                element("button", .type("submit"), Attribute("form", Self.form)) { say("保存", "Save") }, HTML(" "),
                element("a", .href(place.with { $0.edit = "" }.address)) { say("取消", "Cancel") },
            ])
        }
        guard !place.isOfDeleted, columns.contains(where: { writable($0, record) }) else { return .empty }
        return element(
            "a", .href(place.with { $0.edit = name }.address + "#r-" + Place.encoded(name)),
            Attribute("aria-label", say("编辑 ", "edit ") + record.key)
        ) { say("编辑", "Edit") }
    }

    /// Whether a field can be typed here: a state is changed by a step, on the card.
    private func writable(_ field: FieldRule, _ record: RecordPlace) -> Bool {
        if rule.workflow?.field == field.id || field.attachment != nil { return false }
        return Permission.writeFault(view.principal, tenant: record.tenant, collection: rule, field: field) == nil
    }

    private func cell(_ field: FieldRule, _ record: RecordPlace, _ decimals: [FieldID: Int]) -> HTML {
        var value = view.field(field.id, of: record, in: rule.id)?.value
        if value == nil, !place.isOfDeleted, let flow = rule.workflow, flow.field == field.id {
            value = .text(flow.initial)
        }
        let tone: String? =
            switch field.kind {
            case .amount: "number"
            case .option, .date, .flag: "keep"
            default: nil
            }
        return element("td", .class(tone)) {
            if case .reference(let collection) = field.kind, let key = value?.shown {
                Names.referred(key, in: collection, of: record.tenant, view) ?? key
            } else if case .amount = field.kind {
                Decimals.padded(value?.shown ?? "", to: decimals[field.id] ?? 0)
            } else {
                OptionWord.value(field.listed(value), field, say) ?? ""
            }
        }
    }

    private func input(_ field: FieldRule, _ record: RecordPlace) -> HTML {
        let stands = Editing.formText(view.field(field.id, of: record, in: rule.id)?.value)
        let wrong = faults[field.id.rawValue] ?? []
        let why = "why-" + field.id.rawValue
        return element("td", .class(isNumber(field) ? "number" : nil)) {
            element("div", .class(wrong.isEmpty ? nil : "wrong")) {
                FieldInput(
                    rule: field, view: view, say: say, stands: stands, typed: typed[field.id.rawValue],
                    form: Self.form, label: say(field.name), isNarrow: true, describedBy: why
                ).html()
            }
            element("div", .id(why)) { for sentence in wrong { element("div", .class("fault")) { sentence } } }
        }
    }

    private func pages(_ here: Int, _ last: Int, isBelow: Bool = false) -> HTML {
        PageLinks.html(here, last, say, isBelow: isBelow) { number in
            place.with {
                $0.page = number
                $0.edit = ""
            }.address
        }
    }
}

/// Digits behind the point.
enum Decimals {
    static func count(_ figure: String) -> Int {
        figure.firstIndex(of: ".").map { figure.distance(from: $0, to: figure.endIndex) - 1 } ?? 0
    }

    /// How many digits behind the point the figures of a column need, up to so many.
    static func most(_ values: some Sequence<Rational?>, atMost most: Int = 2) -> Int {
        values.reduce(0) { max($0, $1.map { count($0.shown(most)) } ?? 0) }
    }

    /// The room that the missing digits of a figure would take, so that the points of a column stand in a line.
    static func rest(of figure: String, to digits: Int) -> HTML {
        let own = count(figure)
        guard digits > own else { return .empty }
        let missing = (own == 0 ? "." : "") + String(repeating: "0", count: digits - own)
        return element("span", .class("ghost"), Attribute("aria-hidden", "true")) { missing }
    }

    /// A figure with as many digits behind the point as another has.
    static func padded(_ figure: String, to digits: Int) -> String {
        let own = count(figure)
        guard !figure.isEmpty, digits > own else { return figure }
        return figure + (own == 0 ? "." : "") + String(repeating: "0", count: digits - own)
    }
}
