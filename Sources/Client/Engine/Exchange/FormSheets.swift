package import PlanSyncCore

/// Sheets to fill in, empty or with what there is; ``SheetImport`` reads them back.
package struct FormSheets: Sendable {
    private let view: LocalView
    private let say: Wording

    /// Sheets of what this view shows.
    package init(view: LocalView, wording: Wording) {
        self.view = view
        say = wording
    }

    /// The records of a collection; as a form to fill in without them.
    ///
    /// A form has only the fields that its reader may write. `places`: these records alone.
    package func records(of collection: CollectionRule, isForm: Bool, places: [RecordPlace]? = nil) -> Sheet {
        let writable = collection.fields.filter { rule in
            let tenant = view.principal.tenant
            return Permission.writeFault(view.principal, tenant: tenant, collection: collection, field: rule) == nil
        }
        let fields = isForm ? writable : collection.fields
        let title = isForm ? say("填报表", "form") : say("记录", "records")
        var heads = [SheetCell.text(say("单位", "Unit")), .text(say("键", "Key"))]
        heads += fields.map { .text(head(of: $0)) }
        let names = [.text("tenant"), .text("key")] + fields.map { SheetCell.text($0.id.rawValue) }
        let form = SheetForm.records(collection.id)
        var rows = [marks(form, "\(say(collection.name)) \(title)"), heads, names]
        for record in isForm ? [] : places ?? view.places(of: collection.id) {
            guard let key = try? RecordKey(collection: collection.id, key: record.key) else { continue }
            let cells = fields.map { rule -> SheetCell in
                // What is not shown stays empty, so that bringing the table back changes nothing of it.
                guard rule.isShown(to: view.principal.role) else { return .empty }
                let place = CellKey(tenant: record.tenant, record: key, field: rule.id)
                return view.field(place)?.value?.cell(of: rule) ?? .empty
            }
            rows.append([.text(record.tenant.rawValue), .text(record.key)] + cells)
        }
        var sheet = Sheet(name: say(collection.name), rows: rows, headRows: form.headRows)
        for (index, rule) in fields.enumerated() {
            if case .option(let options) = rule.kind { sheet.choices[index + 2] = options }
        }
        return sheet
    }

    /// The figures of a period: a row for each, a column for each unit whose figures the reader may write.
    ///
    /// As a form, without the present figures; the last period's stand beside them where there is one unit.
    package func values(of period: Period, isForm: Bool) -> Sheet {
        guard let collection = view.plan.collection(CollectionRule.values) else { return Sheet(name: "", rows: []) }
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        let own = view.plan.units.filter { $0.id == view.principal.tenant }
        let units = seesAll ? view.plan.units : own
        let last = units.count == 1 ? view.plan.periods.before(period) : nil
        var heads = [SheetCell.text("element"), .text(say("名称", "Name")), .text(say("计量单位", "Unit of measure"))]
        if last != nil { heads.append(.text(Self.lastHead(say))) }
        heads += units.map { .text("\($0.id.rawValue) \(say($0.name))") }
        let form = SheetForm.values(period)
        var rows = [marks(form, say(period.titleZH, period.id.rawValue)), heads]
        for rule in collection.fields {
            let rights = units.map { unit in
                Permission.writeFault(view.principal, tenant: unit.id, collection: collection, field: rule)
            }
            if isForm, !rights.contains(nil) { continue }
            var row = [SheetCell.text(rule.id.rawValue), .text(say(rule.name)), .text(rule.unit)]
            if let last { row.append(units.first.map { value(rule, of: $0.id, in: last) } ?? .empty) }
            row += units.map { isForm ? .empty : value(rule, of: $0.id, in: period) }
            rows.append(row)
        }
        return Sheet(name: "values \(period.id.rawValue)", rows: rows, headRows: form.headRows)
    }

    /// The head of the column with the last period's figures, which nobody fills in.
    static func lastHead(_ say: Wording) -> String { say("上期数", "Last period") }

    private func value(_ rule: FieldRule, of tenant: TenantID, in period: Period) -> SheetCell {
        guard let record = try? RecordKey(collection: CollectionRule.values, key: period.id.rawValue) else {
            return .empty
        }
        let place = CellKey(tenant: tenant, record: record, field: rule.id)
        return view.field(place)?.value?.cell(of: rule) ?? .empty
    }

    private func marks(_ form: SheetForm, _ title: String) -> [SheetCell] {
        form.marks(of: view.plan).map { .text($0) } + [.text(title)]
    }

    private func head(of rule: FieldRule) -> String {
        rule.unit.isEmpty ? say(rule.name) : "\(say(rule.name)) (\(rule.unit))"
    }
}
