// The cells: pages of a pull, and what the view is made of. A snapshot is a new generation: its pages lie
// beside the old cells until the last one has come, and only then go the cells that it did not bring.

import GRDB
package import PlanSyncCore
package import PlanSyncWire

/// What a page came to.
package enum PageEffect: Sendable, Equatable {
    /// It was stored with its cursor.
    case applied(cells: Int)
    /// Another process has pulled since; the page was set aside.
    case stale
    /// The server's history is another one than the cells'.
    case otherEpoch
}

extension Replica {
    /// Where a plan's pull goes on; `nil`: with a snapshot.
    ///
    /// - Throws: SQLite's errors.
    package func cursor(of plan: PlanID) throws -> String? {
        try read { try Self.cursor(of: plan, in: $0)?.cursor }
    }

    /// Whether a whole snapshot of the plan has ever come in.
    ///
    /// - Throws: SQLite's errors.
    package func hasSnapshot(of plan: PlanID) throws -> Bool {
        try read { try Self.cursor(of: plan, in: $0)?.complete ?? false }
    }

    private struct CursorRow {
        var cursor: String?
        var generation: Int64
        var complete: Bool
    }

    private static func cursor(of plan: PlanID, in database: Database) throws -> CursorRow? {
        try Row.fetchOne(
            database, sql: "SELECT cursor, generation, complete FROM cursors WHERE plan = ?", arguments: [plan.rawValue]
        ).map { CursorRow(cursor: $0["cursor"], generation: $0["generation"], complete: $0["complete"]) }
    }

    /// Forgets where the pull of a plan goes on, so that the next one is a snapshot; cells and outbox stay.
    ///
    /// - Throws: SQLite's errors.
    package func dropCursor(of plan: PlanID) throws {
        try write {
            try $0.execute(sql: "UPDATE cursors SET cursor = NULL WHERE plan = ?", arguments: [plan.rawValue])
        }
    }

    /// Stores a page of cells and its cursor, in one transaction.
    ///
    /// `asked`: the cursor that the page answers. A page for another cursor is set aside.
    /// - Throws: SQLite's errors.
    package func apply(_ page: SyncPull.Result, of plan: PlanID, after asked: String?) throws -> PageEffect {
        try write { database in
            if try Self.state(in: database).epoch != page.epoch { return .otherEpoch }
            let held = try Self.cursor(of: plan, in: database)
            guard held?.cursor == asked else { return .stale }
            var row = held ?? CursorRow(cursor: nil, generation: 0, complete: false)
            if asked == nil { row.generation += 1 }
            try Self.insert(page.cells, of: plan, generation: row.generation, in: database)
            if !page.more {
                try database.execute(
                    sql: "DELETE FROM cells WHERE plan = ? AND generation < ?",
                    arguments: [plan.rawValue, row.generation])
                try database.execute(
                    sql: "UPDATE cells SET generation = ? WHERE plan = ? AND generation <> ?",
                    arguments: [row.generation, plan.rawValue, row.generation])
                try database.execute(
                    sql: "UPDATE outbox SET pulled = 1 WHERE result IS NOT NULL AND pulled = 0 AND plan = ?",
                    arguments: [plan.rawValue])
                row.complete = true
            }
            try database.execute(
                sql: """
                    INSERT INTO cursors(plan, cursor, generation, complete) VALUES (?, ?, ?, ?)
                    ON CONFLICT(plan) DO UPDATE SET cursor = excluded.cursor, generation = excluded.generation,
                        complete = excluded.complete
                    """, arguments: [plan.rawValue, page.cursor, row.generation, row.complete])
            try Self.prune(epoch: page.epoch, backedUp: page.backedUp, in: database)
            return .applied(cells: page.cells.count)
        }
    }

    /// Within a generation the later place wins, so that a repeated or reordered page does no harm.
    private static func insert(
        _ cells: [SyncPull.WireCell], of plan: PlanID, generation: Int64, in database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO cells(
                    tenant, plan, collection, key, field, value, rev, seq, by, author, at, deleted, generation)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(tenant, plan, collection, key, field) DO UPDATE SET value = excluded.value,
                    rev = excluded.rev, seq = excluded.seq, by = excluded.by, author = excluded.author,
                    at = excluded.at, deleted = excluded.deleted, generation = excluded.generation
                WHERE excluded.generation > cells.generation OR excluded.seq >= cells.seq
                """)
        for cell in cells {
            try statement.execute(
                arguments: [
                    cell.key.tenant.rawValue, plan.rawValue, cell.key.record.collection.rawValue, cell.key.record.key,
                    cell.key.field.rawValue, cell.value.map { blob($0.canonicalJSON) }, cell.rev.rawValue,
                    signed(cell.seq), cell.by.rawValue, cell.author, cell.at.milliseconds, cell.deleted, generation,
                ])
        }
    }

    /// The cells of a plan, by place.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func cells(of plan: PlanID) throws -> [ReplicaCell] {
        try read { try Self.cells(of: plan, in: $0) }
    }

    private static func cells(of plan: PlanID, in database: Database) throws -> [ReplicaCell] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM cells WHERE plan = ? ORDER BY tenant, collection, key, field",
            arguments: [plan.rawValue]
        ).map { row in
            var value: FieldValue?
            if let stored = optionalBytes(row["value"]) {
                guard let read = FieldValue(canonicalJSON: stored[...]) else {
                    throw ReplicaError.damaged("cell \(row["key"] as String).\(row["field"] as String)")
                }
                value = read
            }
            let record = try RecordKey(
                collection: try CollectionID(row["collection"] as String), key: row["key"] as String)
            return ReplicaCell(
                key: CellKey(
                    tenant: try TenantID(row["tenant"] as String), record: record,
                    field: try FieldID(row["field"] as String)), value: value, rev: try ChangeID(row["rev"] as String),
                seq: unsigned(row["seq"]), by: try DeviceID(row["by"] as String), author: row["author"],
                at: Timestamp(milliseconds: row["at"]), deleted: row["deleted"])
        }
    }

    /// What the person sees: the cells with the outbox laid over them, of one moment.
    ///
    /// - Throws: ``ReplicaError``, SQLite's errors.
    package func view(of plan: PlanID) throws -> LocalView {
        try read { database in
            guard let principal = try Self.state(in: database).principal else { throw ReplicaError.notEnrolled }
            let held = try Self.plan(plan, in: database)
            let entries = try Row.fetchAll(
                database, sql: "SELECT * FROM outbox WHERE plan = ? ORDER BY position", arguments: [plan.rawValue]
            ).map { try Self.entry($0) }
            return LocalView(
                plan: held.plan, revision: held.revision, principal: principal,
                cells: try Self.cells(of: plan, in: database), outbox: entries)
        }
    }
}
