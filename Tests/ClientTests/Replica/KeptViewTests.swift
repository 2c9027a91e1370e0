import GRDB
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Synchronization
import Testing

@testable import PlanSyncClient

/// A lock at whose next transaction the process dies, when that is durable or before it begins.
private final class DyingLock: ReplicaLock {
    struct Death: Error {}

    enum Moment: Sendable {
        case before
        case after
    }

    private let next = Mutex<Moment?>(nil)

    func die(_ moment: Moment) { next.withLock { $0 = moment } }

    func withLock<Answer>(_ body: () throws -> Answer) throws -> Answer {
        let moment = next.withLock { next in
            defer { next = nil }
            return next
        }
        if moment == .before { throw Death() }
        let answer = try body()
        if moment == .after { throw Death() }
        return answer
    }
}

/// What is kept of a view between two looks at it must be what the file holds, whoever wrote it and however it ended.
@Suite("The view that is kept")
struct KeptViewTests {
    private static let names = ["centres", "spending", "gdp", "visits"]

    private func expectFresh(_ bench: Bench, _ replica: Replica? = nil, _ note: Comment? = nil) throws {
        let kept = try (replica ?? bench.replica).view(of: try Bench.planID())
        // Without the second file, so that it writes nothing: that would be noticed, and all be read anew.
        let other = try Replica(path: bench.path, lock: SoleOwnerLock(), cryptography: MixingCryptography())
        let anew = try other.view(of: try Bench.planID())
        try other.close()
        #expect(kept.fields == anew.fields, note)
        #expect(kept.conflicts == anew.conflicts, note)
        #expect(kept.rejected == anew.rejected, note)
        #expect(kept.pendingCount == anew.pendingCount, note)
        #expect(Set(kept.fields.keys) == Set(anew.fields.keys), note)
        #expect(kept.undecided.map(\.id) == anew.undecided.map(\.id), note)
    }

    private func tombstone(_ cell: PublicCell) -> PublicCell {
        PublicCell(
            key: cell.key, value: nil, rev: cell.rev, seq: cell.seq, by: cell.by, author: cell.author, at: cell.at,
            deleted: true)
    }

    @Test("Edits, answers and pages in any order, looked at now and then", arguments: 0..<12 as Range<UInt64>)
    func anyOrder(seed: UInt64) throws {
        let bench = try Bench.enrolled()
        var random = SplitMix64(seed: seed)
        var cursor: String?
        var pending: [Change] = []
        for step in 1...24 {
            let seq = UInt64(step)
            switch random.below(8) {
            case 0, 1: pending.append(try bench.set("\(Self.names[random.below(2)])=\(step)"))
            case 2 where !pending.isEmpty:
                let results = [
                    OperationResult(.applied), OperationResult(.rejected, reason: "range"),
                    OperationResult(.merged, value: .text("5"), reason: "superseded"),
                ]
                try bench.acknowledge(pending.removeFirst(), seq: seq, [results[random.below(3)]])
            case 3: _ = try bench.replica.dropRejected(Int64(random.below(4)))
            case 4 where step % 4 == 0:
                try bench.apply(try ViewTests.conflict(bench), after: cursor, cursor: "c\(step)")
                cursor = "c\(step)"
            case 5: try bench.replica.setServer(host: "h\(step)", port: step)
            default:
                let cells = try (0...random.below(3)).map { _ in
                    let cell = try bench.cell(Self.names[random.below(4)], "\(step)", seq: seq)
                    return random.below(4) == 0 ? tombstone(cell) : cell
                }
                try bench.apply(cells, after: cursor, cursor: "c\(step)", more: random.below(2) == 0)
                cursor = "c\(step)"
            }
            if random.below(3) > 0 { try expectFresh(bench, nil, "step \(step)") }
        }
        try expectFresh(bench)
    }

    @Test("What another process saves, answers, pulls or stages is seen at the next look")
    func otherProcess() throws {
        let bench = try Bench.enrolled()
        let plan = try Bench.planID()
        try bench.apply([try bench.cell("centres", "1", seq: 1)], after: nil, cursor: "c1")
        let mine = try bench.set("spending=2")
        try expectFresh(bench)
        let first = bench.replica
        let other = try bench.reopened()
        defer { try? other.close() }
        let change = try other.save(
            ChangeDraft(
                plan: plan, planRevision: 1, tenant: nil, author: "李", note: nil, operations: mine.operations),
            now: bench.now, random: &bench.random)
        try expectFresh(bench, first)
        #expect(try first.view(of: plan).field(mine.operations[0].place(of: "suiping"))?.rev == change.id)
        let page = SyncPull.Result(
            cells: [try bench.cell("gdp", "3", seq: 2)], cursor: "c2", more: true, epoch: "e1", backedUp: nil)
        #expect(try other.apply(page, of: plan, after: "c1") == .applied(cells: 1))
        try expectFresh(bench, first)
        // The pages of two processes become visible together, in the write of the first.
        try bench.apply([try bench.cell("centres", "4", seq: 3)], after: "c2", cursor: "c3")
        try expectFresh(bench, first)
        #expect(try bench.field("gdp")?.value == .text("3"))
        #expect(try bench.field("centres")?.value == .text("4"))
    }

    @Test(
        "A page whose write is rolled back, or is durable just before the process dies, does no harm",
        arguments: [0, 1]
    )
    func cutOff(waiting: Int) throws {
        let bench = try Bench.enrolled()
        let plan = try Bench.planID()
        let lock = DyingLock()
        let replica = try Replica(path: bench.path, lock: lock, cryptography: MixingCryptography())
        defer { try? replica.close() }
        var cursor: String?
        func pull(_ value: String, _ name: String, more: Bool = false) throws {
            let page = SyncPull.Result(
                cells: [try bench.cell("centres", value, seq: 1)], cursor: name, more: more, epoch: "e1", backedUp: nil)
            _ = try replica.apply(page, of: plan, after: cursor)
            cursor = name
        }
        try pull("1", "c1")
        try expectFresh(bench, replica)
        if waiting > 0 { try pull("2", "c2", more: true) }
        for (step, moment) in [DyingLock.Moment.before, .after].enumerated() {
            lock.die(moment)
            #expect(throws: DyingLock.Death.self) { try pull("9", "d\(step)") }
            try expectFresh(bench, replica, "died \(moment)")
        }
        cursor = "d1"
        try pull("3", "c3")
        try expectFresh(bench, replica)
        // A write that fails half-way leaves nothing.
        try DatabaseQueue(path: bench.path).write {
            try $0.execute(sql: "CREATE TRIGGER no BEFORE INSERT ON cells BEGIN SELECT RAISE(ABORT, 'full'); END")
        }
        try expectFresh(bench, replica)
        #expect(throws: DatabaseError.self) { try pull("8", "c4") }
        try expectFresh(bench, replica)
        #expect(try replica.view(of: plan).field(try Bench.key("centres"))?.value == .text("3"))
    }

    @Test("A part that is fetched anew, with other pages behind it, replaces what the kept view showed of it")
    func part() throws {
        let bench = try Bench.enrolled()
        let plan = try Bench.planID()
        let cells = [try bench.cell("centres", "1", seq: 1), try bench.cell("spending", "2", seq: 2)]
        try bench.apply(cells, after: nil, cursor: "c1")
        try expectFresh(bench)
        let part = ScopePart(tenant: try TenantID("suiping"), collection: try CollectionID("values"))
        let told = SyncDigest.Result(
            parts: [SyncDigest.Entry(part: part, digest: Bench.digest([cells[0]]))], epoch: "e1")
        #expect(try bench.replica.compare(told, of: plan) == .differing([part], dropped: 0))
        try expectFresh(bench)
        let page = SyncPull.Result(cells: [cells[0]], cursor: "p1", more: false, epoch: "e1", backedUp: nil)
        #expect(try bench.replica.stage(page, of: part, in: plan, after: nil) == .staged(repaired: 1))
        try expectFresh(bench)
        try bench.apply([], after: "c1", cursor: "c2", digest: Bench.digest([cells[0]]))
        try expectFresh(bench)
        #expect(try bench.field("spending") == nil)
    }

    @Test("The sum is carried on over a pull of several pages, and finds the damage that was done meanwhile")
    func carriedOverPages() throws {
        let bench = try Bench.enrolled()
        let first = try Self.names.map { try bench.cell($0, "1", seq: 1) }
        #expect(try bench.apply(first, after: nil, cursor: "c1", digest: Bench.digest(first)) == .applied(cells: 4))
        let again = try bench.cell("centres", "2", seq: 2)
        let last = try bench.cell("centres", "3", seq: 3)
        let sum = Bench.digest([last] + first.dropFirst(2))
        try bench.apply([again, tombstone(first[1])], after: "c1", cursor: "c2", more: true)
        let writes = bench.replica.cellWrites.load(ordering: .relaxed)
        #expect(bench.replica.isSumSound(of: try Bench.planID(), before: writes + 1))
        #expect(try bench.apply([last], after: "c2", cursor: "c3", digest: sum) == .applied(cells: 1))
        try bench.apply([again], after: "c3", cursor: "c4", more: true)
        try DatabaseQueue(path: bench.path).write {
            try $0.execute(sql: "UPDATE staged_cells SET author = x'41'")
        }
        let other = Bench.digest([again] + first.dropFirst(2))
        #expect(try bench.apply([], after: "c4", cursor: "c5", digest: other) == .differs(cells: 0))
    }
}

extension PlanSyncCore.Operation {
    fileprivate func place(of tenant: String) throws -> CellKey {
        CellKey(tenant: try TenantID(tenant), record: record, field: try #require(field))
    }
}
