import Foundation
import PlanSyncSimulation

/// Runs seeds of the simulation from the command line; called by dev/simulate.
@main
enum Simulate {
    static func main() async {
        StopSignal.watch()
        let options: Options
        do {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("simulate: \(error)\n".utf8))
            exit(2)
        }
        let folder = "\(options.folder)/plansync-simulate-\(ProcessInfo.processInfo.processIdentifier)"
        let isGreen = await run(options, folder)
        Disk().remove(folder)
        exit(isGreen ? StopSignal.number.map { 128 + $0 } ?? 0 : 1)
    }

    private static func run(_ options: Options, _ folder: String) async -> Bool {
        if let proof = options.proof { return Proofs(wanted: proof, seeds: options.seeds, folder: folder).run() }
        if let list = options.regressions { return runAgain(list, folder) }
        if let seed = options.replay { return replay(seed, options, folder) }
        let campaign = Campaign(options: options, folder: folder)
        return await campaign.run()
    }

    /// The seeds that once failed.
    private static func runAgain(_ list: String, _ folder: String) -> Bool {
        guard let text = try? String(contentsOfFile: list, encoding: .utf8), let seeds = Regression.all(in: text) else {
            print("'\(list)' is no list of seeds: each line is SEED EVENTS WHAT IT WAS")
            return false
        }
        var failed = 0
        for regression in seeds {
            let outcome = Simulation(events: regression.events, folder: folder).run(seed: regression.seed)
            guard let broken = outcome.violations.first else { continue }
            failed += 1
            print("FAILED seed \(regression.seed) (\(regression.events) events), once \(regression.what): \(broken)")
        }
        print("\(seeds.count) seeds that once failed, \(failed) failed")
        return failed == 0
    }

    /// One seed twice, told in full, and made small when it fails.
    private static func replay(_ seed: UInt64, _ options: Options, _ folder: String) -> Bool {
        let simulation = Simulation(events: options.events, folder: folder, showsFrames: options.showsFrames)
        let first = simulation.run(seed: seed, only: options.only, isTold: options.isTold)
        let second = simulation.run(seed: seed, only: options.only)
        for line in first.transcript { print(line) }
        print("seed \(seed), \(options.events) events: log hash \(String(first.logHash, radix: 16))")
        guard first.logHash == second.logHash else {
            print("NOT EXACT: the second run gives \(String(second.logHash, radix: 16))")
            return false
        }
        guard !first.violations.isEmpty else {
            print("holds")
            return true
        }
        Report.failure(of: seed, first, simulation, shrinks: options.shrinks && options.only == nil)
        return false
    }
}

/// What a failing seed is reported with.
enum Report {
    static func failure(of seed: UInt64, _ outcome: Simulation.Outcome, _ simulation: Simulation, shrinks: Bool) {
        print("FAILED seed \(seed) (\(simulation.events) events)")
        for violation in outcome.violations.prefix(5) { print("  \(violation)") }
        guard shrinks, let small = simulation.shrink(seed: seed) else { return }
        print("  shrunk to \(small.places.count) events: \(small.places.map(String.init).joined(separator: ","))")
        for line in small.outcome.transcript { print("    \(line)") }
        for violation in small.outcome.violations.prefix(3) { print("  => \(violation)") }
    }
}
