import PlanSyncSeeds
import Testing

@testable import PlanSyncCore

@Suite("Rewards")
struct RewardBookTests {
    private static func rule(_ id: String, _ track: String, _ value: String, _ more: [(String, Sketch)] = []) -> Sketch
    {
        .map(
            [
                ("id", .text(id)), ("name", .text(id)), ("of", "certificates"),
                ("where", .text("track = \"\(track)\"")), ("while", "state = \"in_force\""), ("day", "valid_from"),
                ("recipient", "company"), ("amount", ["type": "fixed", "value": .text(value), "unit": "万元"]),
                ("once", "true"), ("group", "cultivation"), ("from", "2018-05-07"),
            ] + more)
    }

    private static let claims: Sketch = [
        "id": "claims", "name": "申请", "key": ["reward", "certificates"],
        "fields": [
            ["id": "asked", "name": "申请", "type": "amount", "unit": "万元", "merge": "first"],
            ["id": "approved", "name": "审定", "type": "amount", "unit": "万元"],
            ["id": "paid", "name": "拨付", "type": "amount", "unit": "万元"],
            ["id": "state", "name": "状态", "type": "option", "options": ["claimed", "rejected"]],
        ],
        "workflow": [
            "field": "state", "initial": "claimed",
            "transitions": [["from": ["claimed"], "to": "rejected", "by": ["reviewer"], "reason": "true"]],
        ],
    ]

    /// Three kinds of certificate, worth 15, 30 and 50.
    private static func document(_ settings: Sketch = [:], _ more: [Sketch] = []) -> Sketch {
        RecordPlan.document
            .with("collections.1.fields.1.options", ["sme", "high_tech", "giant", "leader"])
            .with("collections.9", claims)
            .with(
                "rewards",
                [
                    "rules": .list(
                        [rule("r1", "high_tech", "15"), rule("r2", "giant", "30"), rule("r3", "leader", "50")] + more),
                    "settings": settings,
                    "claims": [
                        [
                            "collection": "claims", "asked": "asked", "approved": "approved", "paid": "paid",
                            "refused": ["rejected"],
                        ]
                    ],
                ])
    }

    private func plan(_ settings: Sketch = [:], _ more: [Sketch] = []) throws -> Plan {
        try SamplePlan.plan(Self.document(settings, more))
    }

    private func table(_ certificates: [(key: String, track: String, day: String)]) throws -> FigureTable {
        var table = FigureTable()
        for one in certificates {
            try table.record(
                "xiping", "certificates", one.key,
                ["company": "c1", "track": one.track, "valid_from": one.day, "state": "in_force"])
        }
        return table
    }

    private func due(_ plan: Plan, _ table: FigureTable) throws -> [String: String] {
        let period = try #require(plan.periods.all.last)
        let entries = RewardBook(plan: plan, figures: table, period: period).entries
        return Dictionary(entries.map { ($0.key, $0.due.shown(2)) }, uniquingKeysWith: { one, _ in one })
    }

    private static let rising: [(key: String, track: String, day: String)] = [
        ("a", "high_tech", "2018-09-01"), ("b", "giant", "2019-06-01"), ("c", "leader", "2020-03-01"),
    ]

    @Test(
        "What a lower reward does to the higher ones that follow is a setting of the plan",
        arguments: [
            ("deduct", "plan", ["15", "15", "20"]), ("pay_full", "plan", ["15", "30", "50"]),
            ("exclude", "plan", ["15", "0", "0"]), ("deduct", "matter", ["15", "30", "50"]),
            ("deduct", "year", ["15", "30", "50"]),
        ])
    func settings(lower: String, scope: String, expected: [String]) throws {
        let plan = try plan(["on_lower_paid": .text(lower), "dedup_scope": .text(scope)])
        let found = try due(plan, try table(Self.rising))
        #expect(["r1:a", "r2:b", "r3:c"].map { found[$0] } == expected)
    }

    @Test("On one day, or when the higher came first, the higher standard is due and the lower is not")
    func highest() throws {
        let sameDay = try table([("a", "high_tech", "2019-03-01"), ("b", "leader", "2019-03-01")])
        #expect(try due(try plan(), sameDay) == ["r1:a": "0", "r3:b": "50"])
        let higherFirst = try table([("a", "high_tech", "2019-09-01"), ("b", "leader", "2019-03-01")])
        #expect(try due(try plan(), higherFirst) == ["r1:a": "0", "r3:b": "50"])
    }

    @Test("A renewal brings nothing, nor what came before the rule; a first recognition before it is still the first")
    func renewals() throws {
        let plan = try plan()
        let period = try #require(plan.periods.all.last)
        let table = try table([("a", "high_tech", "2018-05-06"), ("b", "high_tech", "2019-06-01")])
        let entries = RewardBook(plan: plan, figures: table, period: period).entries
        #expect(entries.map { $0.due.shown(2) } == ["0", "0"])
        let from = try CalendarDate("2018-05-07")
        #expect(entries.first?.standing == .beforeRule(from))
        let first = try RecordKey(collection: CollectionID("certificates"), key: "a")
        #expect(try entries.last?.standing == .renewal(of: first, TenantID("xiping"), CalendarDate("2018-05-06")))
    }

    @Test("Of two rules of one matter the newer that was in force on the day applies")
    func newest() throws {
        let newer = Self.rule("r1b", "high_tech", "20", [("matter", "r1")]).with("from", "2019-07-01")
        let plan = try plan([:], [newer])
        #expect(try due(plan, try table([("a", "high_tech", "2019-06-30")])) == ["r1:a": "15", "r1b:a": "0"])
        #expect(try due(plan, try table([("a", "high_tech", "2019-07-01")])) == ["r1:a": "0", "r1b:a": "20"])
    }

    @Test(
        "A certificate that is not in force, one without its day, and a refused claim bring nothing, each by its name")
    func nothingDue() throws {
        let plan = try plan()
        let period = try #require(plan.periods.all.last)
        var table = try table([("a", "high_tech", "2019-06-01"), ("b", "giant", "2019-06-02")])
        try table.insert("xiping", "certificates", "a", "state", .text("revoked"))
        try table.record("xiping", "certificates", "c", ["company": "c2", "track": "leader", "state": "in_force"])
        try table.record("xiping", "claims", "r2:b", ["asked": "30", "state": "rejected"])
        let entries = RewardBook(plan: plan, figures: table, period: period).entries
        let day = try FieldID("valid_from")
        #expect(entries.map(\.standing) == [.lapsed, .refused, .unclear([day])])
        #expect(entries.allSatisfy { $0.due.isZero })
        #expect(entries.map { $0.claim?.isMade } == [false, true, false])
    }

    @Test("What is due does not depend on the order in which records arrive, and is never more than the highest")
    func order() throws {
        var random = SplitMix64(seed: 13)
        for lower in ["deduct", "exclude"] {
            let plan = try plan(["on_lower_paid": .text(lower)])
            for _ in 0..<50 {
                let some = (0..<5).map { index in
                    (
                        key: "k\(index)", track: ["high_tech", "giant", "leader"].randomElement(using: &random) ?? "",
                        day: "20\(Int.random(in: 18...20, using: &random))-0\(Int.random(in: 6...9, using: &random))-01"
                    )
                }
                let one = try due(plan, try table(some))
                #expect(try due(plan, try table(some.shuffled(using: &random))) == one)
                let sum = try one.values.reduce(Rational.zero) { try $0 + Rational($1) }
                #expect(sum <= Rational(50))
            }
        }
    }

    @Test(
        "The plan check names what is wrong with a reward and what was probably meant",
        arguments: [
            ("rewards.rules.0.of", "certificate", "did you mean 'certificates'?"),
            ("rewards.rules.0.day", "track", "is not a day"),
            ("rewards.rules.0.where", "trak = \"sme\"", "did you mean 'track'?"),
            ("rewards.rules.0.where", "track", "A condition is expected here"),
            ("rewards.rules.0.recipient", "valid_from", "Who gets it is a name"),
            ("rewards.rules.0.until", "2018-01-01", "ends before it begins"),
            ("rewards.rules.0.amount.unit", "元", "The reward is in 元"),
            ("rewards.rules.0.amount.value", "viel", "is not a figure"),
            ("rewards.rules.0.amount.type", "fixd", "did you mean 'fixed'?"),
            ("rewards.rules.0.amont", "15", "did you mean 'amount'?"),
            ("rewards.rules.1.id", "r1", "is used twice"),
            ("rewards.rules.1.matter", "r1", "about one matter and begin on one day"),
            ("rewards.settings.on_lower_paid", "deducts", "did you mean 'deduct'?"),
            ("rewards.claims.0.collection", "claim", "did you mean 'claims'?"),
            ("rewards.claims.0.asked", "state", "is not an amount"),
            ("rewards.claims.0.refused.0", "rejectd", "did you mean 'rejected'?"),
        ])
    func faults(path: String, value: String, expected: String) throws {
        let document = Self.document(["on_lower_paid": "deduct"]).with(path, .text(value)).node
        let error = try #require(throws: PlanFileError.self) { try PlanReader.read(document) }
        #expect(error.faults.contains { $0.description.contains(expected) }, "\(error.faults)")
    }

    /// Claims whose payments are records of their own.
    private static func paying() -> Sketch {
        document()
            .with(
                "collections.10",
                [
                    "id": "payments", "name": "拨付", "append_only": "true",
                    "fields": [
                        ["id": "claim", "name": "申请", "type": "reference", "to": "claims"],
                        ["id": "amount", "name": "金额", "type": "amount", "unit": "万元"],
                        ["id": "day", "name": "日期", "type": "date"],
                        ["id": "voucher", "name": "凭证", "type": "text"],
                        ["id": "corrects", "name": "更正", "type": "reference", "to": "payments"],
                    ],
                ]
            )
            .with("rewards.claims.0.paid", nil)
            .with(
                "rewards.claims.0.payments",
                [
                    "collection": "payments", "claim": "claim", "amount": "amount", "day": "day", "voucher": "voucher",
                    "corrects": "corrects", "settled": "rejected",
                ])
    }

    @Test("Payments of a claim sum to what was paid, in whatever order they come; a correction takes some of it back")
    func payments() throws {
        let plan = try SamplePlan.plan(Self.paying())
        let period = try #require(plan.periods.all.last)
        var random = SplitMix64(seed: 3)
        let all = [
            ("p1", "10", "2019-11-01", "2019-7", nil), ("p2", "25", "2019-12-01", "2019-9", nil),
            ("p3", "-5", "2020-01-05", "2020-1", "p2"),
        ]
        for _ in 0..<10 {
            var table = try table([("b", "giant", "2019-06-01")])
            try table.record("xiping", "claims", "r2:b", ["asked": "30", "approved": "30"])
            for (key, amount, day, voucher, corrects) in all.shuffled(using: &random) {
                var fields = ["claim": "r2:b", "amount": amount, "day": day, "voucher": voucher]
                fields["corrects"] = corrects
                try table.record("xiping", "payments", key, fields)
            }
            // Of another unit, and for another claim.
            try table.record("pingyu", "payments", "p4", ["claim": "r2:b", "amount": "99"])
            try table.record("xiping", "payments", "p5", ["claim": "r2:c", "amount": "99"])
            let entry = try #require(RewardBook(plan: plan, figures: table, period: period).entries.first)
            #expect(entry.claim?.paid == Rational(30) && entry.payable.isZero && !entry.isPartlyPaid)
            #expect(entry.claim?.payments.map(\.record.key) == ["p1", "p2", "p3"])
            #expect(entry.claim?.payments.last?.corrects == "p2")
            try table.record("xiping", "payments", "p6", ["claim": "r2:b", "amount": "-30", "corrects": "p2"])
            let back = try #require(RewardBook(plan: plan, figures: table, period: period).entries.first)
            #expect(back.claim?.paid == .zero && back.payable == Rational(30) && back.open == Rational(30))
        }
    }

    @Test("A plan that keeps one payment in the claim has it as its only payment, with its day")
    func onePayment() throws {
        let document = Self.document().with("collections.4.fields.9", ["id": "on", "name": "日期", "type": "date"])
            .with("rewards.claims.0.paid_on", "on")
        let plan = try SamplePlan.plan(document)
        var table = try table([("b", "giant", "2019-06-01")])
        try table.record("xiping", "claims", "r2:b", ["asked": "30", "paid": "12", "on": "2019-12-20"])
        let period = try #require(plan.periods.all.last)
        let claim = RewardBook(plan: plan, figures: table, period: period).entries.first?.claim
        #expect(claim?.paid == Rational(12))
        #expect(try claim?.payments.map(\.day) == [CalendarDate("2019-12-20")])
    }

    @Test(
        "What is wrong with payments is told",
        arguments: [
            ("rewards.claims.0.payments.collection", "claims", "has to be a collection with 'append_only: true'"),
            ("rewards.claims.0.payments.collection", "payment", "did you mean 'payments'?"),
            ("rewards.claims.0.payments.claim", "corrects", "'corrects' does not refer to a record of 'claims'."),
            ("rewards.claims.0.payments.corrects", "claim", "'claim' does not refer to a record of 'payments'."),
            ("rewards.claims.0.payments.amount", "voucher", "'voucher' is not an amount."),
            ("rewards.claims.0.payments.day", "amount", "'amount' is not a day."),
            ("rewards.claims.0.payments.voucher", "day", "'day' is not a text."),
            ("rewards.claims.0.payments.settled", "rejectd", "did you mean 'rejected'?"),
            ("rewards.claims.0.payments.vouchr", "x", "did you mean 'voucher'?"),
            ("rewards.claims.0.paid", "paid", "kept in 'paid' or under 'payments', not in both"),
            ("collections.5.fields.1.unit", "元", "'amount' of 'payments' is in 元"),
        ])
    func paymentFaults(path: String, value: String, expected: String) throws {
        let document = Self.paying().with(path, .text(value)).node
        let error = try #require(throws: PlanFileError.self) { try PlanReader.read(document) }
        #expect(error.faults.contains { $0.description.contains(expected) }, "\(error.faults)")
        #expect(error.faults.allSatisfy { $0.sentence(chinese: true) != $0.message }, "\(error.faults)")
    }

    @Test("Without claims a rule is computed all the same, with a warning")
    func noClaims() throws {
        let reading = try PlanReader.read(Self.document().with("rewards.claims", nil).node)
        #expect(reading.warnings.filter { $0.message.contains("No claims are kept") }.count == 3)
        #expect(reading.plan.rewards.rules.count == 3)
    }

    @Test("A claim's key names a reward of the plan")
    func keys() throws {
        let plan = try plan()
        let claims = try #require(plan.collection(try CollectionID("claims")))
        #expect(plan.keyFault("r1:a", of: claims) == nil)
        #expect(plan.keyFault("r9:a", of: claims)?.en.contains("r1, r2, r3 are") == true)
    }
}
