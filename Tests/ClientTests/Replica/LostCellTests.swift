import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("What a restored server has lost")
struct LostCellTests {
    /// A replica that has seen two cells of others and one of its own, and whose server is restored then.
    private func restored() throws -> (Bench, lost: PublicCell, kept: PublicCell, own: Change) {
        let bench = try Bench.enrolled()
        let own = try bench.set("spending=5")
        try bench.acknowledge(own, seq: 3)
        let kept = try bench.cell("centres", "3", seq: 1)
        let lost = try bench.cell("visits", "8", seq: 2)
        let mine = PublicCell(
            key: try Bench.key("spending"), value: .text("5"), rev: own.id, seq: 3, by: try DeviceID("d1"),
            author: "王", at: own.at)
        try bench.apply([kept, lost, mine], after: nil, cursor: "c1")
        try bench.greet(try Bench.hello(epoch: "e2"))
        return (bench, lost, kept, own)
    }

    @Test("A value of another device that the new epoch no longer has is kept with its author")
    func kept() throws {
        let (bench, lost, kept, _) = try restored()
        let older = try bench.cell("visits", "6", seq: 2)
        try bench.apply([kept, older], after: nil, cursor: "n1", epoch: "e2")
        let cells = try bench.replica.lostCells()
        #expect(cells.map(\.rev) == [lost.rev])
        let cell = try #require(cells.first)
        #expect(cell.value == .text("8") && cell.current == .text("6") && cell.author == "李" && cell.epoch == "e1")
        #expect(cell.by.rawValue == "d2" && cell.at == lost.at)
        #expect(try bench.field("visits")?.value == .text("6"))
    }

    @Test("It leaves the list when its change comes back, and when a person drops it")
    func leaves() throws {
        let (bench, lost, _, _) = try restored()
        try bench.apply([], after: nil, cursor: "n1", epoch: "e2")
        #expect(try bench.replica.lostCells().count == 2)
        try bench.apply([lost], after: "n1", cursor: "n2", epoch: "e2")
        let rest = try bench.replica.lostCells()
        #expect(rest.map(\.key.field.rawValue) == ["centres"])
        #expect(try bench.replica.dropLost(try #require(rest.first).position))
        #expect(try !bench.replica.dropLost(99))
        #expect(try bench.replica.lostCells().isEmpty)
    }

    @Test("An ordinary snapshot and conflicts lose nothing")
    func ordinary() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 1)], after: nil, cursor: "c1")
        try bench.replica.dropCursor(of: try Bench.planID())
        try bench.apply([], after: nil, cursor: "c2")
        #expect(try bench.replica.lostCells().isEmpty)
        try bench.apply(try ViewTests.conflict(bench), after: "c2", cursor: "c3")
        try bench.greet(try Bench.hello(epoch: "e2"))
        try bench.apply([], after: nil, cursor: "n1", epoch: "e2")
        #expect(try bench.replica.lostCells().isEmpty)
    }

    @Test("A snapshot of the new epoch in pages that is cut off compares with the old cells all the same")
    func cutOff() throws {
        let (bench, lost, kept, _) = try restored()
        try bench.apply([kept], after: nil, cursor: "n1", more: true, epoch: "e2")
        #expect(try bench.field("visits")?.value == .text("8"))
        try bench.reopen()
        try bench.apply([], after: "n1", cursor: "n2", epoch: "e2")
        #expect(try bench.replica.lostCells().map(\.rev) == [lost.rev])
    }
}
