// Reasons that were given with changes of others. A cell does not carry them; the server tells them with a field's
// history, and those that a clerk has to read offline, too, are kept.

import GRDB
package import PlanSyncCore
import PlanSyncStore

extension Replica {
    private static let prefix = "note/"

    /// The reason that was given with a change; `nil`: nobody asked the server for it yet.
    ///
    /// - Throws: SQLite's errors.
    package func note(of change: ChangeID) throws -> String? {
        try read { database in
            try database.first(
                "SELECT value FROM meta WHERE name = ?", [.text(Self.prefix + change.rawValue)]
            ) { $0.text(0) }.flatMap { $0 }
        }
    }

    /// Keeps the reason that was given with a change.
    ///
    /// - Throws: SQLite's errors.
    package func keep(note: String, of change: ChangeID) throws {
        try write { try Self.set(Self.prefix + change.rawValue, note, in: $0) }
    }

    static func forgetNotes(in database: Database) throws {
        try database.run("DELETE FROM meta WHERE name >= ? AND name < ?", [.text("note/"), .text("note0")])
    }
}
