// Opening a database so that an acknowledged write survives power loss. GRDB's WAL set-up itself sets
// synchronous = NORMAL (GRDB/Core/Database.swift, setUpWALMode), under which a commit may vanish at power
// loss; so FULL is set after opening, on the connection that writes, and read back. One connection does all
// commits and all checkpoints: SQLite before 3.51.3 can corrupt a WAL that two connections work on.

import CSQLite
package import GRDB

/// Opens SQLite files that keep what they acknowledge.
package enum StoreFile {
    /// How a database is opened.
    package struct Options: Sendable {
        /// Pages of WAL after which the writer checkpoints; rarely, because a checkpoint stalls commits.
        package var checkpointPages = 10_000
        /// Page cache of the writer in KiB.
        package var cacheKibibytes = 65_536
        /// Connections that only read.
        package var readersMax = 4

        package init() {}
    }

    /// Opens a pool: one writer, several readers with a consistent view each.
    ///
    /// - Throws: ``StoreFileError`` when a setting is not in force; GRDB's errors otherwise.
    package static func openPool(at path: String, options: Options = Options()) throws -> DatabasePool {
        var configuration = Self.configuration(options)
        configuration.maximumReaderCount = options.readersMax
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { try harden($0, options) }
        return pool
    }

    /// Opens one connection that reads and writes.
    ///
    /// - Throws: ``StoreFileError`` when a setting is not in force; GRDB's errors otherwise.
    package static func openQueue(at path: String, options: Options = Options()) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: Self.configuration(options))
        try queue.writeWithoutTransaction { database in
            // GRDB's own way to WAL makes a table and drops it again, for readers beside it: a commit at each opening.
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try harden(database, options)
        }
        return queue
    }

    /// Whether SQLite does not count the memory of the process; asking tells it not to.
    ///
    /// The counting holds one lock for the whole process: two connections at work on two cores take a third longer with
    /// it. Refused, and no harm, when the process used SQLite before, if only to look for its ways to a disk.
    package static let isMemoryUncounted = plansync_sqlite_count_no_memory() == 0

    private static func configuration(_ options: Options) -> Configuration {
        _ = isMemoryUncounted
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA mmap_size = 0")
            try database.execute(sql: "PRAGMA cache_size = -\(options.cacheKibibytes)")
        }
        return configuration
    }

    private static func harden(_ database: Database, _ options: Options) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
        try verify(
            synchronous: try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? 0,
            journal: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "")
    }

    /// Refuses settings under which an acknowledged write could vanish.
    ///
    /// - Throws: ``StoreFileError``.
    package static func verify(synchronous: Int, journal: String) throws(StoreFileError) {
        // 2 is FULL, 3 EXTRA (https://sqlite.org/pragma.html#pragma_synchronous).
        if synchronous < 2 { throw .synchronousTooLow(found: synchronous) }
        if journal.lowercased() != "wal" { throw .notWriteAhead(found: journal) }
    }
}

/// A database that does not keep what it acknowledges.
package enum StoreFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `PRAGMA synchronous` reads back as less than FULL (2).
    case synchronousTooLow(found: Int)
    /// The journal is not a write-ahead log.
    case notWriteAhead(found: String)

    /// One sentence for an operator.
    package var description: String {
        switch self {
        case .synchronousTooLow(let found):
            "The database runs with synchronous=\(found) although FULL (2) was set: acknowledged edits could be lost"
                + " at power loss, so it is not used."
        case .notWriteAhead(let found):
            "The database's journal mode is '\(found)' although WAL was set; is the file system a network share?"
        }
    }
}
