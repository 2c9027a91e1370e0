import Foundation
import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Testing

/// A deterministic stand-in for SHA-256: 32 bytes in which every byte of the input takes part.
struct MixingCryptography: Cryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var lanes: [UInt64] = [1, 2, 3, 4]
        for (index, byte) in bytes.enumerated() {
            let lane = index % 4
            lanes[lane] = (lanes[lane] ^ UInt64(byte) &+ UInt64(index)) &* 0x0000_0100_0000_01B3
            lanes[(lane + 1) % 4] ^= lanes[lane] >> 29
        }
        // Each lane into each other one, for half of them makes a digest.
        for round in 0..<8 {
            let lane = round % 4
            lanes[(lane + 1) % 4] = (lanes[(lane + 1) % 4] ^ (lanes[lane] >> 31) ^ lanes[lane]) &* 0x0000_0100_0000_01B3
        }
        return lanes.flatMap { lane in (0..<8).map { UInt8(truncatingIfNeeded: lane >> ($0 * 8)) } }
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + bytes) }

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

    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool { signature == message }
}

/// Signs by repeating the message.
struct EchoSigner: DeviceSigner {
    func sign(_ message: [UInt8]) throws -> [UInt8] { message }
}

/// A replica in a folder of its own, with a small plan.
final class Bench {
    static let start = Timestamp(milliseconds: 1_558_000_000_000)
    static let planJSON = """
        {"format":"plansync-plan/1","plan":{"id":"plan","title":{"zh":"方案","en":"Plan"},"number":"1"},
        "groups":[{"id":"counties","name":"县区"}],
        "tenants":[{"id":"city","name":"市"},{"id":"suiping","group":"counties","name":"遂平县"},
        {"id":"xiping","group":"counties","name":"西平县"}],
        "departments":[{"id":"science","name":"科技局"}],
        "periods":{"type":"bimonthly","first":"201901B","last":"201911B","deadline_day":"10"},
        "elements":[{"id":"centres","name":"研发中心","type":"count","unit":"家"},
        {"id":"spending","name":"研发投入","type":"amount","unit":"万元"},
        {"id":"gdp","name":"生产总值","type":"amount","unit":"亿元","filled_by":"department"},
        {"id":"visits","name":"走访","type":"amount","unit":"次","merge":"counter"}],
        "indicators":[{"id":"i1","name":"研发中心","unit":"家","kind":"flow","numerator":"centres","weight":"100",
        "target":{"value":"10","deadline":"2019-12-31"}}],"measures":[],"collections":[],
        "ranking":{"basis":"reported","components":[{"id":"t","kind":"indicators","share":"100","name":"指标"}]}}
        """

    private(set) var replica: Replica
    let path: String
    var now = Bench.start
    var random = SplitMix64(seed: 7)

    /// The second file.
    let log = MemoryOutboxLog()

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent("replica.sqlite").path
        replica = try Replica(path: path, lock: SoleOwnerLock(), cryptography: MixingCryptography(), log: log)
    }

    /// A second process on the same file.
    func reopened() throws -> Replica {
        try Replica(path: path, lock: SoleOwnerLock(), cryptography: MixingCryptography(), log: log)
    }

    /// The same process again, after it was closed.
    func reopen() throws { replica = try reopened() }

    deinit {
        try? replica.close()
        try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }

    static func planID() throws -> PlanID { try PlanID("plan") }

    static func hello(
        incarnation: UInt64 = 1, lastNumber: UInt64 = 0, head: String = "", epoch: String = "e1", revision: UInt64 = 1,
        role: Role = .editor, backedUp: BackedUp? = nil, backups: [BackedUp] = [], isRetired: Bool = false,
        now: Timestamp = Bench.start
    ) throws -> SessionHello.Result {
        SessionHello.Result(
            server: "test", now: now, epoch: epoch, frameBytesMax: 8_388_608,
            device: SessionHello.DeviceState(
                tenant: try TenantID(role.isOfCity ? "city" : "suiping"), device: try DeviceID("d1"), role: role,
                incarnation: incarnation, lastNumber: lastNumber, head: head, backedUp: backedUp, backups: backups,
                isRetired: isRetired,
                plans: [SessionHello.PlanHead(id: try planID(), revision: revision, title: "方案")]))
    }

    /// Takes in a hello as the driver does.
    @discardableResult
    func greet(_ hello: SessionHello.Result) throws -> Greeting {
        try replica.greet(hello, device: try #require(hello.device), now: now)
    }

    /// A replica that knows its server and its plan.
    static func enrolled(role: Role = .editor) throws -> Bench {
        let bench = try Bench()
        try bench.greet(try hello(role: role))
        try bench.replica.store(try planID(), revision: 1, document: Array(planJSON.utf8))
        return bench
    }

    func view() throws -> LocalView { try replica.view(of: try Self.planID()) }

    /// Saves an edit as the command line does.
    @discardableResult
    func set(_ assignment: String, record: String = "values/201905B") throws -> Change {
        try save { editing throws(EditError) in try editing.set(record, [assignment]) }
    }

    @discardableResult
    func save(
        note: String? = nil, freshKey: String? = nil, _ make: (Editing) throws(EditError) -> ChangeDraft
    ) throws -> Change {
        now = now.advanced(byMilliseconds: 1_000)
        let draft = try make(try Editing(view: try view(), author: "王", note: note, freshKey: freshKey))
        return try replica.save(draft, now: now, random: &random)
    }

    func field(_ name: String, record: String = "201905B", tenant: String = "suiping") throws -> LocalField? {
        try view().field(try Self.key(name, record: record, tenant: tenant))
    }

    static func key(
        _ field: String, record: String = "201905B", tenant: String = "suiping", collection: String = "values"
    ) throws -> CellKey {
        CellKey(
            tenant: try TenantID(tenant), record: try RecordKey(collection: try CollectionID(collection), key: record),
            field: try FieldID(field))
    }

    /// A cell that another device wrote.
    func cell(
        _ field: String, _ value: String?, seq: UInt64, record: String = "201905B", collection: String = "values"
    ) throws -> PublicCell {
        let cell = Cell(
            value: value.map(FieldValue.text), rev: ChangeID(now: now, random: &random), seq: seq,
            by: try DeviceID("d2"), byCity: false, author: "李", at: now)
        return PublicCell(try Self.key(field, record: record, collection: collection), cell)
    }

    /// Where a side of a conflict comes from, as its record says it.
    func origin(_ device: String, _ author: String) -> String {
        let rev = ChangeID(now: now, random: &random).rawValue
        return #"{"rev":"\#(rev)","by":"\#(device)","author":"\#(author)","at":"2019-05-16T00:00:00.000Z"}"#
    }

    @discardableResult
    func apply(
        _ cells: [PublicCell], after: String?, cursor: String, more: Bool = false, epoch: String = "e1",
        backedUp: BackedUp? = nil, digest: ScopeDigest? = nil
    ) throws -> PageEffect {
        let page = SyncPull.Result(
            cells: cells, cursor: cursor, more: more, epoch: epoch, backedUp: backedUp, digest: digest)
        return try replica.apply(page, of: try Self.planID(), after: after)
    }

    /// Stores an answer to a change as the server would give it.
    @discardableResult
    func acknowledge(
        _ change: Change, seq: UInt64, _ results: [OperationResult] = [OperationResult(.applied)], epoch: String = "e1",
        backedUp: BackedUp? = nil
    ) throws -> [OutboxEntry] {
        let result = ChangeResult(id: change.id, number: change.number, seq: seq, operations: results)
        return try replica.store(
            [ReceivedResult(result: result, bytes: result.encoded)], to: [change], epoch: epoch, backedUp: backedUp)
    }

    /// The sum over some cells, as the server tells it.
    static func digest(_ cells: [PublicCell]) -> ScopeDigest {
        var sum = ScopeDigest()
        for cell in cells { sum.insert(cell, MixingCryptography()) }
        return sum
    }

    static func hash(_ change: Change) -> String {
        Base64URL.encode(MixingCryptography().sha256(change.canonicalBytes))
    }
}
