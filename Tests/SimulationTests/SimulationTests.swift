import Foundation
import PlanSyncSimulation
import Testing

/// Seeded runs of the whole system; a failure is its seed.
@Suite("Simulation")
struct SimulationTests {
    /// The seeds: 60, or those of the environment, like `PLANSYNC_SEEDS=61..260`.
    private static var seeds: ClosedRange<UInt64> {
        let bounds = ProcessInfo.processInfo.environment["PLANSYNC_SEEDS"]?.components(separatedBy: "..") ?? []
        guard bounds.count == 2, let first = UInt64(bounds[0]), let last = UInt64(bounds[1]), first <= last else {
            return 1...60
        }
        return first...last
    }

    /// One seed's run in a folder of its own.
    private func run(seed: UInt64, events: Int) throws -> World {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plansync-\(seed)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let world = try World(seed: seed, folder: folder.path)
        try world.run(events: events)
        let violations = try world.violations()
        #expect(violations.isEmpty, "seed \(seed): \(violations.prefix(5).joined(separator: "; "))")
        return world
    }

    @Test("Whatever crashes and is cut, every edit arrives once and everybody ends with the same cells")
    func faultsLoseNothing() throws {
        var total = World.Reached()
        for seed in Self.seeds {
            let reached = try run(seed: seed, events: 250).reached
            total.edits += reached.edits
            total.cuts += reached.cuts
            total.serverCrashes += reached.serverCrashes
            total.clientCrashes += reached.clientCrashes
            total.conflicts += reached.conflicts
        }
        // Below these figures the runs prove too little.
        let runs = Self.seeds.count
        #expect(total.edits > 50 * runs && total.cuts * 2 > 5 * runs && total.conflicts * 3 > 5 * runs)
        #expect(total.serverCrashes > 3 * runs && total.clientCrashes * 3 > 5 * runs)
    }

    @Test("A seed replays exactly", arguments: [UInt64(7), 4_711])
    func seedsReplay(seed: UInt64) throws {
        let first = try run(seed: seed, events: 200)
        let second = try run(seed: seed, events: 200)
        #expect(first.logHash == second.logHash)
    }
}
