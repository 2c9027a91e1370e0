package import PlanSyncCore
import Synchronization

extension ServerEngine {
    /// How long a whole file stays that no record names: as long as what was deleted can come back, 400 days.
    private static let orphanMilliseconds: Int64 = 400 * 86_400_000
    /// How long a part of a file stays that no record names: 30 days.
    private static let partMilliseconds: Int64 = 30 * 86_400_000

    /// Takes out the files that no record has named for long; the first time it only notes since when.
    ///
    /// - Throws: the store's errors.
    package func sweepBlobs(now: Timestamp) throws {
        let plans = state.withLock { $0.catalogue.all.map(\.plan) }
        let tenants = Set(plans.flatMap { $0.tenants.map(\.id) }).sorted()
        try store.commit { writer in
            for tenant in tenants {
                let blobs = try writer.blobs(of: tenant)
                if blobs.isEmpty { continue }
                let named = try Self.namedHashes(of: tenant, plans, in: writer)
                for blob in blobs { try Self.sweep(blob, isNamed: named.contains(blob.hash), now: now, in: writer) }
            }
        }
    }

    private static func sweep(
        _ blob: BlobRecord, isNamed: Bool, now: Timestamp, in writer: any PlanWriting
    ) throws {
        let life = blob.isComplete ? orphanMilliseconds : partMilliseconds
        switch (isNamed, blob.orphaned) {
        case (true, nil): return
        case (true, _): try writer.put(blob.orphaned(nil))
        case (false, nil): try writer.put(blob.orphaned(now))
        case (false, let since?):
            if since.advanced(byMilliseconds: life) <= now { try writer.deleteBlob(blob.hash, of: blob.tenant) }
        }
    }

    /// The files that any record of a tenant names, in whatever plan.
    private static func namedHashes(
        of tenant: TenantID, _ plans: [Plan], in reading: any PlanReading
    ) throws -> Set<String> {
        var named: Set<String> = []
        for plan in plans where plan.tenant(tenant) != nil {
            let fields = Dictionary(grouping: plan.attachmentFields, by: \.collection)
            for (collection, holders) in fields {
                let names = Set(holders.map(\.field))
                for (key, cell) in try reading.cells(of: tenant, plan: plan.id, collection: collection)
                where names.contains(key.field) && !cell.deleted {
                    guard case .members(let members)? = cell.value else { continue }
                    named.formUnion(members.compactMap { try? Attachment(member: $0).hash })
                }
            }
        }
        return named
    }
}

extension BlobRecord {
    fileprivate func orphaned(_ since: Timestamp?) -> BlobRecord {
        BlobRecord(
            tenant: tenant, hash: hash, size: size, received: received, isComplete: isComplete, orphaned: since)
    }
}
