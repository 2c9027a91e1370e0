import Foundation
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("The second file")
struct SecondFileTests {
    private func read(_ log: MemoryOutboxLog) throws -> CarriedChanges {
        CarriedChanges(try log.read(), cryptography: MixingCryptography())
    }

    /// A new replica that was made from a second file.
    private func recovered(_ carried: CarriedChanges) throws -> Bench {
        let bench = try Bench()
        _ = try bench.replica.adopt(carried)
        return bench
    }

    @Test("Each change stands in it when save returns, behind a line that says whose it is")
    func appended() throws {
        let bench = try Bench.enrolled()
        try bench.replica.setServer(host: "example.org", port: 7443)
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        let carried = try read(bench.log)
        #expect(carried.changes == changes)
        let header = try #require(carried.header)
        #expect(header.device.rawValue == "d1" && header.host == "example.org" && header.incarnation == 1)
        #expect(carried.pushes.allSatisfy { $0.signature.isEmpty })
        #expect(bench.log.lines[0].contains("plansync-bundle/1"))
    }

    @Test("When the file cannot be written the edit is saved all the same, and its line follows at the next start")
    func brokenDisk() throws {
        let bench = try Bench.enrolled()
        bench.log.isBroken = true
        let change = try bench.set("centres=1")
        #expect(bench.log.failures > 0)
        #expect(try read(bench.log).changes.isEmpty)
        bench.log.isBroken = false
        let other = try bench.reopened()
        defer { try? other.close() }
        #expect(try read(bench.log).changes == [change])
    }

    @Test("After a fork the new numbers are appended, and the later line of an id counts")
    func renumbered() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        _ = try bench.replica.renumberPending(into: 2)
        let carried = try read(bench.log)
        #expect(carried.changes == (try bench.replica.outbox().map(\.change)))
        #expect(carried.pushes.count == 5)
    }

    @Test("When nothing is kept any more the file goes back to its first line")
    func emptied() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        try bench.acknowledge(change, seq: 1)
        try bench.apply([], after: nil, cursor: "c1", backedUp: BackedUp(incarnation: 1, number: 1))
        try bench.replica.noteSynchronised(at: bench.now)
        #expect(bench.log.lines.count == 1)
        let next = try bench.set("centres=2")
        #expect(try read(bench.log).changes == [next])
    }

    @Test("A file that this replica did not write is kept beside a new one")
    func strangeFile() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        let strange = Array("{\"format\":\"plansync-bundle/1\",\"tenant\":\"suiping\",\"device\":\"d1\"}\n".utf8)
        bench.log.bytes = strange
        let other = try bench.reopened()
        defer { try? other.close() }
        #expect(bench.log.aside == [strange])
        #expect(try read(bench.log).changes == [change])
    }

    @Test("A lost replica is rebuilt: the same changes, ids and order, all to be sent again")
    func recovery() throws {
        let bench = try Bench.enrolled()
        try bench.replica.setServer(host: "example.org", port: 7443)
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        let rebuilt = try recovered(try read(bench.log))
        #expect(try rebuilt.replica.outbox().map(\.change) == changes)
        #expect(try rebuilt.replica.counts().pending == 3)
        let state = try rebuilt.replica.state()
        #expect(state.host == "example.org" && state.port == 7443 && state.epoch == "e1")
        #expect(state.chainNumber == 3 && state.chainHead == Bench.hash(changes[2]))
        let talk = try Conversation(rebuilt)
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: Bench.hash(changes[0])))
        #expect(talk.method == "plan.get")
        try talk.answer(
            "plan.get", PlanGet.Result(plan: try Bench.planID(), revision: 1, document: Array(Bench.planJSON.utf8)))
        #expect(try talk.params(SyncPush.Params.self).changes == changes)
    }

    @Test("Changes of two incarnations are recovered in their order and go on behind the server's end")
    func recoveryAfterFork() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...3).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        _ = try bench.replica.renumberPending(into: 2)
        let rebuilt = try recovered(try read(bench.log))
        #expect(try rebuilt.replica.outbox().map(\.change.id) == changes.map(\.id))
        try rebuilt.greet(try Bench.hello(incarnation: 2))
        let again = try rebuilt.replica.outbox().map(\.change)
        #expect(again.map(\.id) == changes.map(\.id))
        #expect(again.map(\.number) == [1, 2, 3] && again.allSatisfy { $0.incarnation == 2 })
    }

    @Test("A last line that was cut off is told apart from damage in the middle; the rest is taken")
    func damagedLines() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...4).map { try bench.set("centres=\($0)") }
        var lines = bench.log.lines
        lines[2] = String(lines[2].dropLast(9))
        let cut = lines.joined(separator: "\n").dropLast(20)
        let carried = CarriedChanges(Array(cut.utf8), cryptography: MixingCryptography())
        #expect(carried.damagedLines == [3])
        #expect(carried.isTruncated)
        #expect(carried.changes == [changes[0], changes[2]])
        let rebuilt = try recovered(carried)
        // The hole in the numbers is closed at the next hello.
        try rebuilt.greet(try Bench.hello())
        #expect(try rebuilt.replica.outbox().map(\.change.number) == [1, 2])
    }

    @Test("Whatever length is left of the file, whole lines are taken and nothing else")
    func everyLength() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        let bytes = try bench.log.read()
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        for length in bytes.indices {
            let carried = CarriedChanges(Array(bytes.prefix(length)), cryptography: MixingCryptography())
            // A line that lacks only its end is whole.
            let whole = ends.filter { $0 <= length }.count
            #expect(carried.damagedLines.isEmpty)
            #expect(carried.changes == Array(changes.prefix(max(0, whole - 1))), "\(length)")
            #expect((carried.header != nil) == (whole > 0))
        }
    }

    @Test("A figure that was altered in the file does not fit the next line's link, and is named")
    func altered() throws {
        let bench = try Bench.enrolled()
        for value in 1...3 { try bench.set("centres=\(value)") }
        let text = String(decoding: try bench.log.read(), as: UTF8.self)
        let changed = text.replacingOccurrences(of: "\"value\":\"2\"", with: "\"value\":\"8\"")
        #expect(changed != text)
        let carried = CarriedChanges(Array(changed.utf8), cryptography: MixingCryptography())
        #expect(carried.alteredLines == [3])
        #expect(carried.damagedLines.isEmpty)
    }

    @Test("A second file is not taken over into a replica that holds something")
    func notTwice() throws {
        let bench = try Bench.enrolled()
        try bench.set("centres=1")
        let carried = try read(bench.log)
        #expect(throws: ReplicaError.self) { try bench.replica.adopt(carried) }
    }
}
