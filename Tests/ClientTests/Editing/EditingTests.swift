import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("What a person types")
struct EditingTests {
    private func faults(_ record: String, _ assignments: [String], role: Role = .editor) throws -> [EditFault] {
        let bench = try Bench.enrolled(role: role)
        let editing = try Editing(view: try bench.view(), author: "王", note: nil)
        do throws(EditError) {
            _ = try editing.set(record, assignments)
            return []
        } catch {
            return error.faults
        }
    }

    @Test("Full-width digits, thousands marks and the field's unit are understood")
    func figures() throws {
        let bench = try Bench.enrolled()
        let change = try bench.save { editing throws(EditError) in
            try editing.set("values/201905B", ["centres=１２家", "研发投入=1,234.50"])
        }
        #expect(change.operations.map(\.value) == [.text("12"), .text("1234.5")])
        #expect(change.tenant == nil)
    }

    @Test("Every fault is said at once")
    func allAtOnce() throws {
        let found = try faults("values/201905B", ["centers=4", "centres=four", "gdp=1", "centres"])
        #expect(
            found == [
                .fieldUnknown(
                    "centers", collection: "values", nearest: "centres",
                    known: ["centres", "spending", "gdp", "visits"]),
                .value(field: "centres", .notAFigure("four")), .permission(field: "gdp", word: "not_yours"),
                .assignmentForm("centres"),
            ])
        #expect(found[0].sentence(chinese: false).hasSuffix("did you mean 'centres'?"))
        #expect(found[2].sentence(chinese: true).contains("市级部门"))
    }

    @Test(
        "A record that does not exist is named with what would",
        arguments: [
            ("values", "names no record"), ("value/201905B", "did you mean 'values'?"),
            ("values/201906B", "201905B or 201907B"), ("conflicts/c1", "conflicts resolve"),
            ("suipin:values/201905B", "did you mean 'suiping'?"),
        ])
    func records(typed: String, sentence: String) throws {
        let fault = try #require(try faults(typed, ["centres=1"]).first)
        #expect(fault.sentence(chinese: false).contains(sentence))
        #expect(!fault.sentence(chinese: true).isEmpty)
    }

    @Test("A county may not touch another unit's record, the city may")
    func rights() throws {
        let asNeighbour = try faults("xiping:values/201905B", ["centres=1"])
        #expect(asNeighbour == [.permission(field: "centres", word: "forbidden_tenant")])
        let bench = try Bench.enrolled(role: .supervisor)
        let change = try bench.set("gdp=1", record: "xiping:values/201905B")
        #expect(change.tenant?.rawValue == "xiping")
        let asViewer = try faults("values/201905B", ["centres=1"], role: .viewer)
        #expect(asViewer == [.permission(field: "centres", word: "forbidden_role")])
    }

    @Test("Numbers are added to counters only, and clearing names what stood there")
    func otherActions() throws {
        let bench = try Bench.enrolled()
        let editing = try Editing(view: try bench.view(), author: "王", note: nil)
        #expect(throws: EditError([.notACounter(field: "centres")])) {
            try editing.add("values/201905B", ["centres=1"])
        }
        #expect(throws: EditError([.nothing])) { try editing.set("values/201905B", []) }
        let set = try bench.set("centres=4")
        let clear = try bench.save { editing throws(EditError) in try editing.clear("values/201905B", ["centres"]) }
        #expect(clear.operations[0].shown == .text("4"))
        #expect(clear.operations[0].base == [set.id])
        #expect(try bench.field("centres")?.value == nil)
    }

    @Test("A decision needs a known conflict, a known side and a reason")
    func decisions() throws {
        let bench = try Bench.enrolled()
        try bench.apply(try ViewTests.conflict(bench), after: nil, cursor: "c1")
        let view = try bench.view()
        let silent = try Editing(view: view, author: "王", note: nil)
        #expect(throws: EditError([.reasonMissing])) { try silent.resolve("c22", .side("ours")) }
        let reasoned = try Editing(view: view, author: "王", note: "r")
        #expect(throws: EditError([.conflictUnknown("c23", nearest: "c22")])) {
            try reasoned.resolve("c23", .side("ours"))
        }
        #expect(throws: EditError([.sideUnknown("mine", known: ["ours", "theirs"])])) {
            try reasoned.resolve("c22", .side("mine"))
        }
    }

    @Test("An edit needs a name")
    func author() throws {
        let bench = try Bench.enrolled()
        #expect(throws: EditError([.authorMissing])) {
            try Editing(view: try bench.view(), author: "", note: nil)
        }
    }
}
