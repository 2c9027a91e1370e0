import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// Invariant 23: an edit that was typed under one revision of the plan, and the revision that renames its field: in
// whichever order the two come, the same stands there in the end.

/// The commuting square of a plan's revision and the edits that were typed before it.
package struct RevisionSquare: Sendable {
    private let seed: UInt64
    private let folder: String

    package init(seed: UInt64, folder: String) {
        self.seed = seed
        self.folder = folder
    }

    /// What came out on one way.
    private struct End: Equatable {
        var cells: [String: String] = [:]
        var outcomes: [String] = []
        var sides: [String] = []
    }

    private static let policies = ["review", "latest", "counter", "max", "min", "city-wins", "county-wins"]

    /// Runs both ways; gives how many edits were compared, and what differs.
    package func run() throws -> (edits: Int, broken: [String]) {
        var random = SplitMix64(seed: seed)
        // Which of the fields are renamed, and what policy each has.
        let fields = (0..<5).map { _ in Self.policies[random.below(Self.policies.count)] }
        let renamed = (0..<5).filter { _ in random.happens(50) }
        let chance = random.next()
        let first = try play(fields, renamed, isRevisedFirst: false, chance, "edits-first")
        let second = try play(fields, renamed, isRevisedFirst: true, chance, "revision-first")
        var broken: [String] = []
        for (name, cell) in first.cells where second.cells[name] != cell {
            broken.append("\(name) is \(cell), and \(second.cells[name] ?? "nothing") when revised first")
        }
        for name in second.cells.keys where first.cells[name] == nil {
            broken.append("\(name) only when revised first")
        }
        if first.outcomes != second.outcomes { broken.append("other outcomes: \(first.outcomes), \(second.outcomes)") }
        if first.sides != second.sides { broken.append("other conflicts: \(first.sides), \(second.sides)") }
        return (first.outcomes.count, broken)
    }

    private func play(
        _ fields: [String], _ renamed: [Int], isRevisedFirst: Bool, _ chance: UInt64, _ name: String
    ) throws -> End {
        let place = "\(folder)/\(name)"
        try Disk().makeFolder(place)
        defer { Disk().remove(place) }
        let cast = try World.office([("city", .supervisor), ("north", .editor), ("north", .editor)])
        let now = Timestamp(milliseconds: 1_900_000_000_000)
        let server = try SimulatedServer(
            path: place + "/server.sqlite", devices: cast, document: Self.document(fields, []), seed: 1, now: now)
        defer { try? server.close() }
        var hands = try cast.map { try Hand($0, server, now) }
        var random = SplitMix64(seed: chance)
        var end = End()
        // Something stands there; then everybody edits without having seen the others.
        var seen: [Int: ChangeID] = [:]
        for field in fields.indices where random.happens(80) {
            let operation = try Self.operation(fields[field], field, base: nil, &random)
            let change = hands[1].change([operation], now, &random)
            _ = try hands[1].send([change], server, now)
            seen[field] = change.id
        }
        var edits: [(hand: Int, change: Change)] = []
        for _ in 0..<(3 + random.below(6)) {
            let field = random.below(fields.count)
            let hand = random.below(hands.count)
            let base = random.happens(80) ? seen[field] : nil
            let operation = try Self.operation(fields[field], field, base: base, &random)
            edits.append((hand, hands[hand].change([operation], now, &random)))
        }
        let revise = {
            let params = AdminPlanLoad.Params(document: Self.document(fields, renamed))
            let answer = server.operate(AdminPlanLoad.self, params, now: now) ?? []
            guard answer.contains("\"result\"") else {
                throw Violation.engine("plan: \(String(decoding: answer, as: UTF8.self))")
            }
        }
        if isRevisedFirst { try revise() }
        for edit in edits { end.outcomes += try hands[edit.hand].send([edit.change], server, now) }
        if !isRevisedFirst { try revise() }
        try collect(server, fields, renamed, into: &end)
        return end
    }

    private func collect(_ server: SimulatedServer, _ fields: [String], _ renamed: [Int], into end: inout End) throws {
        let plan = try PlanReader.read(try PlanDocumentJSON.decode(Self.document(fields, renamed))).plan
        var records: [String: [FieldID: FieldValue]] = [:]
        for (key, cell) in try server.probe.cells() {
            if key.record.collection == CollectionRule.conflicts {
                records[key.record.key, default: [:]][key.field] = cell.value
            } else if key.record.collection == CollectionRule.values, !cell.shown.deleted {
                end.cells["\(key.record) \(key.field)"] =
                    "\(cell.value?.shown ?? "nothing") of \(cell.shown.rev) by \(cell.shown.by)"
                    + (cell.conflict == nil ? "" : ", disputed")
            }
        }
        for (name, fields) in records {
            guard let record = ConflictRecord(id: name, tenant: try TenantID("north"), fields: fields) else { continue }
            let subject = plan.currentPlace(of: record.subject)
            for side in record.sides {
                end.sides.append("\(subject.field) \(record.state) \(side.name) \(side.value?.shown ?? "nothing")")
            }
        }
        end.sides.sort()
    }

    private static func operation(
        _ policy: String, _ field: Int, base: ChangeID?, _ random: inout SplitMix64
    ) throws -> Operation {
        let isAdd = policy == "counter" && random.happens(80)
        let isClear = !isAdd && random.happens(10)
        return Operation(
            record: try RecordKey(collection: CollectionRule.values, key: "2031Q1"), field: try FieldID("f\(field)"),
            action: isAdd ? .add : isClear ? .clear : .set, value: isClear ? nil : .text(String(random.below(50))),
            base: base.map { [$0] } ?? [], shown: nil)
    }

    private static func document(_ fields: [String], _ renamed: [Int]) -> [UInt8] {
        let elements = fields.enumerated().map { index, policy in
            let name = renamed.contains(index) ? "g\(index)" : "f\(index)"
            return #"{"id":"\#(name)","name":"\#(name)","type":"count","merge":"\#(policy)","filled_by":"both"}"#
        }
        let entries = renamed.map { #"{"collection":"values","from":"f\#($0)","to":"g\#($0)"}"# }
        let numerator = renamed.contains(0) ? "g0" : "f0"
        let text = """
            {"format":"plansync-plan/1","plan":{"id":"simulated","title":"Plan \(renamed.count)"},
            "groups":[{"id":"all","name":"All"}],
            "tenants":[{"id":"city","name":"City"},{"id":"north","group":"all","name":"north"}],
            "periods":{"type":"quarterly","first":"2031Q1","last":"2031Q4"},
            "elements":[\(elements.joined(separator: ","))],"collections":[],
            "indicators":[{"id":"i1","name":"I","kind":"flow","numerator":"\(numerator)","weight":"100"}],
            "ranking":{"components":[{"id":"t","name":"T","kind":"indicators","share":"100"}]},
            "renamed":[\(entries.joined(separator: ","))]}
            """
        return Array(text.utf8)
    }
}

/// A device without an engine: it makes changes by hand, so that two servers get the very same.
struct Hand {
    private let record: DeviceRecord
    private let connection: Int
    private var incarnation: UInt64 = 0
    private var number: UInt64 = 0
    private var head = ""

    init(_ record: DeviceRecord, _ server: SimulatedServer, _ now: Timestamp) throws {
        self.record = record
        connection = Int(record.publicKey.first ?? 0)
        server.connected(connection, device: record)
        let hello = SessionHello.Params(client: "hand", language: "en", incarnation: nil)
        let json = try Self.call(SessionHello.self, hello, connection, server, now)
        incarnation = try SessionHello.Result(json: json).device?.incarnation ?? 0
    }

    private static func call<M: RPCMethod>(
        _ method: M.Type, _ params: M.Params, _ connection: Int, _ server: SimulatedServer, _ now: Timestamp
    ) throws -> JSONView {
        let frame = RPCMessage.request(method, id: .number(1), params: params)
        let answer = server.received(frame, on: connection, now: now)?.first { $0.connection == connection }
        guard case .response(_, let json)? = try answer.map({ try IncomingMessage(frame: $0.frame, limits: .document) })
        else { throw Violation.engine("\(String(decoding: answer?.frame ?? [], as: UTF8.self))") }
        return json
    }

    mutating func change(
        _ operations: [PlanSyncCore.Operation], _ now: Timestamp, _ random: inout SplitMix64
    ) -> Change {
        number += 1
        let change = Change(
            id: ChangeID(now: now, random: &random), incarnation: incarnation, number: number, previous: head,
            plan: PlanID(trusted: "simulated"), planRevision: 1,
            tenant: record.tenant == .city ? TenantID(trusted: "north") : nil, at: now, author: "hand", note: nil,
            operations: operations)
        head = Base64URL.encode(SimulatedCryptography().sha256(change.canonicalBytes))
        return change
    }

    /// Sends changes; gives the outcome of each operation with its reason.
    func send(_ changes: [Change], _ server: SimulatedServer, _ now: Timestamp) throws -> [String] {
        let last = SimulatedCryptography().sha256(changes.last?.canonicalBytes ?? [])
        let params = SyncPush.Params(
            plan: PlanID(trusted: "simulated"), planRevision: 1, changes: changes,
            signature: try SimulatedSigner(key: record.publicKey).sign(last), acknowledged: nil)
        let json = try Self.call(SyncPush.self, params, connection, server, now)
        return try SyncPush.Result(json: json).read.flatMap { result in
            result.operations.map { "\($0.outcome.rawValue) \($0.reason ?? "") \($0.value?.shown ?? "")" }
        }
    }
}
