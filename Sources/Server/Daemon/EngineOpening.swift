import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncTLS
import PlanSyncWire

/// An engine over a data folder, with what has to be closed behind it.
struct OpenedEngine {
    let engine: ServerEngine
    let store: SQLitePlanStore
    let lock: DataFolder.Lock

    /// Opens the engine of a data folder whose lock is held.
    init(_ folder: DataFolder, lock: DataFolder.Lock) throws {
        store = try SQLitePlanStore(path: folder.database)
        let flights = try InFlightFile(path: folder.inFlight)
        engine = try ServerEngine(store: store, environment: try Self.environment(of: folder, flights: flights))
        self.lock = lock
    }

    static func environment(
        of folder: DataFolder, flights: any FlightRecorder = NoFlightRecorder()
    ) throws -> EngineEnvironment {
        EngineEnvironment(
            cryptography: OpenSSLCryptography(), issuer: try Authority(of: folder), randomBytes: Self.randomBytes,
            version: Release.version, frameBytesMax: Limits.frameBytesMaxDefault,
            flights: flights)
    }

    @Sendable static func randomBytes(_ count: Int) -> [UInt8] {
        // The system's generator; SystemRandomNumberGenerator is getrandom(2) on Linux.
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
