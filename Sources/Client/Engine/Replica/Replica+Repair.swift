// Finding and mending damage: the sum over the rows as they really are against the server's; where it differs, the
// sums of the parts; and the parts that differ are fetched anew. They wait with the other pages, and the pull behind
// them makes all of it visible at once. The outbox is not touched.

import GRDB
package import PlanSyncCore
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
        for (_, digest) in try digests(of: plan, in: database) { sum.add(digest) }
        return sum
    }

    /// The sums by part; rows that cannot be read are in none.
    private func digests(of plan: PlanID, in database: Database) throws -> [ScopePart: ScopeDigest] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT \(CellRow.columns) FROM cells WHERE plan = ?"),
            arguments: [plan.rawValue])
        var sums: [ScopePart: ScopeDigest] = [:]
        while let row = try rows.next() {
            guard let cell = CellRow.read(row) else { continue }
            let part = ScopePart(tenant: cell.key.tenant, collection: cell.key.record.collection)
            sums[part, default: ScopeDigest()].insert(cell, cryptography)
        }
        return sums
    }

    /// Compares each part with the server's sum, and makes ready to fetch those that differ.
    ///
    /// - Throws: SQLite's errors.
    package func compare(_ told: SyncDigest.Result, of plan: PlanID) throws -> PartComparison {
        try write { database in
            if try Self.state(in: database).epoch != told.epoch { return .otherEpoch }
            let dropped = try Self.dropDamagedRows(in: database)
            let held = try digests(of: plan, in: database)
            let expected = Dictionary(told.parts.map { ($0.part, $0.digest) }, uniquingKeysWith: { $1 })
            try database.execute(sql: "DELETE FROM staged_cells WHERE plan = ?", arguments: [plan.rawValue])
            try database.execute(sql: "DELETE FROM repairs WHERE plan = ?", arguments: [plan.rawValue])
            try database.execute(
                sql: "UPDATE cursors SET stage = NULL, snapshot = 0 WHERE plan = ?", arguments: [plan.rawValue])
            let differing = expected.filter { held[$0.key] != $0.value }.map(\.key)
            let strange = held.keys.filter { expected[$0] == nil }
            for part in differing + strange {
                try database.execute(
                    sql: "INSERT INTO repairs(plan, tenant, collection, complete) VALUES (?, ?, ?, ?)",
                    arguments: [
                        plan.rawValue, part.tenant.rawValue, part.collection.rawValue, expected[part] == nil,
                    ])
            }
            let strangers = strange.reduce(0) { $0 + Int(clamping: held[$1]?.cells ?? 0) }
            let order = differing.sorted { ($0.tenant, $0.collection) < ($1.tenant, $1.collection) }
            return .differing(order, dropped: dropped + strangers)
        }
    }

    /// Deletes rows that cannot be read, and rows of plans that nobody has pulled.
    private static func dropDamagedRows(in database: Database) throws -> Int {
        try database.execute(sql: "DELETE FROM cells WHERE plan NOT IN (SELECT plan FROM cursors)")
        var dropped = database.changesCount
        let rows = try Row.fetchCursor(database, sql: "SELECT \(CellRow.columns), plan FROM cells")
        var damaged: [[DatabaseValue]] = []
        while let row = try rows.next() {
            if CellRow.read(row) == nil { damaged.append([row[12], row[0], row[1], row[2], row[3]]) }
        }
        for place in damaged {
            try database.execute(
                sql:
                    "DELETE FROM cells WHERE plan IS ? AND tenant IS ? AND collection IS ? AND key IS ? AND field IS ?",
                arguments: StatementArguments(place))
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
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT cursor, complete FROM repairs WHERE plan = ? AND tenant = ? AND collection = ?"),
            arguments: [plan.rawValue, part.tenant.rawValue, part.collection.rawValue]
        ).map { (cursor: $0[0], isComplete: $0[1]) }
    }

    /// Puts a page of a part to the pages that wait.
    ///
    /// - Throws: SQLite's errors.
    package func stage(
        _ page: SyncPull.Result, of part: ScopePart, in plan: PlanID, after asked: String?
    ) throws -> PartEffect {
        try write { database in
            if try Self.state(in: database).epoch != page.epoch { return .otherEpoch }
            guard let repair = try Self.repair(of: part, in: plan, database), !repair.isComplete,
                repair.cursor == asked
            else { return .stale }
            try CellRow.put(page.cells, of: plan, staged: true, in: database)
            try database.execute(
                sql: """
                    UPDATE repairs SET cursor = ?, complete = ? WHERE plan = ? AND tenant = ? AND collection = ?
                    """,
                arguments: [
                    page.cursor, !page.more, plan.rawValue, part.tenant.rawValue, part.collection.rawValue,
                ])
            return .staged(repaired: page.more ? 0 : try Self.differences(of: part, in: plan, database))
        }
    }

    /// How many places of a part are not what was fetched.
    private static func differences(of part: ScopePart, in plan: PlanID, _ database: Database) throws -> Int {
        let place = "plan = :plan AND tenant = :tenant AND collection = :collection"
        return try Int.fetchOne(
            database,
            sql: """
                SELECT (SELECT COUNT(*) FROM (
                        SELECT \(CellRow.columns) FROM staged_cells WHERE \(place) AND deleted = 0
                        EXCEPT SELECT \(CellRow.columns) FROM cells WHERE \(place)))
                    + (SELECT COUNT(*) FROM cells WHERE \(place) AND (key, field) NOT IN (
                        SELECT key, field FROM staged_cells WHERE \(place) AND deleted = 0))
                """,
            arguments: [
                "plan": plan.rawValue, "tenant": part.tenant.rawValue, "collection": part.collection.rawValue,
            ]) ?? 0
    }
}
