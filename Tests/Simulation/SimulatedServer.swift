import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire

/// The real server engine over its real store, without sockets and threads; it can crash and come back.
final class SimulatedServer {
    private let path: String
    private(set) var engine: ServerEngine
    private(set) var store: SQLitePlanStore
    private var sessions: [Int: SessionStateMachine] = [:]
    private var feed = ChangeFeed<Int>()

    init(path: String, devices: [DeviceRecord], document: [UInt8]) throws {
        self.path = path
        store = try SQLitePlanStore(path: path)
        try ServerEngine.initialise(store, trustDomain: "simulated", environment: Self.environment)
        try store.commit { writing in
            try writing.insert(PlanRecord(plan: try PlanID("simulated"), revision: 1, document: document))
            for device in devices { try writing.insert(device) }
        }
        engine = try ServerEngine(store: store, environment: Self.environment)
    }

    private static var environment: EngineEnvironment {
        EngineEnvironment(
            cryptography: SimulatedCryptography(), issuer: SimulatedIssuer(),
            randomBytes: { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) } },
            version: "simulated",
            frameBytesMax: Limits.frameBytesMaxDefault)
    }

    /// The process dies and another one opens the same file; connections and unsent answers are gone.
    func crash() throws {
        sessions = [:]
        feed = ChangeFeed()
        try store.close()
        store = try SQLitePlanStore(path: path)
        engine = try ServerEngine(store: store, environment: Self.environment)
    }

    func connected(_ connection: Int, device: DeviceRecord) {
        let uri = "spiffe://simulated/tenant/\(device.tenant)/device/\(device.device)"
        sessions[connection] = SessionStateMachine(peer: engine.peer(uri: uri, publicKey: device.publicKey))
    }

    func disconnected(_ connection: Int) {
        sessions[connection] = nil
        feed.forget(connection)
    }

    /// Takes a frame; gives the frames to send, with the connections that they go to.
    func received(_ frame: [UInt8], on connection: Int, now: Timestamp) -> [(connection: Int, frame: [UInt8])] {
        guard var session = sessions[connection] else { return [] }
        let work = engine.received(frame, session: &session, now: now)
        sessions[connection] = session
        switch work {
        case .answer(let frame): return [(connection, frame)]
        case .read(let body), .write(let body): return [(connection, body())]
        case .push(let push):
            let answer = engine.commit([push], now: now)
            let news = feed.committed(answer.tenants).sorted { $0.connection < $1.connection }
            return [(connection, answer.frames.first ?? [])] + news.map { ($0.connection, $0.notification) }
        case .watch(let interest, let answer, let isBehind):
            feed.watch(connection, interest)
            return [(connection, answer)] + (isBehind() ? [(connection, interest.notification)] : [])
        case nil: return []
        }
    }
}
