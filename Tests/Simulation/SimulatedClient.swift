import GRDB
import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

/// A real client engine with its real replica; it can die and come back, and its disk can be copied.
final class SimulatedClient {
    let record: DeviceRecord
    let index: Int
    private let disk = Disk()
    private(set) var path: String
    /// Whether it stays connected and waits for news.
    let isWatching: Bool
    /// Its open file, unless a process has closed it.
    private var file: DatabaseQueue?
    private(set) var replica: Replica
    private(set) var lock = FaultyLock()
    private(set) var driver: SyncDriver?
    /// Whether another process has taken in old answers since the last hello, which is what notices it.
    private(set) var hasReadLate = false
    /// Another process on the same disk whose connection is gone, and what it has received and not yet read.
    private var late: (driver: SyncDriver, frames: [[UInt8]])?
    private var lastCells: (mark: RowMark, cells: [PublicCell])?
    /// The connection that is open, if any.
    private(set) var connection: Int?
    /// Why the last synchronisation stopped, if it did.
    private(set) var stopped: SyncFault?
    /// Whether the last synchronisation came to its end.
    private(set) var isAtRest = false
    /// What became of changes since the start, for the totals.
    private(set) var renumbered = 0
    private(set) var missing: UInt64 = 0
    private(set) var reoffered = 0
    /// How far its clock is off, in milliseconds; merging must not care.
    var skew: Int64 = 0
    /// Where its clock stands still.
    var frozen: Int64?
    /// Frames that it once sent.
    private(set) var sent: [[UInt8]] = []
    /// A copy of its disk.
    var snapshot: String?
    /// How many changes its outbox held, kept or pending; `nil`: to be counted anew.
    var outboxCount: Int?
    /// The changes that its outbox held when they were last looked at.
    var held: Set<ChangeID> = []
    /// Whether somebody changed its disk behind its back since everything last came to rest.
    var isDamaged = false
    var isSnapshotDamaged = false
    var isRevoked = false
    var isRetired = false
    /// Whether a retired one still held data when it was last looked at.
    var hadData = true
    /// What its cells showed when the server went back behind it.
    var seen: [CellKey: Set<ChangeID>] = [:]
    /// Whether it takes no part any more: it was thrown away.
    var isGone = false

    init(record: DeviceRecord, index: Int, path: String, isWatching: Bool) throws {
        self.record = record
        self.index = index
        self.path = path
        self.isWatching = isWatching
        try Blank.put(Blank.client, at: path)
        let file = try Replica.openFile(at: path, lock: lock)
        self.file = file
        replica = try Replica(file: file, lock: lock, cryptography: SimulatedCryptography())
    }

    func now(_ clock: Int64) -> Timestamp {
        let (sum, overflow) = (frozen ?? clock).addingReportingOverflow(skew)
        // The calendar of RFC 3339 ends with the year 9999.
        return Timestamp(milliseconds: overflow ? clock : min(max(sum, 0), 200_000_000_000_000))
    }

    // MARK: Life

    /// The process dies and another one takes its place.
    ///
    /// `chance`: the power goes with it, and this decides what is left of what was not synced. Else the next process
    /// gets the file with its connection, which knows nothing but what is in it; to open it anew takes much longer.
    func crash(losingPower chance: UInt64? = nil) throws {
        cut()
        late = nil
        lastCells = nil
        lock = FaultyLock()
        if let chance {
            var random = SplitMix64(seed: chance)
            try disk.leave(path, at: path + "~", &random)
            path += "~"
            file = nil
        }
        let file = try self.file ?? Replica.openFile(at: path, lock: lock)
        self.file = file
        replica = try Replica(file: file, lock: lock, cryptography: SimulatedCryptography())
    }

    func cut() {
        driver = nil
        connection = nil
        isAtRest = false
    }

    /// Its cells; read again after each change of a row on its disk, whoever made it.
    func cells(of plan: PlanID) throws -> [PublicCell] {
        let mark = try replica.rowMark()
        if let lastCells, lastCells.mark == mark { return lastCells.cells }
        let cells = try replica.cells(of: plan)
        lastCells = (mark, cells)
        return cells
    }

    func cellsByKey(of plan: PlanID) throws -> [CellKey: PublicCell] {
        Dictionary(try cells(of: plan).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Copies the disk; the process is closed for it.
    func copyDisk(to target: String) throws {
        cut()
        try close()
        try disk.copy(path, to: target)
        try crash()
    }

    /// The disk is an older copy from now on.
    func rollBackDisk(to source: String) throws {
        cut()
        try close()
        disk.removeDatabase(path)
        try disk.copy(source, to: path)
        try crash()
    }

    /// Writes into the file behind the replica's back.
    func execute(_ sql: String) throws {
        let other = try DatabaseQueue(path: path)
        try other.writeWithoutTransaction { try $0.execute(sql: sql) }
        try other.close()
    }

    /// Which epoch its cells come from, and whose change stands at each of some places; read beside the process, as
    /// its lock counts what it does.
    func standing(at places: some Collection<CellKey>, of plan: PlanID) throws -> (
        epoch: String?, revs: [CellKey: String]
    ) {
        let other = try DatabaseQueue(path: path)
        let found = try other.read { database in
            var revs: [CellKey: String] = [:]
            for place in places {
                revs[place] = try String.fetchOne(
                    database,
                    sql: """
                        SELECT rev FROM cells WHERE plan = ? AND tenant = ? AND collection = ? AND key = ? AND field = ?
                        """,
                    arguments: [
                        plan.rawValue, place.tenant.rawValue, place.record.collection.rawValue, place.record.key,
                        place.field.rawValue,
                    ])
            }
            let epoch = try String.fetchOne(
                database, sql: "SELECT epoch FROM cursors WHERE plan = ?", arguments: [plan.rawValue])
            return (epoch, revs)
        }
        try other.close()
        return found
    }

    func close() throws {
        file = nil
        try replica.close()
    }

    // MARK: Conversation

    /// Opens a connection and begins to synchronise; gives the frames to send.
    func connect(_ number: Int, now: Timestamp, batch: Int) throws -> [[UInt8]] {
        connection = number
        stopped = nil
        hasReadLate = false
        isAtRest = false
        var options = SyncDriver.Options()
        options.batchCountMax = batch
        options.isWatching = isWatching
        var driver = SyncDriver(replica: replica, signer: SimulatedSigner(key: record.publicKey), options: options)
        defer { if connection == number { self.driver = driver } }
        return take(try driver.start(now: now))
    }

    func received(_ frame: [UInt8], now: Timestamp) throws -> [[UInt8]] {
        guard var driver else { return [] }
        let outgoing = try driver.received(frame, now: now)
        self.driver = driver
        return take(outgoing)
    }

    /// Tells the running synchronisation that there is something to push.
    func outboxGrew(now: Timestamp) throws -> [[UInt8]] {
        guard var driver else { return [] }
        isAtRest = false
        let outgoing = try driver.outboxGrew(now: now)
        self.driver = driver
        return take(outgoing)
    }

    /// Whether a process that lost its connection has something to read.
    var hasLate: Bool { late != nil }

    /// This process lost its connection, and has these frames to read; the next one is another process.
    func leaveBehind(_ frames: [[UInt8]]) {
        guard let driver else { return }
        late = (driver, frames)
    }

    /// The process without a connection takes in what it has; what it says goes nowhere.
    func readLate(now: Timestamp) throws {
        guard let late else { return }
        hasReadLate = true
        self.late = nil
        var driver = late.driver
        for frame in late.frames { _ = try driver.received(frame, now: now) }
    }

    private func take(_ outgoing: [Outgoing]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        for action in outgoing {
            switch action {
            case .frame(let frame):
                isAtRest = false
                frames.append(frame)
                if sent.count >= 24 { sent.removeFirst(12) }
                sent.append(frame)
            case .finished:
                cut()
                isAtRest = true
            case .stopped(let fault, _):
                stopped = fault
                cut()
            case .watching: isAtRest = true
            case .progress(.renumbered(let count)): renumbered += count
            case .progress(.missing(let count)): missing += count
            case .progress(.epochChanged(let count)): reoffered += count
            case .progress, .wait: break
            }
        }
        return frames
    }
}
