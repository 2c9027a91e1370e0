import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Putting a rejected edit right")
struct RepairingTests {
    /// A rejected change of two fields.
    private func rejected() throws -> (Bench, OutboxEntry) {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 1)], after: nil, cursor: "c1")
        let change = try bench.save(note: "豫科〔2019〕12号") { editing throws(EditError) in
            try editing.set("values/201905B", ["centres=40", "spending=7"])
        }
        let results = [
            OperationResult(.rejected, reason: "above_maximum"), OperationResult(.rejected, reason: "group"),
        ]
        return (bench, try #require(try bench.acknowledge(change, seq: 2, results).first))
    }

    private func repair(
        _ bench: Bench, _ entry: OutboxEntry, _ assignments: [String], without: [String] = [], note: String? = nil
    ) throws -> Change {
        let draft = try Editing.repair(
            entry.change, in: try bench.view(), author: "王", note: note, assignments, leavingOut: without)
        return try bench.replica.save(draft, repairing: entry.position, now: bench.now, random: &bench.random)
    }

    @Test("The same edits under a new id, what was named replaced, over what stands now; the old one leaves the list")
    func repaired() throws {
        let (bench, entry) = try rejected()
        let cell = try bench.cell("centres", "5", seq: 3)
        try bench.apply([cell], after: "c1", cursor: "c2")
        let change = try repair(bench, entry, ["centres=4"])
        #expect(change.id != entry.change.id)
        #expect(change.operations.map(\.value) == [.text("4"), .text("7")])
        #expect(change.operations[0].base == [cell.rev] && change.operations[0].shown == .text("5"))
        #expect(change.note == "repairs:\(entry.change.id) 豫科〔2019〕12号")
        #expect(try bench.replica.counts().rejected == 0)
        #expect(try bench.replica.counts().pending == 1)
        #expect(try bench.field("centres")?.value == .text("4"))
    }

    @Test("A field can be left out; a note of one's own takes the place of the old one; a repair of a repair names one")
    func leftOut() throws {
        let (bench, entry) = try rejected()
        let change = try repair(bench, entry, [], without: ["centres"], note: "另报")
        #expect(change.operations.map(\.field?.rawValue) == ["spending"])
        #expect(change.note == "repairs:\(entry.change.id) 另报")
        let again = try #require(
            try bench.acknowledge(change, seq: 4, [OperationResult(.rejected, reason: "empty")]).first)
        #expect(try repair(bench, again, ["spending=8"]).note == "repairs:\(change.id) 另报")
    }

    @Test("What cannot stand is said, and nothing is saved or put aside")
    func refused() throws {
        let (bench, entry) = try rejected()
        #expect(throws: EditError.self) { try repair(bench, entry, ["centres=viele"]) }
        #expect(throws: EditError.self) { try repair(bench, entry, ["centers=4"]) }
        #expect(throws: EditError.self) { try repair(bench, entry, ["centres"]) }
        #expect(throws: EditError([.nothing])) { try repair(bench, entry, [], without: ["centres", "spending"]) }
        #expect(try bench.replica.counts().rejected == 1)
        #expect(try bench.replica.counts().pending == 0)
    }
}
