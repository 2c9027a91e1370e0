import Foundation
import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Synchronization
import Testing

/// A server without sockets: frames go in, the work is run on the spot, frames come out.
final class EngineHarness {
    static let start = Timestamp(milliseconds: 1_556_668_800_000)
    static let trustDomain = "plansync.test"

    let cryptography = FakeCryptography()
    /// What the audit log would hold.
    let trail = FakeTrail()
    let store: SQLitePlanStore
    let engine: ServerEngine
    var now = EngineHarness.start
    /// Where the last push wrote cells.
    private(set) var grown = Growth()
    let environment: EngineEnvironment
    private let folder: URL
    private let ownsFolder: Bool
    private var operatorSession = SessionStateMachine(peer: .operatorLocal)

    init(
        seed: UInt64 = 1, document: String = SamplePlan.document(), onStatement: (@Sendable (String) -> Void)? = nil
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-engine-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try SQLitePlanStore(
            path: folder.appendingPathComponent("server.sqlite").path, onStatement: onStatement)
        let chance = FakeChance(seed: seed)
        ownsFolder = true
        environment = EngineEnvironment(
            cryptography: cryptography, issuer: FakeIssuer(), randomBytes: { chance.bytes($0) }, version: "1.0.0",
            frameBytesMax: Limits.frameBytesMaxDefault, audit: trail)
        try ServerEngine.initialise(store, trustDomain: Self.trustDomain, environment: environment)
        engine = try ServerEngine(store: store, environment: environment)
        _ = try load(document)
    }

    /// A second server over a store that was made beside another one's.
    private init(path: String, beside other: EngineHarness, flights: any FlightRecorder) throws {
        folder = other.folder
        ownsFolder = false
        now = other.now
        let chance = FakeChance(seed: 99)
        environment = EngineEnvironment(
            cryptography: cryptography, issuer: FakeIssuer(), randomBytes: { chance.bytes($0) }, version: "1.0.0",
            frameBytesMax: Limits.frameBytesMaxDefault, flights: flights)
        store = try SQLitePlanStore(path: path)
        engine = try ServerEngine(store: store, environment: environment)
    }

    /// A server over a restored backup.
    convenience init(restored path: String, of other: EngineHarness) throws {
        try self.init(path: path, beside: other, flights: NoFlightRecorder())
    }

    /// Another process over the same file.
    convenience init(reopening other: EngineHarness, flights: any FlightRecorder) throws {
        try self.init(path: other.file("server.sqlite"), beside: other, flights: flights)
    }

    deinit {
        try? store.close()
        if ownsFolder { try? FileManager.default.removeItem(at: folder) }
    }

    /// A path in the server's folder.
    func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes to the database behind the server's back.
    func execute(_ statement: String) throws {
        let queue = try DatabaseQueue(path: file("server.sqlite"))
        try queue.write { try $0.execute(sql: statement) }
        try queue.close()
    }

    /// Who a certificate stands for now.
    func peer(
        uri: String, publicKey: [UInt8], notAfter: Int64? = nil, serial: String = ""
    ) -> SessionStateMachine.Peer {
        let shown = ShownCertificate(uri: uri, publicKey: publicKey, notAfter: notAfter, serial: serial)
        return engine.peer(of: shown, from: "10.0.0.9", now: now)
    }

    /// The columns of a table.
    func columns(of table: String) throws -> [String] {
        let queue = try DatabaseQueue(path: file("server.sqlite"))
        defer { try? queue.close() }
        return try queue.read { try $0.columns(in: table).map(\.name) }
    }

    /// Runs a frame; `nil` when there is nothing to answer.
    func run(_ frame: [UInt8], _ session: inout SessionStateMachine) -> [UInt8]? {
        switch engine.received(frame, session: &session, now: now) {
        case nil: return nil
        case .answer(let frame): return frame
        case .read(let body): return body()
        case .write(let body):
            let written = body()
            grown = written.growth
            return written.frame
        case .watch(_, let answer, _): return answer
        case .push(let push):
            let group = engine.commit([push], now: now)
            grown = group.growth
            return group.frames.first
        }
    }

    func call(_ text: String, _ session: inout SessionStateMachine) throws -> Reply {
        try Reply(frame: try #require(run(Array(text.utf8), &session)))
    }

    func call<M: RPCMethod>(
        _ method: M.Type, _ params: M.Params, _ session: inout SessionStateMachine
    ) throws -> Reply {
        try Reply(frame: try #require(run(RPCMessage.request(method, id: .number(1), params: params), &session)))
    }

    /// A call of the operator on the server's own machine.
    func operate<M: RPCMethod>(_ method: M.Type, _ params: M.Params) throws -> Reply {
        try call(method, params, &operatorSession)
    }

    func load(_ document: String) throws -> Reply {
        try operate(AdminPlanLoad.self, AdminPlanLoad.Params(document: Array(document.utf8)))
    }

    func token(_ tenant: String, _ role: Role, seconds: UInt64 = 3_600) throws -> String {
        let params = AdminTokenCreate.Params(tenant: try TenantID(tenant), role: role, name: "PC", seconds: seconds)
        return try operate(AdminTokenCreate.self, params).result(AdminTokenCreate.self).token
    }

    func enrol(token: String, key: String) throws -> Reply {
        var session = SessionStateMachine(peer: .anonymous)
        return try call(EnrolRequest.self, EnrolRequest.Params(token: token, signingRequest: "CSR:\(key)"), &session)
    }

    /// A connection that shows a certificate in PEM as the fake issuer makes it.
    func session(_ certificate: String) throws -> SessionStateMachine {
        let words = certificate.dropFirst("PEM:".count).split(separator: " ").map(String.init)
        try #require(words.count == 4)
        let shown = ShownCertificate(
            uri: words[1], publicKey: Array(words[0].utf8), notAfter: Int64(words[3]), serial: "5e")
        return SessionStateMachine(
            peer: engine.peer(of: shown, from: "10.0.0.9", now: now), certificate: shown, address: "10.0.0.9")
    }

    /// Enrols a device, connects it and says hello.
    func desk(_ tenant: String, _ role: Role = .editor, key: String) throws -> Desk {
        let enrolled = try enrol(token: try token(tenant, role), key: key).result(EnrolRequest.self)
        return try Desk(self, tenant: tenant, device: enrolled.device, key: Array(key.utf8))
    }

    /// The tenants' journals, by place.
    func head(_ tenant: String) throws -> TenantHead {
        let tenant = try TenantID(tenant)
        return try store.read { try $0.head(of: tenant) }
    }
}

/// An answer.
struct Reply {
    let frame: [UInt8]
    let error: RPCError?
    private let json: JSONView?

    init(frame: [UInt8]) throws {
        self.frame = frame
        switch try IncomingMessage(frame: frame, limits: .document) {
        case .response(_, let result): (json, error) = (result, nil)
        case .failure(_, let error): (json, self.error) = (nil, error)
        case .request, .notification: (json, error) = (nil, nil)
        }
    }

    var text: String { String(decoding: frame, as: UTF8.self) }

    var code: RPCErrorCode? { error?.code }

    /// The result of a call that had to succeed.
    func result<M: RPCMethod>(_ method: M.Type) throws -> M.Result {
        try M.Result(json: try #require(json, "\(error?.message ?? text)"))
    }
}
