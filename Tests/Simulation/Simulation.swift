import PlanSyncCore
import PlanSyncSeeds

/// Runs seeds, and makes failing ones small.
package struct Simulation: Sendable {
    /// What a run came to.
    package struct Outcome: Sendable {
        /// The seed.
        package let seed: UInt64
        /// What it broke first; empty: nothing.
        package let violations: [Violation]
        /// What it reached.
        package let reached: Reached
        /// The hash of everything that happened.
        package let logHash: UInt64
        /// What happened, when that was asked for.
        package let transcript: [String]
        /// Whether it came to its end, or to what it broke.
        package var isWhole = true
    }

    /// How many events a seed has.
    package let events: Int
    /// Where the files lie while a run lasts; runs at the same time have a folder each.
    package let folder: String
    /// Whether a transcript also holds the frames.
    package let showsFrames: Bool

    package init(events: Int, folder: String, showsFrames: Bool = false) {
        self.events = events
        self.folder = folder
        self.showsFrames = showsFrames
    }

    /// Runs a seed: all events, or only those at the given places.
    ///
    /// `replays`: where journals are taken once more, if other runs follow that use it, too. `isStopped`: asked before
    /// each event; nothing more is done when it says so.
    package func run(
        seed: UInt64, only places: [Int]? = nil, isTold: Bool = false, replays: ReplayStore? = nil,
        isStopped: () -> Bool = { false }
    ) -> Outcome {
        let schedule = Schedule(seed: seed, events: events)
        let scratch = "\(folder)/seed\(seed)"
        let disk = Disk()
        defer { disk.remove(scratch) }
        var world: World?
        var isWhole = true
        do {
            try disk.makeFolder(scratch)
            let made = try World(seed: seed, folder: scratch, replays: replays)
            world = made
            if isTold { made.transcript = [] }
            made.showsFrames = showsFrames
            for place in places ?? Array(schedule.events.indices) {
                if isStopped() { isWhole = false }
                guard made.violations.isEmpty, isWhole else { break }
                try made.run(schedule.events[place], place)
            }
            if made.violations.isEmpty, isWhole { try made.finish() }
        } catch {
            world?.violations.append(.engine("\(error)"))
            if world == nil {
                return Outcome(
                    seed: seed, violations: [.engine("the world cannot be made: \(error)")], reached: Reached(),
                    logHash: 0, transcript: [])
            }
        }
        world?.close()
        return Outcome(
            seed: seed, violations: world?.violations ?? [], reached: world?.reached ?? Reached(),
            logHash: world?.logHash ?? 0, transcript: world?.transcript ?? [], isWhole: isWhole)
    }

    /// The events that it takes to break the same invariant: parts are left out for as long as it still breaks.
    package func shrink(seed: UInt64, runsMax: Int = 400) -> (places: [Int], outcome: Outcome)? {
        var outcome = run(seed: seed)
        guard let number = outcome.violations.first?.number else { return nil }
        var places = Array(0..<min(events, outcome.reached[.events]))
        var chunk = max(1, places.count / 2)
        var runs = 0
        while runs < runsMax {
            var start = 0
            var hasShrunk = false
            while start < places.count, runs < runsMax {
                let kept = Array(places[..<start]) + Array(places[min(places.count, start + chunk)...])
                let attempt = run(seed: seed, only: kept)
                runs += 1
                if attempt.violations.first?.number == number {
                    places = kept
                    outcome = attempt
                    hasShrunk = true
                } else {
                    start += chunk
                }
            }
            if chunk == 1, !hasShrunk { break }
            chunk = max(1, chunk / 2)
        }
        return (places, run(seed: seed, only: places, isTold: true))
    }
}

extension World {
    /// Everything comes to rest at the end, and is checked in full.
    func finish() throws {
        var random = SplitMix64(seed: seed)
        try settle(&random)
        reached[.diskFailures] = server.failures
        guard violations.isEmpty, reached[.replayedChanges] == 0 || isGrown else { return }
        try checkReplay()
    }

    func close() {
        for client in clients { try? client.close() }
        try? server.close()
    }
}
