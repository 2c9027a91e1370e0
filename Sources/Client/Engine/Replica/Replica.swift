// A device's copy of the cells that it may see, and its outbox, in one SQLite file. Each function is one
// transaction under the lock that all processes of the clerk share; the outbox's row, number, link and hash
// are written before a single byte is sent (merge rules, section 1). Nothing here touches a socket or a clock.

import GRDB
package import PlanSyncCore
import PlanSyncStore
import PlanSyncWire

/// A device's copy of the cells that it may see, with its outbox.
package final class Replica: Sendable {
    private let queue: DatabaseQueue
    private let lock: any ReplicaLock
    let cryptography: any Cryptography

    /// Opens the replica's file, making it when it is not there.
    ///
    /// - Throws: ``StoreFileError`` and SQLite's errors.
    package init(path: String, lock: any ReplicaLock, cryptography: any Cryptography) throws {
        var options = StoreFile.Options()
        options.checkpointPages = 1_000
        options.cacheKibibytes = 8_192
        queue = try lock.withLock {
            let queue = try StoreFile.openQueue(at: path, options: options)
            try queue.write { try ReplicaSchema.make(in: $0) }
            return queue
        }
        self.lock = lock
        self.cryptography = cryptography
    }

    /// Closes the file; the last one who does so also folds the write-ahead log into it.
    ///
    /// - Throws: SQLite's errors.
    package func close() throws { try lock.withLock { try queue.close() } }

    /// Runs one transaction that writes.
    func write<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try transaction(.immediate, body)
    }

    /// Runs one transaction that only reads.
    func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try transaction(.deferred, body)
    }

    private func transaction<Answer>(
        _ kind: Database.TransactionKind, _ body: (Database) throws -> Answer
    ) throws -> Answer {
        try queue.writeWithoutTransaction { database in
            try lock.withLock {
                var answer: Answer?
                try database.inTransaction(kind) {
                    answer = try body(database)
                    return .commit
                }
                guard let answer else { throw ReplicaError.damaged("a transaction without an answer") }
                return answer
            }
        }
    }

    /// A number that is another one after each commit by another connection to the same file.
    ///
    /// - Throws: SQLite's errors.
    package func foreignCommitMark() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }

    // MARK: What is known about the device

    /// What the replica knows about its device, its server and its own progress.
    ///
    /// - Throws: SQLite's errors.
    package func state() throws -> ReplicaState { try read { try Self.state(in: $0) } }

    /// Notes where the server is.
    ///
    /// - Throws: SQLite's errors.
    package func setServer(host: String, port: Int) throws {
        try write { database in
            try Self.set("host", host, in: database)
            try Self.set("port", String(port), in: database)
        }
    }

    /// Notes that everything was pushed and pulled.
    ///
    /// - Throws: SQLite's errors.
    package func noteSynchronised(at now: Timestamp) throws {
        try write { try Self.set("lastSync", now.description, in: $0) }
    }

    static func state(in database: Database) throws -> ReplicaState {
        var state = ReplicaState()
        for row in try Row.fetchAll(database, sql: "SELECT name, value FROM meta") {
            let value: String = row["value"]
            switch row["name"] as String {
            case "host": state.host = value
            case "port": state.port = Int(value)
            case "tenant": state.tenant = try? TenantID(value)
            case "device": state.device = try? DeviceID(value)
            case "role": state.role = Role(rawValue: value)
            case "server": state.server = value
            case "epoch": state.epoch = value
            case "inc": state.incarnation = UInt64(value)
            case "chainNumber": state.chainNumber = UInt64(value) ?? 0
            case "chainHead": state.chainHead = value
            case "lastSync": state.lastSync = try? Timestamp(value)
            case "drift": state.clockDriftMilliseconds = Int64(value) ?? 0
            default: break
            }
        }
        return state
    }

    static func set(_ name: String, _ value: String, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value")
        try statement.execute(arguments: [name, value])
    }

    // MARK: Plans

    /// The plans that are held, by name.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func plans() throws -> [HeldPlan] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT plan, revision FROM plans ORDER BY plan").map { row in
                HeldPlan(id: try PlanID(row["plan"] as String), revision: unsigned(row["revision"]))
            }
        }
    }

    /// A plan with its revision.
    ///
    /// - Throws: ``ReplicaError/planUnknown(_:)``, ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func plan(_ id: PlanID) throws -> (plan: Plan, revision: UInt64) {
        try read { try Self.plan(id, in: $0) }
    }

    static func plan(_ id: PlanID, in database: Database) throws -> (plan: Plan, revision: UInt64) {
        let row = try Row.fetchOne(
            database, sql: "SELECT revision, document FROM plans WHERE plan = ?", arguments: [id.rawValue])
        guard let row else { throw ReplicaError.planUnknown(id.rawValue) }
        return (try Self.read(document: bytes(row["document"])), unsigned(row["revision"]))
    }

    /// Stores a plan's document.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` for a document that is no plan; SQLite's errors.
    package func store(_ id: PlanID, revision: UInt64, document: [UInt8]) throws {
        guard try Self.read(document: document).id == id else { throw ReplicaError.damaged("plan \(id)") }
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO plans(plan, revision, document) VALUES (?, ?, ?)
                    ON CONFLICT(plan) DO UPDATE SET revision = excluded.revision, document = excluded.document
                    """, arguments: [id.rawValue, signed(revision), blob(document)])
        }
    }

    private static func read(document: [UInt8]) throws -> Plan {
        do {
            return try PlanReader.read(try PlanDocumentJSON.decode(document)).plan
        } catch let error as PlanFileError {
            throw ReplicaError.damaged(error.faults.first?.message ?? "plan")
        }
    }
}
