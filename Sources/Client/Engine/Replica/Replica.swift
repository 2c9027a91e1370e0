// A device's copy of the cells that it may see, and its outbox, in one SQLite file. Each function is one
// transaction under the lock that all processes of the clerk share; the outbox's row, number, link and hash
// are written before a single byte is sent (merge rules, section 1). Nothing here touches a socket or a clock.

package import GRDB
package import PlanSyncCore
import PlanSyncStore
import PlanSyncWire
import Synchronization

/// A device's copy of the cells that it may see, with its outbox.
package final class Replica: Sendable {
    private let queue: DatabaseQueue
    private let lock: any ReplicaLock
    let cryptography: any Cryptography
    /// The second file, if there is one.
    let log: (any OutboxLog)?
    /// The plans as last read, with the hashes of their documents: reading one costs more than the rest of a view.
    let plansRead = Mutex<[PlanID: (hash: [UInt8], plan: Plan)]>([:])
    /// The cells of the plans as last looked at.
    let seen = Mutex<[PlanID: (mark: CellMark, view: LocalView)]>([:])
    /// The views as last laid out, with the outbox over the cells.
    let laid = Mutex<[PlanID: LaidView]>([:])
    /// The sums over the cells of the plans that were the server's.
    let soundSums = Mutex<[PlanID: SoundSum]>([:])
    /// How often this process has written cells.
    let cellWrites = Atomic(0)
    /// The outbox as last read, by place.
    let entriesRead = Mutex<[Int64: OutboxRow.Stamped]>([:])

    /// Marks that cells are being written, so that nobody looks at what they were; gives how often that was.
    @discardableResult
    func noteCellWrite() -> Int { cellWrites.add(1, ordering: .sequentiallyConsistent).newValue }

    /// Opens the replica's file, making it when it is not there, and brings the second file up to date.
    ///
    /// - Throws: ``StoreFileError``, ``ReplicaError``, and SQLite's errors.
    package convenience init(
        path: String, lock: any ReplicaLock, cryptography: any Cryptography, log: (any OutboxLog)? = nil
    ) throws {
        try self.init(
            file: try Self.openFile(at: path, lock: lock), lock: lock, cryptography: cryptography, log: log)
    }

    /// Works on a file that ``openFile(at:lock:)`` has opened, and brings the second file up to date.
    ///
    /// - Throws: ``ReplicaError`` and SQLite's errors.
    package init(
        file: DatabaseQueue, lock: any ReplicaLock, cryptography: any Cryptography, log: (any OutboxLog)? = nil
    ) throws {
        queue = file
        self.lock = lock
        self.cryptography = cryptography
        self.log = log
        try bringLogUpToDate()
    }

    /// Opens a replica's file, making it when it is not there.
    ///
    /// - Throws: ``StoreFileError``, ``ReplicaError``, and SQLite's errors.
    package static func openFile(at path: String, lock: any ReplicaLock) throws -> DatabaseQueue {
        var options = StoreFile.Options()
        options.checkpointPages = 1_000
        options.cacheKibibytes = 8_192
        return try lock.withLock {
            try naming {
                let queue = try StoreFile.openQueue(at: path, options: options)
                try queue.write { try ReplicaSchema.make(in: $0) }
                return queue
            }
        }
    }

    /// Tells a file that SQLite finds damaged from everything else that can go wrong.
    private static func naming<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
        {
            throw ReplicaError.damaged(error.message ?? "SQLite \(error.resultCode.rawValue)")
        }
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

    /// Runs one transaction of which nothing stays.
    func rehearse<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try transaction(.immediate, keeping: false, body)
    }

    private func transaction<Answer>(
        _ beginning: Database.Beginning, keeping: Bool = true, _ body: (Database) throws -> Answer
    ) throws -> Answer {
        try queue.writeWithoutTransaction { database in
            try lock.withLock {
                try Self.naming {
                    try database.transacting(beginning, keeping: keeping, body)
                }
            }
        }
    }

    /// Runs what SQLite takes only outside of a transaction.
    func withoutTransaction(_ body: (Database) throws -> Void) throws {
        try queue.writeWithoutTransaction { database in
            try lock.withLock { try Self.naming { try body(database) } }
        }
    }

    /// Another value after each change of a row, by this connection to the file or by another one.
    ///
    /// - Throws: SQLite's errors.
    package func rowMark() throws -> RowMark {
        try read { RowMark(foreignCommits: try foreignCommits(in: $0), ownChanges: $0.totalChangesCount) }
    }

    /// A number that is another one after each commit by another connection to the same file.
    ///
    /// - Throws: SQLite's errors.
    package func foreignCommitMark() throws -> Int64 {
        try read { try foreignCommits(in: $0) }
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
        try bringLogUpToDate()
    }

    static func state(in database: Database) throws -> ReplicaState {
        var state = ReplicaState()
        try database.rows("SELECT name, value FROM meta") { row in
            let value = try row.needed("value", row.text(1))
            switch try row.needed("name", row.text(0)) {
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
            case "missing": state.missing = Hole(text: value)
            case "retired": state.handedIn = UInt64(value)
            default: break
            }
        }
        return state
    }

    static func set(_ name: String, _ value: String, in database: Database) throws {
        try database.run(
            "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }

    static func forget(_ name: String, in database: Database) throws {
        try database.run("DELETE FROM meta WHERE name = ?", [.text(name)])
    }

    static func number(_ name: String, in database: Database) throws -> Int64? {
        try text(name, in: database).flatMap { Int64($0) }
    }

    /// The epoch of the server's history that this device was greeted with last.
    static func epoch(in database: Database) throws -> String? { try text("epoch", in: database) }

    private static func text(_ name: String, in database: Database) throws -> String? {
        try database.first("SELECT value FROM meta WHERE name = ?", [.text(name)]) { $0.text(0) }
    }
}

/// A state of a replica's rows.
package struct RowMark: Equatable, Sendable {
    let foreignCommits: Int64
    let ownChanges: Int
}
