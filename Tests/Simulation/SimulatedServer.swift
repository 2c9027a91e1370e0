import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Synchronization

/// The real server engine over its real store, without sockets and threads; it can die and come back.
final class SimulatedServer {
    /// A frame for one of the connections.
    struct Answer {
        let connection: Int
        let frame: [UInt8]
    }

    /// A copy of the server's file, with what stood in the journals then.
    struct Backup {
        let path: String
        let history: History
        let variant: SimulatedPlan.Variant
        let epoch: String
    }

    /// Chance that goes on over restarts, so that no epoch is given twice.
    private final class Chance: Sendable {
        private let generator: Mutex<SplitMix64>

        init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

        func bytes(_ count: Int) -> [UInt8] {
            generator.withLock { generator in
                (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            }
        }
    }

    private(set) var path: String
    private let disk = Disk()
    /// Which changes are being decided, beside the store as in the daemon's folder.
    let flights = SimulatedFlights()
    private let environment: EngineEnvironment
    private(set) var engine: ServerEngine
    private(set) var store: FaultyStore
    private(set) var probe: ServerProbe
    private var file: SQLitePlanStore
    private var sessions: [Int: SessionStateMachine] = [:]
    private var feed = ChangeFeed<Int>()
    private var commitsOfOthers = 0
    private var failuresOfOthers = 0

    init(path: String, devices: [DeviceRecord], document: [UInt8], seed: UInt64, now: Timestamp) throws {
        self.path = path
        let chance = Chance(seed: seed)
        environment = EngineEnvironment(
            cryptography: SimulatedCryptography(), issuer: SimulatedIssuer(), randomBytes: { chance.bytes($0) },
            version: "simulated", frameBytesMax: Limits.frameBytesMaxDefault, flights: flights)
        try Blank.put(Blank.server, at: path)
        file = try SQLitePlanStore(path: path, disk: disk)
        try ServerEngine.initialise(file, trustDomain: "simulated", environment: environment)
        try file.commit { writing in
            try writing.insert(PlanRecord(plan: try PlanID("simulated"), revision: 1, document: document, loaded: now))
            for device in devices { try writing.insert(device) }
        }
        store = FaultyStore(file)
        flights.follow(store)
        engine = try ServerEngine(store: store, environment: environment)
        probe = try ServerProbe(path: path)
        epoch = try file.read { try $0.setting("epoch") } ?? ""
        try probe.execute(
            """
            CREATE TRIGGER poison BEFORE INSERT ON changes
            WHEN NEW.rejected = 0 AND instr(NEW.body, CAST('\(FaultyStore.poison)' AS BLOB))
            BEGIN SELECT RAISE(ABORT, '\(FaultyStore.poison)'); END
            """)
    }

    /// How many commits were durable since the beginning.
    var commits: Int { commitsOfOthers + store.commits }

    /// How many commits failed as on a full disk.
    var failures: Int { failuresOfOthers + store.failures }

    /// The epoch of the history that it holds.
    private(set) var epoch = ""

    /// The process dies and another one opens the same file; connections and unsent answers are gone.
    ///
    /// `chance`: the power goes with it, and this decides what is left of what was not synced. Else the next process
    /// gets the file with its connections, which know nothing but what is in it; to open them anew would be a tenth
    /// of a run.
    func crash(losingPower chance: UInt64? = nil) throws {
        sessions = [:]
        feed = ChangeFeed()
        commitsOfOthers += store.commits
        failuresOfOthers += store.failures
        guard let chance else { return try begin() }
        var random = SplitMix64(seed: chance)
        try disk.leave(path, at: path + "~", &random)
        try file.close()
        try probe.close()
        path += "~"
        try open()
    }

    private func open() throws {
        file = try SQLitePlanStore(path: path, disk: disk)
        try begin()
        probe = try ServerProbe(path: path)
    }

    private func begin() throws {
        store = FaultyStore(file)
        flights.follow(store)
        engine = try ServerEngine(store: store, environment: environment)
        epoch = try file.read { try $0.setting("epoch") } ?? ""
    }

    func close() throws {
        try probe.close()
        try file.close()
    }

    // MARK: Backups

    /// Copies the file as the daemon does; what it throws leaves the copy there or not.
    func backUp(to target: String) throws { try engine.backUp(to: target) }

    /// The file is an older one from now on, and the epoch a new one.
    func restore(_ backup: Backup, now: Timestamp) throws {
        sessions = [:]
        feed = ChangeFeed()
        commitsOfOthers += store.commits
        failuresOfOthers += store.failures
        let incoming = path + ".restoring"
        try SQLiteBackup.restore(
            from: backup.path, to: incoming, epoch: Base64URL.encode(environment.randomBytes(12)), now: now, on: disk)
        try probe.close()
        try file.close()
        disk.removeDatabase(path)
        try disk.move(incoming, to: path)
        try open()
    }

    // MARK: Connections

    func connected(_ connection: Int, device: DeviceRecord) {
        let uri = "spiffe://simulated/tenant/\(device.tenant)/device/\(device.device)"
        sessions[connection] = SessionStateMachine(
            peer: engine.peer(
                of: ShownCertificate(uri: uri, publicKey: device.publicKey), from: "", now: .init(milliseconds: 0)))
    }

    func disconnected(_ connection: Int) {
        sessions[connection] = nil
        feed.forget(connection)
    }

    /// Takes a frame; gives the frames to send; `nil`: the process died over it.
    func received(_ frame: [UInt8], on connection: Int, now: Timestamp) -> [Answer]? {
        guard var session = sessions[connection] else { return [] }
        let work = engine.received(frame, session: &session, now: now)
        sessions[connection] = session
        var answers: [Answer] = []
        switch work {
        case .answer(let frame): answers = [Answer(connection: connection, frame: frame)]
        case .read(let body): answers = [Answer(connection: connection, frame: body())]
        case .write(let body):
            let written = body()
            answers = [Answer(connection: connection, frame: written.frame)] + news(of: written.growth)
        case .push(let push):
            let answer = engine.commit([push], now: now)
            answers = [Answer(connection: connection, frame: answer.frames.first ?? [])] + news(of: answer.growth)
        case .watch(let interest, let answer, let isBehind):
            feed.watch(connection, interest)
            answers = [Answer(connection: connection, frame: answer)]
            if isBehind() { answers.append(Answer(connection: connection, frame: interest.notification)) }
        case nil: break
        }
        return store.isDead ? nil : answers
    }

    private func news(of growth: Growth) -> [Answer] {
        feed.committed(growth).sorted { $0.connection < $1.connection }.map {
            Answer(connection: $0.connection, frame: $0.interest.notification)
        }
    }

    /// A call of the operator on the server's own machine; `nil`: the process died over it.
    func operate<M: RPCMethod>(_ method: M.Type, _ params: M.Params, now: Timestamp) -> [UInt8]? {
        call(method, params, by: .operatorLocal, now: now)
    }

    /// A call of somebody without a certificate; `nil`: the process died over it.
    func ask<M: RPCMethod>(_ method: M.Type, _ params: M.Params, now: Timestamp) -> [UInt8]? {
        call(method, params, by: .anonymous, now: now)
    }

    private func call<M: RPCMethod>(
        _ method: M.Type, _ params: M.Params, by peer: SessionStateMachine.Peer, now: Timestamp
    ) -> [UInt8]? {
        var session = SessionStateMachine(peer: peer)
        let frame = RPCMessage.request(method, id: .number(1), params: params)
        var answer: [UInt8] = []
        switch engine.received(frame, session: &session, now: now) {
        case .answer(let frame): answer = frame
        case .read(let body): answer = body()
        case .write(let body): answer = body().frame
        case .push, .watch, nil: break
        }
        return store.isDead ? nil : answer
    }
}
