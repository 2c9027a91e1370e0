import PlanSyncCore
import Testing

@Suite("Versions in a plan file")
struct PlanVersionTests {
    private let sketch = SamplePlan.document

    @Test("A version changes what it names from its period on, and keeps the rest")
    func versions() throws {
        let plan = try SamplePlan.plan(
            sketch.with(
                "indicators.0.changes",
                [
                    ["from": "201905B", "path": ["0", "0", "0", "0", "0", "1"]],
                    ["from": "202001B", "weight": "25", "calendar": "yearly"],
                ]
            ).with("indicators.4.changes", [["from": "202001B", "weight": "50"]])
                .with("ranking.changes", [["from": "202001B", "shares": ["t": "80", "m": "10"]]]))
        func at(_ id: String) throws -> (Indicator, [String]) {
            let period = try #require(plan.periods.period(id))
            return (plan.indicators[0].at(period), plan.ranking.components(in: period).map(\.share.description))
        }
        let found = try ["201903B", "201905B", "201911B", "202001B"].map(at)
        #expect(found.map(\.0.weight) == [Amount(15), Amount(15), Amount(15), Amount(25)])
        #expect(found.map { $0.0.path[2].shown(2) } == ["0.25", "0", "0", "0"])
        #expect(found.map(\.0.calendar) == [.everyPeriod, .everyPeriod, .everyPeriod, .yearly])
        #expect(found.map(\.0.weightSince?.rawValue) == [nil, nil, nil, "202001B"])
        #expect(found.map(\.1) == [["70", "20", "10"], ["70", "20", "10"], ["70", "20", "10"], ["80", "10", "10"]])
    }

    @Test(
        "What is wrong with a version is told with its place",
        arguments: [
            ([["from": "201906B", "weight": "15"]], "Two-month periods begin in odd months: 201905B or 201907B?"),
            ([["from": "202101B", "weight": "15"]], "'202101B' is not a period of this plan"),
            ([["weight": "15"]], "'from' is missing."),
            ([["from": "201905B"]], "This changes nothing"),
            ([["from": "201905B", "wieght": "15"]], "'wieght' is not known here; did you mean 'weight'?"),
            (
                [["from": "201905B", "weight": "16"]],
                "From 201905B on the weights of the indicators sum to 101, not to 100."
            ),
            (
                [["from": "201907B", "weight": "15"], ["from": "201905B", "weight": "15"]],
                "201905B does not come after 201907B."
            ),
            ([["from": "201905B", "path": ["1/2", "1"]]], "The path has 2 shares; 6 periods make a year."),
        ] as [(Sketch, String)])
    func faults(changes: Sketch, sentence: String) throws {
        let faults = SamplePlan.faults(sketch.with("indicators.0.changes", changes))
        #expect(faults.contains { $0.message.contains(sentence) && $0.place.line > 0 }, "\(faults)")
        for fault in faults { #expect(fault.sentence(chinese: true) != fault.message, "\(fault.message)") }
    }

    @Test("Shares from a period on sum to 100, too")
    func shares() throws {
        let faults = SamplePlan.faults(
            sketch.with("ranking.changes", [["from": "201905B", "shares": ["t": "80", "x": "1"]]]))
        #expect(faults.map(\.message).contains("The shares of the components sum to 110, not to 100."))
        #expect(faults.contains { $0.message.hasPrefix("'x' is not known here") })
    }

    @Test(
        "What a revision changes of an opened period is told with its line, in both languages",
        arguments: [
            ("indicators.0.weight", "16", "'weight' of the indicator 'g07' stands since 201901B opened (15)"),
            ("indicators.0.path", nil, "'path' of the indicator 'g07' stands since 201901B opened"),
            (
                "indicators.1.target.value", "3",
                "'target' of the indicator 'g12' stands since 201901B opened (2, 2020-12-31)"
            ),
            ("indicators.0.calendar", "yearly", "'calendar' of the indicator 'g07' stands since 201901B opened"),
            ("ranking.components.0.share", "69", "'components' of the ranking stands since 201901B opened"),
            ("indicators.4.id", "g99", "'weight' of the indicator 'g99' stands since 201901B opened (0)"),
        ] as [(String, Sketch?, String)])
    func frozen(path: String, value: Sketch?, sentence: String) throws {
        var changed = sketch.with(path, value)
        // Another that takes up the difference, so that the plan holds.
        if path.hasSuffix("weight") { changed = changed.with("indicators.4.weight", "59") }
        if path.hasSuffix("share") { changed = changed.with("ranking.components.2.share", "11") }
        let freeze = PlanFreeze(
            present: try SamplePlan.plan(sketch), loaded: try Timestamp("2018-12-01T00:00:00.000Z"),
            now: try Timestamp("2019-03-10T00:00:00.000Z"))
        let revision = try SamplePlan.plan(changed)
        let fault = try #require(freeze.faults(of: revision).first)
        #expect(fault.message.contains(sentence), "\(fault.message)")
        #expect(fault.message.contains("from: 201905B"))
        #expect(fault.place.line > 0 && revision.document.place(of: fault.path).line > 0)
        #expect(
            fault.sentence(chinese: true).contains("已冻结") && fault.sentence(chinese: true).contains("from: 201905B"))
    }

    @Test("An indicator that counts is kept; one without a weight may go")
    func gone() throws {
        let present = try SamplePlan.plan(sketch)
        let idle = sketch.with("indicators.5", ["id": "x1", "name": "x", "kind": "flow", "numerator": "g13"])
        let times = (try Timestamp("2018-12-01T00:00:00.000Z"), try Timestamp("2019-03-10T00:00:00.000Z"))
        let without = try SamplePlan.plan(sketch.with("indicators.3", nil).with("indicators.3.weight", "69"))
        let faults = PlanFreeze(present: present, loaded: times.0, now: times.1).faults(of: without).map(\.message)
        #expect(faults.contains { $0.hasPrefix("The indicator 'g02' counts in 201901B, which has opened; keep it") })
        let free = PlanFreeze(present: try SamplePlan.plan(idle), loaded: times.0, now: times.1)
        #expect(free.faults(of: present).isEmpty)
    }
}
