// The tables of a replica, and how a file of an earlier release becomes one of this. `PRAGMA user_version` says which
// release made it: 0 is the first one, or an empty file.

import GRDB

/// The tables of a replica.
enum ReplicaSchema {
    /// What `PRAGMA user_version` says of a file with these tables.
    static let version = 3

    /// Makes the tables, or brings those of an earlier release up to date, keeping what they hold.
    ///
    /// - Throws: ``ReplicaError/newerRelease``, SQLite's errors.
    static func make(in database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if found > version { throw ReplicaError.newerRelease }
        guard found < version else { return }
        let isOfFirstRelease = found < 2 ? try database.tableExists("cells") : false
        if isOfFirstRelease {
            for statement in setAside { try database.execute(sql: statement) }
        }
        for statement in tables { try database.execute(sql: statement) }
        if isOfFirstRelease {
            for statement in takeOver { try database.execute(sql: statement) }
        }
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// The table of the cells, by name: a snapshot fills a new one, so that a damaged one is left behind.
    ///
    /// The author is bytes, because a text of SQLite ends at its first NUL when it is read.
    static func cells(_ name: String, more: String = "") -> String {
        """
        CREATE TABLE IF NOT EXISTS \(name)(
            plan TEXT NOT NULL, tenant TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
            value BLOB, rev TEXT NOT NULL, seq INTEGER NOT NULL, by TEXT NOT NULL, author BLOB NOT NULL,
            at INTEGER NOT NULL, generation INTEGER NOT NULL, tags BLOB\(more),
            PRIMARY KEY (plan, tenant, collection, key, field)) WITHOUT ROWID
        """
    }

    private static let tables = [
        "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS plans(
            plan TEXT PRIMARY KEY, revision INTEGER NOT NULL, document BLOB NOT NULL, hash BLOB)
        """,
        cells("cells"),
        // Pages that wait for the last one of their pull.
        cells("staged_cells", more: ", deleted INTEGER NOT NULL"),
        // `cursor`: what the cells show. `stage`: how far the waiting pages go. `epoch`: whose cells they are.
        """
        CREATE TABLE IF NOT EXISTS cursors(
            plan TEXT PRIMARY KEY, cursor TEXT, epoch TEXT, complete INTEGER NOT NULL DEFAULT 0, stage TEXT,
            snapshot INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID
        """,
        // Parts of the cells that were found damaged and are fetched anew.
        """
        CREATE TABLE IF NOT EXISTS repairs(
            plan TEXT NOT NULL, tenant TEXT NOT NULL, collection TEXT NOT NULL, cursor TEXT,
            complete INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (plan, tenant, collection)) WITHOUT ROWID
        """,
        // Cells of an earlier epoch that the server no longer has.
        """
        CREATE TABLE IF NOT EXISTS witness(
            position INTEGER PRIMARY KEY AUTOINCREMENT, plan TEXT NOT NULL, tenant TEXT NOT NULL,
            collection TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, value BLOB, rev TEXT NOT NULL,
            by TEXT NOT NULL, author BLOB NOT NULL, at INTEGER NOT NULL, epoch TEXT NOT NULL,
            UNIQUE (plan, tenant, collection, key, field, rev))
        """,
        // `answer`: the order in which answers came. `logged`: whether it stands in the second file.
        """
        CREATE TABLE IF NOT EXISTS outbox(
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, inc INTEGER NOT NULL,
            n INTEGER NOT NULL, plan TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, result BLOB, outcome TEXT,
            epoch TEXT, seq INTEGER, pulled INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,
            answer INTEGER NOT NULL DEFAULT 0, logged INTEGER NOT NULL DEFAULT 0)
        """,
        // Which files the server of an epoch holds.
        """
        CREATE TABLE IF NOT EXISTS files(
            tenant TEXT NOT NULL, hash TEXT NOT NULL, epoch TEXT NOT NULL, PRIMARY KEY (tenant, hash)) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS outbox_pending ON outbox(position) WHERE result IS NULL",
        "CREATE INDEX IF NOT EXISTS outbox_chain ON outbox(inc, n)",
        "CREATE INDEX IF NOT EXISTS outbox_unlogged ON outbox(position) WHERE logged = 0",
    ]

    private static let setAside = [
        "ALTER TABLE cells RENAME TO cells_1", "ALTER TABLE cursors RENAME TO cursors_1",
        "ALTER TABLE plans ADD COLUMN hash BLOB",
        "ALTER TABLE outbox ADD COLUMN answer INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE outbox ADD COLUMN logged INTEGER NOT NULL DEFAULT 0",
    ]

    /// A snapshot that had not come to its end begins anew.
    private static let takeOver = [
        """
        INSERT INTO cells(
            plan, tenant, collection, key, field, value, rev, seq, by, author, at, generation)
        SELECT plan, tenant, collection, key, field, value, rev, seq, by, CAST(author AS BLOB), at, 0 FROM cells_1
        WHERE deleted = 0
        """,
        """
        INSERT INTO cursors(plan, cursor, epoch, complete)
        SELECT plan, CASE WHEN complete AND (
                SELECT COUNT(DISTINCT generation) FROM cells_1 WHERE cells_1.plan = cursors_1.plan) < 2
            THEN cursor END, (SELECT value FROM meta WHERE name = 'epoch'), complete FROM cursors_1
        """,
        "DROP TABLE cells_1", "DROP TABLE cursors_1",
    ]
}
