import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Sets and ladders, as a person edits them")
struct PolicyEditingTests {
    private static let record = ProjectBench.record

    @discardableResult
    private func insert(_ bench: Bench, _ member: String) throws -> Change {
        try bench.save { editing throws(EditError) in try editing.insert(Self.record, ["partners=\(member)"]) }
    }

    @Test("Members are put in one by one, and show at once, sorted")
    func inserting() throws {
        let bench = try ProjectBench.enrolled()
        let first = try insert(bench, "  华北水院 ")
        try insert(bench, "ABC")
        #expect(first.operations[0].value == .text("华北水院"))
        #expect(first.operations[0].base.isEmpty)
        #expect(try bench.project("partners")?.value == .members(["ABC", "华北水院"]))
        #expect(try bench.project("partners")?.state == .pending)
    }

    @Test("A removal names every insertion that its author saw: another's and the own one that waits")
    func removing() throws {
        let bench = try ProjectBench.enrolled()
        let foreign = ChangeID(now: bench.now, random: &bench.random)
        let cell = try bench.projectCell(
            "partners", .members(["甲", "乙"]), seq: 1, tags: ["甲": [foreign], "乙": [foreign]])
        try bench.apply([cell], after: nil, cursor: "c1")
        let own = try insert(bench, "甲")
        let removed = try bench.save { editing throws(EditError) in try editing.remove(Self.record, ["partners=甲"]) }
        #expect(Set(removed.operations[0].base) == [foreign, own.id])
        #expect(try bench.project("partners")?.value == .members(["乙"]))
        let unknown = try bench.faults { editing throws(EditError) in try editing.remove(Self.record, ["partners=甲"]) }
        #expect(unknown == [.memberUnknown("甲", field: "partners", known: ["乙"])])
        #expect(unknown[0].sentence(chinese: false).contains("it has 乙"))
    }

    @Test("A set is not written as a whole, and only a set has members")
    func kinds() throws {
        let bench = try ProjectBench.enrolled()
        let whole = try bench.faults { editing throws(EditError) in try editing.set(Self.record, ["partners=甲"]) }
        #expect(whole == [.membersOneByOne(field: "partners")])
        #expect(whole[0].sentence(chinese: true).contains("insert"))
        let cleared = try bench.faults { editing throws(EditError) in try editing.clear(Self.record, ["partners"]) }
        #expect(cleared == [.membersOneByOne(field: "partners")])
        let title = try bench.faults { editing throws(EditError) in try editing.insert(Self.record, ["title=甲"]) }
        #expect(title == [.notASet(field: "title")])
        let empty = try bench.faults { editing throws(EditError) in try editing.insert(Self.record, ["partners= "]) }
        #expect(empty.count == 1)
        let twice = try bench.faults { editing throws(EditError) in
            try editing.insert(Self.record, ["partners=甲", "partners=乙"])
        }
        #expect(twice == [.fieldTwice("partners")])
    }

    @Test("A set shows the own member after the answer and before the pull, and then what the server holds")
    func answered() throws {
        let bench = try ProjectBench.enrolled()
        let change = try insert(bench, "甲")
        try bench.acknowledge(change, seq: 4, [OperationResult(.merged, value: .members(["乙", "甲"]))])
        let between = try bench.project("partners")
        #expect(between?.value == .members(["甲"]))
        #expect(between?.tags["甲"] == [change.id])
        #expect(between?.state == .merged)
        let cell = try bench.projectCell(
            "partners", .members(["乙", "甲"]), seq: 4, tags: ["甲": [change.id], "乙": [change.id]])
        try bench.apply([cell], after: nil, cursor: "c1")
        #expect(try bench.project("partners")?.value == .members(["乙", "甲"]))
    }

    @Test("A stage rises by 'set'; back it goes only by 'reopen', and the sentence says so")
    func climbing() throws {
        let bench = try ProjectBench.enrolled()
        try bench.set("stage=applied", record: Self.record)
        try bench.set("stage=applied", record: Self.record)
        let lower = try bench.faults { editing throws(EditError) in try editing.set(Self.record, ["stage=candidate"]) }
        #expect(lower == [.lowerStage(field: "stage", stands: "applied")])
        #expect(lower[0].sentence(chinese: false).contains("plansync reopen"))
        #expect(lower[0].sentence(chinese: true).contains("plansync reopen"))
        let cleared = try bench.faults { editing throws(EditError) in try editing.clear(Self.record, ["stage"]) }
        #expect(cleared == [.lowerStage(field: "stage", stands: "applied")])
        try bench.set("stage=recognised", record: Self.record)
        #expect(try bench.project("stage")?.value == .text("recognised"))
    }

    @Test("Reopening is for the gate's side, to an earlier stage, with a reason")
    func reopening() throws {
        let bench = try ProjectBench.enrolled()
        func reopen(_ assignment: String, note: String? = "误报") throws -> [EditFault] {
            try bench.faults(note: note) { editing throws(EditError) in try editing.reopen(Self.record, [assignment]) }
        }
        #expect(try reopen("step=candidate") == [.nothingToReopen(field: "step")])
        try bench.set("stage=applied", record: Self.record)
        let set = try bench.set("step=applied", record: Self.record)
        #expect(try reopen("stage=candidate") == [.notYourGate(field: "stage", isOfCity: true)])
        #expect(try reopen("step=applied") == [.notBack(field: "step", stands: "applied")])
        #expect(try reopen("step=candidate", note: nil) == [.reopenNeedsReason])
        #expect(try reopen("title=candidate") == [.notALadder(field: "title")])
        let change = try bench.save(note: "误报") { editing throws(EditError) in
            try editing.reopen(Self.record, ["step=candidate"])
        }
        #expect(change.operations[0].base == [set.id] && change.note == "误报")
        let field = try bench.project("step")
        #expect(field?.value == .text("candidate") && field?.generation == 1 && field?.state == .pending)
        // In the new round it rises again.
        try bench.set("step=applied", record: Self.record)
    }

    @Test("The city reopens what is the city's, and not the unit's own ladder")
    func cityGate() throws {
        let bench = try ProjectBench.enrolled(role: .supervisor)
        let record = "suiping:" + Self.record
        try bench.set("stage=applied", record: record)
        try bench.set("step=applied", record: record)
        let own = try bench.faults(note: "r") { editing throws(EditError) in
            try editing.reopen(record, ["step=candidate"])
        }
        #expect(own == [.notYourGate(field: "step", isOfCity: false)])
        try bench.save(note: "r") { editing throws(EditError) in try editing.reopen(record, ["stage=candidate"]) }
        #expect(try bench.project("stage")?.value == .text("candidate"))
    }

    @Test("A stage that was overtaken tells whose stands")
    func superseded() throws {
        let bench = try ProjectBench.enrolled()
        let change = try bench.set("stage=applied", record: Self.record)
        try bench.acknowledge(
            change, seq: 5, [OperationResult(.merged, value: .text("recognised"), reason: "superseded")])
        let cell = try bench.projectCell("stage", .text("recognised"), seq: 4, author: "赵", generation: 2)
        try bench.apply([cell], after: nil, cursor: "c1")
        let field = try #require(try bench.project("stage"))
        #expect(field.value == .text("recognised") && field.sent == .text("applied") && field.state == .merged)
        #expect(field.generation == 2)
        let reason = try #require(field.reason)
        #expect(ReasonSentence.of(reason, chinese: true, author: field.author).contains("赵"))
        #expect(ReasonSentence.of(reason, chinese: false, author: field.author).contains("赵"))
    }

    @Test(
        "Every reason of the server has a sentence in both languages",
        arguments: [
            "superseded", "members_one_by_one", "record_deleted", "reopen_needs_reason", "not_your_gate", "escrow",
            "sealed", "figures_changed", "not_submitted", "set_aside", "period_final", "retired", "not_a_set",
            "not_a_ladder", "not_back", "nothing_to_reopen", "add_wins", "removed_before", "contained", "note_missing",
            "ladder_goes_back", "empty_member", "other_unit", "same", "proposal", "builds_on_rejected",
        ])
    func sentences(word: String) {
        for chinese in [true, false] {
            let sentence = ReasonSentence.of(word, chinese: chinese)
            // A word that has none is shown as it is.
            #expect(!sentence.hasSuffix(": \(word).") && !sentence.hasSuffix(":\(word)。"))
            #expect(sentence.hasSuffix(chinese ? "。" : "."))
        }
    }
}
