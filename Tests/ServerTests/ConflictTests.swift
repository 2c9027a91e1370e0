import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Edits that meet")
struct ConflictTests {
    /// A county with two desks, and the city.
    private struct Office {
        let harness: EngineHarness
        let one: Desk
        let two: Desk
        let city: Desk

        init() throws {
            harness = try EngineHarness()
            one = try harness.desk("xiping", key: "1")
            two = try harness.desk("xiping", .approver, key: "2")
            city = try harness.desk("city", .supervisor, key: "s")
        }

        /// A conflict of three sides about `figure`: 12 stands, 15 and 16 arrived; its key.
        func dispute() throws -> String {
            try one.push(Edit.set("figure", "12"))
            let second = try two.push(Edit.set("figure", "15"), note: "按统计局")
            try city.push(Edit.set("figure", "16"), tenant: "xiping")
            return try #require(second.operations.first?.conflict)
        }
    }

    @Test("The city edits a county's record, and the county sees it")
    func cityEdits() throws {
        let office = try Office()
        let result = try office.city.push(Edit.set("official", "5"), tenant: "xiping")
        #expect(result.outcome == .applied)
        let cell = try #require(try office.one.cell("official"))
        #expect(cell.value == .text("5") && cell.by == office.city.device)
        #expect(office.harness.grown.tenants.map(\.rawValue) == ["xiping"])
    }

    @Test("Both sides of a conflict are kept, and a further one joins it")
    func sides() throws {
        let office = try Office()
        let first = try office.one.push(Edit.set("figure", "12"))
        let second = try office.two.push(Edit.set("figure", "15"), note: "按统计局")
        #expect(second.outcome == .conflict && second.operations.map(\.value) == [.text("12")])
        let id = try #require(second.operations.first?.conflict)
        let third = try office.city.push(Edit.set("figure", "16"), tenant: "xiping")
        #expect(third.operations.map(\.conflict) == [id])
        let record = try #require(try office.one.conflict(id))
        #expect(record.state == .open && record.subject.field.rawValue == "figure")
        #expect(record.sides.map(\.name) == ["ours", "theirs", "theirs2"])
        #expect(record.sides.map(\.value) == [.text("12"), .text("15"), .text("16")])
        #expect(record.sides.map(\.rev) == [first.id, second.id, third.id])
        #expect(record.sides.map(\.by) == [office.one.device, office.two.device, office.city.device])
        #expect(record.sides.map(\.note) == [nil, "按统计局", nil])
        #expect(try office.one.value("figure") == "12")
    }

    @Test("The same value twice is no conflict, nor an edit whose author saw the other's")
    func noConflict() throws {
        let office = try Office()
        let first = try office.one.push(Edit.set("figure", "12"))
        let same = try office.two.push(Edit.set("figure", "12.0"))
        #expect(same.outcome == .applied && same.operations.map(\.reason) == ["same"])
        let seen = try office.two.push(Edit.set("figure", "13", base: first.id))
        #expect(seen.operations == [OperationResult(.applied)])
        #expect(try office.one.value("figure") == "13")
    }

    @Test("An author may go on from an edit that was taken as the same")
    func confirmed() throws {
        let office = try Office()
        try office.one.push(Edit.set("figure", "12"))
        let same = try office.two.push(Edit.set("figure", "12"))
        #expect(try office.two.push(Edit.set("figure", "14", base: same.id)).outcome == .applied)
    }

    @Test(
        "A person's decision ends the conflict with the value that it names",
        arguments: [
            ("ours", "12"), ("theirs", "15"), ("theirs2", "16"), ("value:14", "14"), ("value:１，２３４．５", "1234.5"),
        ])
    func resolution(choice: String, value: String) throws {
        let office = try Office()
        let id = try office.dispute()
        let result = try office.one.push(Edit.resolve(id, choice), note: "核对原始凭证")
        #expect(result.outcome == .applied && result.operations.map(\.value) == [.text(value)])
        #expect(try office.two.value("figure") == value)
        let record = try #require(try office.two.conflict(id))
        #expect(record.state == .resolved && record.resolution == choice && record.sides.count == 3)
        // The next edit that meets another opens a conflict of its own.
        let later = try office.city.push(Edit.set("figure", "99"), tenant: "xiping")
        #expect(later.outcome == .conflict && later.operations.first?.conflict != id)
    }

    @Test("A second decision by someone who had not seen the first opens the conflict again, with one more side")
    func decidedBefore() throws {
        let office = try Office()
        let id = try office.dispute()
        let first = try office.one.push(Edit.resolve(id, "theirs"))
        let second = try office.city.push(Edit.resolve(id, "theirs2"), tenant: "xiping")
        #expect(second.outcome == .conflict && second.operations.map(\.conflict) == [id])
        #expect(second.operations.map(\.value) == [.text("15")])
        let again = try #require(try office.two.conflict(id))
        #expect(again.state == .open && again.sides.map(\.name) == ["ours", "theirs", "theirs2", "theirs3"])
        #expect(again.sides.last?.value == .text("16") && again.sides.last?.by == office.city.device)
        let same = try office.two.push(Edit.resolve(id, "theirs"))
        #expect(same.operations.map(\.reason) == ["same"])
        #expect(try office.one.value("figure") == "15")
        let informed = try office.city.push(Edit.resolve(id, "theirs2", base: first.id), tenant: "xiping")
        #expect(informed.outcome == .applied)
        #expect(try office.one.value("figure") == "16")
    }

    @Test("A decision that is taken back opens the conflict with what stood before")
    func undo() throws {
        let office = try Office()
        let id = try office.dispute()
        let decided = try office.one.push(Edit.resolve(id, "theirs"))
        let undone = try office.two.push(Edit.resolve(id, "open", base: decided.id))
        #expect(undone.outcome == .applied)
        #expect(try office.one.value("figure") == "12")
        let record = try #require(try office.one.conflict(id))
        #expect(record.state == .open && record.sides.count == 3)
        #expect(
            try office.city.push(Edit.resolve(id, "theirs2", base: undone.id), tenant: "xiping").outcome == .applied)
        #expect(try office.one.value("figure") == "16")
    }

    @Test("A decision that is taken back after others went on is a conflict, never silent")
    func undoTooLate() throws {
        let office = try Office()
        let id = try office.dispute()
        let decided = try office.one.push(Edit.resolve(id, "theirs"))
        try office.two.push(Edit.set("figure", "20", base: decided.id))
        let undone = try office.one.push(Edit.resolve(id, "open", base: decided.id))
        #expect(undone.outcome == .conflict && undone.operations.map(\.conflict) == [id])
        #expect(try office.one.value("figure") == "20")
        #expect(try #require(try office.one.conflict(id)).state == .open)
    }

    @Test(
        "A decision names a side or a value that the field takes",
        arguments: ["theirs9", "", "value:", "value:-1", "15"])
    func badDecision(choice: String) throws {
        let office = try Office()
        let id = try office.dispute()
        let result = try office.one.push(Edit.resolve(id, choice))
        #expect(result.operations.map(\.reason) == ["resolution_unknown"])
        #expect(try #require(try office.one.conflict(id)).state == .open)
    }

    @Test("A viewer and another county decide nothing")
    func whoDecides() throws {
        let office = try Office()
        let id = try office.dispute()
        let viewer = try office.harness.desk("xiping", .viewer, key: "v")
        #expect(try viewer.push(Edit.resolve(id, "ours")).operations.map(\.reason) == ["forbidden_role"])
        let stranger = try office.harness.desk("pingyu", key: "p")
        let own = try stranger.push(Edit.resolve(id, "ours"))
        #expect(own.operations.map(\.reason) == ["conflict_unknown"])
        let foreign = try stranger.push(Edit.resolve(id, "ours"), tenant: "xiping")
        #expect(foreign.operations.map(\.reason) == ["forbidden_tenant"])
    }

    @Test("Two decisions about one field in one change are taken, and the history has both")
    func twoDecisions() throws {
        let office = try Office()
        let first = try office.dispute()
        let decided = try office.one.push(Edit.resolve(first, "theirs"))
        let later = try office.city.push(Edit.set("figure", "99"), tenant: "xiping")
        let second = try #require(later.operations.first?.conflict)
        let result = try office.one.push(
            Edit.set("words", "两处裁定"), Edit.resolve(first, "ours", base: decided.id), Edit.resolve(second, "theirs"))
        #expect(result.outcome == .applied)
        #expect(try office.one.value("figure") == "99")
        let params = HistoryGet.Params(
            plan: try PlanID("plan"), tenant: try TenantID("xiping"), record: try Edit.set("figure", "1").record,
            field: try FieldID("figure"))
        let history = try office.one.call(HistoryGet.self, params).result(HistoryGet.self).operations
        let decisions = history.filter { $0.seq == result.seq }
        #expect(decisions.map(\.action) == ["resolution", "resolution"])
        #expect(Set(decisions.map(\.value)) == [.text("15"), .text("99")])
    }

    @Test("Where the city wins, its value stands and the county's is kept as a proposal, whoever came first")
    func cityWins() throws {
        for cityFirst in [true, false] {
            let office = try Office()
            let cityEdit = { try office.city.push(Edit.set("owned_by_city", "2"), tenant: "xiping") }
            let countyEdit = { try office.one.push(Edit.set("owned_by_city", "1")) }
            let results = cityFirst ? [try cityEdit(), try countyEdit()] : [try countyEdit(), try cityEdit()]
            let last = try #require(results[1].operations.first)
            #expect(last.outcome == (cityFirst ? .merged : .applied))
            #expect(last.reason == (cityFirst ? "proposal" : nil))
            let id = try #require(last.conflict)
            let proposal = try #require(try office.one.conflict(id))
            #expect(proposal.state == .proposal)
            #expect(proposal.sides.map(\.value) == [.text("2"), .text("1")])
            #expect(try office.one.value("owned_by_city") == "2")
        }
    }

    @Test("Where the county wins, its value stands and the city's is kept as a proposal, whoever came first")
    func countyWins() throws {
        for cityFirst in [true, false] {
            let office = try Office()
            let cityEdit = { try office.city.push(Edit.set("owned_by_county", "2"), tenant: "xiping") }
            let countyEdit = { try office.one.push(Edit.set("owned_by_county", "1")) }
            let results = cityFirst ? [try cityEdit(), try countyEdit()] : [try countyEdit(), try cityEdit()]
            let last = try #require(results[1].operations.first)
            #expect(last.outcome == (cityFirst ? .applied : .merged))
            let id = try #require(last.conflict)
            let proposal = try #require(try office.one.conflict(id))
            #expect(proposal.state == .proposal)
            #expect(proposal.sides.map(\.value) == [.text("1"), .text("2")])
            #expect(try office.one.value("owned_by_county") == "1")
        }
    }

    @Test("The later text, the sum, the largest and the smallest stand without a conflict")
    func others() throws {
        let office = try Office()
        try office.one.push(
            Edit.set("words", "先"), Edit.add("tally", "3"), Edit.set("top", "9"), Edit.set("bottom", "9"))
        let second = try office.two.push(
            Edit.set("words", "后"), Edit.add("tally", "-1"), Edit.set("top", "10"), Edit.set("bottom", "10"))
        #expect(second.operations.map(\.outcome) == [.applied, .merged, .applied, .merged])
        #expect(second.operations.map(\.value) == [nil, .text("2"), nil, .text("9")])
        #expect(try office.one.value("words") == "后")
        #expect(try office.one.value("tally") == "2")
        #expect(try office.one.value("top") == "10")
        #expect(try office.one.value("bottom") == "9")
    }

    @Test("A value that was cleared against another's edit is a conflict, too")
    func clearing() throws {
        let office = try Office()
        let first = try office.one.push(Edit.set("figure", "12"))
        try office.one.push(Edit.set("figure", "13", base: first.id))
        let cleared = try office.two.push(Edit.operation(.clear, "figure", nil, base: first.id))
        let id = try #require(cleared.operations.first?.conflict)
        #expect(try #require(try office.one.conflict(id)).sides.map(\.value) == [.text("13"), nil])
        try office.two.push(Edit.resolve(id, "theirs"))
        #expect(try #require(try office.one.cell("figure")).value == nil)
    }

    @Test("Edits within one change build on each other")
    func withinOneChange() throws {
        let office = try Office()
        let result = try office.one.push(Edit.add("tally", "1"), Edit.add("tally", "2"))
        #expect(result.operations.map(\.value) == [.text("1"), .text("3")])
    }
}
