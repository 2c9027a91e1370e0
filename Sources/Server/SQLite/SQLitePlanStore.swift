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
        try pool.read { try body(SQLiteReading(database: $0)) }
    }

    package func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value {
        // GRDB's write is one IMMEDIATE transaction, rolled back when the body throws.
        try pool.write { try body(SQLiteWriting(database: $0)) }
    }

    package func backUp(to path: String) throws -> [ChainKey: UInt64] { try SQLiteBackup.make(of: pool, at: path) }

    /// Writes the log back into the file and closes it.
    package func close() throws { try pool.close() }
}

/// Values between Core and the columns.
enum Column {
    static func value(_ blob: [UInt8]?) throws -> FieldValue? {
        guard let blob else { return nil }
        guard let value = FieldValue(canonicalJSON: blob[...]) else {
            throw SQLiteStoreError.damagedRow(table: "cells")
        }
        return value
    }

    /// Numbers of ours stay below 2^63; SQLite has no greater ones.
    static func signed(_ number: UInt64) -> Int64 { Int64(clamping: number) }

    static func unsigned(_ number: Int64) -> UInt64 { UInt64(clamping: number) }
}
