import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Devices out of service, holes, backups")
struct RetiredTests {
    private func bench() throws -> Bench {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 1)], after: nil, cursor: "c1")
        return bench
    }

    @Test("A retired device hands in what it holds, reads nothing, and only then loses its data")
    func handsIn() throws {
        let bench = try bench()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(revision: 2, isRetired: true))
        #expect(try talk.params(SyncPush.Params.self).changes == changes)
        #expect(try bench.replica.cells(of: try Bench.planID()).count == 1)
        try talk.acknowledge(.conflict)
        #expect(talk.method == nil)
        #expect(talk.finished?.handedIn == 2)
        #expect(try bench.replica.cells(of: try Bench.planID()).isEmpty)
        #expect(try bench.replica.plans().isEmpty)
        #expect(try bench.replica.outbox().allSatisfy { $0.result?.outcome == .conflict })
        #expect(try bench.replica.state().principal?.isRetired == true)
        let again = try Conversation(bench)
        try again.answer("session.hello", try Bench.hello(lastNumber: 2, head: Bench.hash(changes[1]), isRetired: true))
        #expect(again.fault == .retired)
        #expect(try bench.replica.state().handedIn == 2)
    }

    @Test("While an answer is missing nothing is removed")
    func waits() throws {
        let bench = try bench()
        try bench.set("centres=1")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(isRetired: true))
        try talk.refuse("sync.push", .overloaded(retryAfterMilliseconds: 100))
        #expect(try bench.replica.cells(of: try Bench.planID()).count == 1)
        #expect(try bench.replica.state().handedIn == nil)
    }

    @Test("A device that is retired in the middle of a conversation greets again and hands in")
    func underWay() throws {
        let bench = try bench()
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.refuse("sync.pull", .retired())
        try talk.answer("session.hello", try Bench.hello(isRetired: true))
        #expect(talk.finished?.handedIn == 0)
        #expect(try bench.replica.cells(of: try Bench.planID()).isEmpty)
    }

    @Test("A revoked device keeps what it has")
    func revoked() throws {
        let bench = try bench()
        try bench.set("centres=1")
        let talk = try Conversation(bench)
        try talk.refuse("session.hello", .certificateExpiredOrRevoked())
        #expect(talk.fault != nil)
        #expect(try bench.replica.cells(of: try Bench.planID()).count == 1)
        #expect(try bench.replica.counts().pending == 1)
    }

    @Test("A server restored to a day before takes the device back into service")
    func backInService() throws {
        let bench = try bench()
        _ = try bench.replica.retire(handedIn: 0)
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(epoch: "e2"))
        #expect(talk.method == "plan.get")
        #expect(try bench.replica.state().handedIn == nil)
    }

    @Test("A hole is named in the next hello until one was answered, and not for what its author gave up")
    func hole() throws {
        let bench = try bench()
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        for change in changes.prefix(2) { try bench.acknowledge(change, seq: change.number + 1) }
        try bench.apply([], after: "c1", cursor: "c2", backedUp: BackedUp(incarnation: 1, number: 2))
        #expect(try bench.replica.outbox().count == 1)
        let talk = try Conversation(bench)
        #expect(try talk.params(SessionHello.Params.self).missing == nil)
        try talk.answer("session.hello", try Bench.hello())
        #expect(try talk.params(SyncPush.Params.self).changes.map(\.number) == [1])
        let second = try Conversation(bench)
        #expect(try second.params(SessionHello.Params.self).missing == 1...2)
        let third = try Conversation(bench)
        #expect(try third.params(SessionHello.Params.self).missing == 1...2)
        try third.answer("session.hello", try Bench.hello())
        #expect(try Conversation(bench).params(SessionHello.Params.self).missing == nil)
    }

    @Test("A rejection that was put aside and is gone leaves no hole to be declared")
    func putAside() throws {
        let bench = try bench()
        let rejected = try bench.set("centres=1")
        let entry = try #require(
            try bench.acknowledge(rejected, seq: 2, [OperationResult(.rejected, reason: "empty")]).first)
        _ = try bench.replica.dropRejected(entry.position)
        try bench.set("centres=2")
        let greeting = try bench.greet(try Bench.hello(epoch: "e2"))
        #expect(greeting.missing == 0)
        #expect(try bench.replica.state().missing == nil)
        #expect(try bench.replica.outbox().map(\.change.number) == [1])
    }

    @Test("A backup report prunes its own incarnation and epoch only")
    func pruning() throws {
        let bench = try bench()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 2)
        _ = try bench.replica.renumberPending(into: 2)
        let second = try #require(try bench.replica.outbox().last?.change)
        try bench.acknowledge(second, seq: 3)
        #expect(second.incarnation == 2 && second.number == 1)
        try bench.apply([], after: "c1", cursor: "c2", backedUp: BackedUp(incarnation: 2, number: 1))
        #expect(try bench.replica.outbox().map(\.change.incarnation) == [1])
        try bench.greet(
            try Bench.hello(
                incarnation: 2, lastNumber: 1, head: Bench.hash(second), backups: [BackedUp(incarnation: 3, number: 9)])
        )
        #expect(try bench.replica.outbox().count == 1)
        try bench.greet(
            try Bench.hello(
                incarnation: 2, lastNumber: 1, head: Bench.hash(second),
                backups: [BackedUp(incarnation: 1, number: 1), BackedUp(incarnation: 2, number: 1)]))
        #expect(try bench.replica.outbox().isEmpty)
    }
}
