package import PlanSyncCore

/// Where commits wrote cells: what decides who is told that there is something to pull.
package struct Growth: Sendable, Equatable {
    /// A collection of a tenant in a plan.
    package struct Part: Hashable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The tenant.
        package let tenant: TenantID
        /// The collection.
        package let collection: CollectionID

        package init(plan: PlanID, tenant: TenantID, collection: CollectionID) {
            self.plan = plan
            self.tenant = tenant
            self.collection = collection
        }
    }

    /// The parts that grew.
    package private(set) var parts: Set<Part>

    /// The plans that got a new revision, which concerns everybody who has them.
    package private(set) var revisedPlans: Set<PlanID> = []

    package init(_ parts: Set<Part> = []) { self.parts = parts }

    /// Whether nothing grew.
    package var isEmpty: Bool { parts.isEmpty && revisedPlans.isEmpty }

    /// The tenants of whom anything grew.
    package var tenants: Set<TenantID> { Set(parts.map(\.tenant)) }

    /// Takes in what grew with another commit.
    package mutating func formUnion(_ other: Growth) {
        parts.formUnion(other.parts)
        revisedPlans.formUnion(other.revisedPlans)
    }

    /// The same, with a new revision of a plan.
    func revising(_ plan: PlanID) -> Growth {
        var growth = self
        growth.revisedPlans.insert(plan)
        return growth
    }
}
