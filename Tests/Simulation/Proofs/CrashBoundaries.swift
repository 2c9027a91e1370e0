import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

// Invariant 24 by enumeration: the same events run once to count the boundaries of writes, and then once for each of
// them with a death there. What is sampled elsewhere is complete here, over fewer events.

/// One death at each boundary of each write of a fixed schedule.
package struct CrashBoundaries: Sendable {
    /// Where somebody dies.
    package enum Boundary: Sendable, Equatable, CustomStringConvertible {
        /// The server, at a commit.
        case server(commit: Int, place: FaultPlace)
        /// A client, at a transaction of its replica.
        case client(index: Int, transaction: Int, isAfter: Bool)

        /// In words.
        package var description: String {
            switch self {
            case .server(let commit, let place): "the server dies \(place.rawValue) commit \(commit)"
            case .client(let index, let transaction, let isAfter):
                "client \(index) dies \(isAfter ? "after" : "before") transaction \(transaction)"
            }
        }
    }

    /// Before a commit, within it, or when it is durable.
    package enum FaultPlace: String, Sendable, CaseIterable { case before, within, after }

    /// What came of it.
    package struct Outcome: Sendable {
        /// How many boundaries there are.
        package var boundaries = 0
        /// At how many of them somebody died.
        package var deaths = 0
        /// What was broken, and where.
        package var broken: [String] = []
    }

    private let seed: UInt64
    private let count: Int
    private let folder: String

    package init(seed: UInt64, events: Int, folder: String) {
        self.seed = seed
        count = events
        self.folder = folder
    }

    /// Runs all boundaries, or each one of so many, beginning with the first.
    ///
    /// `isPowerLoss`: what was not synced is torn.
    package func run(isPowerLoss: Bool, each step: Int = 1) throws -> Outcome {
        let events = schedule()
        var outcome = Outcome()
        let (commits, transactions) = try counted(events)
        var boundaries: [Boundary] = []
        for commit in 0..<commits {
            for place in FaultPlace.allCases { boundaries.append(.server(commit: commit, place: place)) }
        }
        for (index, number) in transactions.enumerated() {
            for transaction in 0..<number {
                for isAfter in [false, true] {
                    boundaries.append(.client(index: index, transaction: transaction, isAfter: isAfter))
                }
            }
        }
        outcome.boundaries = boundaries.count
        for place in Swift.stride(from: 0, to: boundaries.count, by: step) {
            let world = try world("boundary\(place)")
            world.losesPower = isPowerLoss
            arm(boundaries[place], in: world)
            do {
                try play(events, in: world)
                var random = SplitMix64(seed: seed)
                try world.settle(&random)
            } catch {
                world.violations.append(.engine("\(error)"))
            }
            if world.reached[.deathsInCommit] + world.reached[.deathsInReplica] > 0 { outcome.deaths += 1 }
            outcome.broken += world.violations.prefix(2).map { "\(boundaries[place]): \($0)" }
            world.close()
            Disk().remove(world.folder)
        }
        return outcome
    }

    private func world(_ name: String) throws -> World {
        let place = "\(folder)/\(name)"
        try Disk().makeFolder(place)
        return try World(
            seed: seed, folder: place,
            cast: try World.office([("city", .supervisor), ("north", .approver), ("north", .editor)]))
    }

    /// How many commits and transactions there are without a death.
    private func counted(_ events: [Event]) throws -> (commits: Int, transactions: [Int]) {
        let world = try world("counted")
        defer {
            world.close()
            Disk().remove(world.folder)
        }
        let commits = world.server.commits
        let transactions = world.clients.map(\.lock.transactions)
        try play(events, in: world)
        return (
            world.server.commits - commits,
            zip(world.clients, transactions).map { $0.lock.transactions - $1 }
        )
    }

    private func play(_ events: [Event], in world: World) throws {
        for (place, event) in events.enumerated() {
            try world.run(event, place)
            guard world.violations.isEmpty else { return }
        }
    }

    private func arm(_ boundary: Boundary, in world: World) {
        switch boundary {
        case .server(let commit, let place):
            let place: FaultyStore.Place =
                switch place {
                case .before: .before
                case .within: .within
                case .after: .after
                }
            world.server.store.arm(FaultyStore.Fault(place: place, commitsBefore: commit, isDeath: true))
        case .client(let index, let transaction, let isAfter):
            world.clients[index].lock.arm(transactionsBefore: transaction, isAfter: isAfter)
        }
    }

    /// Edits, conflicts, decisions and backups, with a synchronisation of everybody at the end.
    private func schedule() -> [Event] {
        let kinds: [Event.Kind] = [
            .edit, .edit, .connect, .flush, .group, .connect, .flush, .edit, .delete, .connect, .flush, .resolve,
            .connect, .flush, .backUp, .submit, .closePeriod, .reopenStage,
        ]
        var random = SplitMix64(seed: seed ^ 0xB0DA_0000_0000_0003)
        var events: [Event] = []
        for place in 0..<max(0, count - 6) {
            events.append(
                Event(
                    kind: kinds[place % kinds.count], client: place % 5 == 0 ? random.below(3) : (place / 3) % 3,
                    chance: random.next(), pause: 1_000))
        }
        for client in 0..<3 {
            for kind in [Event.Kind.connect, .flush] {
                events.append(Event(kind: kind, client: client, chance: random.next(), pause: 1_000))
            }
        }
        return events
    }
}
