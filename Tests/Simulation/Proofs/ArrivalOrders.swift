import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

// Invariant 18 with the real engines: several machines edit offline, and come back in every order.

/// The same offline edits, in every order of arrival.
package struct ArrivalOrders: Sendable {
    private let seed: UInt64
    private let folder: String

    package init(seed: UInt64, folder: String) {
        self.seed = seed
        self.folder = folder
    }

    /// What one order came to.
    private struct End: Equatable {
        var values: [String: String] = [:]
        var kept: [String: Set<String>] = [:]
    }

    /// Runs all orders; gives how many there are, and what differs.
    package func run() throws -> (orders: Int, broken: [String]) {
        let orders = Self.permutations([1, 2, 3, 4])
        var first: End?
        var broken: [String] = []
        for (place, order) in orders.enumerated() {
            let (end, violations) = try play(order, "order\(place)")
            broken += violations.map(\.description)
            if let first, first != end {
                for (name, value) in end.values where first.values[name] != value {
                    broken.append("\(name) is \(value) after \(order), else \(first.values[name] ?? "nothing")")
                }
                for (name, values) in end.kept where first.kept[name] != values {
                    broken.append("\(name) keeps \(values.sorted()) after \(order)")
                }
            }
            first = first ?? end
        }
        return (orders.count, broken)
    }

    private static func permutations(_ list: [Int]) -> [[Int]] {
        guard let first = list.first else { return [[]] }
        return permutations(Array(list.dropFirst())).flatMap { rest in
            (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
        }
    }

    private func play(_ order: [Int], _ name: String) throws -> (End, [Violation]) {
        let place = "\(folder)/\(name)"
        try Disk().makeFolder(place)
        defer { Disk().remove(place) }
        let world = try World(
            seed: seed, folder: place,
            cast: try World.office([
                ("city", .supervisor), ("north", .approver), ("north", .editor), ("north", .editor),
                ("north", .editor),
            ]))
        defer { world.close() }
        var random = SplitMix64(seed: seed)
        let base: [Edit] = [
            Edit("values", "counter", .add, "5"), Edit("values", "largest", .set, "20"),
            Edit("values", "smallest", .set, "20"), Edit("values", "review", .set, "20"),
            Edit("projects", "stage", .set, "draft"), Edit("projects", "partners", .insert, "~north~ann"),
            Edit("projects", "partners", .insert, "~north~bo"),
        ]
        for edit in base { try save(edit, world, 1, &random) }
        try world.settle(&random)
        for index in 1...4 {
            for edit in offline(&random) { try save(edit, world, index, &random) }
        }
        for index in order {
            try world.connect(index)
            try world.flush(index)
        }
        try world.settle(&random)
        return (try end(of: world), world.violations)
    }

    private struct Edit {
        let collection: String
        let field: String
        let action: Operation.Action
        let value: String

        init(_ collection: String, _ field: String, _ action: Operation.Action, _ value: String) {
            self.collection = collection
            self.field = field
            self.action = action
            self.value = value
        }
    }

    private func offline(_ random: inout SplitMix64) -> [Edit] {
        var edits = [
            Edit("values", "counter", .add, String(random.below(30) - 10)),
            Edit("values", "counter", .add, String(random.below(9))),
            Edit("values", "largest", .set, String(random.below(40))),
            Edit("values", "smallest", .set, String(random.below(40))),
            Edit("values", "review", .set, String(random.below(1_000))),
            Edit("projects", "stage", .set, SimulatedPlan.stages[1 + random.below(3)]),
        ]
        let partner = "~north~" + SimulatedPlan.partners[random.below(4)]
        let action: Operation.Action = random.happens(50) ? .insert : .remove
        edits.append(Edit("projects", "partners", action, partner))
        for place in edits.indices.dropFirst() { edits.swapAt(place, random.below(place + 1)) }
        return edits
    }

    private func save(_ edit: Edit, _ world: World, _ index: Int, _ random: inout SplitMix64) throws {
        let client = world.clients[index]
        let north = try TenantID("north")
        let key = edit.collection == "values" ? SimulatedPlan.periods[0] : SimulatedPlan.projects[0]
        let record = try RecordKey(collection: try CollectionID(edit.collection), key: key)
        let place = CellKey(tenant: north, record: record, field: try FieldID(edit.field))
        guard let view = try world.view(client) else { return }
        var base = view.field(place)?.rev.map { [$0] } ?? []
        if edit.action == .insert { base = [] }
        if edit.action == .remove {
            base = try client.replica.cells(of: world.plan.id).first { $0.key == place }?.tags[edit.value] ?? []
            guard !base.isEmpty else { return }
        }
        let operation = Operation(
            record: record, field: place.field, action: edit.action, value: .text(edit.value), base: base,
            shown: view.field(place)?.value)
        try world.save([operation], owner: "north", client, view, note: nil, &random)
    }

    private func end(of world: World) throws -> End {
        var end = End()
        let cells = try world.server.probe.cells()
        var records: [String: [FieldID: FieldValue]] = [:]
        for (key, cell) in cells {
            if key.record.collection == CollectionRule.conflicts {
                records[key.record.key, default: [:]][key.field] = cell.value
            } else if key.field.rawValue == "review" {
                end.kept["review", default: []].insert(cell.value?.shown ?? "")
            } else if key.tenant.rawValue == "north" {
                end.values["\(key.record.collection) \(key.field)"] = cell.value?.shown ?? ""
            }
        }
        for (name, fields) in records {
            guard let record = ConflictRecord(id: name, tenant: try TenantID("north"), fields: fields) else { continue }
            for side in record.sides { end.kept["review", default: []].insert(side.value?.shown ?? "") }
        }
        return end
    }
}
