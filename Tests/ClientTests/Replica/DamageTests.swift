import Foundation
import GRDB
import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Testing

@Suite("Damage in a replica")
struct DamageTests {
    /// A replica with some cells, and those cells.
    private func bench() throws -> (Bench, [PublicCell]) {
        let bench = try Bench.enrolled()
        var cells = try (1...40).map { index in
            try bench.cell(
                ["centres", "spending", "gdp", "visits"][index % 4], "\(index)", seq: UInt64(index),
                record: "2019\(["01", "03", "05", "07", "09", "11"][(index / 4) % 6])B\(index / 24)")
        }
        cells += try ViewTests.conflict(bench)
        let tags = ["甲": [ChangeID(now: bench.now, random: &bench.random)]]
        let first = cells[0]
        cells[0] = PublicCell(
            key: first.key, value: .members(["甲"]), rev: first.rev, seq: first.seq, by: first.by, author: first.author,
            at: first.at, generation: 2, tags: tags)
        try bench.apply(cells, after: nil, cursor: "c1", digest: Bench.digest(cells))
        return (bench, cells.sorted { Self.place($0) < Self.place($1) })
    }

    private static func place(_ cell: PublicCell) -> String {
        [cell.key.tenant.rawValue, cell.key.record.collection.rawValue, cell.key.record.key, cell.key.field.rawValue]
            .joined(separator: "\u{1}")
    }

    /// Plays the server that has these cells, until the client has come to rest.
    private func synchronise(_ bench: Bench, _ cells: [PublicCell]) throws -> Conversation {
        let talk = try Conversation(bench)
        var steps = 0
        while let method = talk.method, steps < 40 {
            steps += 1
            switch method {
            case "session.hello":
                let state = try bench.replica.state()
                try talk.answer(method, try Bench.hello(lastNumber: state.chainNumber, head: state.chainHead))
            case "sync.digest": try talk.parts(cells)
            case "sync.pull":
                let params = try talk.params(SyncPull.Params.self)
                if let part = params.part {
                    let own = cells.filter {
                        $0.key.tenant == part.tenant && $0.key.record.collection == part.collection
                    }
                    let isFirst = params.cursor == nil
                    let half = own.count / 2
                    try talk.page(
                        isFirst ? Array(own.prefix(half)) : Array(own.dropFirst(half)), cursor: isFirst ? "p1" : "p2",
                        more: isFirst)
                } else {
                    try talk.page(
                        params.cursor == nil ? cells : [], cursor: "c\(steps)", digest: Bench.digest(cells))
                }
            default:
                Issue.record("\(method)")
                return talk
            }
        }
        return talk
    }

    private func raw(_ bench: Bench, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: bench.path)
        try queue.write(body)
        try queue.close()
    }

    private static let damages = [
        "UPDATE cells SET value = CAST('\"999\"' AS BLOB) WHERE seq = 7", "UPDATE cells SET value = NULL WHERE seq = 7",
        "UPDATE cells SET value = x'22FF22' WHERE seq = 7", "UPDATE cells SET value = 'text' WHERE seq = 7",
        "UPDATE cells SET rev = 'broken' WHERE seq = 7", "UPDATE cells SET seq = 8 WHERE seq = 7",
        "UPDATE cells SET seq = -9223372036854775801 WHERE seq = 7", "UPDATE cells SET by = 'd3' WHERE seq = 7",
        "UPDATE cells SET by = 'D2' WHERE seq = 7", "UPDATE cells SET author = x'E69D8D' WHERE seq = 7",
        "UPDATE cells SET author = x'FF' WHERE seq = 7", "UPDATE cells SET at = at + 1 WHERE seq = 7",
        "UPDATE cells SET at = 9223372036854775807 WHERE seq = 7", "UPDATE cells SET generation = 1 WHERE seq = 7",
        "UPDATE cells SET generation = -9223372036854775808 WHERE seq = 7",
        "UPDATE cells SET tags = x'00' WHERE seq = 7", "UPDATE cells SET tags = NULL WHERE tags IS NOT NULL",
        "UPDATE cells SET tenant = 'xiping' WHERE seq = 7", "UPDATE cells SET tenant = 'SUIPING' WHERE seq = 7",
        "UPDATE cells SET collection = 'valuez' WHERE seq = 7", "UPDATE cells SET key = '201913B' WHERE seq = 7",
        "UPDATE cells SET field = 'centrez' WHERE seq = 7", "UPDATE cells SET plan = 'plam' WHERE seq = 7",
        "DELETE FROM cells WHERE seq = 7", "DELETE FROM cells",
        """
        INSERT INTO cells(plan, tenant, collection, key, field, rev, seq, by, author, at, generation)
        SELECT plan, tenant, collection, 'more', field, rev, seq, by, author, at, generation FROM cells WHERE seq = 7
        """,
    ]

    @Test("A column that is not as it was is noticed at the next synchronisation and put right", arguments: damages)
    func columns(damage: String) throws {
        let (bench, cells) = try bench()
        let change = try bench.set("centres=77")
        let outbox = try bench.replica.outbox()
        try bench.acknowledge(change, seq: 60)
        try raw(bench) { try $0.execute(sql: damage) }
        let talk = try synchronise(bench, cells)
        let summary = try #require(talk.finished)
        #expect(summary.repairedCells > 0)
        #expect(try bench.replica.cells(of: try Bench.planID()) == cells)
        #expect(try bench.replica.outbox().map(\.change) == outbox.map(\.change))
        let rows = try DatabaseQueue(path: bench.path).read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM cells") }
        #expect(rows == cells.count)
        #expect(try synchronise(bench, cells).finished?.repairedCells == 0)
    }

    @Test(
        "A bit that flipped in the file is noticed and put right, or the file is said to be damaged", arguments: 0..<24)
    func bits(seed: UInt64) throws {
        let (bench, cells) = try bench()
        var random = SplitMix64(seed: seed)
        try bench.replica.close()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.path)))
        let mark = Array(cells[Int.random(in: cells.indices, using: &random)].rev.rawValue.utf8)
        let place = try #require(Data(bytes).range(of: Data(mark)))
        // Within the row: its key is in front of the change's name, the rest behind it.
        let target = Int.random(in: (place.lowerBound - 40)..<min(place.upperBound + 20, bytes.count), using: &random)
        bytes[target] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try Data(bytes).write(to: URL(fileURLWithPath: bench.path))
        do {
            try bench.reopen()
            let talk = try synchronise(bench, cells)
            _ = try #require(talk.finished)
            #expect(try bench.replica.cells(of: try Bench.planID()) == cells)
        } catch ReplicaError.damaged(_) {
            // SQLite itself finds it; the second file is for this.
        }
    }

    private func spoil(_ bench: Bench, by difference: Int) throws {
        try raw(bench) {
            try $0.execute(
                sql: "UPDATE cells SET generation = generation + ? WHERE collection = 'conflicts'",
                arguments: [difference])
        }
    }

    @Test(
        "The sum that is carried on from page to page is the one over all rows", arguments: 1...4 as ClosedRange<UInt64>
    )
    func carried(seed: UInt64) throws {
        let (bench, first) = try bench()
        var random = SplitMix64(seed: seed)
        var cells = Dictionary(first.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        var cursor = "c1"
        // More pages than a sum is carried on.
        for step in 0..<150 {
            var page: [PublicCell] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let field = ["centres", "spending", "gdp", "visits"][Int.random(in: 0..<4, using: &random)]
                let cell = try bench.cell(
                    field, "\(step)", seq: UInt64(100 + step), record: "20190\(Int.random(in: 1...9, using: &random))B")
                let isDeleted = Bool.random(using: &random)
                page.append(
                    PublicCell(
                        key: cell.key, value: isDeleted ? nil : cell.value, rev: cell.rev, seq: cell.seq, by: cell.by,
                        author: cell.author, at: cell.at, deleted: isDeleted))
                cells[cell.key] = isDeleted ? nil : cell
            }
            let isDamaged = step % 40 == 39
            if isDamaged { try spoil(bench, by: 1) }
            let effect = try bench.apply(
                page, after: cursor, cursor: "s\(step)", digest: Bench.digest(Array(cells.values)))
            #expect(effect == (isDamaged ? .differs(cells: page.count) : .applied(cells: page.count)), "step \(step)")
            if isDamaged { try spoil(bench, by: -1) }
            cursor = "s\(step)"
        }
    }

    @Test("Rows that cannot be read do not keep anybody from working")
    func unreadable() throws {
        let (bench, cells) = try bench()
        try raw(bench) { try $0.execute(sql: "UPDATE cells SET rev = x'00', value = 3 WHERE seq < 20") }
        #expect(try bench.replica.cells(of: try Bench.planID()).count < cells.count)
        _ = try bench.view()
        try bench.set("centres=5")
        #expect(try bench.replica.counts().pending == 1)
    }

    @Test("While the repair is under way the old cells are seen; a part's pages come with the pull behind them")
    func unseenRepair() throws {
        let (bench, cells) = try bench()
        try raw(bench) { try $0.execute(sql: "UPDATE cells SET value = CAST('\"999\"' AS BLOB) WHERE seq = 7") }
        let before = try bench.replica.cells(of: try Bench.planID())
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.page(cursor: "c2", digest: Bench.digest(cells))
        try talk.parts(cells)
        let params = try talk.params(SyncPull.Params.self)
        #expect(params.part?.collection.rawValue == "values" && params.cursor == nil)
        let own = cells.filter { $0.key.record.collection.rawValue == "values" }
        try talk.page(own, cursor: "p1")
        #expect(try bench.replica.cells(of: try Bench.planID()) == before)
        #expect(try talk.params(SyncPull.Params.self).cursor == "c2")
        try talk.page(cursor: "c3", digest: Bench.digest(cells))
        #expect(try bench.replica.cells(of: try Bench.planID()) == cells)
        #expect(talk.finished?.repairedCells == 1)
    }

    @Test("A repair that does not help leads to a snapshot, and a snapshot that does not help is told, not repeated")
    func bounded() throws {
        let (bench, cells) = try bench()
        let wrong = Bench.digest(Array(cells.dropLast()))
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.page(cursor: "c2", digest: wrong)
        try talk.parts(cells)
        try talk.page(cursor: "c3", digest: wrong)
        #expect(try talk.params(SyncPull.Params.self).cursor == nil)
        try talk.page(cells, cursor: "c4", digest: wrong)
        #expect(talk.finished != nil)
        #expect(talk.said.contains(.progress(.irreparable(try Bench.planID()))))
        #expect(try bench.replica.cells(of: try Bench.planID()) == cells)
    }

    @Test("A repair that was cut off in the middle does no harm")
    func cutOff() throws {
        let (bench, cells) = try bench()
        try raw(bench) { try $0.execute(sql: "DELETE FROM cells WHERE seq > 20") }
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.page(cursor: "c2", digest: Bench.digest(cells))
        try talk.parts(cells)
        let part = try #require(try talk.params(SyncPull.Params.self).part)
        let own = cells.filter { $0.key.record.collection == part.collection }
        try talk.page(Array(own.prefix(3)), cursor: "p1", more: true)
        _ = try #require(try synchronise(bench, cells).finished)
        #expect(try bench.replica.cells(of: try Bench.planID()) == cells)
    }

    @Test("A plan's document that was damaged is fetched again")
    func planDocument() throws {
        let (bench, cells) = try bench()
        try raw(bench) { try $0.execute(sql: "UPDATE plans SET document = replace(document, '方案', '方按')") }
        let replica = try bench.reopened()
        defer { try? replica.close() }
        #expect(throws: ReplicaError.planDamaged("plan")) { try replica.view(of: try Bench.planID()) }
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.answer(
            "plan.get", PlanGet.Result(plan: try Bench.planID(), revision: 1, document: Array(Bench.planJSON.utf8)))
        try talk.page(cursor: "c2", digest: Bench.digest(cells))
        #expect(try replica.view(of: try Bench.planID()).revision == 1)
    }

    @Test("A file that is no database is said to be damaged, with what to do")
    func noDatabase() throws {
        let (bench, _) = try bench()
        try bench.replica.close()
        try Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: URL(fileURLWithPath: bench.path))
        do {
            _ = try bench.reopened()
            Issue.record("it was opened")
        } catch let error as ReplicaError {
            #expect(error.sentence(chinese: false).contains("plansync recover"))
        }
    }
}
