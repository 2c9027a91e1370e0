// A snapshot over cells that are known to be as a server told them: most of it stands here already, because a server
// that was restored lost its last hours and not the year. What differs alone is written, shown and summed up.

import GRDB
import PlanSyncCore
import PlanSyncStore

extension Replica {
    private static let placeIsSame = CellRow.isSamePlace("staged_cells", "c")

    /// Leaves of a snapshot only what differs from the cells, among the pages that wait; `false`: it has to take the
    /// place of all of them, because nobody knows what stands there.
    ///
    /// `last`: the cells of its last page, which are put to the others. `writes`: the number of the write that will
    /// show them.
    func narrow(
        _ plan: PlanID, with last: [PublicCell], before writes: Int, in database: Database
    ) throws -> Bool {
        guard try carriedSum(of: plan, without: [], before: writes, in: database) != nil else { return false }
        try CellRow.put(last, of: plan, staged: true, in: database)
        try Self.stageGone(of: plan, in: database)
        try database.run(
            """
            DELETE FROM staged_cells WHERE plan = ? AND deleted = 0 AND EXISTS (
                SELECT 1 FROM cells AS c WHERE \(Self.placeIsSame)
                    AND c.rev = staged_cells.rev AND c.seq = staged_cells.seq AND c.value IS staged_cells.value
                    AND c.by = staged_cells.by AND c.author = staged_cells.author AND c.at = staged_cells.at
                    AND c.generation = staged_cells.generation AND c.tags IS staged_cells.tags)
            """, [.text(plan.rawValue)])
        return true
    }

    /// What a snapshot did not bring goes.
    private static func stageGone(of plan: PlanID, in database: Database) throws {
        try database.run(
            """
            INSERT INTO staged_cells(plan, \(CellRow.columns), deleted)
            SELECT plan, \(CellRow.columns), 1 FROM cells AS c
            WHERE plan = ? AND NOT EXISTS (SELECT 1 FROM staged_cells WHERE \(placeIsSame))
            """, [.text(plan.rawValue)])
    }
}
