import GRDB
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Replicas of the earlier release")
struct MigrationTests {
    /// The tables as the first release made them.
    private static let tables = [
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE plans(plan TEXT PRIMARY KEY, revision INTEGER NOT NULL, document BLOB NOT NULL)",
        """
        CREATE TABLE cells(
            tenant TEXT NOT NULL, plan TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
            value BLOB, rev TEXT NOT NULL, seq INTEGER NOT NULL, by TEXT NOT NULL, author TEXT NOT NULL,
            at INTEGER NOT NULL, deleted INTEGER NOT NULL, generation INTEGER NOT NULL,
            PRIMARY KEY (tenant, plan, collection, key, field)) WITHOUT ROWID
        """,
        """
        CREATE TABLE cursors(
            plan TEXT PRIMARY KEY, cursor TEXT, generation INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE outbox(
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, inc INTEGER NOT NULL,
            n INTEGER NOT NULL, plan TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, result BLOB, outcome TEXT,
            epoch TEXT, seq INTEGER, pulled INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX outbox_pending ON outbox(position) WHERE result IS NULL",
        "CREATE INDEX outbox_chain ON outbox(inc, n)",
    ]

    /// Makes the file of the first release out of what this one holds.
    private func age(_ bench: Bench, isHalfPulled: Bool) throws {
        try bench.replica.close()
        let queue = try DatabaseQueue(path: bench.path)
        try queue.write { database in
            for name in ["meta", "plans", "cells", "cursors", "outbox"] {
                try database.execute(sql: "ALTER TABLE \(name) RENAME TO new_\(name)")
            }
            for index in ["outbox_pending", "outbox_chain", "outbox_unlogged"] {
                try database.execute(sql: "DROP INDEX \(index)")
            }
            for table in Self.tables { try database.execute(sql: table) }
            try database.execute(sql: "INSERT INTO meta SELECT * FROM new_meta WHERE name NOT LIKE 'log%'")
            try database.execute(sql: "INSERT INTO plans SELECT plan, revision, document FROM new_plans")
            try database.execute(
                sql: """
                    INSERT INTO cells SELECT tenant, plan, collection, key, field, value, rev, seq, by,
                        CAST(author AS TEXT), at, 0, \(isHalfPulled ? "seq" : "1") FROM new_cells
                    """)
            try database.execute(sql: "UPDATE cells SET deleted = 1, value = NULL WHERE field = 'gdp'")
            try database.execute(sql: "INSERT INTO cursors SELECT plan, cursor, 1, 1 FROM new_cursors")
            try database.execute(
                sql: """
                    INSERT INTO outbox SELECT position, id, inc, n, plan, body, hash, result, outcome, epoch, seq,
                        pulled, dropped FROM new_outbox
                    """)
            for name in ["meta", "plans", "cells", "cursors", "outbox", "staged_cells", "repairs", "witness"] {
                let old = ["staged_cells", "repairs", "witness"].contains(name) ? name : "new_\(name)"
                try database.execute(sql: "DROP TABLE \(old)")
            }
            try database.execute(sql: "PRAGMA user_version = 0")
        }
        try queue.close()
        bench.log.bytes = nil
    }

    private func filled() throws -> (Bench, Change) {
        let bench = try Bench.enrolled()
        try bench.apply(
            [
                try bench.cell("centres", "3", seq: 1), try bench.cell("gdp", "4", seq: 2),
                try bench.cell("visits", nil, seq: 3),
            ], after: nil, cursor: "c1")
        return (bench, try bench.set("spending=7"))
    }

    @Test("Cells, cursor, plans and outbox of the first release are taken over; tombstones are not")
    func takenOver() throws {
        let (bench, change) = try filled()
        let before = try bench.replica.cells(of: try Bench.planID())
        try age(bench, isHalfPulled: false)
        try bench.reopen()
        #expect(
            try bench.replica.cells(of: try Bench.planID()) == before.filter { $0.key.field.rawValue != "gdp" })
        #expect(try bench.replica.cursor(of: try Bench.planID()) == "c1")
        #expect(try bench.replica.outbox().map(\.change) == [change])
        #expect(try bench.field("spending")?.value == .text("7"))
        #expect(try bench.replica.state().chainNumber == 1)
        #expect(bench.log.lines.count == 2)
        #expect(try bench.set("spending=8").previous == Bench.hash(change))
    }

    @Test("A snapshot that was half in begins anew; the plan is read again, because its hash is not known")
    func halfPulled() throws {
        let (bench, _) = try filled()
        try age(bench, isHalfPulled: true)
        try bench.reopen()
        #expect(try bench.replica.cursor(of: try Bench.planID()) == nil)
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        #expect(talk.method == "plan.get")
    }

    @Test("A file of a newer release is left alone")
    func newer() throws {
        let bench = try Bench.enrolled()
        try bench.replica.close()
        let queue = try DatabaseQueue(path: bench.path)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        #expect(throws: ReplicaError.newerRelease) { try bench.reopened() }
    }
}
