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
}
