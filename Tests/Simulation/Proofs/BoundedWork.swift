import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

// Invariant 25: what a synchronisation asks for and gets depends on what changed, not on what there is.

/// The cost of a synchronisation over tables of two sizes.
package struct BoundedWork: Sendable {
    /// What a synchronisation took.
    package struct Cost: Sendable, Equatable {
        /// Frames that the client sent.
        package var requests = 0
        /// Cells that came with the answers.
        package var cells = 0
        /// Bytes of the answers.
        package var bytes = 0
        /// Commits of the server.
        package var commits = 0
        /// Transactions of the client's replica.
        package var transactions = 0
    }

    /// What was measured over one table.
    package struct Measured: Sendable {
        /// How many cells the server held.
        package var held = 0
        /// With nothing to do.
        package var idle = Cost()
        /// After some changes of another machine.
        package var pull = Cost()
        /// With as many changes of its own.
        package var push = Cost()
    }

    private let folder: String

    package init(folder: String) { self.folder = folder }

    /// Measures over a table of so many records, of which so many are deleted again.
    package func measure(records: Int, deleted: Int, changes: Int) throws -> Measured {
        let place = "\(folder)/bounded\(records)"
        try Disk().makeFolder(place)
        defer { Disk().remove(place) }
        let world = try World(
            seed: 1, folder: place,
            cast: try World.office([("city", .supervisor), ("north", .editor), ("north", .editor)]))
        defer { world.close() }
        var random = SplitMix64(seed: 1)
        for record in 0..<records { try title("r\(record)", "first", world, 1, &random) }
        try world.settle(&random)
        for record in 0..<deleted { try delete("r\(record)", world, 1, &random) }
        try world.settle(&random)
        var measured = Measured()
        measured.held = try world.server.probe.cells().count
        measured.idle = try meet(2, world)
        for change in 0..<changes { try title("r\(deleted + change)", "second \(change)", world, 1, &random) }
        _ = try meet(1, world)
        measured.pull = try meet(2, world)
        for change in 0..<changes { try title("r\(deleted + change)", "third \(change)", world, 2, &random) }
        measured.push = try meet(2, world)
        if let violation = world.violations.first { throw violation }
        return measured
    }

    private func meet(_ index: Int, _ world: World) throws -> Cost {
        let client = world.clients[index]
        let commits = world.server.commits
        let transactions = client.lock.transactions
        world.tally = World.Tally()
        try world.connect(index)
        try world.flush(index)
        return Cost(
            requests: world.tally.requests, cells: world.tally.cells, bytes: world.tally.bytes,
            commits: world.server.commits - commits, transactions: client.lock.transactions - transactions)
    }

    private func title(
        _ name: String, _ text: String, _ world: World, _ index: Int, _ random: inout SplitMix64
    ) throws {
        let record = try RecordKey(collection: try CollectionID("projects"), key: name)
        let field = try FieldID("title")
        let client = world.clients[index]
        guard let view = try world.view(client) else { return }
        let seen = view.field(CellKey(tenant: try TenantID("north"), record: record, field: field))
        let operation = Operation(
            record: record, field: field, action: .set, value: .text("~north~ \(text)"),
            base: seen?.rev.map { [$0] } ?? [], shown: seen?.value)
        try world.save([operation], owner: "north", client, view, note: nil, &random)
    }

    private func delete(_ name: String, _ world: World, _ index: Int, _ random: inout SplitMix64) throws {
        let client = world.clients[index]
        guard let view = try world.view(client) else { return }
        let record = try RecordKey(collection: try CollectionID("projects"), key: name)
        let fields = view.record(record, of: try TenantID("north"))
        let seen = fields.compactMap { field, cell in
            cell.rev.map { rev in
                let rule = view.plan.field(field, of: record.collection)
                return RecordSight.line(field, rev: rev, value: cell.value, rule: rule)
            }
        }.sorted()
        let operation = Operation(
            record: record, field: nil, action: .delete, value: nil,
            base: fields.values.compactMap(\.rev).prefix(1).map { $0 },
            shown: .members(seen))
        try world.save([operation], owner: "north", client, view, note: nil, &random)
    }
}
