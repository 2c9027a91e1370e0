import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire
import Testing

/// An enrolled device with its connection and its chain.
final class Desk {
    let harness: EngineHarness
    let tenant: TenantID
    let device: DeviceID
    let key: [UInt8]
    var session: SessionStateMachine
    var incarnation: UInt64 = 0
    var number: UInt64 = 0
    var head = ""
    private var random: SplitMix64

    init(_ harness: EngineHarness, tenant: String, device: DeviceID, key: [UInt8]) throws {
        self.harness = harness
        self.tenant = try TenantID(tenant)
        self.device = device
        self.key = key
        random = SplitMix64(seed: key.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let shown = ShownCertificate(uri: Self.uri(self.tenant, device), publicKey: key)
        session = SessionStateMachine(
            peer: harness.peer(uri: shown.uri, publicKey: key), certificate: shown, address: "10.0.0.9")
        try hello()
    }

    static func uri(_ tenant: TenantID, _ device: DeviceID) -> String {
        "spiffe://\(EngineHarness.trustDomain)/tenant/\(tenant)/device/\(device)"
    }

    func hello() throws {
        let params = SessionHello.Params(
            client: "test", language: "zh", incarnation: incarnation == 0 ? nil : incarnation)
        let state = try #require(try call(SessionHello.self, params).result(SessionHello.self).device)
        restart(incarnation: state.incarnation, number: state.lastNumber, head: state.head)
    }

    func restart(incarnation: UInt64, number: UInt64 = 0, head: String = "") {
        self.incarnation = incarnation
        self.number = number
        self.head = head
    }

    func call<M: RPCMethod>(_ method: M.Type, _ params: M.Params) throws -> Reply {
        try harness.call(method, params, &session)
    }

    // Changes.

    /// The next change of the chain; it is not sent yet.
    func change(_ operations: [Operation], tenant: String? = nil, note: String? = nil) throws -> Change {
        let change = Change(
            id: ChangeID(now: harness.now, random: &random), incarnation: incarnation, number: number + 1,
            previous: head, plan: try PlanID("plan"), planRevision: 1, tenant: try tenant.map { try TenantID($0) },
            at: harness.now, author: "李明", note: note, operations: operations)
        append(change)
        return change
    }

    /// Puts a change of before at the end of the chain.
    func renumber(_ change: Change) -> Change {
        let moved = change.renumbered(incarnation: incarnation, number: number + 1, previous: head)
        append(moved)
        return moved
    }

    private func append(_ change: Change) {
        number = change.number
        head = Base64URL.encode(harness.cryptography.sha256(change.canonicalBytes))
    }

    func params(_ changes: [Change], signature: [UInt8]? = nil, revision: UInt64 = 1) -> SyncPush.Params {
        let digest = harness.cryptography.sha256(changes.last?.canonicalBytes ?? [])
        return SyncPush.Params(
            plan: changes.first?.plan ?? PlanID(trusted: "plan"), planRevision: revision, changes: changes,
            signature: signature ?? harness.cryptography.sign(digest, key: key), acknowledged: nil)
    }

    func send(_ changes: [Change], signature: [UInt8]? = nil) throws -> Reply {
        try call(SyncPush.self, params(changes, signature: signature))
    }

    /// Saves and sends operations; the answer to their change.
    @discardableResult
    func push(_ operations: Operation..., tenant: String? = nil, note: String? = nil) throws -> ChangeResult {
        let change = try change(operations, tenant: tenant, note: note)
        return try #require(try send([change]).result(SyncPush.self).read.first)
    }

    // Reading.

    func pull(_ cursor: String? = nil, limit: Int? = nil) throws -> SyncPull.Result {
        try call(SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: cursor, limit: limit))
            .result(SyncPull.self)
    }

    /// All cells that the device may see.
    func cells() throws -> [PublicCell] { try pull(limit: Limits.pullCellsMax).cells }

    func cell(_ field: String, of tenant: String = "xiping", key: String = "201905B") throws -> PublicCell? {
        try cells().first {
            $0.key.tenant.rawValue == tenant && $0.key.record.key == key && $0.key.field.rawValue == field
        }
    }

    func value(_ field: String, of tenant: String = "xiping", key: String = "201905B") throws -> String? {
        try cell(field, of: tenant, key: key)?.value?.shown
    }

    func conflict(_ id: String, of tenant: String = "xiping") throws -> ConflictRecord? {
        var fields: [FieldID: FieldValue] = [:]
        for cell in try cells() where cell.key.record.key == id { fields[cell.key.field] = cell.value }
        return ConflictRecord(id: id, tenant: try TenantID(tenant), fields: fields)
    }
}

/// Operations in short.
enum Edit {
    static func operation(
        _ action: Operation.Action, _ field: String, _ value: String?, base: ChangeID? = nil, shown: String? = nil,
        collection: String = "values", key: String = "201905B"
    ) throws -> Operation {
        Operation(
            record: try RecordKey(collection: CollectionID(collection), key: key), field: try FieldID(field),
            action: action, value: value.map { .text($0) }, base: base.map { [$0] } ?? [],
            shown: shown.map { .text($0) })
    }

    static func set(_ field: String, _ value: String, base: ChangeID? = nil, key: String = "201905B") throws
        -> Operation
    {
        try operation(.set, field, value, base: base, key: key)
    }

    static func add(_ field: String, _ value: String, base: ChangeID? = nil) throws -> Operation {
        try operation(.add, field, value, base: base)
    }

    static func resolve(_ conflict: String, _ choice: String, base: ChangeID? = nil) throws -> Operation {
        try operation(.set, "resolution", choice, base: base, collection: "conflicts", key: conflict)
    }
}
