import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Synchronization

@testable import PlanSyncServerSQLite

/// A server in memory with a city, two counties, a plan and some data.
final class DispatcherBench {
    /// Who may speak.
    enum Speaker: CaseIterable {
        case editor, approver, viewer, reviewer, supervisor, anonymous, refused, operatorLocal, retired

        /// Whether it may read what all counties wrote.
        var seesAll: Bool { self == .reviewer || self == .supervisor || self == .operatorLocal }
    }

    static let speakers = Speaker.allCases

    private static let now = Timestamp(milliseconds: 1_556_668_800_000)
    private let store: MemoryStore
    private let environment: EngineEnvironment
    private var engine: ServerEngine
    private var sessions: [Speaker: SessionStateMachine] = [:]
    private var isEngineStale = false

    init() throws {
        store = try MemoryStore()
        let chance = Chance()
        environment = EngineEnvironment(
            cryptography: QuickCryptography(), issuer: QuickIssuer(), randomBytes: { chance.bytes($0) },
            version: "1.0.0", frameBytesMax: Limits.frameBytesMaxDefault)
        try ServerEngine.initialise(store, trustDomain: "fuzz", environment: environment)
        for (speaker, tenant, role) in Self.devices { try Self.enrol(speaker, tenant, role, in: store) }
        engine = try ServerEngine(store: store, environment: environment)
        var local = SessionStateMachine(peer: .operatorLocal)
        try require(run(Self.request("admin.plan.load", #"{"document":\#(Self.plan)}"#), &local))
        for speaker in Speaker.allCases { sessions[speaker] = try greeted(speaker) }
        try fill()
        try store.mark()
    }

    fileprivate struct BadBench: Error, CustomStringConvertible { let description: String }

    private func require(_ frames: [[UInt8]]) throws {
        for frame in frames where String(decoding: frame, as: UTF8.self).contains(#""error""#) {
            throw BadBench(description: String(decoding: frame, as: UTF8.self))
        }
    }

    // MARK: One input

    func begin() throws {
        guard isEngineStale else { return }
        engine = try ServerEngine(store: store, environment: environment)
        isEngineStale = false
    }

    /// Undoes what the input wrote.
    func end() { store.rollBack() }

    func session(of speaker: Speaker) -> SessionStateMachine {
        sessions[speaker] ?? SessionStateMachine(peer: .anonymous)
    }

    /// The frames that a frame is answered with.
    func run(_ frame: [UInt8], _ session: inout SessionStateMachine) -> [[UInt8]] {
        switch engine.received(frame, session: &session, now: Self.now) {
        case nil: return []
        case .answer(let frame): return [frame]
        case .read(let body): return [body()]
        case .write(let body):
            // Devices and plans are kept in memory as well.
            isEngineStale = true
            return [body().frame]
        case .watch(let interest, let answer, let isBehind):
            return [answer] + (isBehind() ? [interest.notification] : [])
        case .push(let push): return engine.commit([push], now: Self.now).frames
        }
    }

    // MARK: What is there

    private static let devices: [(Speaker, String, Role)] = [
        (.editor, "xiping", .editor), (.approver, "xiping", .approver), (.viewer, "xiping", .viewer),
        (.reviewer, "city", .reviewer), (.supervisor, "city", .supervisor), (.retired, "xiping", .editor),
    ]

    private static func enrol(_ speaker: Speaker, _ tenant: String, _ role: Role, in store: MemoryStore) throws {
        let device = try DeviceID("\(tenant).\(speaker)")
        let record = DeviceRecord(
            tenant: try TenantID(tenant), device: device, role: role, name: "\(speaker)",
            publicKey: Array("\(speaker)".utf8), certificate: [1], enrolled: now, revoked: nil)
        try store.commit { writing in
            try writing.insert(record)
            if speaker == .retired { _ = try writing.retire(device, at: now) }
        }
    }

    private func greeted(_ speaker: Speaker) throws -> SessionStateMachine {
        var session: SessionStateMachine
        switch speaker {
        case .anonymous: session = SessionStateMachine(peer: .anonymous)
        case .refused: session = SessionStateMachine(peer: .refused(.certificateExpiredOrRevoked()))
        case .operatorLocal: session = SessionStateMachine(peer: .operatorLocal)
        default:
            guard let known = Self.devices.first(where: { $0.0 == speaker }) else {
                throw BadBench(description: "no device for \(speaker)")
            }
            let uri = "spiffe://fuzz/tenant/\(known.1)/device/\(known.1).\(speaker)"
            let shown = ShownCertificate(uri: uri, publicKey: Array("\(speaker)".utf8))
            session = SessionStateMachine(
                peer: engine.peer(of: shown, from: "10.0.0.9", now: Self.now), certificate: shown, address: "10.0.0.9")
        }
        try require(run(Self.request("session.hello", #"{"protocol":1,"client":"f","language":"zh"}"#), &session))
        return session
    }

    /// The city writes into all three tenants; what is not Xiping's and not published bears the mark.
    private func fill() throws {
        var session = session(of: .supervisor)
        let mark = DispatcherTarget.mark
        let edits: [(tenant: String?, collection: String, key: String, field: String, value: String)] = [
            ("pingyu", "values", "201905B", "words", mark), ("pingyu", "projects", "\(mark).1", "story", mark),
            (nil, "projects", "\(mark).2", "story", mark), ("xiping", "projects", "p1", "story", "甲"),
            ("xiping", "values", "201905B", "tally", "1"), (nil, "bulletins", "b1", "text", "通报"),
        ]
        var previous = ""
        for (index, edit) in edits.enumerated() {
            let tenant = edit.tenant.map { #""tenant":"\#($0)","# } ?? ""
            let author = edit.tenant == "xiping" || edit.collection == "bulletins" ? "市" : mark
            let operation =
                #"{"rec":["\#(edit.collection)","\#(edit.key)"],"field":"\#(edit.field)","#
                + #""do":"set","value":"\#(edit.value)"}"#
            let frame = Self.request(
                "sync.push",
                #"{"plan":"plan","planRevision":1,"signature":"AA","changes":[{"id":"AZPjb4wAcACAAAAAAAAA\#(index)A","#
                    + #""inc":1,"n":\#(index + 1),"prev":"\#(previous)",\#(tenant)"at":"2019-05-01T00:00:00.000Z","#
                    + #""author":"\#(author)","note":"\#(author)","ops":[\#(operation)]}]}"#)
            let document = try JSONDocument(frame, limits: .document)
            let push = try SyncPush.Params(json: document.root.requireMember("params"))
            let answers = run(frame, &session)
            try require(answers)
            for answer in answers where !String(decoding: answer, as: UTF8.self).contains(#""outcome":"applied""#) {
                throw BadBench(description: String(decoding: answer, as: UTF8.self))
            }
            previous = Base64URL.encode(QuickCryptography().sha256(push.changes.last?.canonicalBytes ?? []))
        }
    }

    private static func request(_ method: String, _ params: String) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#.utf8)
    }

    /// One field of each kind and policy.
    private static let plan = """
        {"format":"plansync-plan/1","plan":{"id":"plan","title":"Plan"},"groups":[{"id":"counties","name":"县"}],
        "tenants":[{"id":"city","name":"市"},{"id":"xiping","group":"counties","name":"西平县"},
          {"id":"pingyu","group":"counties","name":"平舆县"}],"departments":[{"id":"science","name":"科技局"}],
        "periods":{"type":"bimonthly","first":"201901B","last":"201911B"},
        "elements":[{"id":"figure","name":"数","type":"amount","min":"0"},
          {"id":"owned","name":"数","type":"amount","merge":"city-wins"},
          {"id":"mine","name":"数","type":"amount","merge":"county-wins"},
          {"id":"words","name":"文","type":"text","merge":"latest","filled_by":"both"},
          {"id":"tally","name":"数","type":"count","merge":"counter","filled_by":"both"},
          {"id":"top","name":"数","type":"amount","merge":"max"},
          {"id":"bottom","name":"数","type":"amount","merge":"min"},
          {"id":"official","name":"数","type":"amount","filled_by":"department"}],
        "indicators":[{"id":"g1","name":"件","kind":"flow","numerator":"figure","weight":"100",
          "path":["1/6","2/6","1/2","4/6","5/6","1"]}],
        "collections":[{"id":"bulletins","name":"通报","published":"true","key":["name"],"fields":[
            {"id":"text","name":"正文","type":"text","filled_by":"both"}]},
          {"id":"projects","name":"项目","key":["name"],"fields":[
            {"id":"story","name":"文","type":"text","merge":"text","filled_by":"both"},
            {"id":"stage","name":"阶","type":"option","options":["draft","applied","granted"],"merge":"ladder",
              "filled_by":"both"},
            {"id":"day","name":"日","type":"date","filled_by":"both"},
            {"id":"done","name":"否","type":"flag","filled_by":"both"},
            {"id":"who","name":"人","type":"members","filled_by":"both"}]}],
        "ranking":{"components":[{"id":"t","kind":"indicators","share":"100","name":"指标"}]}}
        """
}

/// The embedded store over a database in memory, which can go back to where it was.
private final class MemoryStore: PlanStore {
    private let queue: DatabaseQueue

    init() throws {
        var configuration = Configuration()
        // The savepoint before the input stays open from one access to the next.
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(configuration: configuration)
        try Schema.migrate(queue)
    }

    func read<Value>(_ body: (any PlanReading) throws -> Value) throws -> Value {
        try queue.unsafeReentrantWrite { try body(SQLiteReading(database: $0)) }
    }

    func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value {
        try queue.unsafeReentrantWrite { database in
            try database.execute(sql: "SAVEPOINT one_commit")
            do {
                let value = try body(SQLiteWriting(database: database))
                try database.execute(sql: "RELEASE one_commit")
                return value
            } catch {
                try database.execute(sql: "ROLLBACK TO one_commit")
                try database.execute(sql: "RELEASE one_commit")
                throw error
            }
        }
    }

    func backUp(to path: String) throws -> [ChainKey: UInt64] {
        throw DispatcherBench.BadBench(description: "an input is not to write files")
    }

    /// From here on everything is undone by ``rollBack()``.
    func mark() throws {
        try queue.unsafeReentrantWrite { try $0.execute(sql: "SAVEPOINT before_input") }
    }

    func rollBack() {
        do {
            try queue.unsafeReentrantWrite { try $0.execute(sql: "ROLLBACK TO before_input") }
        } catch { finding("The store cannot go back: \(error)") }
    }
}

/// Digests that spread, and signatures that hold when there is one.
private struct QuickCryptography: Cryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var lanes: [UInt64] = [
            0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15, 0x517C_C1B7_2722_0A95, 0x2545_F491_4F6C_DD1D,
        ]
        for (index, byte) in bytes.enumerated() {
            let lane = index & 3
            lanes[lane] = (lanes[lane] ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            lanes[(lane + 1) & 3] ^= lanes[lane] >> 31
        }
        return lanes.flatMap { lane in (0..<8).map { UInt8(truncatingIfNeeded: lane >> UInt64($0 * 8)) } }
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + [0] + bytes) }

    func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        let stream = message.indices.map {
            sha256(key + nonce + [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)])[0]
        }
        return zip(message, stream).map { $0 ^ $1 } + sha256(key + nonce + context + message).prefix(16)
    }

    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard let first = seal(Array(sealed.dropLast(16)), key: key, nonce: nonce, context: context) else { return nil }
        let message = Array(first.dropLast(16))
        return seal(message, key: key, nonce: nonce, context: context) == sealed ? message : nil
    }

    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool { !signature.isEmpty }
}

private struct QuickIssuer: CertificateIssuer {
    let authorityHash = "hash"
    let authorityPEM = "authority"
    let publicKey: [UInt8] = [1]

    func publicKey(ofRequest pem: String) -> [UInt8]? { pem.isEmpty ? nil : Array(pem.utf8) }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] { publicKey }

    func sign(_ message: [UInt8]) throws -> [UInt8] { [1] }

    func pem(ofCertificate der: [UInt8]) -> String { "certificate" }
}

/// Random bytes that repeat.
private final class Chance: Sendable {
    private let state = Mutex<UInt64>(1)

    func bytes(_ count: Int) -> [UInt8] {
        state.withLock { state in
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
        }
    }
}
