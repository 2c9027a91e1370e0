import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// One seed, one run: real engines over real stores, and a network, clocks and crashes that the seed decides.
// A stream is cut rather than losing single frames, because TLS delivers in order or not at all; what is lost is
// everything that was on its way. After a cut the clients send again what was not acknowledged, so the server
// sees the same frames twice, late, and in another order than other connections' frames.

/// A simulated city: a server, the machines of some counties, and the city's own.
final class World {
    /// One connection: what is on its way, in order.
    struct Wire {
        let number: Int
        let client: Int
        var toServer: [[UInt8]] = []
        var toClient: [[UInt8]] = []
    }

    /// What is counted of what goes over the wires.
    struct Tally {
        var requests = 0
        var cells = 0
        var bytes = 0
    }

    let seed: UInt64
    let folder: String
    let disk = Disk()
    let replays: ReplayStore
    let server: SimulatedServer
    var clients: [SimulatedClient] = []
    var wires: [Wire] = []
    var lastConnection = 0
    var clock: Int64
    var serverSkew: Int64 = 0
    var variant = SimulatedPlan.Variant()
    var plan: Plan
    var planCount = 0
    let planLoaded: Timestamp
    /// How many machines there are while none is lost.
    let desks: Int
    var plans: [SimulatedPlan.Variant: Plan] = [:]
    var partitioned: Set<Int> = []
    var history = History()
    var backups: [SimulatedServer.Backup] = []
    var authored: [ChangeID: Int] = [:]
    /// What was saved, as it was saved.
    var saved: [ChangeID: [Operation]] = [:]
    var authoredOrder: [ChangeID] = []
    /// Changes that may be gone: with a disk, or put aside by their author.
    var excused: Set<ChangeID> = []
    /// The answers of the present epoch, word for word.
    var receipts: [ChangeID: [UInt8]] = [:]
    var reached = Reached()
    var violations: [Violation] = []
    /// The place in the journals after which nothing of a retired device may count.
    var retiredAfter: [DeviceID: Int64] = [:]
    /// The changes that a backup of the present epoch holds.
    var backed: [ChangeID: Int] = [:]
    var journalCommits = -1
    var checks = 0
    /// The figures of each sealed period as they were when it was first seen sealed.
    var sealed: [String: [CellKey: FieldValue]] = [:]
    let cursorSeal: CursorSeal
    var isSettling = false
    let batch: Int
    /// How many cells a page holds; few, so that there are several.
    let pageCells: Int
    /// A running hash over all that happened: equal for equal runs.
    private(set) var logHash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What happened, if it is to be shown.
    var transcript: [String]?
    var showsFrames = false
    /// What went over the wires since somebody began to count.
    var tally = Tally()
    /// Whether a death is one of the power, with what was not synced torn.
    var losesPower = false

    /// Makes the city of a seed, in which everybody has synchronised once.
    ///
    /// `cast`: the machines, where chance is not to choose them; their clocks are right then, and nobody watches.
    /// `replays`: where the journals are taken once more, if not in a store of this run's own.
    init(seed: UInt64, folder: String, cast: [DeviceRecord]? = nil, replays: ReplayStore? = nil) throws {
        self.seed = seed
        self.folder = folder
        self.replays = replays ?? ReplayStore(folder: folder, name: "own")
        var random = SplitMix64(seed: seed ^ 0xCA57_0000_0000_0002)
        let isNearDeadline = random.happens(25)
        // Three days before the first period's deadline; else months, or a day before the second period opens.
        clock = 1_933_545_600_000 - (isNearDeadline ? 3 : seed.isMultiple(of: 2) ? 60 : 11) * 86_400_000
        batch = 1 + random.below(4)
        let isPaged = cast == nil && random.happens(70)
        pageCells = isPaged ? (random.happens(10) ? 1 + random.below(3) : 4 + random.below(20)) : 1_000
        planLoaded = Timestamp(milliseconds: clock - 86_400_000)
        history.planLoaded = planLoaded
        let document = SimulatedPlan.document(variant)
        plan = try PlanReader.read(try PlanDocumentJSON.decode(document)).plan
        let records = try cast ?? Self.cast(&random)
        desks = records.count
        server = try SimulatedServer(
            path: folder + "/server.sqlite", devices: records, document: document, seed: seed,
            now: planLoaded)
        let key = try server.store.read { try $0.setting("cursor_key") }.flatMap { Base64URL.decode($0) } ?? []
        cursorSeal = CursorSeal(secret: key, cryptography: SimulatedCryptography())
        let years = Int64(365) * 86_400_000
        for (index, record) in records.enumerated() {
            let client = try SimulatedClient(
                record: record, index: index, path: folder + "/client\(index).sqlite",
                isWatching: cast == nil && random.happens(30))
            if cast == nil, random.happens(40) {
                client.skew = [3 * years, -2 * years, 60_000, -400_000][random.below(4)]
            }
            clients.append(client)
        }
        try greetEverybody()
    }

    /// The machines: the city's, and those of two to four counties.
    private static func cast(_ random: inout SplitMix64) throws -> [DeviceRecord] {
        let units = Array(SimulatedPlan.units.prefix(2 + random.below(3)))
        let count = 2 + random.below(7)
        return try (0..<count).map { index in
            var tenant = "city"
            var role = Role.supervisor
            if index > 0 {
                tenant = units[index == 1 ? 0 : random.below(units.count)]
                role = random.happens(5) ? .viewer : random.happens(50) ? .editor : .approver
                if index > 3, random.happens(15) { (tenant, role) = ("city", .reviewer) }
            }
            return DeviceRecord(
                tenant: try TenantID(tenant), device: try DeviceID("\(tenant).d\(index)"), role: role, name: "",
                publicKey: [UInt8(index), 7], certificate: [], enrolled: Timestamp(milliseconds: 0), revoked: nil)
        }
    }

    /// Machines of these tenants and roles; the first one is the city's.
    static func office(_ desks: [(tenant: String, role: Role)]) throws -> [DeviceRecord] {
        try desks.enumerated().map { index, desk in
            DeviceRecord(
                tenant: try TenantID(desk.tenant), device: try DeviceID("\(desk.tenant).d\(index)"), role: desk.role,
                name: "", publicKey: [UInt8(index), 7], certificate: [], enrolled: Timestamp(milliseconds: 0),
                revoked: nil)
        }
    }

    func log(_ text: @autoclosure () -> String) {
        let text = text()
        for byte in text.utf8 { logHash = (logHash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        transcript?.append(text)
    }

    /// Adds a frame to the transcript, which does not belong to what has to be equal.
    func show(_ frame: [UInt8], _ direction: String) {
        guard showsFrames else { return }
        transcript?.append("      \(direction) \(String(decoding: frame.prefix(900), as: UTF8.self))")
    }

    /// Whether so much has gathered that what looks at all of it is done less often.
    var isGrown: Bool { history.rows.count > 400 }

    /// The machines whose work still counts.
    var inService: [SimulatedClient] { clients.filter { !$0.isGone && !$0.isRevoked && !$0.isRetired } }

    var presentCount: Int { clients.count { !$0.isGone } }

    var serverNow: Timestamp { Timestamp(milliseconds: clock + serverSkew) }

    /// Everybody synchronises once without faults, so that there is something to edit.
    private func greetEverybody() throws {
        for client in clients {
            try connect(client.index)
            try drain()
        }
    }

    // MARK: Events

    /// Runs one event; what it breaks stands in ``violations``.
    func run(_ event: Event, _ place: Int) throws {
        clock += event.pause
        reached[.events] += 1
        // What has gone for good has no events any more.
        let present = clients.filter { !$0.isGone }
        let index = present[event.client % present.count].index
        var random = SplitMix64(seed: event.chance)
        log("\(place) \(event.kind.rawValue) \(index)")
        do {
            if !(try perform(event.kind, index, &random)) { try administer(event.kind, index, &random) }
        } catch {
            // A client's process that died outside of a conversation is started again.
            let dead = clients.filter { $0.lock.isDead }
            guard !dead.isEmpty else { throw error }
            reached[.deathsInReplica] += dead.count
            for client in dead { try restart(client) }
        }
        try readJournal()
    }

    /// What machines, people and the network do; `false` when it is not one of these.
    private func perform(_ kind: Event.Kind, _ index: Int, _ random: inout SplitMix64) throws -> Bool {
        switch kind {
        case .edit: try edit(index, count: 1, &random)
        case .group: try edit(index, count: 2 + random.below(3), &random)
        case .invalid: try editInvalidly(index, &random)
        case .foreign: try editForeign(index, &random)
        case .resolve: try resolve(index, &random)
        case .undo: try undo(index, &random)
        case .drop: try dropRejected(index, &random)
        case .repair: try repair(index, &random)
        case .connect: try connect(index)
        case .deliver: try deliver(&random)
        case .flush: try flush(index)
        case .cut: try cut(index, &random)
        case .linger: try readLate(index)
        case .partition: partition(&random)
        case .heal: partitioned = []
        case .crashServer: try crashServer()
        case .crashClient: try crashClient(index, &random)
        case .armServer: armServer(&random, isDeath: true)
        case .diskFull: armServer(&random, isDeath: false)
        case .armClient: clients[index].lock.arm(transactionsBefore: random.below(5), isAfter: random.happens(60))
        case .poison: try editPoisoned(index, &random)
        case .clientClock: moveClock(of: index, &random)
        case .serverClock: moveServerClock(&random)
        case .snapshotDisk: try snapshotDisk(index)
        case .rollBackDisk: try rollBackDisk(index)
        case .cloneDisk: try cloneDisk(index)
        case .settle: try settle(&random)
        case .reopenStage: try reopenStage(index, &random)
        default: return false
        }
        return true
    }

    private func administer(_ kind: Event.Kind, _ index: Int, _ random: inout SplitMix64) throws {
        switch kind {
        case .backUp: try backUp()
        case .restore: try restore(older: false)
        case .restoreOlder: try restore(older: true)
        case .replan: try replan(&random)
        case .revoke: try revoke(index)
        case .retire: try retire(index)
        case .loseDevice: try loseDevice(index)
        case .enrol: try enrol(&random)
        case .forkThenRestore: try forkThenRestore(index, &random)
        case .pruneThenDiverge: try pruneThenDiverge(index, &random)
        case .carryOutOfOrder: try carryOutOfOrder(index, &random)
        case .answerAfterRestore: try answerAfterRestore(index, &random)
        case .enrolThenRestore: try enrolThenRestore(index, &random)
        case .hostile: try hostile(index, &random)
        case .replay: try replayFrames(index, &random)
        case .dryRun: try dryRun(index)
        case .bundle: try carryBundle(index, &random)
        case .report: try report(index, &random)
        case .closePeriod: try setPeriod(.closed, &random)
        case .reopenPeriod: try setPeriod(.open, &random)
        case .sealPeriod: try setPeriod(.final, &random)
        case .registerHead: try registerHead(index, &random)
        case .submit: try submit(index, &random)
        case .review: try review(index, &random)
        case .delete: try deleteOrRestore(index, &random)
        case .damage: try damage(index, &random)
        default: break
        }
    }

    // MARK: What every event is followed by

    /// Takes in what was committed; nothing is read when nothing was.
    func readJournal() throws {
        guard server.commits != journalCommits else { return }
        journalCommits = server.commits
        for row in try server.probe.journal(after: history.lastOrdinal) {
            violations += try history.take(row, plan: plan) { try server.probe.link($0, $1) }
            count(row)
            checkOutOfService(row)
            if let operations = saved[row.change.id], operations != row.change.operations {
                violations.append(.bothSidesKept("\(row.change.id) is not what its author saved"))
            }
            if authored[row.change.id] == nil, row.device.rawValue != "city.server" {
                violations.append(.exactlyOnce("\(row.change.id) of \(row.device) was never saved by anybody"))
            }
        }
    }

    /// Sealed figures stand as they were, but for those that the city amended.
    func checkSealed() throws {
        let cells = try server.probe.cells()
        for period in SimulatedPlan.periods {
            let record = try RecordKey(collection: CollectionRule.periods, key: period)
            let state = cells[CellKey(tenant: .city, record: record, field: PeriodField.state)]
            guard state?.value == .text(PeriodState.final.rawValue) else {
                sealed[period] = nil
                continue
            }
            var figures: [CellKey: FieldValue] = [:]
            for (key, cell) in cells where key.record.collection == CollectionRule.values {
                if key.record.key == period, !cell.shown.deleted { figures[key] = cell.value }
            }
            guard let kept = sealed[period] else {
                sealed[period] = figures
                continue
            }
            for key in Set(kept.keys).union(figures.keys) where kept[key] != figures[key] {
                guard history.uncertain.isDisjoint(with: SimulatedPlan.names(of: key)) else { continue }
                let (before, now) = (kept[key]?.shown ?? "nothing", figures[key]?.shown ?? "nothing")
                violations.append(
                    .seal("\(key.tenant) \(key.record) \(key.field) changed after the seal: \(before), \(now)"))
            }
        }
    }

    /// After a revision: a sealed figure stays the same under the present name of its field.
    func renameSealed() {
        sealed = sealed.mapValues { kept in
            // What an earlier revision had left under that name gives way to it.
            var figures = kept.filter { present($0.key) == $0.key }
            for (key, value) in kept where present(key) != key { figures[present(key)] = value }
            return figures
        }
    }

    /// A cell under the name that its field has by the server's plan.
    private func present(_ key: CellKey) -> CellKey {
        let renaming = plan.renamed.first { $0.collection == key.record.collection && $0.from == key.field }
        return renaming.map { CellKey(tenant: key.tenant, record: key.record, field: $0.to) } ?? key
    }

    private func count(_ row: JournalRow) {
        reached[.changes] += 1
        for (operation, answer) in zip(row.change.operations, row.result.operations) {
            if operation.action == .reopen, answer.outcome == .applied { reached[.reopenings] += 1 }
            switch answer.outcome {
            case .applied: reached[.applied] += 1
            case .late: reached[.late] += 1
            case .merged: reached[answer.reason == "superseded" ? .superseded : .merged] += 1
            case .conflict: reached[answer.reason == "escrow" ? .escrow : .conflicts] += 1
            case .rejected: reached[.rejected] += 1
            }
            if answer.reason == "frozen" { reached[.frozen] += 1 }
            if answer.reason == "entry_stands" { reached[.entries] += 1 }
            if answer.reason == "proposal" { reached[.proposals] += 1 }
        }
    }
}
