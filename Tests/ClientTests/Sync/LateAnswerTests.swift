import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Answers that are read late")
struct LateAnswerTests {
    @Test("An answer of a former epoch, read when another process knows the new one, is asked for again")
    func formerEpoch() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        let first = try Conversation(bench)
        try first.answer("session.hello", try Bench.hello())
        #expect(first.method == "sync.push")
        // The server is restored; another process sends the change, and the first one reads what it had received.
        let head = Bench.hash(change)
        try bench.greet(try Bench.hello(epoch: "e2"))
        try bench.acknowledge(change, seq: 7, epoch: "e2")
        try first.acknowledge(firstSeq: 3)
        #expect(try bench.replica.outbox().map(\.epoch) == ["e1"])
        let greeting = try bench.greet(try Bench.hello(lastNumber: 1, head: head, epoch: "e2"))
        #expect(!greeting.epochChanged && greeting.reopened == 1)
        #expect(try bench.replica.nextBatch(countMax: 9, bytesMax: 9_999)?.changes == [change])
    }

    @Test("A plan of a former epoch, read when another process knows the new one, is not taken for the new one's")
    func formerPlan() throws {
        let bench = try Bench.enrolled()
        let first = try Conversation(bench)
        try first.answer("session.hello", try Bench.hello(revision: 2))
        #expect(first.method == "plan.get")
        // The server is restored to before that revision, and gives its number to another document.
        try bench.greet(try Bench.hello(epoch: "e2", revision: 2))
        let theirs = Bench.planJSON.replacing(#""zh":"方案""#, with: #""zh":"新方案""#)
        try bench.replica.store(try Bench.planID(), revision: 2, document: Array(theirs.utf8), of: "e2")
        let former = Bench.planJSON.replacing(#""zh":"方案""#, with: #""zh":"旧方案""#)
        try first.answer(
            "plan.get",
            PlanGet.Result(plan: try Bench.planID(), revision: 2, document: Array(former.utf8)))
        #expect(first.method == "session.hello")
        #expect(try bench.replica.plan(try Bench.planID()).plan.title.zh.hasPrefix("新"))
    }

    @Test("An answer to a change that another process has renumbered leaves it pending, so that it is not pruned")
    func renumbered() throws {
        let bench = try Bench.enrolled()
        let first = try bench.set("centres=1")
        let pruned = BackedUp(incarnation: 1, number: 1)
        try bench.acknowledge(first, seq: 1)
        let second = try bench.set("centres=2")
        // A former hello, read late, knew of nothing: both get other numbers while the second is on its way.
        try bench.greet(try Bench.hello(incarnation: 2, epoch: "e0"))
        #expect(try bench.replica.outbox().map(\.change.number) == [1, 2])
        try bench.acknowledge(second, seq: 2, backedUp: pruned)
        #expect(try bench.replica.outbox().map(\.isPending) == [true, true])
        let moved = try #require(try bench.replica.outbox().last?.change)
        #expect(moved.incarnation == 2)
        try bench.acknowledge(moved, seq: 2)
        #expect(try bench.replica.outbox().map(\.isPending) == [true, false])
    }
}
