package import PlanSyncCore

/// The plans that the server holds, each at its current revision.
package struct PlanCatalogue: Sendable {
    /// A plan as loaded.
    package struct Entry: Sendable {
        /// The plan.
        package let plan: Plan
        /// Its current revision, from 1.
        package let revision: UInt64
        /// Its document as JSON, as it is sent.
        package let document: [UInt8]
        /// When the server first had the plan; `nil`: before that was noted.
        package let loaded: Timestamp?

        package init(plan: Plan, revision: UInt64, document: [UInt8], loaded: Timestamp?) {
            self.plan = plan
            self.revision = revision
            self.document = document
            self.loaded = loaded
        }
    }

    private var entries: [PlanID: Entry] = [:]

    package init() {}

    /// The plan with this name, or `nil`.
    package subscript(plan: PlanID) -> Entry? { entries[plan] }

    /// All plans by name.
    package var all: [Entry] { entries.values.sorted { $0.plan.id < $1.plan.id } }

    /// Takes a plan in, in place of an earlier revision.
    package mutating func insert(_ entry: Entry) {
        let earliest = entries[entry.plan.id].map { $0.loaded } ?? entry.loaded
        entries[entry.plan.id] = Entry(
            plan: entry.plan, revision: entry.revision, document: entry.document, loaded: earliest)
    }

    /// Whether any plan has this tenant.
    package func hasTenant(_ tenant: TenantID) -> Bool { entries.values.contains { $0.plan.tenant(tenant) != nil } }
}
