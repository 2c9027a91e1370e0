import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Testing

@Suite("Cells and local view")
struct ViewTests {
    @Test("A page and its cursor are stored together, and a page for another cursor is set aside")
    func pages() throws {
        let bench = try Bench.enrolled()
        #expect(
            try bench.apply([try bench.cell("centres", "3", seq: 1)], after: nil, cursor: "c1") == .applied(cells: 1))
        #expect(try bench.apply([try bench.cell("centres", "9", seq: 2)], after: nil, cursor: "c9") == .stale)
        #expect(try bench.apply([], after: "c1", cursor: "c2", epoch: "e9") == .otherEpoch)
        #expect(try bench.replica.cursor(of: try Bench.planID()) == "c1")
        #expect(try bench.field("centres")?.value == .text("3"))
    }

    @Test("A snapshot replaces the cells only when its last page has come")
    func snapshot() throws {
        let bench = try Bench.enrolled()
        let old = [try bench.cell("centres", "3", seq: 5), try bench.cell("spending", "10", seq: 6)]
        try bench.apply(old, after: nil, cursor: "c1")
        let plan = try Bench.planID()
        try bench.replica.dropCursor(of: plan)
        try bench.apply([try bench.cell("centres", "1", seq: 1)], after: nil, cursor: "s1", more: true)
        #expect(try bench.field("centres")?.value == .text("3"))
        #expect(try bench.field("spending")?.value == .text("10"))
        try bench.apply([], after: "s1", cursor: "s2")
        #expect(try bench.field("centres")?.value == .text("1"))
        #expect(try bench.field("spending") == nil)
        #expect(try bench.replica.cells(of: plan).count == 1)
    }

    @Test("One cell is found at its place; the mark of the rows moves with each change of one, and with nothing else")
    func oneCell() throws {
        let bench = try Bench.enrolled()
        let plan = try Bench.planID()
        let cells = [try bench.cell("centres", "3", seq: 1), try bench.cell("spending", "10", seq: 2)]
        try bench.apply(cells, after: nil, cursor: "c1")
        let before = try bench.replica.rowMark()
        #expect(try bench.replica.cell(at: cells[1].key, of: plan) == cells[1])
        #expect(try bench.replica.cell(at: try Bench.key("visits"), of: plan) == nil)
        #expect(try bench.replica.heldCount() == 0 && bench.replica.rowMark() == before)
        let change = try bench.set("visits=1")
        #expect(try bench.replica.heldCount() == 1 && bench.replica.rowMark() != before)
        try bench.acknowledge(change, seq: 3)
        try bench.set("visits=2")
        let counts = try bench.replica.counts()
        #expect(try counts.pending == 1 && counts.retained == 1 && bench.replica.heldCount() == 2)
    }

    @Test("The kept view is the one that is computed anew, whatever comes in", arguments: 0..<20)
    func kept(seed: UInt64) throws {
        let bench = try Bench.enrolled()
        var random = SplitMix64(seed: seed)
        var cursor: String?
        for step in 1...12 {
            switch random.below(6) {
            case 0: _ = try bench.set("centres=\(step)")
            case 1 where cursor != nil:
                try bench.replica.dropCursor(of: try Bench.planID())
                cursor = nil
            case 2:
                try bench.apply(ViewTests.conflict(bench), after: cursor, cursor: "c\(step)")
                cursor = "c\(step)"
            default:
                let names = ["centres", "spending", "gdp", "visits"]
                let cells = try (0...random.below(3)).map { _ in
                    let cell = try bench.cell(names[random.below(4)], "\(step)", seq: UInt64(step))
                    guard random.below(4) == 0 else { return cell }
                    return PublicCell(
                        key: cell.key, value: nil, rev: cell.rev, seq: cell.seq, by: cell.by, author: "", at: cell.at,
                        deleted: true)
                }
                let more = random.below(4) == 0
                try bench.apply(cells, after: cursor, cursor: "c\(step)", more: more)
                cursor = "c\(step)"
            }
            let kept = try bench.view()
            let anew = try bench.reopened().view(of: try Bench.planID())
            #expect(kept.fields == anew.fields)
            #expect(kept.conflicts == anew.conflicts)
            #expect(kept.pendingCount == anew.pendingCount)
        }
    }

    @Test("A pending edit lies over what is pulled, and each edit names the one before as its base")
    func rebase() throws {
        let bench = try Bench.enrolled()
        let first = try bench.cell("centres", "3", seq: 1)
        try bench.apply([first], after: nil, cursor: "c1")
        let one = try bench.set("centres=4")
        let two = try bench.set("centres=5")
        #expect(one.operations[0].base == [first.rev])
        #expect(one.operations[0].shown == .text("3"))
        #expect(two.operations[0].base == [one.id])
        #expect(two.operations[0].shown == .text("4"))
        try bench.apply([try bench.cell("centres", "7", seq: 2)], after: "c1", cursor: "c2")
        #expect(try bench.field("centres")?.value == .text("5"))
        #expect(try bench.field("centres")?.state == .pending)
        #expect(try bench.replica.outbox().map(\.change) == [one, two])
    }

    @Test("Pending additions count on top of whatever is pulled")
    func additions() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("visits", "3", seq: 1)], after: nil, cursor: "c1")
        try bench.save { editing throws(EditError) in try editing.add("values/201905B", ["visits=2"]) }
        try bench.save { editing throws(EditError) in try editing.add("values/201905B", ["visits=-1"]) }
        #expect(try bench.field("visits")?.value == .text("4"))
        try bench.apply([try bench.cell("visits", "10", seq: 2)], after: "c1", cursor: "c2")
        #expect(try bench.field("visits")?.value == .text("11"))
    }

    @Test("An acknowledged edit stays in sight until the pull behind it")
    func readYourWrites() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 1)], after: nil, cursor: "c1")
        let change = try bench.set("centres=4")
        try bench.acknowledge(change, seq: 2)
        #expect(try bench.field("centres")?.value == .text("4"))
        #expect(try bench.field("centres")?.state == .confirmed)
        #expect(try bench.field("centres")?.rev == change.id)
        try bench.apply([try bench.cell("centres", "8", seq: 3)], after: "c1", cursor: "c2")
        #expect(try bench.field("centres")?.value == .text("8"))
    }

    @Test("A merged edit shows the stored value and what was sent")
    func merged() throws {
        let bench = try Bench.enrolled()
        let cell = try bench.cell("centres", "3", seq: 1)
        try bench.apply([cell], after: nil, cursor: "c1")
        let change = try bench.set("centres=2")
        let result = OperationResult(.merged, value: .text("3"), reason: "superseded")
        try bench.acknowledge(change, seq: 2, [result])
        let field = try #require(try bench.field("centres"))
        #expect(field.value == .text("3"))
        #expect(field.state == .merged)
        #expect(field.sent == .text("2"))
        #expect(field.rev == cell.rev)
    }

    @Test("An open conflict disputes its field until a decision, which waits in the outbox like any edit")
    func conflict() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 1)] + (try Self.conflict(bench)), after: nil, cursor: "c1")
        let view = try bench.view()
        #expect(view.undecided.map(\.id) == ["c22"])
        #expect(try bench.field("centres")?.state == .conflict)
        #expect(try bench.field("centres")?.conflict == "c22")
        let aggregate = Aggregate(plan: view.plan, figures: view.figures)
        let figure = aggregate.figure(
            view.plan.indicators[0], of: try TenantID("suiping"), in: try #require(view.plan.periods.period("201905B")))
        #expect(figure.disputed)
        let change = try bench.save(note: "纸质报表为准") { editing throws(EditError) in
            try editing.resolve("c22", .value("5"))
        }
        #expect(change.operations[0].value == .text("value:5"))
        #expect(change.operations[0].base.isEmpty)
        #expect(change.note == "纸质报表为准")
        #expect(try bench.view().undecided.isEmpty)
        #expect(try bench.view().isDecisionPending("c22"))
    }

    static func conflict(_ bench: Bench) throws -> [PublicCell] {
        let fields = [
            "about": "values/201905B/centres", "state": "open", "ours": "3", "ours.from": bench.origin("d2", "李"),
            "theirs": "4", "theirs.from": bench.origin("d1", "王"),
        ]
        return try fields.sorted { $0.key < $1.key }.map { name, value in
            try bench.cell(name, value, seq: 1, record: "c22", collection: "conflicts")
        }
    }
}
