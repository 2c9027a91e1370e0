// What the server lost with its last hours, when it was restored from a backup: this device has seen it, and the
// machine that wrote it may be gone. What comes back with its change leaves the list by itself.

import GRDB
import PlanSyncCore

extension Replica {
    private static let placeIsSame = """
        c.plan = witness.plan AND c.tenant = witness.tenant AND c.collection = witness.collection
            AND c.key = witness.key AND c.field = witness.field
        """

    /// Keeps the cells of an epoch that has ended, but for what this device itself still holds and offers again.
    static func keepWitness(of plan: PlanID, _ epoch: String, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO witness(plan, tenant, collection, key, field, value, rev, by, author, at, epoch)
                SELECT plan, tenant, collection, key, field, value, rev, by, author, at, ? FROM cells
                WHERE plan = ? AND collection <> ? AND rev NOT IN (SELECT id FROM outbox)
                """, arguments: [epoch, plan.rawValue, CollectionRule.conflicts.rawValue])
    }

    /// Forgets what the server has again, and what was empty and is.
    static func dropWitness(of plan: PlanID, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM witness WHERE plan = ? AND (
                    EXISTS (SELECT 1 FROM cells AS c WHERE \(placeIsSame) AND c.rev = witness.rev)
                    OR (value IS NULL AND NOT EXISTS (
                        SELECT 1 FROM cells AS c WHERE \(placeIsSame) AND c.value IS NOT NULL)))
                """, arguments: [plan.rawValue])
    }

    /// What the server no longer has, by place.
    ///
    /// - Throws: SQLite's errors.
    package func lostCells() throws -> [LostCell] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT position, plan, tenant, collection, key, field, value, rev, by, author, at, epoch, (
                        SELECT c.value FROM cells AS c WHERE \(Self.placeIsSame)) FROM witness ORDER BY position
                    """
            ).compactMap(Self.lostCell)
        }
    }

    private static func lostCell(_ row: Row) -> LostCell? {
        guard let plan = CellRow.text(row, 1).flatMap({ try? PlanID($0) }),
            let tenant = CellRow.text(row, 2).flatMap({ try? TenantID($0) }),
            let collection = CellRow.text(row, 3).flatMap({ try? CollectionID($0) }),
            let name = CellRow.text(row, 4), let record = try? RecordKey(collection: collection, key: name),
            let field = CellRow.text(row, 5).flatMap({ try? FieldID($0) }),
            let rev = CellRow.text(row, 7).flatMap({ try? ChangeID($0) }),
            let by = CellRow.text(row, 8).flatMap({ try? DeviceID($0) }), let position = try? row.whole("position"),
            let at = try? row.whole("at"), let epoch = try? row.text("epoch")
        else { return nil }
        return LostCell(
            position: position, plan: plan, key: CellKey(tenant: tenant, record: record, field: field),
            value: CellRow.bytes(row, 6).flatMap { FieldValue(canonicalJSON: $0[...]) }, rev: rev, by: by,
            author: String(decoding: CellRow.bytes(row, 9) ?? [], as: UTF8.self),
            at: Timestamp(milliseconds: at), epoch: epoch,
            current: CellRow.bytes(row, 12).flatMap { FieldValue(canonicalJSON: $0[...]) })
    }

    /// Takes something off the list of what was lost; `false` when there is none with this number.
    ///
    /// - Throws: SQLite's errors.
    package func dropLost(_ position: Int64) throws -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM witness WHERE position = ?", arguments: [position])
            return database.changesCount > 0
        }
    }
}
