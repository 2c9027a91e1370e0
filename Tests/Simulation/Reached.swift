/// What runs reached; runs that reached too little prove nothing.
package struct Reached: Sendable, Equatable {
    /// What is counted.
    package enum Count: String, Sendable, CaseIterable {
        case events, edits, groups, changes, frames, connects, pages, cuts, partitions
        case serverCrashes, deathsInCommit, clientCrashes, deathsInReplica, diskFailures, poisoned
        case applied, merged, conflicts, rejected, late, escrow, proposals, superseded, resolutions, undone
        case resends, forks, renumbered, holes, backups, restores, reoffered, clones, rollbacks
        case clockJumps, replans, periodsClosed, periodsSealed, headsRegistered, submissions, reviews
        case revocations, retirements, hostileFrames, replayedFrames, dryRuns, bundles, repairs, dropped
        case deletions, restorations, reopenings, inserts, removals, damaged, settled, replayedChanges
        case setAside, escrowed, lostDevices, lostCells, lateAnswers, divergences, replayedRevisions, unallocated,
            powerLosses, frozen, enrolments, returns, entries
    }

    private var counts = [Int](repeating: 0, count: Count.allCases.count)
    private static let places = Dictionary(
        uniqueKeysWithValues: Count.allCases.enumerated().map { ($0.element, $0.offset) })

    package init() {}

    package subscript(count: Count) -> Int {
        get { counts[Self.places[count] ?? 0] }
        set { counts[Self.places[count] ?? 0] = newValue }
    }

    package mutating func add(_ other: Reached) {
        for place in counts.indices { counts[place] += other.counts[place] }
    }

    /// What is too little for so many runs of so many events: the name, what was reached, and what it takes.
    package func shortfalls(events: Int) -> [(count: Count, reached: Int, needed: Int)] {
        Self.needed.compactMap { count, perMillion in
            let needed = events * perMillion / 1_000_000
            // Of what hardly ever happens a few runs prove nothing.
            return needed > 4 && self[count] < needed ? (count, self[count], needed) : nil
        }
    }

    /// The least of each that a million events must reach; about a third of what they do reach.
    private static let needed: [(Count, Int)] = [
        (.edits, 40_000), (.changes, 20_000), (.connects, 20_000), (.pages, 10_000), (.cuts, 5_000),
        (.serverCrashes, 1_000), (.deathsInCommit, 300), (.clientCrashes, 1_000), (.deathsInReplica, 300),
        (.diskFailures, 100), (.conflicts, 1_000), (.rejected, 500), (.resends, 300), (.forks, 50),
        (.settled, 1_000), (.resolutions, 300), (.backups, 300), (.restores, 100), (.clones, 50), (.rollbacks, 50),
        (.retirements, 50), (.escrowed, 20), (.poisoned, 50), (.setAside, 30), (.reopenings, 50), (.lostDevices, 50),
        (.lateAnswers, 50), (.divergences, 100), (.replayedRevisions, 30), (.unallocated, 20), (.powerLosses, 300),
        (.removals, 100), (.frozen, 200), (.reviews, 100), (.enrolments, 50), (.returns, 50), (.entries, 100),
    ]
}
