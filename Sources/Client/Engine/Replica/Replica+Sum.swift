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
    /// The sum as it will be when a page's cells have taken their places; `nil`: all rows are to be gone through.
    ///
    /// Called before the page is stored. What it takes out are the rows as they are, so a damaged one shows.
    /// `writes`: this page's number among the writes of cells.
    func carriedSum(
        of plan: PlanID, over cells: [PublicCell], writes: Int, in database: Database
    ) throws -> SoundSum? {
        guard var known = soundSums.withLock({ $0[plan] }), known.ownWrites + 1 == writes,
            known.carried < SoundSum.carriedMax, UInt64(clamping: cells.count) < known.sum.cells / 4 + 16,
            try foreignCommits(in: database) == known.foreignCommits
        else { return nil }
        // A place that a page names twice would be taken out twice.
        guard Set(cells.map(\.key)).count == cells.count else { return nil }
        var digest = CellDigestBytes()
        for cell in cells {
            try Self.row(at: cell.key, of: plan, in: database) { row in
                if CellRow.digest(row, into: &digest) {
                    known.sum.remove(digestBytes: digest.bytes, cryptography)
                }
            }
            known.sum.insert(cell, cryptography)
        }
        known.ownWrites = writes
        known.carried += 1
        return known
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
