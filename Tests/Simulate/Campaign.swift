import Foundation
import PlanSyncSimulation
import Synchronization

/// Many seeds over several workers.
final class Campaign: Sendable {
    private struct Progress: Sendable {
        var next: UInt64
        var done = 0
        var failures: [Simulation.Outcome] = []
        var reached = Reached()
        var inexact = 0
        var said = 0
    }

    private let options: Options
    private let folder: String
    private let notes: WorkerNotes
    private let progress: Mutex<Progress>

    init(options: Options, folder: String) {
        self.options = options
        self.folder = folder
        notes = WorkerNotes()
        progress = Mutex(Progress(next: options.seeds.lowerBound))
    }

    func run() async -> Bool {
        let coreBefore = Self.coreSeconds
        let clock = ContinuousClock()
        let elapsed = await clock.measure {
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<options.workers { group.addTask { self.work(worker) } }
            }
        }
        notes.remove()
        let end = progress.withLock { $0 }
        Self.say("\n")
        let simulation = Simulation(events: options.events, folder: folder)
        for failure in end.failures.prefix(min(options.failuresMax, 12)) {
            Report.failure(
                of: failure.seed, failure, simulation, shrinks: options.shrinks && StopSignal.number == nil)
        }
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let events = end.reached[.events]
        let runs = events * (options.isExact ? 2 : 1)
        let totals = Reached.Count.allCases.filter { end.reached[$0] > 0 }
            .map { "\($0.rawValue) \(end.reached[$0])" }.joined(separator: ", ")
        print("reached: \(totals)")
        let broken = Dictionary(grouping: end.failures.compactMap { $0.violations.first?.number }) { $0 }
            .sorted { $0.key < $1.key }.map { "invariant \($0.key) in \($0.value.count)" }
        if !broken.isEmpty { print("broken: \(broken.joined(separator: ", "))") }
        if StopSignal.number != nil { print("STOPPED after \(end.done) of \(options.seeds.count) seeds") }
        let isPartial = options.isPartial || !end.failures.isEmpty || StopSignal.number != nil
        let shortfalls = isPartial ? [] : end.reached.shortfalls(events: events)
        for shortfall in shortfalls {
            print("INVALID: only \(shortfall.reached) \(shortfall.count.rawValue) where \(shortfall.needed) are needed")
        }
        let perEvent = runs > 0 ? (Self.coreSeconds - coreBefore) * 1_000 / Double(runs) : 0
        if end.inexact > 0 { print("NOT EXACT: \(end.inexact) seeds gave another log the second time") }
        print(
            "\(end.done) seeds of \(options.events) events, \(end.failures.count) failed, "
                + String(format: "%.0f s, %.3f ms of a core for each event", seconds, perEvent))
        return end.failures.isEmpty && shortfalls.isEmpty && end.inexact == 0
    }

    /// What this process has used of all cores, in seconds.
    private static var coreSeconds: Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private func work(_ worker: Int) {
        let simulation = Simulation(events: options.events, folder: folder)
        let replays = ReplayStore(folder: folder, name: "\(worker)")
        func run(_ seed: UInt64) -> Simulation.Outcome {
            simulation.run(seed: seed, replays: replays) { StopSignal.number != nil }
        }
        while let seed = nextSeed() {
            notes.begin(seed, worker: worker)
            let outcome = run(seed)
            guard outcome.isWhole else { return }
            let again = options.isExact ? run(seed) : outcome
            guard again.isWhole else { return }
            progress.withLock { progress in
                progress.done += 1
                progress.reached.add(outcome.reached)
                if let broken = outcome.violations.first {
                    progress.failures.append(outcome)
                    Self.say("\nFAILED seed \(seed) (\(options.events) events): \(broken)\n")
                }
                if again.logHash != outcome.logHash {
                    progress.inexact += 1
                    Self.say("\nNOT EXACT: seed \(seed) (\(options.events) events) gives another log the second time\n")
                }
                tell(&progress)
            }
        }
    }

    private func nextSeed() -> UInt64? {
        progress.withLock { progress in
            guard options.seeds.contains(progress.next), progress.failures.count < options.failuresMax,
                StopSignal.number == nil
            else {
                return nil
            }
            defer { progress.next += 1 }
            return progress.next
        }
    }

    private func tell(_ progress: inout Progress) {
        let percent = progress.done * 100 / options.seeds.count
        guard percent > progress.said else { return }
        progress.said = percent
        Self.say("\r\(progress.done) of \(options.seeds.count) seeds, \(progress.failures.count) failed")
    }

    private static func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
