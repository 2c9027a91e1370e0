import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("History, aggregates and ranking")
struct ReportTests {
    private func history(_ desk: Desk, of tenant: String, field: String? = "figure") throws -> Reply {
        try desk.call(
            HistoryGet.self,
            HistoryGet.Params(
                plan: PlanID("plan"), tenant: TenantID(tenant), record: Edit.set("figure", "1").record,
                field: try field.map { try FieldID($0) }))
    }

    @Test("The history has every operation in order, with who, when and what became of it")
    func inOrder() throws {
        let harness = try EngineHarness()
        let one = try harness.desk("xiping", key: "1")
        let two = try harness.desk("xiping", key: "2")
        let first = try one.push(Edit.set("words", "x"), Edit.set("figure", "1"))
        harness.now = harness.now.advanced(byMilliseconds: 1_000)
        let second = try two.push(Edit.set("figure", "2"), note: "更正")
        try one.push(Edit.set("figure", "-1"))
        try one.push(Edit.resolve(#require(second.operations.first?.conflict), "theirs"))
        let rows = try history(one, of: "xiping").result(HistoryGet.self).operations
        #expect(rows.map(\.action) == ["set", "set", "resolution"])
        #expect(rows.map(\.value) == [.text("1"), .text("2"), .text("2")])
        #expect(rows.map(\.result.outcome) == [.applied, .conflict, .applied])
        #expect(rows.map(\.seq) == [1, 2, 4])
        #expect(rows.map(\.by) == [one.device, two.device, one.device])
        #expect(rows.map(\.id).prefix(2) == [first.id, second.id])
        #expect(rows.map(\.note) == [nil, "更正", nil])
        #expect(rows.map(\.received) == [EngineHarness.start, harness.now, harness.now])
        let whole = try history(one, of: "xiping", field: nil).result(HistoryGet.self).operations
        #expect(whole.map(\.field.rawValue).sorted() == ["figure", "figure", "figure", "words"])
    }

    @Test("A stranger's record, an unknown unit's and the city's are equally not found")
    func strangers() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        try harness.desk("pingyu", key: "2").push(Edit.set("figure", "1"))
        let replies = try ["pingyu", "nowhere", "city"].map { try history(desk, of: $0) }
        #expect(Set(replies.map(\.frame)).count == 1)
        #expect(replies.first?.code == .notFound)
        #expect(try history(desk, of: "xiping").result(HistoryGet.self).operations.isEmpty)
    }

    /// A target of 60 for both counties, of which half is due by 201905B, and figures of 24 and 36.
    private func reports(_ harness: EngineHarness) throws -> (Desk, Desk, Desk) {
        let xiping = try harness.desk("xiping", key: "1")
        let pingyu = try harness.desk("pingyu", key: "2")
        let city = try harness.desk("city", .supervisor, key: "s")
        let target = try Edit.operation(.set, "target", "60", collection: "targets", key: "g1:2019")
        for tenant in ["xiping", "pingyu"] { try city.push(target, tenant: tenant) }
        try xiping.push(Edit.set("figure", "24"))
        try pingyu.push(Edit.set("figure", "36"))
        return (xiping, pingyu, city)
    }

    private func aggregate(_ desk: Desk, _ more: String = "") throws -> Reply {
        let params = #"{"plan":"plan","period":"201905B"\#(more)}"#
        return try desk.harness.call(
            #"{"jsonrpc":"2.0","id":1,"method":"aggregate.get","params":\#(params)}"#, &desk.session)
    }

    @Test("The city gets every unit's figure and its own sum; a county gets its own alone")
    func aggregates() throws {
        let (xiping, _, city) = try reports(try EngineHarness())
        let all = try aggregate(city).result(AggregateGet.self).figures.map { String(decoding: $0, as: UTF8.self) }
        #expect(all.count == 3)
        #expect(all[0].contains(#""tenant":"city""#) && all[0].contains(#""value":"60""#))
        #expect(all[1].contains(#""due":"30""#) && all[1].contains(#""completion":"0.8""#))
        let own = try aggregate(xiping).result(AggregateGet.self).figures.map { String(decoding: $0, as: UTF8.self) }
        #expect(own == [all[1]])
        #expect(try aggregate(city, #","tenants":["pingyu"]"#).result(AggregateGet.self).figures.count == 1)
        #expect(try aggregate(city, #","indicators":[]"#).result(AggregateGet.self).figures.isEmpty)
    }

    @Test("The basis `accepted` holds no figures until some are accepted")
    func accepted() throws {
        let (_, _, city) = try reports(try EngineHarness())
        let figures = try aggregate(city, #","basis":"accepted","tenants":["xiping"]"#).result(AggregateGet.self)
            .figures
        #expect(figures.allSatisfy { String(decoding: $0, as: UTF8.self).contains(#""state":"missing""#) })
    }

    @Test("A county that asks for another's figures is told nothing of it", arguments: ["pingyu", "nowhere", "city"])
    func foreignAggregates(tenant: String) throws {
        let (xiping, _, _) = try reports(try EngineHarness())
        let reply = try aggregate(xiping, #","tenants":["xiping","\#(tenant)"]"#)
        #expect(reply.code == .notFound && reply.error?.field == "params.tenants[1]")
        #expect(!reply.text.contains(tenant))
    }

    @Test("The city ranks the units; a county is refused")
    func ranking() throws {
        let (xiping, _, city) = try reports(try EngineHarness())
        let params = RankingGet.Params(plan: try PlanID("plan"), period: "201905B")
        let units = try city.call(RankingGet.self, params).result(RankingGet.self).units
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(units.count == 2)
        #expect(units[0].hasPrefix(#"{"tenant":"pingyu","#) && units[1].hasPrefix(#"{"tenant":"xiping","#))
        #expect(units[0].contains(#""rank":1,"shared":false,"score":"100.00""#))
        #expect(units[1].contains(#""rank":2,"shared":false,"score":"80.00""#))
        #expect(try xiping.call(RankingGet.self, params).code == .forbidden)
    }

    @Test("An open conflict marks the figures that depend on it, until it is decided")
    func disputed() throws {
        let harness = try EngineHarness()
        let (xiping, _, city) = try reports(harness)
        let met = try city.push(Edit.set("figure", "30"), tenant: "xiping")
        func isDisputed() throws -> Bool {
            try aggregate(xiping).result(AggregateGet.self).figures.contains {
                String(decoding: $0, as: UTF8.self).contains(#""disputed":true"#)
            }
        }
        #expect(try isDisputed())
        try xiping.push(Edit.resolve(#require(met.operations.first?.conflict), "ours"))
        #expect(try !isDisputed())
    }
}
