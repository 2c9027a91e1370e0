// What the server lost with its last hours, when it was restored from a backup: this device has seen it, and the
// machine that wrote it may be gone. What comes back with its change leaves the list by itself.

import GRDB
import PlanSyncCore
import PlanSyncStore

extension Replica {
    private static let placeIsSame = CellRow.isSamePlace("c", "witness")

    /// Keeps the cells of an epoch that has ended, but for what this device itself still holds and offers again.
    ///
    /// `isWhole`: whether any of them may be gone; else those alone for which something waits.
    static func keepWitness(of plan: PlanID, _ epoch: String, isWhole: Bool, in database: Database) throws {
        let waits = CellRow.isSamePlace("staged_cells", "cells")
        let isMeant = " AND EXISTS (SELECT 1 FROM staged_cells WHERE \(waits))"
        try database.run(
            """
            INSERT OR IGNORE INTO witness(plan, tenant, collection, key, field, value, rev, by, author, at, epoch)
            SELECT plan, tenant, collection, key, field, value, rev, by, author, at, ? FROM cells
            WHERE plan = ? AND collection <> ? AND rev NOT IN (SELECT id FROM outbox)\(isWhole ? "" : isMeant)
            """, [.text(epoch), .text(plan.rawValue), .text(CollectionRule.conflicts.rawValue)])
    }

    /// Forgets what the server has again, and what was empty and is.
    static func dropWitness(of plan: PlanID, in database: Database) throws {
        guard try database.has("SELECT 1 FROM witness WHERE plan = ? LIMIT 1", [.text(plan.rawValue)]) else { return }
        try database.run(
            """
            DELETE FROM witness WHERE plan = ? AND (
                EXISTS (SELECT 1 FROM cells AS c WHERE \(placeIsSame) AND c.rev = witness.rev)
                OR (value IS NULL AND NOT EXISTS (
                    SELECT 1 FROM cells AS c WHERE \(placeIsSame) AND c.value IS NOT NULL)))
            """, [.text(plan.rawValue)])
    }

    /// What the server no longer has, by place.
    ///
    /// - Throws: SQLite's errors.
    package func lostCells() throws -> [LostCell] {
        try read { database in
            try database.list(
                """
                SELECT position, plan, tenant, collection, key, field, value, rev, by, author, at, epoch, (
                    SELECT c.value FROM cells AS c WHERE \(Self.placeIsSame)) FROM witness ORDER BY position
                """, [], Self.lostCell
            ).compactMap { $0 }
        }
    }

    private static func lostCell(_ row: Columns) -> LostCell? {
        guard let position = row.integer(0), let plan = row.text(1).flatMap({ try? PlanID($0) }),
            let key = CellRow.key(row, from: 2), let rev = row.text(7).flatMap({ try? ChangeID($0) }),
            let by = row.text(8).flatMap({ try? DeviceID($0) }), let at = row.integer(10), let epoch = row.text(11)
        else { return nil }
        return LostCell(
            position: position, plan: plan, key: key,
            value: row.bytes(6).flatMap { FieldValue(canonicalJSON: $0[...]) }, rev: rev, by: by,
            author: String(decoding: row.bytes(9) ?? [], as: UTF8.self),
            at: Timestamp(milliseconds: at), epoch: epoch,
            current: row.bytes(12).flatMap { FieldValue(canonicalJSON: $0[...]) })
    }

    /// Takes something off the list of what was lost; `false` when there is none with this number.
    ///
    /// - Throws: SQLite's errors.
    package func dropLost(_ position: Int64) throws -> Bool {
        try write { database in
            try database.run("DELETE FROM witness WHERE position = ?", [.integer(position)])
            return database.changesCount > 0
        }
    }
}
