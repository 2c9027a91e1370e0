package import PlanSyncCore
import PlanSyncWire

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

    /// One collection of one tenant out of a scope; `nil` when the scope does not hold it.
    init?(_ wanted: ScopePart, of scope: PullScope) {
        let holds = scope.parts.contains { part in
            part.tenant == wanted.tenant && part.collections?.contains(wanted.collection) ?? true
        }
        guard holds else { return nil }
        parts = [Part(tenant: wanted.tenant, collections: [wanted.collection])]
    }

    /// What tells this scope from another.
    var name: String {
        parts.map { part in
            "\(part.tenant):\(part.collections?.map(\.rawValue).joined(separator: ",") ?? "*")"
        }.joined(separator: ";")
    }

    /// The tenants that it reads.
    package var tenants: [TenantID] { parts.map(\.tenant) }

    /// Whether it holds all of a tenant's records.
    package func holdsAll(of tenant: TenantID) -> Bool {
        parts.contains { $0.tenant == tenant && $0.collections == nil }
    }
}

extension PullScope {
    /// The sums of the collections of the scope that hold anything.
    func digests(
        of plan: PlanID, in store: any PlanReading
    ) throws -> [(part: ScopePart, digest: ScopeDigest)] {
        let all = try store.digests(of: tenants, plan: plan)
        return parts.flatMap { part in
            (all[part.tenant] ?? [:]).sorted { $0.key < $1.key }
                .filter { $0.value.cells > 0 && (part.collections?.contains($0.key) ?? true) }
                .map { (ScopePart(tenant: part.tenant, collection: $0.key), $0.value) }
        }
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
    /// On the last page of a whole scope, the sum over its cells.
    package var digest: ScopeDigest?
}

/// Reads pages of current cells.
package enum PullQuery {
    /// The cells of a scope after a position: at most about `limit`, a change's cells never split.
    package static func page(
        after position: PullPosition, scope: PullScope, plan: PlanID, limit: Int, isPart: Bool = false,
        from store: any PlanReading
    ) throws -> PullPage {
        // What was deleted before the horizon is told to nobody any more: such a reader starts anew.
        for (tenant, horizon) in try store.horizons(of: scope.tenants) {
            if let seen = position.seen[tenant], seen < horizon { throw RPCError.cursorExpired() }
        }
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
            let (cells, isCut) = try Self.cells(of: part, plan, after: seen, limit: room, from: store)
            // Who has nothing yet needs no tombstones.
            page.cells += seen == 0 ? cells.filter { !$0.cell.deleted } : cells
            // What is not published is no reason to ask again, nor to be told that there is more.
            if isCut, let last = cells.last?.cell.seq,
                try hasMore(of: part, plan, after: last, from: store)
            {
                page.position.seen[part.tenant] = last
                page.more = true
                break
            }
            page.position.seen[part.tenant] = head
        }
        if !page.more, !isPart {
            var digest = ScopeDigest()
            for part in try scope.digests(of: plan, in: store) { digest.add(part.digest) }
            page.digest = digest
        }
        return page
    }

    /// Bytes of values after which a page is full, whatever its limit: a frame must hold it.
    private static let pageBytesMax = 2 * 1_024 * 1_024
    private static let portion = 256

    /// The cells of a part after a place, until there are enough of them, by number or by size.
    private static func cells(
        of part: PullScope.Part, _ plan: PlanID, after seq: UInt64, limit: Int, from store: any PlanReading
    ) throws -> (cells: [(key: CellKey, cell: Cell)], isCut: Bool) {
        var cells: [(key: CellKey, cell: Cell)] = []
        var bytes = 0
        var last = seq
        while true {
            let portion = min(limit - cells.count, Self.portion)
            let more = try store.cells(
                of: part.tenant, plan: plan, after: last, limit: portion, collections: part.collections)
            cells += more
            for (_, cell) in more { bytes += cell.bytes }
            guard more.count >= portion, let end = more.last?.cell.seq else { return (cells, false) }
            last = end
            if cells.count >= limit || bytes >= pageBytesMax { return (cells, true) }
        }
    }

    private static func hasMore(
        of part: PullScope.Part, _ plan: PlanID, after seq: UInt64, from store: any PlanReading
    ) throws -> Bool {
        let next = try store.cells(of: part.tenant, plan: plan, after: seq, limit: 1, collections: part.collections)
        return !next.isEmpty
    }

    /// Whether the scope holds anything after a position.
    package static func hasMore(
        after position: PullPosition, scope: PullScope, plan: PlanID, from store: any PlanReading
    ) throws -> Bool {
        for part in scope.parts {
            if try hasMore(of: part, plan, after: position.seen[part.tenant] ?? 0, from: store) { return true }
        }
        return false
    }
}

extension Cell {
    /// About how much a cell takes in a frame.
    fileprivate var bytes: Int { (value?.canonicalJSON.count ?? 0) + author.utf8.count + 256 }
}
