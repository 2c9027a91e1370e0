import GRDB
import PlanSyncCore
package import PlanSyncServer
import PlanSyncStore
import Synchronization

/// The embedded store: one SQLite file, one writer, readers beside it.
package final class SQLitePlanStore: PlanStore {
    private let pool: DatabasePool
    private let disk: any BackupDisk
    private let recorder = Mutex<(@Sendable (Database) -> Void)?>(nil)

    /// Opens or makes the database.
    ///
    /// `disk`: where the file and its backups lie. `onStatement`: is told each statement that runs from here on, with
    /// its parameters unexpanded.
    /// - Throws: when the file cannot be used, or would not keep what it acknowledges.
    package init(
        path: String, disk: any BackupDisk = SystemDisk(), onStatement: (@Sendable (String) -> Void)? = nil
    ) throws {
        self.disk = disk
        pool = try StoreFile.openPool(at: path)
        try Schema.migrate(pool)
        if let onStatement { record(onStatement) }
    }

    private func record(_ onStatement: @escaping @Sendable (String) -> Void) {
        let trace: @Sendable (Database) -> Void = { database in
            database.trace { event in
                if case .statement(let statement) = event { onStatement(statement.sql) }
            }
        }
        pool.writeWithoutTransaction { trace($0) }
        recorder.withLock { $0 = trace }
    }

    /// Opens the database for looking at it, beside the process that owns it.
    ///
    /// - Throws: when the file cannot be read; every commit.
    package init(readingOnly path: String) throws {
        disk = SystemDisk()
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        pool = try DatabasePool(path: path, configuration: configuration)
    }

    package func read<Value>(_ body: (any PlanReading) throws -> Value) throws -> Value {
        // A reader's connection cannot write, and the transaction shows it one moment.
        try pool.unsafeRead { database in
            if let trace = recorder.withLock({ $0 }) { trace(database) }
            return try database.transacting(.deferred) { try body(SQLiteReading(database: $0)) }
        }
    }

    package func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value {
        try pool.writeWithoutTransaction { try $0.transacting(.immediate) { try body(SQLiteWriting(database: $0)) } }
    }

    package func backUp(to path: String) throws -> [ChainKey: UInt64] {
        try SQLiteBackup.make(of: pool, at: path, on: disk)
    }

    /// Writes the log back into the file and closes it.
    package func close() throws { try pool.close() }
}
