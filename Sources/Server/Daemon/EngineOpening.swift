import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncTLS
import PlanSyncWire

/// How long the certificates of devices hold.
struct CertificateTerms: Sendable {
    var lifeSeconds: Int64 = 90 * 86_400
    var graceSeconds: Int64 = 400 * 86_400
}

/// An engine over a data folder, with what has to be closed behind it.
struct OpenedEngine {
    let engine: ServerEngine
    let store: SQLitePlanStore
    let audit: AuditFile
    let lock: DataFolder.Lock

    /// Opens the engine of a data folder whose lock is held.
    init(_ folder: DataFolder, lock: DataFolder.Lock, audit: AuditFile, terms: CertificateTerms = .init()) throws {
        store = try SQLitePlanStore(path: folder.database)
        let flights = try InFlightFile(path: folder.inFlight)
        let environment = try Self.environment(of: folder, terms: terms, flights: flights, audit: audit)
        engine = try ServerEngine(store: store, environment: environment)
        self.audit = audit
        self.lock = lock
    }

    /// Notes in the store where the audit log stands, so that its end cannot be cut off unseen.
    func noteAuditMark() throws {
        let mark = audit.mark.text
        try store.commit { try $0.put(AuditMark.setting, mark) }
    }

    static func environment(
        of folder: DataFolder, terms: CertificateTerms = .init(), flights: any FlightRecorder = NoFlightRecorder(),
        audit: any AuditTrail = NoAuditTrail()
    ) throws -> EngineEnvironment {
        EngineEnvironment(
            cryptography: OpenSSLCryptography(), issuer: try Authority(of: folder), randomBytes: Self.randomBytes,
            version: Release.version, frameBytesMax: Limits.frameBytesMaxDefault,
            certificateSeconds: terms.lifeSeconds, graceSeconds: terms.graceSeconds, flights: flights, audit: audit)
    }

    @Sendable static func randomBytes(_ count: Int) -> [UInt8] {
        // The system's generator; SystemRandomNumberGenerator is getrandom(2) on Linux.
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
