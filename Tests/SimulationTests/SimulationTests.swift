import Foundation
import PlanSyncSimulation
import Testing

/// Seeded runs of the whole system; a failure is its seed.
///
/// The many seeds are those of dev/simulate.
@Suite("Simulation")
struct SimulationTests {
    /// Where this file's repository is.
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The seeds: 40, or those of the environment, like `PLANSYNC_SEEDS=61..260`.
    private static var seeds: ClosedRange<UInt64> {
        let bounds = ProcessInfo.processInfo.environment["PLANSYNC_SEEDS"]?.components(separatedBy: "..") ?? []
        guard bounds.count == 2, let first = UInt64(bounds[0]), let last = UInt64(bounds[1]), first <= last else {
            return 1...40
        }
        return first...last
    }

    private static func simulation(events: Int) -> Simulation {
        Simulation(events: events, folder: "\(Disk.memory)/\(UUID().uuidString)")
    }

    @Test("Whatever crashes, is cut, cloned or restored, every invariant holds")
    func invariantsHold() throws {
        let simulation = Self.simulation(events: 300)
        var total = Reached()
        for seed in Self.seeds {
            let outcome = simulation.run(seed: seed)
            total.add(outcome.reached)
            #expect(
                outcome.violations.isEmpty,
                "seed \(seed): \(outcome.violations.prefix(3).map(\.description).joined(separator: "; "))")
        }
        // Below these figures the runs prove too little.
        #expect(total[.changes] > 50 * Self.seeds.count && total[.conflicts] > Self.seeds.count)
        #expect(total[.cuts] > Self.seeds.count && total[.pages] > 10 * Self.seeds.count)
        #expect(total[.serverCrashes] > Self.seeds.count && total[.settled] > Self.seeds.count)
    }

    @Test("A seed replays exactly, and so does a part of its events", arguments: [UInt64(7), 4_711])
    func seedsReplay(seed: UInt64) throws {
        let simulation = Self.simulation(events: 200)
        #expect(simulation.run(seed: seed).logHash == simulation.run(seed: seed).logHash)
        let part = Array(stride(from: 0, to: 200, by: 3))
        #expect(simulation.run(seed: seed, only: part).logHash == simulation.run(seed: seed, only: part).logHash)
        #expect(simulation.run(seed: seed).logHash != simulation.run(seed: seed, only: part).logHash)
    }

    @Test("A run that is stopped does no further event, and says so")
    func runsStop() throws {
        let simulation = Self.simulation(events: 200)
        var asked = 0
        let stopped = simulation.run(seed: 7) {
            asked += 1
            return asked > 20
        }
        #expect(!stopped.isWhole && stopped.reached[.events] == 20 && stopped.violations.isEmpty)
        let whole = simulation.run(seed: 7)
        #expect(whole.isWhole && whole.reached[.events] == 200)
    }

    @Test("The short seeds that once failed hold; dev/simulate --regressions runs the long ones, too")
    func regressionsHold() throws {
        let list = try String(
            contentsOf: Self.root.appending(path: "Tests/Simulation/regressions.txt"), encoding: .utf8)
        let regressions = try #require(Regression.all(in: list))
        #expect(regressions.count > 15 && Regression.all(in: "12 what") == nil)
        for regression in regressions where regression.events <= 300 {
            let simulation = Self.simulation(events: regression.events)
            let broken = simulation.run(seed: regression.seed).violations.first
            #expect(broken == nil, "\(regression.seed) \(regression.what): \(broken?.description ?? "")")
        }
    }

    @Test("Every planted bug still finds its place in the sources, exactly once")
    func mutantsFit() throws {
        let mutants = try Mutant.all(in: Self.root.appending(path: "Tests/Mutants").path)
        #expect(mutants.count >= 25)
        for mutant in mutants {
            let source = try String(
                contentsOf: Self.root.appending(path: mutant.file), encoding: .utf8)
            let places = source.components(separatedBy: mutant.find).count - 1
            #expect(places == 1, "\(mutant.name): its text stands \(places) times in \(mutant.file)")
            #expect(mutant.replacement.contains("isPlanted(\"\(mutant.name)\")"))
        }
    }
}
