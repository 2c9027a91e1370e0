import GRDB
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Testing

@testable import PlanSyncClient

@Suite("A snapshot over the cells of before")
struct SnapshotTests {
    private static let periods = ["201901B", "201903B", "201905B", "201907B", "201909B", "201911B"]
    private static let names = ["centres", "spending", "gdp", "visits"]

    private static func cells(_ bench: Bench, _ value: String) throws -> [PublicCell] {
        try periods.flatMap { period in
            try names.map { try bench.cell($0, value, seq: 1, record: period) }
        }
    }

    @Test("Of a snapshot over sound cells what differs alone is written")
    func differences() throws {
        let bench = try Bench.enrolled()
        try DatabaseQueue(path: bench.path).write {
            try $0.execute(
                sql: """
                    CREATE TABLE written(place TEXT);
                    CREATE TRIGGER came AFTER INSERT ON cells BEGIN
                        INSERT INTO written VALUES (NEW.key || '/' || NEW.field); END;
                    CREATE TRIGGER went AFTER DELETE ON cells BEGIN
                        INSERT INTO written VALUES (OLD.key || '/' || OLD.field); END;
                    """)
        }
        let cells = try Self.cells(bench, "1")
        let before = Array(cells.dropLast())
        try bench.apply(before, after: nil, cursor: "c1", digest: Bench.digest(before))
        try bench.replica.dropCursor(of: try Bench.planID())
        let other = try bench.cell("spending", "2", seq: 2, record: "201901B")
        let now = [cells[0], other] + cells.dropFirst(3)
        let written = try DatabaseQueue(path: bench.path).read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM written") ?? 0
        }
        try bench.apply(Array(now.prefix(9)), after: nil, cursor: "p1", more: true)
        let effect = try bench.apply(Array(now.dropFirst(9)), after: "p1", cursor: "c2", digest: Bench.digest(now))
        #expect(effect == .applied(cells: now.count - 9))
        let places = try DatabaseQueue(path: bench.path).read {
            try String.fetchSet($0, sql: "SELECT place FROM written WHERE rowid > ?", arguments: [written])
        }
        #expect(places == ["201901B/spending", "201901B/gdp", "201911B/visits"])
        let held = try bench.replica.cells(of: try Bench.planID())
        #expect(Set(held.map(\.rev)) == Set(now.map(\.rev)) && held.count == now.count)
    }

    /// What one replica holds and has lost.
    private static func state(_ bench: Bench) throws -> [String] {
        let plan = try Bench.planID()
        let cells = try bench.replica.cells(of: plan).map { "\($0.key) \($0.value?.shown ?? "-") \($0.rev) \($0.seq)" }
        let lost = try bench.replica.lostCells().map { "lost \($0.key) \($0.rev) \($0.epoch)" }
        let view = try bench.view()
        let shown = view.fields.map { "shown \($0.key) \($0.value.value?.shown ?? "-")" }
        return (cells + lost + shown).sorted()
    }

    @Test(
        "A replica that knows what stands comes to the same as one that has just been opened",
        arguments: 1...6 as ClosedRange<UInt64>)
    func same(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let benches = [try Bench.enrolled(), try Bench.enrolled()]
        let all = try Self.cells(benches[0], "0")
        var cells = all
        for round in 1...8 {
            let isOther = random.happens(60)
            for bench in benches {
                if isOther { try bench.greet(try Bench.hello(epoch: "e\(round)")) }
                try bench.replica.dropCursor(of: try Bench.planID())
            }
            // The second one has to put the snapshot in the place of all that it has.
            try benches[1].reopen()
            cells = try all.compactMap { cell in
                if random.happens(10) { return nil }
                guard random.happens(20) else { return cells.first { $0.key == cell.key } ?? cell }
                return try benches[0].cell(
                    cell.key.field.rawValue, "\(random.below(99))", seq: UInt64(round), record: cell.key.record.key)
            }
            let first = random.below(cells.count)
            let epoch = try benches[0].replica.state().epoch ?? ""
            for bench in benches {
                try bench.apply(Array(cells.prefix(first)), after: nil, cursor: "p", more: true, epoch: epoch)
                try bench.apply(
                    Array(cells.dropFirst(first)), after: "p", cursor: "c\(round)", epoch: epoch,
                    digest: Bench.digest(cells))
            }
            #expect(try Self.state(benches[0]) == Self.state(benches[1]), "seed \(seed), round \(round)")
        }
    }
}
