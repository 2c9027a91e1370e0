import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("What waits for the person")
struct WorkListTests {
    private static let collections = """
        [{"id":"tasks","name":"任务","fields":[
        {"id":"title","name":"内容","type":"text","required":"true","filled_by":"department"},
        {"id":"state","name":"状态","type":"option","options":["open","done"]}],
        "workflow":{"field":"state","initial":"open","transitions":[
        {"from":["open"],"to":"done","by":["editor"],"name":"申报"},
        {"from":["done"],"to":"open","by":["editor"],"reason":"true"}]}},
        {"id":"certs","name":"资质","fields":[{"id":"title","name":"名称","type":"text"},
        {"id":"state","name":"状态","type":"option","options":["told","valid"]}],
        "workflow":{"field":"state","initial":"told","transitions":[
        {"from":["told"],"to":"valid","by":["reviewer"]}]}}]
        """

    private func bench(_ role: Role = .editor) throws -> Bench {
        let bench = try Bench.enrolled(role: role)
        let document = Bench.planJSON.replacing(#""collections":[]"#, with: #""collections":\#(Self.collections)"#)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(document.utf8))
        return bench
    }

    private func moment(_ text: String) throws -> Timestamp { try Timestamp(text) }

    private func due(_ bench: Bench, _ day: String) throws -> [String] {
        try bench.view().dueReports(at: moment(day)).map { "\($0.report.period.id) \($0.daysLeft) \($0.isBegun)" }
    }

    private func answer(_ bench: Bench, _ state: String, period: String, seq: UInt64) throws -> PublicCell {
        try bench.cell("state", state, seq: seq, record: period, collection: "submissions")
    }

    @Test("The two latest reports are due, and older ones that somebody began; late ones count their days")
    func due() throws {
        let bench = try bench()
        #expect(try due(bench, "2019-07-05T01:00:00Z") == ["201907B 67 false", "201905B 5 false"])
        // In the plan's offices it is the next day already.
        #expect(try due(bench, "2019-07-10T16:00:00Z") == ["201907B 61 false", "201905B -1 false"])
        try bench.set("centres=3", record: "values/201901B")
        #expect(try due(bench, "2019-07-05T01:00:00Z").last == "201901B -117 true")
        // Before the plan's first period nothing is.
        #expect(try due(bench, "2018-12-31T15:00:00Z") == [])
        #expect(try due(bench, "2018-12-31T16:00:00Z") == ["201901B 68 true"])
    }

    @Test("What is handed in, accepted or sealed is not due; what came back is, however old")
    func answered() throws {
        let bench = try bench()
        var cells = [try answer(bench, "accepted", period: "201907B", seq: 1)]
        cells.append(try answer(bench, "submitted", period: "201905B", seq: 2))
        cells.append(try answer(bench, "returned", period: "201901B", seq: 3))
        try bench.apply(cells, after: nil, cursor: "c1")
        #expect(try due(bench, "2019-07-05T01:00:00Z") == ["201901B -117 false"])
        let sealed = PublicCell(
            key: try Bench.key("state", record: "201901B", tenant: "city", collection: "periods"),
            value: .text("final"), rev: cells[0].rev, seq: 1, by: cells[0].by, author: "市", at: bench.now)
        try bench.apply([sealed], after: "c1", cursor: "c2")
        #expect(try due(bench, "2019-07-05T01:00:00Z") == [])
    }

    @Test("The period to fill in: what came back, else what has ended, else what is begun, else the latest")
    func toFill() throws {
        let bench = try bench()
        func period(_ day: String) throws -> String? { try bench.view().periodToFill(at: moment(day))?.id.rawValue }
        #expect(try period("2019-07-05T01:00:00Z") == "201905B")
        #expect(try period("2019-07-20T01:00:00Z") == "201907B")
        try bench.set("centres=3", record: "values/201905B")
        #expect(try period("2019-07-20T01:00:00Z") == "201905B")
        try bench.apply([try answer(bench, "returned", period: "201903B", seq: 1)], after: nil, cursor: "c1")
        #expect(try period("2019-07-20T01:00:00Z") == "201903B")
        #expect(try period("2010-01-01T00:00:00Z") == "201901B")
    }

    @Test("Steps wait on the side that has to go on, and only those that go forward")
    func steps() throws {
        func steps(_ bench: Bench) throws -> [String] {
            try bench.view().waitingSteps.map { "\($0.collection.id) \($0.state) \($0.step.to) \($0.count)" }
        }
        let county = try bench()
        #expect(try steps(county) == [])
        let cells = [
            try county.cell("title", "一", seq: 1, record: "a", collection: "tasks"),
            try county.cell("title", "二", seq: 2, record: "b", collection: "tasks"),
            try county.cell("title", "三", seq: 3, record: "c", collection: "tasks"),
            try county.cell("state", "done", seq: 4, record: "c", collection: "tasks"),
            try county.cell("title", "证", seq: 5, record: "d", collection: "certs"),
        ]
        try county.apply(cells, after: nil, cursor: "c1")
        #expect(try steps(county) == ["tasks open done 2"])
        let city = try bench(.reviewer)
        try city.apply(cells, after: nil, cursor: "c1")
        #expect(try steps(city) == ["certs told valid 1"])
    }

    @Test("What came back otherwise than it was sent is listed until the next edit")
    func cameBack() throws {
        let bench = try bench()
        #expect(try bench.view().cameBack.isEmpty)
        let change = try bench.set("centres=3")
        try bench.acknowledge(change, seq: 1, [OperationResult(.rejected, reason: "out_of_range")])
        #expect(try bench.view().cameBack.map(\.key) == [try Bench.key("centres")])
        try bench.set("centres=4")
        #expect(try bench.view().cameBack.isEmpty)
    }

    @Test("A change is tried without being saved")
    func trial() throws {
        let bench = try bench()
        try bench.set("centres=3")
        let before = try bench.view()
        let new = try Editing(view: before, author: "王", note: nil, freshKey: "k1").set("tasks/new", ["state=done"])
        let after = before.trying(new, at: bench.now)
        let tasks = try CollectionID("tasks")
        #expect(after.places(of: tasks).map(\.key) == ["k1"])
        #expect(before.places(of: tasks).isEmpty)
        #expect(try bench.view().places(of: tasks).isEmpty)
        #expect(try bench.replica.outbox().count == 1)
    }

    @Test("A reason is kept with its change, and goes when the device is out of service")
    func notes() throws {
        let bench = try bench()
        let id = ChangeID(now: bench.now, random: &bench.random)
        #expect(try bench.replica.note(of: id) == nil)
        try bench.replica.keep(note: "请附文号", of: id)
        #expect(try bench.reopened().note(of: id) == "请附文号")
        try bench.replica.keep(note: "", of: id)
        #expect(try bench.replica.note(of: id)?.isEmpty == true)
        _ = try bench.replica.retire(handedIn: 0)
        #expect(try bench.replica.note(of: id) == nil)
    }
}
