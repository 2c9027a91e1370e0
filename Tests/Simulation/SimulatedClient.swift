import PlanSyncClient
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire

/// A real client engine with its real replica; it can crash and come back.
final class SimulatedClient {
    let record: DeviceRecord
    private let path: String
    private(set) var replica: Replica
    private var driver: SyncDriver?
    /// The connection that is open, if any.
    private(set) var connection: Int?
    /// How far its clock is off, in milliseconds; merging must not care.
    let skew: Int64

    init(record: DeviceRecord, path: String, skew: Int64) throws {
        self.record = record
        self.path = path
        self.skew = skew
        replica = try Self.open(path)
    }

    private static func open(_ path: String) throws -> Replica {
        try Replica(path: path, lock: SoleOwnerLock(), cryptography: SimulatedCryptography())
    }

    /// The process dies and another one opens the same file.
    func crash() throws {
        driver = nil
        connection = nil
        try replica.close()
        replica = try Self.open(path)
    }

    func cut() {
        driver = nil
        connection = nil
    }

    /// Opens a connection and begins to synchronise; gives the frames to send.
    func connect(_ number: Int, now: Timestamp) throws -> [[UInt8]] {
        connection = number
        var options = SyncDriver.Options()
        options.batchCountMax = 3
        var driver = SyncDriver(replica: replica, signer: SimulatedSigner(key: record.publicKey), options: options)
        let outgoing = try driver.start(now: now)
        self.driver = driver
        return take(outgoing)
    }

    func received(_ frame: [UInt8], now: Timestamp) throws -> [[UInt8]] {
        guard var driver else { return [] }
        let outgoing = try driver.received(frame, now: now)
        self.driver = driver
        return take(outgoing)
    }

    private(set) var stopped: SyncFault?

    private func take(_ outgoing: [Outgoing]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        for action in outgoing {
            switch action {
            case .frame(let frame): frames.append(frame)
            case .finished: cut()
            case .stopped(let fault, _):
                stopped = fault
                cut()
            case .progress, .wait, .watching: break
            }
        }
        return frames
    }
}
