import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Versions of targets and weights")
struct TargetVersionTests {
    private let plan: Plan

    init() throws { plan = try SamplePlan.plan() }

    private func period(_ id: String) throws -> Period { try #require(plan.periods.period(id)) }

    private func indicator(_ id: String) throws -> Indicator {
        try #require(plan.indicators.first { $0.id.rawValue == id })
    }

    private func figure(
        _ id: String, _ tenant: String, _ period: String, _ table: FigureTable
    ) throws -> IndicatorFigure {
        Aggregate(plan: plan, figures: table).figure(
            try indicator(id), of: try TenantID(tenant), in: try self.period(period))
    }

    @Test("Each field takes the newest version that begins no later; what a version leaves out stays")
    func newest() throws {
        var table = FigureTable()
        // In any order of arrival.
        try table.insert("xiping", "targets", "g07:201909B", "baseline", .text("7"))
        try table.insert("xiping", "targets", "g07:201905B", "target", .text("12"))
        try table.insert("xiping", "targets", "g07:2019", "baseline", .text("5"))
        try table.insert("xiping", "targets", "g07:2019", "target", .text("9"))
        try table.insert("xiping", "targets", "g07:2020", "target", .text("99"))
        for month in ["201905B", "201907B", "201909B", "201911B"] {
            try table.insert("xiping", "values", month, "g07", .text("10"))
        }
        let found = try ["201903B", "201905B", "201907B", "201909B"].map { try figure("g07", "xiping", $0, table) }
        #expect(found.map { $0.target?.shown(0) } == ["9", "12", "12", "12"])
        #expect(found.map { $0.since?.rawValue } == [nil, "201905B", "201905B", "201905B"])
        // Due: 5 + (12 - 5) / 4, the same, and from the baseline 7 half of 5.
        #expect(found.map { $0.due?.shown(2) } == [nil, "6.75", "6.75", "9.5"])
        #expect(try figure("g07", "xiping", "202001B", table).target == Rational(99))
        try table.insert("xiping", "targets", "g07:201905B", "target", nil)
        #expect(try figure("g07", "xiping", "201907B", table).target == Rational(9), "taken away again")
    }

    @Test("What does not apply from a period on counted before, and counts again where a later version says so")
    func applies() throws {
        var table = FigureTable()
        try table.insert("xiping", "targets", "g12:201903B", "applies", .flag(false))
        try table.insert("xiping", "targets", "g12:201909B", "applies", .flag(true))
        let states = try ["201901B", "201903B", "201907B", "201909B"].map {
            try figure("g12", "xiping", $0, table).state
        }
        #expect(states == [.missing, .notApplicable, .notApplicable, .missing])
    }

    @Test("The year ends with its last version")
    func yearEnd() throws {
        let sketch = SamplePlan.document.with("ranking.year_end", ["periods": "40", "final": "60"])
        let plan = try SamplePlan.plan(sketch)
        var table = FigureTable()
        try table.insert("xiping", "values", "201911B", "g13", .text("50"))
        try table.insert("xiping", "targets", "g13:2019", "target", .text("50"))
        try table.insert("xiping", "targets", "g13:201911B", "target", .text("100"))
        let judged = try #require(YearEnd(plan: plan, year: 2019)).units(rankings: [:], figures: table)
        let entry = judged.first { $0.tenant.rawValue == "xiping" }?.entries.first {
            $0.figure.indicator.rawValue == "g13"
        }
        #expect(entry?.counted == Rational(1) / Rational(2) && entry?.figure.since?.rawValue == "201911B")
    }

    @Test("A published ranking tells its versions and reads back the same; without versions it is written as ever")
    func published() throws {
        var table = try FigureTable(UnitFigures.example, period: "201907B")
        let july = try period("201907B")
        let plain = PublishedRanking(plan, revision: 1, in: july, figures: table)
        try table.insert("xiping", "targets", "g13:201907B", "target", .text("100"))
        let ranking = PublishedRanking(plan, revision: 1, in: july, figures: table)
        let text = try #require(ranking.text(of: try TenantID("xiping")))
        #expect(text.contains("\t201907B\n"))
        let read = try PublishedRanking(text: text)
        #expect(read.text(of: try TenantID("xiping")) == text)
        let entry = read.units.first?.parts[0].entries.first { $0.figure.indicator.rawValue == "g13" }
        #expect(entry?.figure.since?.rawValue == "201907B")
        #expect(plain.text(of: try TenantID("yicheng")) == ranking.text(of: try TenantID("yicheng")))
    }

    // MARK: Properties

    private static let loaded = "2018-12-15T00:00:00.000Z"

    @Test("Whatever is typed and when, a period keeps the target with which it opened", arguments: Seed.smoke)
    func keptTarget(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let loaded = try Timestamp(Self.loaded)
        let year = plan.periods.all.filter { $0.year == 2019 }
        for _ in 0..<30 {
            var cells: [CellKey: TargetFreeze.Held] = [:]
            var typed: [CellKey: FieldValue] = [:]
            var opened: [PeriodID: Rational] = [:]
            var taken = 0
            var day = 0
            while day < 380 {
                day += Int.random(in: 1...25, using: &random)
                let now = Timestamp(milliseconds: loaded.milliseconds + Int64(day) * 86_400_000)
                let table = try Self.table(typed)
                for period in year where plan.periods.start(of: period) <= now && opened[period.id] == nil {
                    opened[period.id] = try figure("g12", "xiping", period.id.rawValue, table).target
                }
                let from = (["2019"] + year.map(\.id.rawValue)).randomElement(using: &random) ?? "2019"
                let key = CellKey(
                    tenant: try TenantID("xiping"),
                    record: try RecordKey(collection: CollectionRule.targets, key: "g12:\(from)"),
                    field: try FieldID("target"))
                let value: FieldValue? =
                    Int.random(in: 0..<6, using: &random) == 0 ? nil : .text("\(Int.random(in: 1...4, using: &random))")
                // To type what stands there already writes nothing.
                guard typed[key] != value else { continue }
                let written = TargetFreeze.Held(value: value, since: now)
                let freeze = TargetFreeze(plan: plan, loaded: loaded, now: now)
                let frozen = freeze.period(
                    frozenFor: key, before: { cells[$0] }, after: { $0 == key ? written : cells[$0] })
                guard frozen == nil else { continue }
                taken += 1
                cells[key] = written
                typed[key] = value
            }
            let table = try Self.table(typed)
            for (period, target) in opened {
                #expect(try figure("g12", "xiping", period.rawValue, table).target == target)
            }
            // The ratio has a target of the plan itself, so every period opened with one; and edits were taken, too.
            #expect(opened.count == 6 && taken > 0)
        }
    }

    private static func table(_ cells: [CellKey: FieldValue]) throws -> FigureTable {
        var table = FigureTable()
        for (key, value) in cells { table.insert(key, value: value, disputed: false) }
        return table
    }

    @Test("A version that is typed in time takes effect from its period on, and not before", arguments: Seed.smoke)
    func effect(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let year = plan.periods.all.filter { $0.year == 2019 }
        for _ in 0..<30 {
            let base = try FigureTable(UnitFigures.example, period: "201907B")
            let from = try #require(year.randomElement(using: &random))
            var table = base
            try table.insert("xiping", "targets", "g13:\(from.id)", "target", .text("1000"))
            for period in year {
                let before = try figure("g13", "xiping", period.id.rawValue, base).target
                let after = try figure("g13", "xiping", period.id.rawValue, table).target
                #expect(after == (period.id < from.id ? before : Rational(1_000)))
            }
        }
    }

    @Test(
        "A revision that is taken changes the score of no period that had opened; its versions begin when they say",
        arguments: Seed.smoke)
    func keptScore(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let loaded = try Timestamp(Self.loaded)
        var (taken, refused) = (0, 0)
        for _ in 0..<60 {
            let now = Timestamp(
                milliseconds: loaded.milliseconds + Int64.random(in: 1...380, using: &random) * 86_400_000)
            let from = try #require(plan.periods.all.filter { $0.year == 2019 }.randomElement(using: &random))
            let more = Int.random(in: 0...9, using: &random)
            let revised = try SamplePlan.plan(Self.shifted(by: more, from: Bool.random(using: &random) ? from.id : nil))
            let isFree = PlanFreeze(present: plan, loaded: loaded, now: now).faults(of: revised).isEmpty
            if isFree { taken += 1 } else { refused += 1 }
            var isSame = true
            for period in plan.periods.all where plan.periods.start(of: period) <= now {
                guard loaded < plan.periods.start(of: period) else { continue }
                let table = try FigureTable(UnitFigures.example, period: period.id.rawValue)
                let scores = [plan, revised].map { Ranking(plan: $0, figures: table).units(in: period).map(\.score) }
                isSame = isSame && scores[0] == scores[1]
            }
            #expect(isSame || !isFree)
            let isOther = plan.periods.all.contains { period in
                let start = plan.periods.start(of: period)
                return loaded < start && start <= now
                    && plan.indicators(in: period).map(\.weight) != revised.indicators(in: period).map(\.weight)
            }
            #expect(isFree != isOther)
            if let first = revised.indicators.first?.versions.first {
                #expect(revised.indicators[0].at(from).weight == Amount(15 + more) && first.from == from.id)
                #expect(try revised.indicators[0].at(period("201811B")).weight == Amount(15))
            }
        }
        #expect(taken > 0 && refused > 0)
    }

    /// The plan with weight that moves from the yearly indicator to the first, at once or from a period on.
    private static func shifted(by more: Int, from: PeriodID?) -> Sketch {
        guard more > 0 else { return SamplePlan.document }
        let (first, last) = (Sketch(stringLiteral: "\(15 + more)"), Sketch(stringLiteral: "\(60 - more)"))
        guard let from else {
            return SamplePlan.document.with("indicators.0.weight", first).with("indicators.4.weight", last)
        }
        let begin = Sketch(stringLiteral: from.rawValue)
        return SamplePlan.document.with("indicators.0.changes", [["from": begin, "weight": first]])
            .with("indicators.4.changes", [["from": begin, "weight": last]])
    }
}
