import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire

// One seed, one run: real engines over real stores, and a network, clocks and crashes that the seed decides.
// A stream is cut rather than losing single frames, because TLS delivers in order or not at all; what is lost is
// everything that was on its way. After a cut the clients send again what was not acknowledged.

/// A simulated city: a server, two machines of one county, one of another, and the city's.
package final class World {
    /// What a run reached; a run that reached too little proves nothing.
    package struct Reached: Sendable, Equatable {
        package var edits = 0
        package var frames = 0
        package var cuts = 0
        package var serverCrashes = 0
        package var clientCrashes = 0
        package var conflicts = 0

        package init() {}
    }

    private enum Packet {
        case toServer(connection: Int, frame: [UInt8])
        case toClient(connection: Int, frame: [UInt8])
    }

    private var random: SplitMix64
    private let server: SimulatedServer
    let clients: [SimulatedClient]
    private let plan: Plan
    private var packets: [Packet] = []
    private var connections: [Int: Int] = [:]
    private var lastConnection = 0
    private var clock: Int64 = 1_900_000_000_000
    package private(set) var reached = Reached()
    /// A running hash over all events: equal for equal seeds.
    package private(set) var logHash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var saved: [Change] = []

    package init(seed: UInt64, folder: String) throws {
        random = SplitMix64(seed: seed)
        let document = PlanDocumentJSON.encode(SimulatedPlan.document)
        plan = try PlanReader.read(try PlanDocumentJSON.decode(document)).plan
        let people: [(String, Role)] = [
            ("north", .editor), ("north", .approver), ("south", .editor), ("city", .supervisor),
        ]
        let records = try people.enumerated().map { index, person in
            DeviceRecord(
                tenant: try TenantID(person.0), device: try DeviceID("\(person.0).d\(index)"), role: person.1,
                name: "", publicKey: [UInt8(index), 7], certificate: [], enrolled: Timestamp(milliseconds: 0),
                revoked: nil)
        }
        server = try SimulatedServer(path: folder + "/server.sqlite", devices: records, document: document)
        let years = Int64(365) * 86_400_000
        clients = try records.enumerated().map { index, record in
            try SimulatedClient(
                record: record, path: folder + "/client\(index).sqlite",
                skew: [0, 3 * years, -2 * years, 60_000][index])
        }
        try settle()
    }

    private func log(_ text: String) {
        for byte in text.utf8 { logHash = (logHash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    private var now: Timestamp { Timestamp(milliseconds: clock) }

    // MARK: Events

    /// Runs so many events and then lets everything come to rest without faults.
    package func run(events: Int) throws {
        for _ in 0..<events { try step() }
        try settle()
    }

    private func step() throws {
        clock += Int64(random.below(5_000))
        let index = random.below(clients.count)
        switch random.below(100) {
        case 0..<30: try edit(index)
        case 30..<45: try connect(index)
        case 45..<88: try deliver()
        case 88..<93: cut(index)
        case 93..<96: try crashServer()
        case 96..<98: try resolve(index)
        default: try crashClient(index)
        }
    }

    private func edit(_ index: Int) throws {
        let client = clients[index]
        guard let view = try? client.replica.view(of: plan.id) else { return }
        let editing = try Editing(view: view, author: "author\(index)", note: nil)
        let field = SimulatedPlan.fields[random.below(SimulatedPlan.fields.count)]
        let value = random.below(50)
        let owner = client.record.tenant == .city ? SimulatedPlan.units[random.below(2)] + ":" : ""
        let record = "\(owner)values/\(SimulatedPlan.period)"
        let draft =
            field == "counter"
            ? try editing.add(record, ["\(field)=\(value)"]) : try editing.set(record, ["\(field)=\(value)"])
        let change = try client.replica.save(draft, now: now.advanced(byMilliseconds: client.skew), random: &random)
        saved.append(change)
        reached.edits += 1
        log("edit \(index) \(change.id) \(field) \(value)")
    }

    private func resolve(_ index: Int) throws {
        let client = clients[index]
        guard let view = try? client.replica.view(of: plan.id), let open = view.undecided.first else { return }
        let editing = try Editing(view: view, author: "author\(index)", note: "decided")
        guard let draft = try? editing.resolve(open.id, .side("theirs")) else { return }
        saved.append(
            try client.replica.save(draft, now: now.advanced(byMilliseconds: client.skew), random: &random))
        log("resolve \(index) \(open.id)")
    }

    private func connect(_ index: Int) throws {
        let client = clients[index]
        guard client.connection == nil else { return }
        lastConnection += 1
        connections[lastConnection] = index
        server.connected(lastConnection, device: client.record)
        send(try client.connect(lastConnection, now: now.advanced(byMilliseconds: client.skew)), lastConnection)
        log("connect \(index)")
    }

    private func send(_ frames: [[UInt8]], _ connection: Int) {
        for frame in frames { packets.append(.toServer(connection: connection, frame: frame)) }
    }

    /// Delivers the next packet of some connection; within a connection the order holds.
    private func deliver() throws {
        guard !packets.isEmpty else { return }
        let chosen = packets[random.below(packets.count)]
        let connection = Self.connection(of: chosen)
        guard let first = packets.firstIndex(where: { Self.connection(of: $0) == connection }) else { return }
        let packet = packets.remove(at: first)
        reached.frames += 1
        switch packet {
        case .toServer(let connection, let frame):
            log("server \(connection) \(frame.count)")
            for answer in server.received(frame, on: connection, now: now) {
                packets.append(.toClient(connection: answer.connection, frame: answer.frame))
            }
        case .toClient(let connection, let frame):
            guard let index = connections[connection], clients[index].connection == connection else { return }
            log("client \(index) \(frame.count)")
            let client = clients[index]
            send(try client.received(frame, now: now.advanced(byMilliseconds: client.skew)), connection)
        }
    }

    private static func connection(of packet: Packet) -> Int {
        switch packet {
        case .toServer(let connection, _), .toClient(let connection, _): connection
        }
    }

    /// The stream breaks: what is on its way is lost, though the server may have acted on it.
    private func cut(_ index: Int) {
        guard let connection = clients[index].connection else { return }
        drop(connection)
        clients[index].cut()
        reached.cuts += 1
        log("cut \(index)")
    }

    private func drop(_ connection: Int) {
        packets.removeAll { Self.connection(of: $0) == connection }
        connections[connection] = nil
        server.disconnected(connection)
    }

    private func crashServer() throws {
        packets.removeAll()
        connections = [:]
        for client in clients { client.cut() }
        try server.crash()
        reached.serverCrashes += 1
        log("server crash")
    }

    private func crashClient(_ index: Int) throws {
        if let connection = clients[index].connection { drop(connection) }
        try clients[index].crash()
        reached.clientCrashes += 1
        log("client crash \(index)")
    }

    /// Without faults everybody synchronises until nothing moves any more.
    private func settle() throws {
        for _ in 0..<3 {
            for index in clients.indices {
                try connect(index)
                var steps = 0
                while clients[index].connection != nil || !packets.isEmpty {
                    guard steps < 20_000, !packets.isEmpty else { break }
                    try deliver()
                    steps += 1
                }
            }
        }
    }

    // MARK: Checks

    /// What is broken after a run, in sentences; empty: every invariant holds.
    package func violations() throws -> [String] {
        var broken: [String] = []
        for (index, client) in clients.enumerated() {
            if let fault = client.stopped { broken.append("client \(index) stopped: \(fault)") }
            let counts = try client.replica.counts()
            if counts.pending > 0 { broken.append("3 nothing vanishes: client \(index) still holds \(counts.pending)") }
            broken += try divergence(of: client, index)
        }
        broken += try journalFaults()
        return broken
    }

    /// Invariant 1: a settled client holds its scope, no more and no less.
    private func divergence(of client: SimulatedClient, _ index: Int) throws -> [String] {
        let principal = Principal(tenant: client.record.tenant, device: client.record.device, role: client.record.role)
        let scope = PullScope(of: principal, in: plan)
        var expected: [CellKey: (FieldValue?, ChangeID)] = [:]
        for part in scope.parts {
            let cells = try server.store.read {
                try $0.cells(of: part.tenant, plan: plan.id, after: 0, limit: .max / 2, collections: part.collections)
            }
            for (key, cell) in cells { expected[key] = (cell.value, cell.rev) }
        }
        let held = try client.replica.cells(of: plan.id)
        var broken: [String] = []
        if held.count != expected.count {
            broken.append("1 convergence: client \(index) holds \(held.count) cells of \(expected.count)")
        }
        for cell in held where expected[cell.key]?.0 != cell.value || expected[cell.key]?.1 != cell.rev {
            broken.append("1 convergence: client \(index) differs at \(cell.key.record) \(cell.key.field)")
        }
        return broken
    }

    /// Invariants 2, 3, 5 and 10: each change once, counters are sums, conflicts keep values, sequences are dense.
    private func journalFaults() throws -> [String] {
        var broken: [String] = []
        var journal: [ChangeID: (StoredChange, ChangeResult)] = [:]
        var sums: [TenantID: Int] = [:]
        let ids = Set(saved.map(\.id))
        for tenant in plan.tenants.map(\.id) {
            let stored = try server.store.read { try $0.changes([tenant: ids]) }[tenant] ?? [:]
            let head = try server.store.read { try $0.head(of: tenant) }
            if Set(stored.values.map(\.seq)).count != stored.count || UInt64(stored.count) != head.seq {
                broken.append("10 dense: \(tenant) has \(stored.count) changes and stands at \(head.seq)")
            }
            for (id, change) in stored {
                if journal[id] != nil { broken.append("2 exactly once: \(id) stands in two journals") }
                let result = try ChangeResult(json: try JSONDocument(change.result, limits: .document).root)
                journal[id] = (change, result)
            }
        }
        for change in saved {
            guard let (stored, result) = journal[change.id] else {
                broken.append("3 nothing vanishes: \(change.id) has no receipt")
                continue
            }
            for (operation, answer) in zip(change.operations, result.operations) {
                if operation.action == .add, answer.outcome != .rejected, case .text(let delta)? = operation.value {
                    sums[stored.tenant, default: 0] += Int(delta) ?? 0
                }
                if answer.outcome == .conflict {
                    reached.conflicts += 1
                    broken += try lostSide(of: change, operation, answer, in: stored.tenant)
                }
            }
        }
        for (tenant, sum) in sums {
            let counter = try counterCell(of: tenant)
            if counter != String(sum) { broken.append("2 counter: \(tenant) shows \(counter), the adds sum to \(sum)") }
        }
        return broken
    }

    private func counterCell(of tenant: TenantID) throws -> String {
        let key = CellKey(
            tenant: tenant,
            record: try RecordKey(collection: CollectionRule.values, key: SimulatedPlan.period),
            field: try FieldID("counter"))
        let cell = try server.store.read { try $0.cells([key], of: plan.id) }[key]
        return cell?.value?.shown ?? "nothing"
    }

    private func lostSide(
        of change: Change, _ operation: Operation, _ answer: OperationResult, in tenant: TenantID
    ) throws -> [String] {
        guard let id = answer.conflict else { return ["5 both sides: \(change.id) names no conflict"] }
        let key = try RecordKey(collection: CollectionRule.conflicts, key: id)
        let fields = try server.store.read { try $0.record(key, of: tenant, plan: plan.id) }
        let record = ConflictRecord(id: id, tenant: tenant, fields: fields.compactMapValues(\.value))
        let isKept = record?.sides.contains { $0.rev == change.id && $0.value == operation.value } ?? false
        return isKept ? [] : ["5 both sides: \(id) lost the value of \(change.id)"]
    }
}
