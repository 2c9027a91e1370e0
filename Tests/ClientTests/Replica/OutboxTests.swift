import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Outbox")
struct OutboxTests {
    @Test("Changes are numbered without holes and linked by their hashes")
    func chain() throws {
        let bench = try Bench.enrolled()
        let changes = try [1, 2, 3].map { try bench.set("centres=\($0)") }
        #expect(changes.map(\.number) == [1, 2, 3])
        #expect(changes.map(\.incarnation) == [1, 1, 1])
        #expect(changes.map(\.previous) == ["", Bench.hash(changes[0]), Bench.hash(changes[1])])
        let state = try bench.replica.state()
        #expect(state.chainNumber == 3)
        #expect(state.chainHead == Bench.hash(changes[2]))
    }

    @Test("A second process goes on with the same chain")
    func twoProcesses() throws {
        let bench = try Bench.enrolled()
        let first = try bench.set("centres=1")
        let other = try bench.reopened()
        defer { try? other.close() }
        let before = try other.foreignCommitMark()
        let second = try bench.set("centres=2")
        #expect(try other.outbox().map(\.change) == [first, second])
        #expect(try other.foreignCommitMark() != before)
    }

    @Test("Nothing can be saved before a server has issued an incarnation")
    func notEnrolled() throws {
        let bench = try Bench()
        let draft = ChangeDraft(
            plan: try Bench.planID(), planRevision: 1, tenant: nil, author: "a", note: nil, operations: [])
        #expect(throws: ReplicaError.notEnrolled) {
            try bench.replica.save(draft, now: Bench.start, random: &bench.random)
        }
    }

    @Test("A batch holds pending changes of one plan revision only, within its bounds")
    func batches() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...5).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        let batch = try #require(try bench.replica.nextBatch(countMax: 3, bytesMax: 1_000_000))
        #expect(batch.changes == Array(changes[1...3]))
        #expect(Base64URL.encode(batch.lastHash) == Bench.hash(changes[3]))
        #expect(try bench.replica.nextBatch(countMax: 3, bytesMax: 1)?.changes.count == 1)
        try bench.replica.store(try Bench.planID(), revision: 2, document: Array(Bench.planJSON.utf8))
        let later = try bench.set("centres=9")
        #expect(later.planRevision == 2)
        let all = try #require(try bench.replica.nextBatch(countMax: 200, bytesMax: 1_000_000))
        #expect(all.changes == Array(changes[1...]))
    }

    @Test("An acknowledged change is kept until the same epoch reports it backed up")
    func retention() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        try bench.acknowledge(change, seq: 1)
        try bench.apply([], after: nil, cursor: "c1", backedUp: BackedUp(incarnation: 2, number: 9))
        #expect(try bench.replica.outbox().count == 1)
        try bench.apply([], after: "c1", cursor: "c2", backedUp: BackedUp(incarnation: 1, number: 1))
        #expect(try bench.replica.outbox().isEmpty)
        #expect(try bench.set("centres=2").number == 2)
    }

    @Test("A rejected change waits for its author, also when it is backed up, until it is put aside")
    func rejected() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        try bench.acknowledge(change, seq: 1, [OperationResult(.rejected, reason: "field_unknown")])
        try bench.apply([], after: nil, cursor: "c1", backedUp: BackedUp(incarnation: 1, number: 1))
        let entry = try #require(try bench.replica.outbox().first)
        #expect(entry.needsAttention)
        #expect(try bench.field("centres")?.state == .rejected)
        #expect(try bench.field("centres")?.value == nil)
        #expect(try bench.field("centres")?.sent == .text("1"))
        #expect(try bench.replica.dropRejected(entry.position))
        #expect(try !bench.replica.dropRejected(entry.position))
        #expect(try bench.replica.counts().rejected == 0)
    }

    @Test("After a fork the pending tail is renumbered in the new incarnation and keeps its ids")
    func fork() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        #expect(try bench.replica.renumberPending(into: 2) == 2)
        let entries = try bench.replica.outbox()
        #expect(entries.map(\.change.id) == changes.map(\.id))
        #expect(entries.map(\.change.incarnation) == [1, 2, 2])
        #expect(entries.map(\.change.number) == [1, 1, 2])
        #expect(entries[1].change.previous == "")
        #expect(entries[2].change.previous == Bench.hash(entries[1].change))
        #expect(entries[2].change.operations == changes[2].operations)
        #expect(try bench.set("centres=4").number == 3)
    }

    @Test("A new epoch is offered all that is kept, under the same ids and numbers: its answers may be others")
    func newEpoch() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        for (index, change) in changes.enumerated() { try bench.acknowledge(change, seq: UInt64(index + 1)) }
        let greeting = try bench.greet(
            try Bench.hello(lastNumber: 1, head: Bench.hash(changes[0]), epoch: "e2"))
        #expect(greeting.epochChanged)
        #expect(greeting.reopened == 3)
        #expect(greeting.renumbered == 0)
        let batch = try #require(try bench.replica.nextBatch(countMax: 200, bytesMax: 1_000_000))
        #expect(batch.changes == changes)
    }

    @Test("A new epoch whose chain is another one gets everything, renumbered")
    func newEpochOtherChain() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        for (index, change) in changes.enumerated() { try bench.acknowledge(change, seq: UInt64(index + 1)) }
        let greeting = try bench.greet(try Bench.hello(incarnation: 5, epoch: "e2"))
        #expect(greeting.reopened == 2)
        #expect(greeting.renumbered == 2)
        let entries = try bench.replica.outbox()
        #expect(entries.map(\.change.id) == changes.map(\.id))
        #expect(entries.map(\.change.incarnation) == [5, 5])
        #expect(entries.map(\.isPending) == [true, true])
    }

    @Test("What neither side has any more is declared, and the rest goes on from the server's end")
    func unfillableGap() throws {
        let bench = try Bench.enrolled()
        let first = try bench.set("centres=1")
        try bench.acknowledge(first, seq: 1)
        try bench.apply([], after: nil, cursor: "c1", backedUp: BackedUp(incarnation: 1, number: 1))
        let second = try bench.set("centres=2")
        let greeting = try bench.greet(try Bench.hello(lastNumber: 0, head: ""))
        #expect(greeting.missing == 1)
        let entry = try #require(try bench.replica.outbox().first)
        #expect(entry.change.id == second.id)
        #expect(entry.change.number == 1)
        #expect(entry.change.previous == "")
    }

    @Test("A hello for another device is refused")
    func otherDevice() throws {
        let bench = try Bench.enrolled()
        #expect(throws: ReplicaError.self) { try bench.greet(try Bench.hello(role: .supervisor)) }
    }
}
