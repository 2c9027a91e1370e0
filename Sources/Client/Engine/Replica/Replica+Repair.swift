// Finding and mending damage: the sum over the rows as they really are against the server's; where it differs, the
// sums of the parts; and the parts that differ are fetched anew. They wait with the other pages, and the pull behind
// them makes all of it visible at once. The outbox is not touched.

import GRDB
package import PlanSyncCore
import PlanSyncStore
package import PlanSyncWire

/// What comparing the parts with the server's came to.
package enum PartComparison: Sendable, Equatable {
    /// These are to be fetched anew; `dropped`: rows that belong nowhere and are gone.
    case differing([ScopePart], dropped: Int)
    /// The server's history is another one than the cells'.
    case otherEpoch
}

/// What a page of a damaged part came to.
package enum PartEffect: Sendable, Equatable {
    /// It waits with the others; `repaired`: on the last page, how many cells were not as they should be.
    case staged(repaired: Int)
    /// Another process is at it; begin again.
    case stale
    /// The server's history is another one than the cells'.
    case otherEpoch
}

extension Replica {
    /// The sum over the cells of a plan, of the rows as they are.
    func digest(of plan: PlanID, in database: Database) throws -> ScopeDigest {
        var sum = ScopeDigest()
        var digest = CellDigestBytes()
        try database.rows(CellRow.selectAll, [.text(plan.rawValue)]) { row in
            if CellRow.digest(row, into: &digest) { sum.insert(digestBytes: digest.bytes, cryptography) }
        }
        return sum
    }

    /// The sums by part; rows that cannot be read are in none.
    private func digests(of plan: PlanID, in database: Database) throws -> [ScopePart: ScopeDigest] {
        // The rows of a part stand together.
        var parts: [(tenant: String, collection: String, sum: ScopeDigest)] = []
        var digest = CellDigestBytes()
        try database.rows(CellRow.selectAll, [.text(plan.rawValue)]) { row in
            guard CellRow.digest(row, into: &digest), let tenant = row.text(0), let collection = row.text(1) else {
                return
            }
            if parts.last?.tenant != tenant || parts.last?.collection != collection {
                parts.append((tenant, collection, ScopeDigest()))
            }
            parts[parts.count - 1].sum.insert(digestBytes: digest.bytes, cryptography)
        }
        var sums: [ScopePart: ScopeDigest] = [:]
        for part in parts {
            guard let tenant = try? TenantID(part.tenant), let collection = try? CollectionID(part.collection) else {
                continue
            }
            sums[ScopePart(tenant: tenant, collection: collection), default: ScopeDigest()].add(part.sum)
        }
        return sums
    }

    /// Compares each part with the server's sum, and makes ready to fetch those that differ.
    ///
    /// - Throws: SQLite's errors.
    package func compare(_ told: SyncDigest.Result, of plan: PlanID) throws -> PartComparison {
        try write { database in
            if try Self.epoch(in: database) != told.epoch { return .otherEpoch }
            noteCellWrite()
            let dropped = try Self.dropDamagedRows(in: database)
            let held = try digests(of: plan, in: database)
            let expected = Dictionary(told.parts.map { ($0.part, $0.digest) }, uniquingKeysWith: { $1 })
            let ours = Argument.text(plan.rawValue)
            try database.run("DELETE FROM staged_cells WHERE plan = ?", [ours])
            try database.run("DELETE FROM repairs WHERE plan = ?", [ours])
            try database.run("UPDATE cursors SET stage = NULL, snapshot = 0 WHERE plan = ?", [ours])
            let differing = expected.filter { held[$0.key] != $0.value }.map(\.key)
            let strange = held.keys.filter { expected[$0] == nil }
            for part in differing + strange {
                try database.run(
                    "INSERT INTO repairs(plan, tenant, collection, complete) VALUES (?, ?, ?, ?)",
                    [ours, .text(part.tenant.rawValue), .text(part.collection.rawValue), .flag(expected[part] == nil)])
            }
            let strangers = strange.reduce(0) { $0 + Int(clamping: held[$1]?.cells ?? 0) }
            let order = differing.sorted { ($0.tenant, $0.collection) < ($1.tenant, $1.collection) }
            return .differing(order, dropped: dropped + strangers)
        }
    }

    /// Deletes rows that cannot be read, and rows of plans that nobody has pulled.
    private static func dropDamagedRows(in database: Database) throws -> Int {
        try database.run("DELETE FROM cells WHERE plan NOT IN (SELECT plan FROM cursors)")
        var dropped = database.changesCount
        var damaged: [[Argument]] = []
        var reader = CellReader()
        try database.rows("SELECT \(CellRow.columns), plan FROM cells") { row in
            if reader.read(row) == nil { damaged.append([12, 0, 1, 2, 3].map { row.argument($0) }) }
        }
        for place in damaged {
            try database.run(
                "DELETE FROM cells WHERE plan IS ? AND tenant IS ? AND collection IS ? AND key IS ? AND field IS ?",
                place)
            dropped += database.changesCount
        }
        return dropped
    }

    /// Where the fetching of a part goes on; `nil`: at its beginning.
    ///
    /// - Throws: SQLite's errors.
    package func partCursor(of part: ScopePart, in plan: PlanID) throws -> String? {
        try read { try Self.repair(of: part, in: plan, $0)?.cursor }
    }

    private static func repair(
        of part: ScopePart, in plan: PlanID, _ database: Database
    ) throws -> (cursor: String?, isComplete: Bool)? {
        try database.first(
            "SELECT cursor, complete FROM repairs WHERE plan = ? AND tenant = ? AND collection = ?",
            [.text(plan.rawValue), .text(part.tenant.rawValue), .text(part.collection.rawValue)]
        ) { (cursor: $0.text(0), isComplete: $0.flag(1) ?? false) }
    }

    /// Puts a page of a part to the pages that wait.
    ///
    /// - Throws: SQLite's errors.
    package func stage(
        _ page: SyncPull.Result, of part: ScopePart, in plan: PlanID, after asked: String?
    ) throws -> PartEffect {
        try write { database in
            if try Self.epoch(in: database) != page.epoch { return .otherEpoch }
            guard let repair = try Self.repair(of: part, in: plan, database), !repair.isComplete,
                repair.cursor == asked
            else { return .stale }
            try CellRow.put(page.cells, of: plan, staged: true, in: database)
            try database.run(
                "UPDATE repairs SET cursor = ?, complete = ? WHERE plan = ? AND tenant = ? AND collection = ?",
                [
                    .text(page.cursor), .flag(!page.more), .text(plan.rawValue), .text(part.tenant.rawValue),
                    .text(part.collection.rawValue),
                ])
            return .staged(repaired: page.more ? 0 : try Self.differences(of: part, in: plan, database))
        }
    }

    /// How many places of a part are not what was fetched.
    private static func differences(of part: ScopePart, in plan: PlanID, _ database: Database) throws -> Int {
        let place = "plan = ?1 AND tenant = ?2 AND collection = ?3"
        return try database.count(
            """
            SELECT (SELECT COUNT(*) FROM (
                    SELECT \(CellRow.columns) FROM staged_cells WHERE \(place) AND deleted = 0
                    EXCEPT SELECT \(CellRow.columns) FROM cells WHERE \(place)))
                + (SELECT COUNT(*) FROM cells WHERE \(place) AND (key, field) NOT IN (
                    SELECT key, field FROM staged_cells WHERE \(place) AND deleted = 0))
            """, [.text(plan.rawValue), .text(part.tenant.rawValue), .text(part.collection.rawValue)])
    }
}
