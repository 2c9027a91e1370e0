package import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// How long a tombstone is told to those who come back, in milliseconds: 400 days.
    private static let tombstoneMilliseconds: Int64 = 400 * 86_400_000

    /// Drops the tombstones that are older than the horizon; whoever was away longer starts with a snapshot.
    ///
    /// - Throws: the store's errors.
    package func dropTombstones(now: Timestamp) throws {
        let plans = state.withLock { $0.catalogue.all.map(\.plan) }
        try store.commit { writer in
            let edge = now.advanced(byMilliseconds: -Self.tombstoneMilliseconds)
            for plan in plans {
                let horizons = try writer.horizons(of: plan.tenants.map(\.id))
                for tenant in plan.tenants.map(\.id) {
                    let seq = try writer.lastSequence(of: tenant, before: edge)
                    guard seq > horizons[tenant] ?? 0 else { continue }
                    try writer.dropTombstones(of: tenant, plan: plan.id, upTo: seq)
                }
            }
        }
    }

    /// Makes the sums over the cells, for a store that an earlier release wrote.
    static func makeDigests(
        _ store: any PlanStore, _ plans: [PlanCatalogue.Entry], _ cryptography: any Cryptography
    ) throws {
        guard try store.read({ try $0.setting("digests") }) == nil else { return }
        try store.commit { writer in
            for plan in plans.map(\.plan) {
                var digests: [TenantID: [CollectionID: ScopeDigest]] = [:]
                for tenant in plan.tenants.map(\.id) {
                    let cells = try writer.cells(of: tenant, plan: plan.id, after: 0, limit: .max / 2, collections: nil)
                    for (key, cell) in cells {
                        digests[tenant, default: [:]][key.record.collection, default: ScopeDigest()]
                            .insert(PublicCell(key, cell), cryptography)
                    }
                }
                try writer.put(digests, plan: plan.id)
            }
            try writer.put("digests", "1")
        }
    }
}
