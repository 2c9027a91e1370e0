import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Records as a whole, as a person edits them")
struct RecordEditingTests {
    private static let record = ProjectBench.record

    private func delete(_ bench: Bench) throws -> Change {
        try bench.save { editing throws(EditError) in try editing.delete(Self.record) }
    }

    private func restore(_ bench: Bench) throws -> Change {
        try bench.save { editing throws(EditError) in try editing.restore(Self.record) }
    }

    @Test("A deletion names all that its author saw, and builds on the newest of it, the own last")
    func sight() throws {
        let bench = try ProjectBench.enrolled()
        let title = try bench.projectCell("title", .text("甲"), seq: 9)
        let meetings = try bench.projectCell("meetings", .text("3"), seq: 2)
        try bench.apply([title, meetings], after: nil, cursor: "c1")
        let untouched = try bench.faults { editing throws(EditError) in
            let draft = try editing.delete(Self.record)
            #expect(draft.operations[0].base == [title.rev])
            return draft
        }
        #expect(untouched.isEmpty)
        let own = try bench.save { editing throws(EditError) in try editing.add(Self.record, ["meetings=2"]) }
        let deleted = try delete(bench)
        let operation = deleted.operations[0]
        #expect(operation.field == nil && operation.action == .delete && operation.base == [own.id])
        // The sum tells whether another's number was in it; a title is as its rev left it.
        #expect(operation.shown == .members(["meetings \(own.id) 5", "title \(title.rev)"]))
    }

    @Test("A deleted record is gone from the lists, says so, takes no edit, and comes back whole")
    func deleteAndRestore() throws {
        let bench = try ProjectBench.enrolled()
        try bench.set("title=甲", record: Self.record)
        #expect(try bench.projects == ["p7"])
        let deleted = try delete(bench)
        #expect(try bench.projects.isEmpty)
        #expect(try bench.view().deletedRecords(of: try CollectionID("projects")).map(\.key) == ["p7"])
        #expect(try bench.project("record:state")?.value == .text("deleted"))
        #expect(try bench.project("record:state")?.state == .pending)
        let edit = try bench.faults { editing throws(EditError) in try editing.set(Self.record, ["title=乙"]) }
        #expect(edit == [.recordDeleted("projects/p7")])
        #expect(edit[0].sentence(chinese: true).contains("plansync restore"))
        let again = try bench.faults { editing throws(EditError) in try editing.delete(Self.record) }
        #expect(again == [.recordDeleted("projects/p7")])
        let restored = try restore(bench)
        #expect(restored.operations[0].base == [deleted.id])
        #expect(try bench.projects == ["p7"])
        #expect(try bench.project("title")?.value == .text("甲"))
    }

    @Test("What is not there, what is not deleted and what cannot be deleted is said")
    func refusals() throws {
        let bench = try ProjectBench.enrolled()
        let unknown = try bench.faults { editing throws(EditError) in try editing.delete(Self.record) }
        #expect(unknown == [.recordUnknown("projects/p7")])
        let standing = try bench.faults { editing throws(EditError) in try editing.restore(Self.record) }
        #expect(standing == [.recordNotDeleted("projects/p7")])
        try bench.set("centres=1")
        let figures = try bench.faults { editing throws(EditError) in try editing.delete("values/201905B") }
        #expect(figures.first?.sentence(chinese: false).contains("plansync clear") == true)
        let workflow = try bench.faults { editing throws(EditError) in
            try editing.set("submissions/201905B", ["state=accepted"])
        }
        #expect(workflow.first?.sentence(chinese: false).contains("submitting") == true)
        let foreign = try bench.faults { editing throws(EditError) in try editing.delete("xiping:projects/p7") }
        #expect(foreign == [.permission(field: "title", word: "forbidden_tenant")])
    }

    @Test("A deletion shows after its answer as before, and a refused one leaves the record")
    func answered() throws {
        let bench = try ProjectBench.enrolled()
        let set = try bench.set("title=甲", record: Self.record)
        let deleted = try delete(bench)
        try bench.acknowledge(set, seq: 3)
        try bench.acknowledge(deleted, seq: 4)
        #expect(try bench.projects.isEmpty)
        #expect(try bench.project("record:state")?.state == .confirmed)
        let other = try ProjectBench.enrolled()
        try other.set("title=甲", record: Self.record)
        let refused = try delete(other)
        try other.acknowledge(refused, seq: 4, [OperationResult(.rejected, reason: "not_yours")])
        #expect(try other.projects == ["p7"])
        let marker = try other.project("record:state")
        #expect(marker?.state == .rejected && marker?.sent == .text("deleted") && marker?.value == nil)
    }

    @Test("An edit that waits when a deletion comes in brings the record back, and is still seen")
    func unseenDeletion() throws {
        let bench = try ProjectBench.enrolled()
        let edit = try bench.set("title=乙", record: Self.record)
        try bench.apply([try bench.projectCell("record:state", .text("deleted"), seq: 7)], after: nil, cursor: "c1")
        #expect(try bench.projects == ["p7"])
        #expect(try bench.project("title")?.value == .text("乙"))
        #expect(try bench.project("record:state")?.value == .text("active"))
        // What the server took before the deletion does not bring the record back.
        try bench.acknowledge(edit, seq: 6)
        #expect(try bench.projects.isEmpty)
        try bench.acknowledge(edit, seq: 8)
        #expect(try bench.projects == ["p7"])
    }

    @Test("The key 'new' becomes one that no other machine makes, where keys mean nothing")
    func newKeys() throws {
        let bench = try ProjectBench.enrolled()
        var random = SplitMix64(seed: 5)
        let key = NewKey.make(device: try DeviceID("suiping.k7mq2xwz"), number: 12, random: &random)
        #expect(key.hasPrefix("k7mq2xwz-12-") && key.count == 16)
        #expect(key != NewKey.make(device: try DeviceID("suiping.k7mq2xwz"), number: 12, random: &random))
        let editing = try Editing(view: try bench.view(), author: "王", note: nil, freshKey: key)
        let draft = try editing.set("projects/new", ["title=甲"])
        #expect(draft.operations.map(\.record.key) == [key])
        #expect(throws: EditError([.recordUnknown("projects/new")])) { try editing.delete("projects/new") }
        #expect(throws: EditError.self) { try editing.set("companies/new", ["title=甲"]) }
        #expect(throws: EditError.self) { try editing.set("values/new", ["centres=1"]) }
    }

    @Test("An edit typed under an earlier revision shows at the field's new name")
    func renamed() throws {
        let bench = try ProjectBench.enrolled()
        let change = try bench.set("text=今年完成", record: Self.record)
        try bench.replica.store(
            try Bench.planID(), revision: 2, document: Array(ProjectBench.planJSON(story: "story").utf8))
        #expect(try bench.project("story")?.value == .text("今年完成"))
        #expect(try bench.project("story")?.state == .pending)
        #expect(try bench.project("text") == nil)
        let next = try bench.set("story=今年完成了", record: Self.record)
        #expect(next.operations[0].base == [change.id] && next.operations[0].field?.rawValue == "story")
        #expect(try bench.replica.outbox()[0].change == change)
    }
}

@Suite("Decisions about more than a value")
struct DecisionTests {
    private func conflict(
        _ bench: Bench, field: String, collection: String = "projects", key: String = "p7", resolution: String? = nil
    ) throws {
        var cells: [PublicCell] = []
        for (part, value) in [
            ("about", "\(collection)/\(key)/\(field)"), ("state", resolution == nil ? "open" : "resolved"),
            ("ours", "deleted"), ("ours.from", bench.origin("d2", "李")), ("theirs", "active"),
            ("theirs.from", bench.origin("d1", "王")),
        ] {
            cells.append(try bench.cell(part, value, seq: 1, record: "c9", collection: "conflicts"))
        }
        if let resolution {
            cells.append(try bench.cell("resolution", resolution, seq: 1, record: "c9", collection: "conflicts"))
        }
        try bench.apply(cells, after: nil, cursor: "c1")
    }

    private func resolve(_ bench: Bench, _ decision: Editing.Decision) throws -> Change {
        try bench.save(note: "r") { editing throws(EditError) in try editing.resolve("c9", decision) }
    }

    @Test("Whether a record is deleted is decided for a side, not for a value")
    func recordState() throws {
        let bench = try ProjectBench.enrolled()
        try conflict(bench, field: "record:state")
        #expect(throws: EditError([.sidesOnly("c9")])) { try resolve(bench, .value("active")) }
        #expect(try resolve(bench, .side("ours")).operations[0].value == .text("ours"))
        #expect(try bench.view().undecided.isEmpty)
    }

    @Test("A decision is taken back by a later one, and only where there is one")
    func undoing() throws {
        let bench = try ProjectBench.enrolled()
        try conflict(bench, field: "title")
        #expect(throws: EditError([.notDecided("c9")])) { try resolve(bench, .undo) }
        let decided = try ProjectBench.enrolled()
        try conflict(decided, field: "title", resolution: "theirs")
        #expect(try resolve(decided, .undo).operations[0].value == .text("open"))
        #expect(try !decided.view().isDecisionPending("c9"))
    }

    @Test("A conflict about a renamed field shows, and is decided, under the field's present name")
    func renamed() throws {
        let bench = try ProjectBench.enrolled(story: "story")
        try conflict(bench, field: "text")
        #expect(try bench.project("story")?.conflict == "c9")
        #expect(try bench.view().conflicts.map(\.subject.field.rawValue) == ["story"])
        #expect(try resolve(bench, .side("theirs")).operations[0].value == .text("theirs"))
    }
}
