import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Ranking")
struct RankingTests {
    private func ranked(
        _ units: [UnitFigures], _ sketch: Sketch = SamplePlan.document, period: String = "201905B"
    ) throws -> [RankedUnit] {
        let plan = try SamplePlan.plan(sketch)
        let place = try #require(plan.periods.period(period))
        return Ranking(plan: plan, figures: try FigureTable(units, period: period)).units(in: place)
    }

    @Test("The worked example has its four scores and ranks")
    func workedExample() throws {
        let units = try ranked(UnitFigures.example)
        #expect(units.map(\.tenant.rawValue) == ["yicheng", "xiping", "shangcai", "pingyu"])
        #expect(units.map(\.published) == ["103.50", "95.75", "78.00", "45.75"])
        #expect(units.map(\.rank) == [1, 2, 3, 4])
        #expect(units.allSatisfy { !$0.shared && $0.group == "counties" })
        let counted = try #require(units.first?.parts.first?.entries).map { $0.counted.shown(4) }
        #expect(counted == ["1.2", "1.05", "0.8", "0.9"])
        #expect(units.last?.parts.first?.entries.map { $0.counted.shown(4) } == ["0", "0.75", "0.8", "0.6667"])
    }

    @Test("What nothing is due in gives its share to the others, and points sum to the score")
    func shares() throws {
        for unit in try ranked(UnitFigures.example) {
            #expect(unit.parts.map { $0.score == nil } == [false, true, true])
            let entries = unit.parts[0].entries.reduce(Rational.zero) { $0 + $1.points }
            #expect(entries == unit.parts[0].points && unit.score == entries)
        }
    }

    @Test("What is missing counts 0 and is named")
    func missing() throws {
        let shangcai = try #require(try ranked(UnitFigures.example).first { $0.tenant.rawValue == "shangcai" })
        #expect(shangcai.missing.map(\.element.rawValue) == ["g12n"])
        let entry = try #require(shangcai.parts[0].entries.first { $0.figure.indicator.rawValue == "g12" })
        #expect(entry.figure.state == .missing && entry.points.isZero)
    }

    @Test("Equal published scores share a rank and the next is skipped")
    func ties() throws {
        var units = UnitFigures.example
        let model = units[1]
        units[2].targets = model.targets
        units[2].values = model.values
        let ranked = try ranked(units)
        #expect(ranked.map(\.tenant.rawValue) == ["yicheng", "shangcai", "xiping", "pingyu"])
        #expect(ranked.map(\.rank) == [1, 2, 2, 4])
        #expect(ranked.map(\.shared) == [false, true, true, false])
    }

    @Test("A difference that is not published makes no rank")
    func hiddenDifference() throws {
        var units = UnitFigures.example
        units[2].targets = units[1].targets
        units[2].values = units[1].values
        units[2].values["g12n"] = "880.01"
        let ranked = try ranked(units)
        #expect(ranked[1].published == ranked[2].published && ranked[1].score != ranked[2].score)
        #expect(ranked.map(\.rank) == [1, 2, 2, 4])
    }

    @Test("What does not apply to a unit is neutral for it and for the others")
    func notApplicable() throws {
        let plan = try SamplePlan.plan()
        let period = try #require(plan.periods.period("201905B"))
        var table = try FigureTable(UnitFigures.example)
        try table.insert("shangcai", "targets", "g12:2019", "applies", .flag(false))
        let units = Ranking(plan: plan, figures: table).units(in: period)
        let shangcai = try #require(units.first { $0.tenant.rawValue == "shangcai" })
        // (15 + 6 × 1.2 + 9) of 30.
        #expect(shangcai.published == "104.00" && shangcai.missing.isEmpty)
        #expect(units.first { $0.tenant.rawValue == "pingyu" }?.published == "45.75")
    }

    @Test("Nothing due, nothing ranked")
    func nothingDue() throws {
        let units = try ranked([])
        #expect(units.count == 4)
        let onlyRatios = try #require(units.first)
        // The ratios have the plan's own targets, so they are due and missing.
        #expect(onlyRatios.published == "0.00" && onlyRatios.missing.count == 4)
        let plan = try SamplePlan.plan(
            SamplePlan.document.with("indicators.1.target", nil).with("indicators.3.target", nil))
        let period = try #require(plan.periods.period("201905B"))
        let empty = Ranking(plan: plan, figures: FigureTable()).units(in: period)
        #expect(empty.allSatisfy { $0.rank == nil && $0.score == nil && $0.published == nil })
    }

    @Test("Stretch goals only add, at most their maximum")
    func stretch() throws {
        let extra: Sketch = [
            "id": "s1", "name": "力争", "kind": "flow", "numerator": "g13", "stretch": "true",
            "path": ["1", "1", "1", "1", "1", "1"],
        ]
        let sketch = SamplePlan.document.with("indicators.9", extra)
        var units = UnitFigures.example
        units[0].targets["s1"] = ("48", "0")
        units[1].targets["s1"] = ("80", "0")
        let ranked = try ranked(units, sketch)
        #expect(ranked.map(\.published) == ["105.50", "96.75", "78.00", "45.75"])
        #expect(ranked.map { $0.stretch.shown(2) } == ["2", "1", "0", "0"])
    }

    private func closed(_ units: [UnitFigures], _ reports: [String: String]) throws -> [RankedUnit] {
        let plan = try SamplePlan.plan(
            SamplePlan.document.with(
                "ranking.components.2.credit",
                [["days_late": "0", "credit": "1"], ["days_late": "3", "credit": "0.7"], ["credit": "0.2"]]))
        let period = try #require(plan.periods.period("201905B"))
        var table = try FigureTable(units)
        for (tenant, days) in reports {
            try table.insert(tenant, "submissions", "201905B", "state", .text("submitted"))
            try table.insert(tenant, "submissions", "201905B", "days_late", .text(days))
        }
        return Ranking(plan: plan, figures: table.closing(period)).units(in: period)
    }

    @Test("Reports earn their credit by the days that they are late; none that never came")
    func timeliness() throws {
        let reports = ["yicheng": "0", "xiping": "3", "shangcai": "4"]
        let units = try closed(UnitFigures.example, reports)
        let credit = Dictionary(
            uniqueKeysWithValues: units.map { ($0.tenant.rawValue, $0.parts[2].tally?.achieved.shown(2)) })
        #expect(credit == ["yicheng": "1", "xiping": "0.7", "shangcai": "0.2", "pingyu": "0"])
        let pingyu = try #require(units.first { $0.tenant.rawValue == "pingyu" })
        #expect(pingyu.missing.map(\.element.rawValue) == ["submissions"])
        // (70 × 95.75 + 10 × 70) / 80.
        #expect(units.first { $0.tenant.rawValue == "xiping" }?.published == "92.53")
    }

    @Test("A published ranking is read as it was written, exactly", arguments: Seed.smoke)
    func publishedText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let plan = try SamplePlan.plan()
        let period = try #require(plan.periods.period("201905B"))
        for _ in 0..<20 {
            var units = UnitFigures.example
            for index in units.indices {
                for element in units[index].values.keys where Bool.random(using: &random) {
                    units[index].values[element] =
                        Int.random(in: 0...9, using: &random) == 0
                        ? nil : "\(Int.random(in: 0...9_999, using: &random)).\(Int.random(in: 1...9, using: &random))"
                }
            }
            let figures = try FigureTable(units).closing(period)
            let ranking = PublishedRanking(plan, revision: 3, in: period, figures: figures)
            let read = try PublishedRanking(text: ranking.text)
            #expect(read.text == ranking.text && read.revision == 3 && read.period.rawValue == "201905B")
            #expect(read.differences(from: ranking).isEmpty)
            for unit in ranking.units {
                let own = try #require(ranking.text(of: unit.tenant))
                let back = try PublishedRanking(text: own)
                #expect(back.text(of: unit.tenant) == own)
                #expect(read.detailed(by: back).text(of: unit.tenant) == own)
                #expect(!ranking.text.contains("entry"), "figures are told to their unit alone")
            }
        }
    }

    @Test(
        "What is no ranking is refused with its line",
        arguments: [
            ("", 1), ("plansync-ranking/2\n", 1), ("plansync-ranking/1\nplan\tx\t1\nunit\tcity\n", 3),
            ("plansync-ranking/1\nplan\tx\t1\nperiod\t2019\treported\nunit\ta\tg\t1\t-\t1\t1/0\t0\t-\n", 4),
            ("plansync-ranking/1\nplan\tx\t1\nperiod\t2019\treported\nunit\ta\tg\t1\t-\t1\t1\t0\t-\npart\tt\n", 5),
        ])
    func faultyText(text: String, line: Int) {
        let fault = #expect(throws: PublishedRanking.Fault.self) { try PublishedRanking(text: text) }
        #expect(fault?.line == line)
    }

    @Test("A fraction is read as it was written")
    func fractions() throws {
        for text in ["0", "7", "-7/3", "1/600000000000000000000000000000000000001"] {
            #expect(Rational(fraction: text)?.fraction == text)
        }
        #expect((try Rational("0.25")).fraction == "1/4" && Rational(fraction: "2/4")?.fraction == "1/2")
        for text in ["", "1/0", "1/-2", "a", "1/2/3", "1.5", "/"] {
            #expect(Rational(fraction: text) == nil, "\(text)")
        }
    }

    @Test("An open conflict marks every score that depends on it")
    func disputed() throws {
        let plan = try SamplePlan.plan()
        let period = try #require(plan.periods.period("201905B"))
        var table = try FigureTable(UnitFigures.example)
        try table.insert("xiping", "values", "201905B", "g13", .text("40"), disputed: true)
        let units = Ranking(plan: plan, figures: table).units(in: period)
        #expect(units.filter(\.disputed).map(\.tenant.rawValue) == ["xiping"])
    }

    @Test("Units are ranked within their own group")
    func groups() throws {
        let sketch = SamplePlan.document
            .with("groups", [["id": "counties", "name": "县"], ["id": "zones", "name": "区"]])
            .with("tenants.1.group", "zones")
        let units = try ranked(UnitFigures.example, sketch)
        #expect(units.map(\.tenant.rawValue) == ["xiping", "shangcai", "pingyu", "yicheng"])
        #expect(units.map(\.rank) == [1, 2, 3, 1])
    }

    @Test("A unit's own figure up never takes its score down", arguments: Seed.smoke)
    func monotone(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<40 {
            var units = UnitFigures.example
            let index = Int.random(in: 0..<units.count, using: &random)
            let element = ["g07", "g12n", "g13", "g02n"][Int.random(in: 0..<4, using: &random)]
            units[index].values[element] = "\(Int.random(in: 0...200, using: &random))"
            let before = try ranked(units)
            let old = Int(units[index].values[element] ?? "0") ?? 0
            units[index].values[element] = "\(old + Int.random(in: 1...50, using: &random))"
            let after = try ranked(units)
            for unit in before {
                let later = try #require(after.first { $0.tenant == unit.tenant })
                let (old, new) = (try #require(unit.score), try #require(later.score))
                if unit.tenant.rawValue == units[index].tenant {
                    #expect(old <= new)
                } else {
                    #expect(old == new)
                }
                #expect(new <= Rational(120))
            }
        }
    }

    @Test("Another unit of money, in figures and targets alike, changes no score", arguments: Seed.smoke)
    func unitInvariance(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            var units = UnitFigures.example
            for index in units.indices where units[index].values["g12n"] != nil {
                units[index].values["g12n"] = "\(Int.random(in: 1...5_000, using: &random))"
            }
            let before = try ranked(units)
            for index in units.indices {
                for element in ["g12n", "g12d"] { units[index].values[element]? += "0000" }
                units[index].targets["g13"]?.target += "00"
                units[index].values["g13"]? += "00"
            }
            #expect(try ranked(units).map(\.published) == before.map(\.published))
        }
    }
}
