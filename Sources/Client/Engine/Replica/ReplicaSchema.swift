import GRDB

/// The tables of a replica.
enum ReplicaSchema {
    /// Makes the tables that are not there yet.
    static func make(in database: Database) throws {
        for statement in statements { try database.execute(sql: statement) }
    }

    private static let statements = [
        "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE IF NOT EXISTS plans(plan TEXT PRIMARY KEY, revision INTEGER NOT NULL, document BLOB NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS cells(
            tenant TEXT NOT NULL, plan TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
            value BLOB, rev TEXT NOT NULL, seq INTEGER NOT NULL, by TEXT NOT NULL, author TEXT NOT NULL,
            at INTEGER NOT NULL, deleted INTEGER NOT NULL, generation INTEGER NOT NULL,
            PRIMARY KEY (tenant, plan, collection, key, field)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS cursors(
            plan TEXT PRIMARY KEY, cursor TEXT, generation INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS outbox(
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, inc INTEGER NOT NULL,
            n INTEGER NOT NULL, plan TEXT NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, result BLOB, outcome TEXT,
            epoch TEXT, seq INTEGER, pulled INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX IF NOT EXISTS outbox_pending ON outbox(position) WHERE result IS NULL",
        "CREATE INDEX IF NOT EXISTS outbox_chain ON outbox(inc, n)",
    ]
}
