package import PlanSyncCore

/// What a principal may see of a plan.
package struct PullScope: Sendable, Equatable {
    /// A tenant's part of the scope.
    package struct Part: Sendable, Equatable {
        /// The tenant.
        package let tenant: TenantID
        /// Only these collections; `nil`: all.
        package let collections: [CollectionID]?
    }

    /// The parts, by tenant.
    package let parts: [Part]

    /// The scope of a principal: its own records and what the city publishes; the city sees all.
    package init(of principal: Principal, in plan: Plan) {
        if Permission.rights(of: principal.role).contains(.readAll) {
            parts = plan.tenants.map { Part(tenant: $0.id, collections: nil) }
        } else {
            let published = plan.collections.values.filter(\.published).map(\.id).sorted()
            let city = published.isEmpty ? [] : [Part(tenant: .city, collections: published)]
            parts = [Part(tenant: principal.tenant, collections: nil)] + city
        }
    }

    /// The tenants that it reads.
    package var tenants: [TenantID] { parts.map(\.tenant) }

    /// Whether it holds all of a tenant's records.
    package func holdsAll(of tenant: TenantID) -> Bool {
        parts.contains { $0.tenant == tenant && $0.collections == nil }
    }
}

/// A page of current cells.
package struct PullPage: Sendable {
    /// The cells, in the order of their tenants' journals.
    package var cells: [(key: CellKey, cell: Cell)] = []
    /// How far it goes.
    package var position: PullPosition
    /// Whether there is more behind it.
    package var more = false
}

/// Reads pages of current cells.
package enum PullQuery {
    /// The cells of a scope after a position: at most about `limit`, a change's cells never split.
    package static func page(
        after position: PullPosition, scope: PullScope, plan: PlanID, limit: Int, from store: any PlanReading
    ) throws -> PullPage {
        var page = PullPage(position: position)
        let heads = try store.heads(of: scope.tenants)
        for part in scope.parts {
            let head = heads[part.tenant]?.seq ?? 0
            let seen = position.seen[part.tenant] ?? 0
            guard head > seen else { continue }
            let room = limit - page.cells.count
            guard room > 0 else {
                page.more = true
                break
            }
            let cells = try store.cells(
                of: part.tenant, plan: plan, after: seen, limit: room, collections: part.collections)
            page.cells += cells
            if cells.count >= room, let last = cells.last?.cell.seq, last < head {
                page.position.seen[part.tenant] = last
                page.more = true
                break
            }
            page.position.seen[part.tenant] = head
        }
        return page
    }
}
