import Foundation
import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Testing

@Suite("Published and sealed rankings")
struct PublishedRankingTests {
    private static let period = "201905B"

    /// Two counties with targets, figures, milestones and reports.
    private struct Office {
        let harness: EngineHarness
        let xiping: Desk
        let pingyu: Desk
        let city: Desk

        init() throws {
            harness = try EngineHarness(document: SamplePlan.rankedDocument)
            xiping = try harness.desk("xiping", .approver, key: "1")
            pingyu = try harness.desk("pingyu", .approver, key: "2")
            city = try harness.desk("city", .supervisor, key: "s")
            let target = try Edit.operation(.set, "target", "60", collection: "targets", key: "g1:2019")
            for tenant in ["xiping", "pingyu"] { try city.push(target, tenant: tenant) }
            try xiping.push(Edit.set("figure", "24"))
            try pingyu.push(Edit.set("figure", "36"))
            for (name, state) in [("a", "accepted"), ("b", "dispatched")] {
                try xiping.push(
                    Edit.operation(.set, "due", "2019-06-30", collection: "milestones", key: name),
                    Edit.operation(.set, "state", state, collection: "milestones", key: name))
            }
        }

        func at(_ moment: String) throws { harness.now = try Timestamp(moment) }

        @discardableResult
        func submit(_ desk: Desk) throws -> ChangeResult {
            let figures = try desk.cells().filter {
                $0.key.tenant == desk.tenant && $0.key.record.key == period
                    && $0.key.record.collection == CollectionRule.values
            }
            let digest = FigureDigest.of(figures.map { ($0.key, $0.value) }, harness.cryptography)
            return try desk.push(
                Edit.operation(.set, "state", "submitted", collection: "submissions", key: period),
                Edit.operation(.set, "digest", digest, collection: "submissions", key: period))
        }

        func accept(_ desk: Desk) throws {
            let state = try #require(
                try desk.cells().first {
                    $0.key.record.collection == CollectionRule.submissions && $0.key.field == SubmissionField.state
                })
            try city.push(
                Edit.operation(.set, "state", "accepted", base: state.rev, collection: "submissions", key: period),
                tenant: desk.tenant.rawValue)
        }

        func publish(until: String? = nil) throws -> Reply {
            try harness.operate(
                AdminRankingPublish.self,
                AdminRankingPublish.Params(
                    plan: PlanID("plan"), period: period, until: try until.map { try CalendarDate($0) }, reason: nil))
        }

        func seal(force: Bool = false) throws -> Reply {
            try harness.operate(
                AdminPeriodSet.self,
                AdminPeriodSet.Params(
                    plan: PlanID("plan"), period: period, state: .final, reason: "通报第3期", force: force))
        }

        func text(_ field: FieldID, _ desk: Desk, _ collection: CollectionID = CollectionRule.rankings) throws
            -> String?
        {
            try desk.cells().first { $0.key.record.collection == collection && $0.key.field == field }?.value?.text
        }

        func ranking() throws -> PublishedRanking {
            try PublishedRanking(text: #require(try text(RankingField.ranking, city)))
        }

        func objection(_ desk: Desk, _ name: String = "a") throws -> ChangeResult {
            try desk.push(Edit.operation(.set, "facts", "数据有误", collection: "objections", key: "\(period):\(name)"))
        }

        func audit() throws -> AuditSummary {
            let copy = try SQLitePlanStore(path: harness.file("copy-\(UUID().uuidString).sqlite"))
            defer { try? copy.close() }
            return try ServerEngine.audit(
                harness.store, copy: copy, environment: harness.environment, progress: { _, _ in })
        }
    }

    private func tally(_ ranking: PublishedRanking, _ tenant: String, _ part: String) -> RankedUnit.Tally? {
        ranking.units.first { $0.tenant.rawValue == tenant }?.parts.first { $0.id == part }?.tally
    }

    @Test("Reports and milestones count beside the figures, each with what it is counted from")
    func components() throws {
        let office = try Office()
        try office.at("2019-07-05T00:00:00.000Z")
        try office.submit(office.pingyu)
        // Closed since 10 July, 16:00 UTC: on the 12th at 17:00 a report comes on the third day.
        try office.at("2019-07-12T17:00:00.000Z")
        try office.submit(office.xiping)
        _ = try office.publish().result(AdminRankingPublish.self)
        let ranking = try office.ranking()
        #expect(tally(ranking, "pingyu", "q")?.daysLate == 0 && tally(ranking, "xiping", "q")?.daysLate == 3)
        #expect(tally(ranking, "xiping", "q")?.achieved.shown(2) == "0.7")
        #expect(tally(ranking, "xiping", "m")?.achieved.shown(2) == "1")
        #expect(tally(ranking, "xiping", "m")?.expected.shown(2) == "2")
        // 0.7 × 80 + 0.2 × 50 + 0.1 × 70; the other has no milestones: (70 × 100 + 10 × 100) / 80.
        #expect(ranking.units.map(\.published) == ["100.00", "73.00"])
        #expect(ranking.units.map(\.tenant.rawValue) == ["pingyu", "xiping"])
    }

    @Test("A report that never came counts 0 and is named; one that is given back and comes again loses nothing")
    func reports() throws {
        let office = try Office()
        try office.at("2019-07-05T00:00:00.000Z")
        let first = try office.submit(office.pingyu)
        try office.at("2019-07-20T00:00:00.000Z")
        try office.city.push(
            Edit.operation(.set, "state", "returned", base: first.id, collection: "submissions", key: Self.period),
            tenant: "pingyu", note: "请核对")
        #expect(try office.submit(office.pingyu).outcome == .late)
        _ = try office.publish().result(AdminRankingPublish.self)
        let ranking = try office.ranking()
        #expect(tally(ranking, "pingyu", "q")?.daysLate == 0)
        #expect(tally(ranking, "xiping", "q")?.achieved.isZero == true)
        let missing = ranking.units.first { $0.tenant.rawValue == "xiping" }?.missing.map(\.element.rawValue)
        #expect(missing == ["submissions"])
    }

    @Test("A chain head that was told by telephone before the close counts as the report's arrival")
    func telephone() throws {
        let office = try Office()
        try office.at("2019-07-10T10:00:00.000Z")
        let figures = try office.xiping.cells().filter {
            $0.key.tenant == office.xiping.tenant && $0.key.record.collection == CollectionRule.values
        }
        let digest = FigureDigest.of(figures.map { ($0.key, $0.value) }, office.harness.cryptography)
        let change = try office.xiping.change([
            try Edit.operation(.set, "state", "submitted", collection: "submissions", key: Self.period),
            try Edit.operation(.set, "digest", digest, collection: "submissions", key: Self.period),
        ])
        let params = AdminPeriodRegister.Params(
            plan: try PlanID("plan"), period: Self.period, device: office.xiping.device, head: office.xiping.head)
        _ = try office.harness.operate(AdminPeriodRegister.self, params).result(AdminPeriodRegister.self)
        try office.at("2019-07-14T10:00:00.000Z")
        _ = try office.xiping.send([change]).result(SyncPush.self)
        #expect(try office.xiping.value("days_late") == "0")
        #expect(try office.xiping.value("handed_in") == "2019-07-10T10:00:00.000Z")
        _ = try office.audit()
    }

    @Test("No ranking of an open period is published, and no window that is over")
    func tooEarly() throws {
        let office = try Office()
        #expect(try office.publish().code == .closed)
        try office.at("2019-07-11T00:00:00.000Z")
        #expect(try office.publish(until: "2019-07-10").error?.reason == "day_over")
        // Thursday; five working days later is the next Thursday.
        #expect(try office.publish().result(AdminRankingPublish.self).until == "2019-07-18")
        #expect(try office.text(PeriodField.state, office.city, CollectionRule.periods) == "closed")
    }

    @Test("A unit sees the whole ranking and its own components, and nobody else's")
    func visibility() throws {
        let office = try Office()
        try office.at("2019-07-11T00:00:00.000Z")
        _ = try office.publish().result(AdminRankingPublish.self)
        let seen = try office.xiping.cells()
        let public_ = try #require(seen.first { $0.key.field == RankingField.ranking }?.value?.text)
        #expect(public_.contains("unit\tpingyu") && !public_.contains("entry"))
        let own = seen.filter { $0.key.record.collection == CollectionRule.scores }
        #expect(own.map(\.key.tenant.rawValue) == ["xiping"])
        #expect(own.first?.value?.text?.contains("entry") == true)
        let edit = try Edit.operation(.set, "score", "x", collection: "scores", key: Self.period)
        #expect(try office.xiping.push(edit).operations.map(\.reason) == ["forbidden_role"])
        #expect(try office.city.push(edit, tenant: "xiping").operations.map(\.reason) == ["forbidden_role"])
    }

    @Test("Units object between publication and the end of the window, and the city answers")
    func window() throws {
        let office = try Office()
        #expect(try office.objection(office.xiping).operations.map(\.reason) == ["ranking_not_published"])
        try office.at("2019-07-11T00:00:00.000Z")
        _ = try office.publish().result(AdminRankingPublish.self)
        try office.at("2019-07-18T15:59:59.000Z")
        #expect(try office.objection(office.xiping).outcome == .applied)
        try office.at("2019-07-18T16:00:00.000Z")
        #expect(try office.objection(office.pingyu).operations.map(\.reason) == ["objections_over"])
    }

    @Test("What is open keeps a ranking from being sealed: all of it is named, and a reason overrides it")
    func open() throws {
        let office = try Office()
        try office.at("2019-07-08T00:00:00.000Z")
        try office.submit(office.pingyu)
        try office.city.push(Edit.set("figure", "30"), tenant: "pingyu")
        try office.at("2019-07-11T00:00:00.000Z")
        let early = try office.seal()
        #expect(early.error?.reason == "ranking_not_ready")
        #expect(early.error?.message.contains("no preliminary ranking") == true)
        _ = try office.publish().result(AdminRankingPublish.self)
        _ = try office.objection(office.xiping)
        let message = try #require(try office.seal().error?.message)
        for part in ["until 2019-07-18", "xiping:objections/201905B:a", "a figure of pingyu is in conflict"] {
            #expect(message.contains(part), "\(message)")
        }
        #expect(try office.text(PeriodField.state, office.city, CollectionRule.periods) == "closed")
        _ = try office.seal(force: true).result(AdminPeriodSet.self)
        #expect(try office.text(RankingField.state, office.city) == "final")
    }

    @Test("A sealed ranking stays whatever comes, and the journal gives it again")
    func sealed() throws {
        let office = try Office()
        try office.at("2019-07-08T00:00:00.000Z")
        for desk in [office.xiping, office.pingyu] {
            try office.submit(desk)
            try office.accept(desk)
        }
        try office.at("2019-07-11T00:00:00.000Z")
        _ = try office.publish().result(AdminRankingPublish.self)
        _ = try office.objection(office.xiping)
        try office.city.push(
            Edit.operation(.set, "answer", "核对无误,维持", collection: "objections", key: "201905B:a"),
            Edit.operation(.set, "state", "dismissed", collection: "objections", key: "201905B:a"), tenant: "xiping")
        try office.at("2019-07-18T16:00:00.000Z")
        _ = try office.seal().result(AdminPeriodSet.self)
        let before = try office.ranking()
        let digest = try #require(try office.text(RankingField.digest, office.city))
        let late = try office.xiping.push(Edit.operation(.set, "figure", "60", base: nil))
        try office.city.push(Edit.resolve(#require(late.operations.first?.conflict), "theirs"), tenant: "xiping")
        try office.city.push(
            Edit.operation(.set, "target", "10", base: nil, collection: "targets", key: "g1:2019"), tenant: "xiping")
        #expect(try office.ranking().text == before.text)
        #expect(try office.text(RankingField.digest, office.city) == digest)
        #expect(try office.publish().code == .closed)
        #expect(try office.objection(office.xiping, "b").operations.map(\.reason) == ["ranking_final"])
        let again = try office.audit().rankings
        #expect(again == 2, "the preliminary and the sealed one")
        let signature = try #require(try office.text(RankingField.signature, office.city))
        #expect(
            office.harness.cryptography.isValid(
                signature: try #require(Base64URL.decode(signature)), over: Array(digest.utf8),
                publicKey: FakeIssuer().publicKey))
    }
}
