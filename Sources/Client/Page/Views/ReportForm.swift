import PlanSyncClient
import PlanSyncCore

/// The fields of a period's report with what stands in them.
struct ReportForm {
    /// One line.
    struct Line {
        let rule: FieldRule
        let key: CellKey
        let seen: LocalField?
        /// What was reported for the period before.
        let before: FieldValue?
        /// Why this person cannot enter it; `nil`: it can be entered.
        let locked: String?
    }

    let lines: [Line]

    init(view: LocalView, period: Period) {
        let tenant = view.principal.tenant
        guard let values = view.plan.collection(CollectionRule.values),
            let record = try? RecordKey(collection: values.id, key: period.id.rawValue)
        else {
            lines = []
            return
        }
        let earlier = view.plan.periods.before(period).flatMap {
            try? RecordKey(collection: values.id, key: $0.id.rawValue)
        }
        lines = values.fields.map { rule in
            let key = CellKey(tenant: tenant, record: record, field: rule.id)
            let before = earlier.flatMap { view.field(CellKey(tenant: tenant, record: $0, field: rule.id))?.value }
            let locked = Permission.writeFault(view.principal, tenant: tenant, collection: values, field: rule)
            return Line(rule: rule, key: key, seen: view.field(key), before: before, locked: locked)
        }
    }

    /// How many fields the person is to fill in.
    var own: Int { lines.filter { $0.locked == nil }.count }

    /// How many of them hold something.
    var filled: Int { lines.filter { $0.locked == nil && $0.seen?.value != nil }.count }
}
