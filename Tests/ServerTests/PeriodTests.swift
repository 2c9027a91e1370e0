import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Periods and reports")
struct PeriodTests {
    private static let period = "201905B"

    private struct Office {
        let harness: EngineHarness
        let county: Desk
        let approver: Desk
        let city: Desk

        init() throws {
            harness = try EngineHarness()
            county = try harness.desk("xiping", key: "1")
            approver = try harness.desk("xiping", .approver, key: "2")
            city = try harness.desk("city", .supervisor, key: "s")
        }

        func set(_ state: PeriodState) throws -> Reply {
            try harness.operate(
                AdminPeriodSet.self,
                AdminPeriodSet.Params(plan: PlanID("plan"), period: period, state: state, reason: "按通知"))
        }

        /// The digest of the county's figures as its own replica shows them.
        func digest() throws -> String {
            let cells = try county.cells().filter {
                $0.key.tenant.rawValue == "xiping" && $0.key.record.key == period
                    && $0.key.record.collection == CollectionRule.values
            }
            return FigureDigest.of(cells.map { ($0.key, $0.value) }, harness.cryptography)
        }

        func report(_ state: String, digest: String? = nil, base: ChangeID? = nil) throws -> [Operation] {
            let operation = try Edit.operation(
                .set, "state", state, base: base, collection: "submissions", key: period)
            guard let digest else { return [operation] }
            return [
                operation, try Edit.operation(.set, "digest", digest, collection: "submissions", key: period),
            ]
        }

        @discardableResult
        func submit() throws -> ChangeResult {
            let operations = try report("submitted", digest: digest())
            return try approver.push(operations[0], operations[1])
        }

        func reportState() throws -> String? { try county.value("state") }
    }

    @Test("An edit of a closed period is taken and marked as late; opened again it is not")
    func closed() throws {
        let office = try Office()
        _ = try office.set(.closed).result(AdminPeriodSet.self)
        let late = try office.county.push(Edit.set("figure", "12"))
        #expect(late.outcome == .late && late.operations.map(\.reason) == [nil])
        #expect(try office.county.value("figure") == "12")
        _ = try office.set(.open).result(AdminPeriodSet.self)
        #expect(try office.county.push(Edit.set("figure", "13", base: late.id)).outcome == .applied)
    }

    @Test("A period closes at its deadline by the server's clock, in the plan's own time zone")
    func deadline() throws {
        let office = try Office()
        // The deadline of May and June 2019 is July 10th; that day ends in China at 16:00 UTC.
        office.harness.now = try Timestamp("2019-07-10T15:59:59.000Z")
        let inTime = try office.county.push(Edit.set("figure", "12"))
        #expect(inTime.outcome == .applied)
        office.harness.now = try Timestamp("2019-07-10T16:00:00.000Z")
        #expect(try office.county.push(Edit.set("figure", "13", base: inTime.id)).outcome == .late)
    }

    @Test("A period that was over before the plan came to this server has no late reports")
    func longOver() throws {
        let office = try Office()
        office.harness.now = try Timestamp("2019-05-10T00:00:00.000Z")
        #expect(try office.county.push(Edit.set("figure", "12", key: "201901B")).outcome == .applied)
    }

    @Test("What arrives after the seal is kept apart, and only the city's amendment counts it")
    func sealed() throws {
        let office = try Office()
        let first = try office.county.push(Edit.set("figure", "12"))
        _ = try office.set(.final).result(AdminPeriodSet.self)
        let late = try office.county.push(Edit.set("figure", "15", base: first.id), note: "统计局核定")
        #expect(late.outcome == .late && late.operations.map(\.reason) == ["sealed"])
        let id = try #require(late.operations.first?.conflict)
        #expect(try office.county.value("figure") == "12")
        let record = try #require(try office.county.conflict(id))
        #expect(record.state == .late && record.sides.map(\.value) == [.text("12"), .text("15")])
        #expect(try office.county.push(Edit.resolve(id, "theirs")).operations.map(\.reason) == ["forbidden_role"])
        #expect(try office.city.push(Edit.resolve(id, "theirs"), tenant: "xiping", note: "同意更正").outcome == .applied)
        #expect(try office.county.value("figure") == "15")
        #expect(try #require(try office.county.conflict(id)).sides.map(\.value) == [.text("12"), .text("15")])
    }

    @Test("A number that is added too late is amended in as an addition")
    func sealedAddition() throws {
        let office = try Office()
        try office.county.push(Edit.add("tally", "5"))
        _ = try office.set(.final).result(AdminPeriodSet.self)
        let late = try office.county.push(Edit.add("tally", "3"), Edit.add("tally", "4"))
        let ids = late.operations.compactMap(\.conflict)
        #expect(Set(ids).count == 2)
        for id in ids { try office.city.push(Edit.resolve(id, "theirs"), tenant: "xiping") }
        #expect(try office.county.value("tally") == "12")
    }

    @Test("A sealed period stays sealed, and its digest is that of its figures, signed by the server")
    func seal() throws {
        let office = try Office()
        try office.county.push(Edit.set("figure", "12"))
        let expected = try office.digest()
        _ = try office.set(.final).result(AdminPeriodSet.self)
        #expect(try office.set(.open).code == .closed)
        let record = try office.county.cells().filter { $0.key.record.collection == CollectionRule.periods }
        let digest = record.first { $0.key.field == PeriodField.digest }?.value?.shown
        #expect(digest == expected)
        let signature = try #require(
            record.first { $0.key.field == PeriodField.signature }?.value?.shown)
        #expect(
            office.harness.cryptography.isValid(
                signature: try #require(Base64URL.decode(signature)), over: Array(expected.utf8),
                publicKey: FakeIssuer().publicKey))
    }

    @Test(
        "A chain head that was given by telephone brings in what it covers, and nothing after it", arguments: [8, 43])
    func registered(characters: Int) throws {
        let office = try Office()
        let changes = [
            try office.county.change([try Edit.set("figure", "12")]),
            try office.county.change([try Edit.add("tally", "3")]),
            try office.county.change([try Edit.set("words", "没有登记")]),
        ]
        let hash = Base64URL.encode(office.harness.cryptography.sha256(changes[1].canonicalBytes))
        let head = String(hash.prefix(characters))
        let params = AdminPeriodRegister.Params(
            plan: try PlanID("plan"), period: Self.period, device: office.county.device, head: head)
        _ = try office.harness.operate(AdminPeriodRegister.self, params).result(AdminPeriodRegister.self)
        _ = try office.set(.final).result(AdminPeriodSet.self)
        // One by one, so that the kept ones have to be found in the store.
        for change in changes { _ = try office.county.send([change]).result(SyncPush.self) }
        #expect(try office.county.value("figure") == "12")
        #expect(try office.county.value("tally") == "3")
        #expect(try office.county.value("words") == nil)
    }

    @Test("What comes in by itself follows the field's rule: a greater figure does not give way to a smaller one")
    func registeredExtremes() throws {
        let office = try Office()
        let changes = [
            try office.county.change([try Edit.set("top", "20")]),
            try office.county.change([try Edit.set("top", "17")]),
        ]
        let params = AdminPeriodRegister.Params(
            plan: try PlanID("plan"), period: Self.period, device: office.county.device,
            head: Base64URL.encode(office.harness.cryptography.sha256(changes[1].canonicalBytes)))
        _ = try office.harness.operate(AdminPeriodRegister.self, params).result(AdminPeriodRegister.self)
        _ = try office.set(.final).result(AdminPeriodSet.self)
        _ = try office.county.send(changes).result(SyncPush.self)
        #expect(try office.county.value("top") == "20")
    }

    @Test("Only the server's own device writes where a period stands")
    func nobodyElse() throws {
        let office = try Office()
        let operation = try Edit.operation(.set, "state", "final", collection: "periods", key: Self.period)
        #expect(try office.city.push(operation).operations.map(\.reason) == ["forbidden_role"])
    }

    // MARK: Reports

    @Test("A report is handed in by an approver, over exactly the figures that it names, and accepted by the city")
    func accepted() throws {
        let office = try Office()
        try office.county.push(Edit.set("figure", "12"))
        let operations = try office.report("submitted", digest: office.digest())
        let editor = try office.county.push(operations[0], operations[1])
        #expect(editor.operations.first?.reason == "forbidden_role")
        let submitted = try office.submit()
        #expect(submitted.outcome == .applied)
        let accept = try office.report("accepted", base: submitted.id)[0]
        #expect(try office.approver.push(accept).operations.map(\.reason) == ["forbidden_role"])
        #expect(try office.city.push(accept, tenant: "xiping").outcome == .applied)
        #expect(try office.reportState() == "accepted")
    }

    @Test("A report over other figures than the server has is refused")
    func otherFigures() throws {
        let office = try Office()
        try office.county.push(Edit.set("figure", "12"))
        let operations = try office.report("submitted", digest: office.digest())
        try office.city.push(Edit.set("official", "3"), tenant: "xiping")
        let submitted = try office.approver.push(operations[0], operations[1])
        #expect(submitted.operations.first?.reason == "figures_changed")
    }

    @Test("Figures that change after the submission make it a draft again, which says what changed")
    func changedSince() throws {
        let office = try Office()
        let first = try office.county.push(Edit.set("figure", "12"))
        let submitted = try office.submit()
        let second = try office.county.push(Edit.set("figure", "13", base: first.id))
        #expect(try office.reportState() == "draft")
        try office.county.push(Edit.add("tally", "1"))
        #expect(try office.county.value("changed") == "values/201905B/figure\nvalues/201905B/tally")
        let accept = try office.report("accepted", base: submitted.id)[0]
        #expect(try office.city.push(accept, tenant: "xiping").operations.map(\.reason) == ["not_submitted"])
        // The same value again changes nothing.
        try office.submit()
        try office.county.push(Edit.set("figure", "13", base: second.id))
        #expect(try office.reportState() == "submitted")
    }

    @Test("A decision changes the report of its figure, also when what it comes with has loaded the figure before")
    func decidedBesideAnotherReport() throws {
        let office = try Office()
        try office.county.push(Edit.set("figure", "12"))
        let met = try office.city.push(Edit.set("figure", "15"), tenant: "xiping")
        let conflict = try #require(met.operations.first?.conflict)
        try office.submit()
        // Handing in looks at all figures of the county.
        let other = try Edit.operation(.set, "state", "submitted", collection: "submissions", key: "201907B")
        let changes = [
            try office.approver.change([other]),
            try office.approver.change([try Edit.resolve(conflict, "theirs")]),
        ]
        let answers = try office.approver.send(changes).result(SyncPush.self).read
        #expect(answers.last?.outcome == .applied)
        #expect(try office.county.value("figure") == "15")
        #expect(try office.county.cells().contains { $0.value == .text("values/201905B/figure") })
        #expect(try office.reportState() == "draft")
    }

    @Test("A report is given back with a reason")
    func returned() throws {
        let office = try Office()
        try office.county.push(Edit.set("figure", "12"))
        let submitted = try office.submit()
        let back = try office.report("returned", base: submitted.id)[0]
        #expect(try office.city.push(back, tenant: "xiping").operations.map(\.reason) == ["note_missing"])
        #expect(try office.city.push(back, tenant: "xiping", note: "请核实").outcome == .applied)
        #expect(try office.reportState() == "returned")
    }
}
