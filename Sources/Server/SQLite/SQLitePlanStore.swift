import GRDB
import PlanSyncCore
package import PlanSyncServer
import PlanSyncStore

/// The embedded store: one SQLite file, one writer, readers beside it.
package final class SQLitePlanStore: PlanStore {
    private let pool: DatabasePool

    /// Opens or makes the database.
    ///
    /// - Throws: when the file cannot be used, or would not keep what it acknowledges.
    package init(path: String) throws {
        pool = try StoreFile.openPool(at: path)
        try Schema.migrate(pool)
    }

    /// Opens the database for looking at it, beside the process that owns it.
    ///
    /// - Throws: when the file cannot be read; every commit.
    package init(readingOnly path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        pool = try DatabasePool(path: path, configuration: configuration)
    }

    package func read<Value>(_ body: (any PlanReading) throws -> Value) throws -> Value {
        // A reader's connection cannot write, and the transaction shows it one moment.
        try pool.unsafeRead { try $0.transacting(.deferred) { try body(SQLiteReading(database: $0)) } }
    }

    package func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value {
        try pool.writeWithoutTransaction { try $0.transacting(.immediate) { try body(SQLiteWriting(database: $0)) } }
    }

    package func backUp(to path: String) throws -> [ChainKey: UInt64] { try SQLiteBackup.make(of: pool, at: path) }

    /// Writes the log back into the file and closes it.
    package func close() throws { try pool.close() }
}
