import Foundation
import PlanSyncSimulation
import Testing

/// What is enumerated or compared rather than sampled; dev/simulate --proofs runs more of it.
@Suite("Proofs", .serialized)
struct ProofTests {
    /// A folder in memory.
    private static func withFolder<Answer>(_ body: (String) throws -> Answer) rethrows -> Answer {
        let folder = "\(Disk.memory)/\(UUID().uuidString)"
        defer { Disk().remove(folder) }
        return try body(folder)
    }

    @Test(
        "A death at each boundary of each write loses nothing, doubles nothing and breaks no chain",
        arguments: [false, true])
    func everyBoundary(isPowerLoss: Bool) throws {
        // Every boundary of these events; power losses at each third.
        let outcome = try Self.withFolder {
            try CrashBoundaries(seed: 3, events: 16, folder: $0).run(
                isPowerLoss: isPowerLoss, each: isPowerLoss ? 3 : 1)
        }
        #expect(outcome.broken.isEmpty, "\(outcome.broken.first ?? "")")
        #expect(outcome.boundaries > 60 && outcome.deaths * (isPowerLoss ? 3 : 1) > outcome.boundaries / 2)
    }

    @Test("Counters, ladders, sets, maxima and what is in conflict come out the same in each order of arrival")
    func ordersOfArrival() throws {
        for seed in [UInt64(1)] {
            let (orders, broken) = try Self.withFolder { try ArrivalOrders(seed: seed, folder: $0).run() }
            #expect(orders == 24)
            #expect(broken.isEmpty, "seed \(seed): \(broken.first ?? "")")
        }
    }

    @Test(
        "No clock, and no change that is refused or kills the server, changes what becomes of another edit",
        arguments: PairedRuns.Difference.allCases)
    func paired(difference: PairedRuns.Difference) throws {
        for seed in UInt64(1)...2 {
            let (changes, broken) = try Self.withFolder {
                try PairedRuns(seed: seed, events: 80, folder: $0).run(difference)
            }
            #expect(changes > 20)
            #expect(broken.isEmpty, "seed \(seed): \(broken.first ?? "")")
        }
    }

    @Test("A field that is renamed before or after an edit of it arrives: the same stands there")
    func revisions() throws {
        var edits = 0
        for seed in UInt64(1)...60 {
            let (count, broken) = try Self.withFolder { try RevisionSquare(seed: seed, folder: $0).run() }
            edits += count
            #expect(broken.isEmpty, "seed \(seed): \(broken.first ?? "")")
        }
        #expect(edits > 180)
    }

    @Test("A synchronisation costs what changed, whatever there is and was; with nothing to do it is two requests")
    func boundedWork() throws {
        let (small, large) = try Self.withFolder { folder in
            let work = BoundedWork(folder: folder)
            return (
                try work.measure(records: 40, deleted: 10, changes: 6),
                try work.measure(records: 240, deleted: 100, changes: 6)
            )
        }
        #expect(large.held > 4 * small.held)
        for measured in [small, large] {
            #expect(measured.idle.requests <= 2)
            #expect(measured.idle.cells == 0)
            #expect(measured.pull.cells == 6)
            #expect(measured.push.requests <= 4)
        }
        #expect(large.idle.requests == small.idle.requests && large.idle.commits == small.idle.commits)
        #expect(large.pull.requests == small.pull.requests && large.push.requests == small.push.requests)
        #expect(large.pull.transactions == small.pull.transactions)
        #expect(large.push.commits == small.push.commits)
        // A digit more in a few numbers, and no more.
        #expect(large.pull.bytes < small.pull.bytes * 11 / 10 + 64)
        #expect(large.idle.bytes < small.idle.bytes + 64)
    }
}
