import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

// Invariants 11 and 17 by comparison: a schedule runs twice, and the second time differs in one thing that may not
// matter. A machine comes and synchronises to its end, so that both runs have the same order of arrival.

/// Two runs of one schedule that may not differ in what becomes of any edit.
package struct PairedRuns: Sendable {
    /// In what the second run differs.
    package enum Difference: String, Sendable, CaseIterable {
        /// The clients' clocks are years off, some of them backwards.
        case shifted
        /// The clients' clocks stand still.
        case frozen
        /// The clients' clocks jump at every event, and the server's by an hour.
        case jumping
        /// One change more, which the rules refuse.
        case invalid
        /// One change more, over which the server's process dies.
        case poison
    }

    private let seed: UInt64
    private let events: Int
    private let folder: String

    package init(seed: UInt64, events: Int, folder: String) {
        self.seed = seed
        self.events = events
        self.folder = folder
    }

    /// What became of a change: the author, their how-manieth, and each operation's outcome with its reason.
    private struct Fate: Equatable {
        let place: String
        let outcomes: [String]
    }

    /// What differs between the runs, other than what builds on the added change.
    package func run(_ difference: Difference) throws -> (changes: Int, broken: [String]) {
        let plain = try play(nil, "plain")
        let other = try play(difference, difference.rawValue)
        var broken = (plain.violations + other.violations).map(\.description)
        var compared = 0
        for (name, fate) in plain.fates {
            guard !other.dependents.contains(name) else { continue }
            compared += 1
            if other.fates[name] != fate {
                broken.append("\(name) got \(fate), and \(other.fates[name] ?? []) when \(difference.rawValue)")
            }
        }
        if plain.fates.count != other.fates.count { broken.append("not the same changes") }
        if other.dependents.isEmpty {
            for (key, value) in plain.values where other.values[key] != value {
                broken.append("\(key) is \(value), and \(other.values[key] ?? "nothing") when \(difference.rawValue)")
            }
        }
        return (compared, broken)
    }

    private struct End {
        var fates: [String: [String]] = [:]
        var dependents: Set<String> = []
        var values: [String: String] = [:]
        var violations: [Violation] = []
    }

    private func play(_ difference: Difference?, _ name: String) throws -> End {
        let place = "\(folder)/\(name)"
        try Disk().makeFolder(place)
        defer { Disk().remove(place) }
        let world = try World(
            seed: seed, folder: place,
            cast: try World.office([
                ("city", .supervisor), ("north", .approver), ("north", .editor), ("south", .editor),
            ]))
        defer { world.close() }
        for client in world.clients { client.skew = 0 }
        var random = SplitMix64(seed: seed ^ 0x9A1B)
        let odd = random.below(events)
        var added: Set<ChangeID> = []
        for place in 0..<events {
            world.clock += 60_000
            let index = random.below(world.clients.count)
            let kind = random.below(10)
            var chance = SplitMix64(seed: random.next())
            turnClocks(difference, place, world)
            if place == odd { added = try addOdd(difference, to: world, index) }
            switch kind {
            case 0..<6: try world.edit(index, count: 1 + chance.below(2), &chance)
            case 6: try world.deleteOrRestore(index, &chance)
            default: try meet(index, world)
            }
        }
        for _ in 0..<2 {
            for client in world.clients { try meet(client.index, world) }
        }
        try world.settle(&random)
        return try end(of: world, without: added)
    }

    /// A machine synchronises to its end; when the server dies over that, again.
    private func meet(_ index: Int, _ world: World) throws {
        for _ in 0..<4 {
            let crashes = world.reached[.serverCrashes]
            try world.connect(index)
            try world.flush(index)
            if world.reached[.serverCrashes] == crashes { return }
        }
    }

    private func turnClocks(_ difference: Difference?, _ place: Int, _ world: World) {
        let day = Int64(86_400_000)
        for client in world.clients {
            switch difference {
            case .shifted: client.skew = [900 * day, -2_000 * day, 50_000, -5_000 * day][client.index % 4]
            case .frozen: client.frozen = client.frozen ?? world.clock
            case .jumping: client.skew = Int64((place * 7 + client.index * 3) % 11 - 5) * 100 * day
            case .invalid, .poison, nil: break
            }
        }
        if difference == .jumping { world.serverSkew = Int64(place % 3 - 1) * 3_600_000 }
    }

    /// The one change more; gives what it was.
    private func addOdd(_ difference: Difference?, to world: World, _ index: Int) throws -> Set<ChangeID> {
        let before = world.authoredOrder.count
        var random = SplitMix64(seed: seed ^ 0x0DD)
        switch difference {
        case .invalid: try world.editInvalidly(index, &random)
        // Of a project that nobody else looks at, so that the others type what they type without it.
        case .poison: try world.editPoisoned(index, project: "p9", &random)
        default: return []
        }
        return Set(world.authoredOrder[before...])
    }

    private func end(of world: World, without added: Set<ChangeID>) throws -> End {
        var end = End()
        var numbers: [Int: Int] = [:]
        // What builds on the added change, and on that in turn.
        var tainted = added
        var names: [ChangeID: String] = [:]
        for id in world.authoredOrder where !added.contains(id) {
            let author = world.authored[id] ?? -1
            numbers[author, default: 0] += 1
            let name = "client \(author)'s edit \(numbers[author] ?? 0)"
            names[id] = name
            if world.saved[id]?.contains(where: { $0.base.contains(where: tainted.contains) }) == true {
                tainted.insert(id)
                end.dependents.insert(name)
            }
            end.fates[name] =
                world.history.row(id)?.result.operations.map { "\($0.outcome.rawValue) \($0.reason ?? "")" } ?? []
        }
        for (key, cell) in try world.server.probe.cells() {
            let collection = key.record.collection
            guard collection == CollectionRule.values || collection.rawValue == "projects" else { continue }
            let value = "\(cell.value?.shown ?? "nothing")\(cell.shown.deleted ? " deleted" : "")"
            end.values["\(key.tenant) \(key.record) \(key.field)"] = value
        }
        end.violations = world.violations
        return end
    }
}
