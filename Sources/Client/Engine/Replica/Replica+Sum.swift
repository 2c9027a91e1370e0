// The sum over a plan's cells that is compared with the server's at the end of each pull. Going through all rows finds
// every damage, and takes as long as there are rows; so a sum that was right is carried on from page to page, and the
// rows are gone through when this process has not done so yet, when somebody else has written, and now and then.

import GRDB
import PlanSyncCore
import PlanSyncStore
import PlanSyncWire
import Synchronization

/// A sum that was the server's, and when that was.
struct SoundSum: Sendable {
    /// As many pulls are compared with a sum that was carried on, before the rows are gone through again.
    static let carriedMax = 100

    var sum: ScopeDigest
    var foreignCommits: Int64
    var ownWrites: Int
    /// How often it was carried on since all rows were gone through.
    var carried: Int
}

extension Replica {
    /// Whether the kept sum is over all that was written before a write of cells.
    func isSumSound(of plan: PlanID, before writes: Int) -> Bool {
        soundSums.withLock { $0[plan]?.ownWrites == writes - 1 }
    }

    /// The sum without the rows at the places that a pull will write; `nil`: all rows are to be gone through.
    ///
    /// What it takes out are the rows as they are, so a damaged one shows. `writes`: the pull's number among the
    /// writes of cells.
    func carriedSum(
        of plan: PlanID, without places: Set<CellKey>, before writes: Int, in database: Database
    ) throws -> SoundSum? {
        guard var known = soundSums.withLock({ $0[plan] }), known.ownWrites == writes - 1,
            known.carried < SoundSum.carriedMax, UInt64(clamping: places.count) < known.sum.cells / 4 + 16,
            try foreignCommits(in: database) == known.foreignCommits
        else { return nil }
        try digests(at: places, of: plan, in: database) { known.sum.remove(digestBytes: $0, cryptography) }
        known.ownWrites = writes
        known.carried += 1
        return known
    }

    /// Takes in what the pull has written at these places, again the rows as they are.
    func takeIn(_ places: Set<CellKey>, of plan: PlanID, into sum: inout SoundSum?, in database: Database) throws {
        guard var known = sum else { return }
        try digests(at: places, of: plan, in: database) { known.sum.insert(digestBytes: $0, cryptography) }
        sum = known
    }

    private func digests(
        at places: Set<CellKey>, of plan: PlanID, in database: Database, _ body: ([UInt8]) -> Void
    ) throws {
        var digest = CellDigestBytes()
        for place in places {
            try Self.row(at: place, of: plan, in: database) { row in
                if CellRow.digest(row, into: &digest) { body(digest.bytes) }
            }
        }
    }

    /// The sum over all rows as they are, to be carried on from here.
    func wholeSum(of plan: PlanID, writes: Int, in database: Database) throws -> SoundSum {
        SoundSum(
            sum: try digest(of: plan, in: database), foreignCommits: try foreignCommits(in: database),
            ownWrites: writes, carried: 0)
    }

    /// Keeps a sum that was the server's, or forgets the one before.
    func keep(_ sum: SoundSum?, of plan: PlanID) { soundSums.withLock { $0[plan] = sum } }

    /// A number that is another one after each commit by another connection to the same file.
    func foreignCommits(in database: Database) throws -> Int64 {
        try database.first("PRAGMA data_version") { $0.integer(0) } ?? 0
    }
}
