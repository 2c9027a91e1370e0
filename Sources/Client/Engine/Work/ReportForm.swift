package import PlanSyncCore

/// The fields of a unit's report of a period with what stands in them, and what helps to judge it.
package struct ReportForm {
    /// One line.
    package struct Line {
        package let rule: FieldRule
        package let key: CellKey
        package let seen: LocalField?
        /// What was reported for the period before.
        package let before: FieldValue?
        /// What was reported for the same period a year ago.
        package let lastYear: FieldValue?
        /// Why this person cannot enter it; `nil`: it can be entered.
        package let locked: String?
    }

    package let lines: [Line]

    /// `tenant`: whose report; `nil`: the person's own unit's.
    package init(view: LocalView, period: Period, of tenant: TenantID? = nil) {
        let tenant = tenant ?? view.principal.tenant
        guard let values = view.plan.collection(CollectionRule.values),
            let record = try? RecordKey(collection: values.id, key: period.id.rawValue)
        else {
            lines = []
            return
        }
        func value(_ other: Period?, _ field: FieldID) -> FieldValue? {
            guard let other, let record = try? RecordKey(collection: values.id, key: other.id.rawValue) else {
                return nil
            }
            return view.field(CellKey(tenant: tenant, record: record, field: field))?.value
        }
        let before = view.plan.periods.before(period)
        let lastYear = view.plan.periods.all.first {
            $0.year == period.year - 1 && $0.indexInYear == period.indexInYear
        }
        lines = values.fields.map { rule in
            let key = CellKey(tenant: tenant, record: record, field: rule.id)
            let locked = Permission.writeFault(view.principal, tenant: tenant, collection: values, field: rule)
            return Line(
                rule: rule, key: key, seen: view.field(key), before: value(before, rule.id),
                lastYear: value(lastYear, rule.id), locked: locked)
        }
    }

    /// How many fields the person is to fill in.
    package var own: Int { lines.filter { $0.locked == nil }.count }

    /// How many of them hold something.
    package var filled: Int { lines.filter { $0.locked == nil && $0.seen?.value != nil }.count }
}
