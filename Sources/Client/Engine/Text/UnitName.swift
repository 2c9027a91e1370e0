package import PlanSyncCore

extension Plan {
    /// A unit's name for people; its code where the plan has no such unit.
    package func name(of unit: TenantID, _ say: Wording) -> String {
        tenant(unit).map { say($0.name) } ?? unit.rawValue
    }
}
