package import PlanSyncCore

extension LocalView {
    /// A list of the plan as of the end of a period, over the records that are here; `tenants`: of these alone.
    package func list(_ rule: ListRule, in period: Period, of tenants: [TenantID]? = nil) -> RecordList {
        // Of other units a county's device knows nothing, which is not the same as nothing.
        let isOwnAlone = rule.isOfUnits && !Permission.rights(of: principal.role).contains(.readAll)
        return RecordList(
            rule, plan: plan, figures: allFigures, period: period,
            tenants: tenants ?? (isOwnAlone ? [principal.tenant] : nil))
    }
}
