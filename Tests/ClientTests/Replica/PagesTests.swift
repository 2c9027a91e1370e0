import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Pages of a pull")
struct PagesTests {
    @Test("The pages of a pull are seen all at once, in the one that ends it")
    func allAtOnce() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "1", seq: 1)], after: nil, cursor: "c1")
        try bench.apply([try bench.cell("centres", "2", seq: 2)], after: "c1", cursor: "c2", more: true)
        #expect(try bench.field("centres")?.value == .text("1"))
        #expect(try bench.replica.cursor(of: try Bench.planID()) == "c1")
        #expect(try bench.replica.pullPlace(of: try Bench.planID()).cursor == "c2")
        try bench.apply([try bench.cell("spending", "5", seq: 3)], after: "c2", cursor: "c3")
        #expect(try bench.field("centres")?.value == .text("2"))
        #expect(try bench.field("spending")?.value == .text("5"))
        #expect(try bench.replica.cursor(of: try Bench.planID()) == "c3")
    }

    @Test("A pull that was cut off between its pages goes on where it was, also in another process")
    func resumed() throws {
        let bench = try Bench.enrolled()
        let one = try bench.cell("centres", "1", seq: 1)
        try bench.apply([one], after: nil, cursor: "s1", more: true)
        let other = try bench.reopened()
        defer { try? other.close() }
        let plan = try Bench.planID()
        #expect(try other.pullPlace(of: plan).cursor == "s1")
        #expect(try other.cells(of: plan).isEmpty)
        let two = try bench.cell("spending", "2", seq: 2)
        let page = SyncPull.Result(
            cells: [two], cursor: "s2", more: false, epoch: "e1", backedUp: nil, digest: Bench.digest([one, two]))
        #expect(try other.apply(page, of: plan, after: "s1") == .applied(cells: 1))
        #expect(try other.cells(of: plan) == [one, two])
    }

    @Test("A page that comes twice, or late, is set aside")
    func repeated() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "1", seq: 1)], after: nil, cursor: "s1", more: true)
        #expect(
            try bench.apply([try bench.cell("centres", "9", seq: 9)], after: nil, cursor: "s1", more: true) == .stale)
        try bench.apply([], after: "s1", cursor: "s2")
        #expect(try bench.apply([try bench.cell("centres", "9", seq: 9)], after: "s1", cursor: "s2") == .stale)
        #expect(try bench.field("centres")?.value == .text("1"))
    }

    @Test("A deletion takes the cell away, and leaves nothing behind in the replica")
    func deleted() throws {
        let bench = try Bench.enrolled()
        let cell = try bench.cell("centres", "1", seq: 1)
        try bench.apply([cell, try bench.cell("spending", "2", seq: 1)], after: nil, cursor: "c1")
        func tombstone(_ cell: PublicCell, seq: UInt64) -> PublicCell {
            PublicCell(
                key: cell.key, value: nil, rev: cell.rev, seq: seq, by: cell.by, author: cell.author, at: cell.at,
                deleted: true)
        }
        try bench.apply([tombstone(cell, seq: 2)], after: "c1", cursor: "c2", more: true)
        #expect(try bench.replica.cells(of: try Bench.planID()).count == 2)
        try bench.apply([], after: "c2", cursor: "c3")
        #expect(try bench.replica.cells(of: try Bench.planID()).map(\.key.field.rawValue) == ["spending"])
        let rest = try bench.replica.cells(of: try Bench.planID())
        try bench.apply([tombstone(rest[0], seq: 3)], after: "c3", cursor: "c4")
        #expect(try bench.replica.cells(of: try Bench.planID()).isEmpty)
    }

    @Test("What a ladder and a set remember is kept and read back")
    func lineage() throws {
        let bench = try Bench.enrolled()
        let ids = (0..<3).map { _ in ChangeID(now: bench.now, random: &bench.random) }.sorted()
        let plain = try bench.cell("centres", "1", seq: 1)
        let cell = PublicCell(
            key: plain.key, value: .members(["甲", "乙"]), rev: plain.rev, seq: 1, by: plain.by, author: "李\0明",
            at: plain.at, generation: 3, tags: ["甲": [ids[0], ids[1]], "乙": [ids[2]]])
        try bench.apply([cell], after: nil, cursor: "c1", digest: Bench.digest([cell]))
        #expect(try bench.replica.cells(of: try Bench.planID()) == [cell])
    }

    @Test("An answer that came in while a page was under way is not taken for pulled with it")
    func answeredMeanwhile() throws {
        let bench = try Bench.enrolled()
        let place = try bench.replica.pullPlace(of: try Bench.planID())
        let change = try bench.set("centres=4")
        try bench.acknowledge(change, seq: 2)
        let page = SyncPull.Result(cells: [], cursor: "c1", more: false, epoch: "e1", backedUp: nil)
        _ = try bench.replica.apply(page, of: try Bench.planID(), after: nil, answers: place.answers)
        #expect(try bench.replica.outbox().map(\.isPulled) == [false])
        #expect(try bench.field("centres")?.value == .text("4"))
    }
}
