import GRDB

/// The tables of the embedded store; every key of a tenant's rows begins with the tenant.
enum Schema {
    static let statements = [
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE plans (plan TEXT NOT NULL, revision INTEGER NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY (plan, revision)) WITHOUT ROWID
        """,
        """
        CREATE TABLE devices (tenant TEXT NOT NULL, device TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
            name TEXT NOT NULL, public_key BLOB NOT NULL, certificate BLOB NOT NULL, enrolled INTEGER NOT NULL,
            revoked INTEGER, PRIMARY KEY (tenant, device))
        """,
        """
        CREATE TABLE tokens (secret_hash BLOB PRIMARY KEY, tenant TEXT NOT NULL, role TEXT NOT NULL,
            name TEXT NOT NULL, expires INTEGER NOT NULL, used_by TEXT) WITHOUT ROWID
        """,
        // `backed_n`: the chain's last change that a backup holds.
        """
        CREATE TABLE chains (tenant TEXT NOT NULL, device TEXT NOT NULL, inc INTEGER NOT NULL,
            last_n INTEGER NOT NULL, head TEXT NOT NULL, backed_n INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (tenant, device, inc)) WITHOUT ROWID
        """,
        "CREATE TABLE heads (tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL, link BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE cells (tenant TEXT NOT NULL, plan TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL,
            field TEXT NOT NULL, value BLOB, rev TEXT NOT NULL, seq INTEGER NOT NULL, by TEXT NOT NULL,
            by_city INTEGER NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL, deleted INTEGER NOT NULL,
            note TEXT, conflict TEXT, PRIMARY KEY (tenant, plan, collection, key, field)) WITHOUT ROWID
        """,
        "CREATE INDEX cells_by_seq ON cells (tenant, plan, seq)",
        // The journal: bodies are the canonical bytes, results the answers word for word.
        """
        CREATE TABLE changes (tenant TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
            device_tenant TEXT NOT NULL, device TEXT NOT NULL, plan TEXT NOT NULL, body BLOB NOT NULL,
            hash TEXT NOT NULL, result BLOB NOT NULL, rejected INTEGER NOT NULL, received INTEGER NOT NULL,
            signature BLOB, link BLOB NOT NULL, PRIMARY KEY (tenant, seq)) WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX changes_by_id ON changes (tenant, id)",
        """
        CREATE TABLE operations (tenant TEXT NOT NULL, plan TEXT NOT NULL, collection TEXT NOT NULL,
            key TEXT NOT NULL, field TEXT NOT NULL, seq INTEGER NOT NULL, op INTEGER NOT NULL,
            PRIMARY KEY (tenant, plan, collection, key, field, seq, op)) WITHOUT ROWID
        """,
    ]

    private static let second = [
        "ALTER TABLE cells ADD COLUMN lineage BLOB",
        "ALTER TABLE changes ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE changes SET ordinal = numbered.place FROM (SELECT tenant, seq,
            ROW_NUMBER() OVER (ORDER BY received, tenant, seq) AS place FROM changes) AS numbered
        WHERE changes.tenant = numbered.tenant AND changes.seq = numbered.seq
        """,
        "ALTER TABLE devices ADD COLUMN retired INTEGER",
        "ALTER TABLE plans ADD COLUMN loaded INTEGER",
        "CREATE INDEX changes_by_ordinal ON changes (ordinal)",
        // Places of a chain where a change stands that was known from another place.
        """
        CREATE TABLE known_links (tenant TEXT NOT NULL, device TEXT NOT NULL, inc INTEGER NOT NULL, n INTEGER NOT NULL,
            id TEXT NOT NULL, hash TEXT NOT NULL, signature BLOB, PRIMARY KEY (tenant, device, inc, n)) WITHOUT ROWID
        """,
        """
        CREATE TABLE digests (tenant TEXT NOT NULL, plan TEXT NOT NULL, collection TEXT NOT NULL, digest TEXT NOT NULL,
            PRIMARY KEY (tenant, plan, collection)) WITHOUT ROWID
        """,
        "CREATE TABLE horizons (tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE suspects (hash TEXT PRIMARY KEY, deaths INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE notices (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, tenant TEXT,
            device TEXT, detail TEXT NOT NULL)
        """,
    ]

    private static let third = [
        "ALTER TABLE tokens ADD COLUMN device TEXT",
        // The keys that a device had before the one that it has. The columns of the key stand first, because the
        // integrity check of SQLite 3.40 looks for NULL in the wrong column otherwise.
        """
        CREATE TABLE device_keys (tenant TEXT NOT NULL, device TEXT NOT NULL, public_key BLOB NOT NULL,
            replaced INTEGER NOT NULL, PRIMARY KEY (tenant, device, public_key)) WITHOUT ROWID
        """,
    ]

    /// Brings a database to this schema; a new one is made, an unknown later one is refused.
    static func migrate(_ writer: any DatabaseWriter) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for statement in statements { try database.execute(sql: statement) }
        }
        migrator.registerMigration("2") { database in
            for statement in second { try database.execute(sql: statement) }
        }
        migrator.registerMigration("3") { database in
            for statement in third { try database.execute(sql: statement) }
        }
        migrator.registerMigration("4") { database in
            for statement in blobs { try database.execute(sql: statement) }
        }
        let found = try writer.writeWithoutTransaction {
            (isLater: try migrator.hasBeenSuperseded($0), isComplete: try migrator.hasCompletedMigrations($0))
        }
        if found.isLater { throw SQLiteStoreError.laterSchema }
        if !found.isComplete { try migrator.migrate(writer) }
    }
}

/// A database that cannot be used.
package enum SQLiteStoreError: Error, Sendable, CustomStringConvertible {
    /// It was written by a later release.
    case laterSchema
    /// A row does not read back as what was written.
    case damagedRow(table: String)

    /// One sentence for an operator.
    package var description: String {
        switch self {
        case .laterSchema: "The database was written by a later release of plansyncd; install that one."
        case .damagedRow(let table):
            "A row of the table '\(table)' is damaged; restore a backup, and the clients will send the rest again."
        }
    }
}
