import GRDB
import PlanSyncStore

extension Replica {
    /// Removes what a device out of service may not keep: cells, plans and cursors; the answers stay.
    ///
    /// `handedIn`: how many changes were answered on the way out. Gives how many those are in all, and whether there
    /// was anything left to remove.
    /// - Throws: SQLite's errors.
    package func retire(handedIn: Int) throws -> (handedIn: UInt64, isFirst: Bool) {
        // What is deleted is overwritten, so that it cannot be read from the file either.
        try withoutTransaction { try $0.execute(sql: "PRAGMA secure_delete = ON") }
        return try write { database in
            noteCellWrite()
            let before = try Self.state(in: database).handedIn
            let total = (before ?? 0) + UInt64(clamping: handedIn)
            try Self.set("retired", String(total), in: database)
            for table in ["cells", "staged_cells", "cursors", "repairs", "plans", "witness", "files"] {
                try database.run("DELETE FROM \(table)")
            }
            try Self.forgetNotes(in: database)
            try database.run("UPDATE outbox SET pulled = 1 WHERE result IS NOT NULL")
            return (total, before == nil)
        }
    }
}
