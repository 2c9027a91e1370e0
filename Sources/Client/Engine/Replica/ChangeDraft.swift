package import PlanSyncCore

/// What a person saves at once, before it has a number in the chain.
package struct ChangeDraft: Sendable, Equatable {
    /// The plan that it edits.
    package let plan: PlanID
    /// The plan's revision that its author saw.
    package let planRevision: UInt64
    /// The record's owner, when that is not the author's own tenant.
    package let tenant: TenantID?
    /// The person, free text.
    package let author: String
    /// Why, in the author's words.
    package let note: String?
    /// The edits; at least one.
    package let operations: [Operation]

    package init(
        plan: PlanID, planRevision: UInt64, tenant: TenantID?, author: String, note: String?, operations: [Operation]
    ) {
        self.plan = plan
        self.planRevision = planRevision
        self.tenant = tenant
        self.author = author
        self.note = note
        self.operations = operations
    }
}
