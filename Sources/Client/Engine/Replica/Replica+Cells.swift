// The cells, and what the view is made of. A row that cannot be read is passed over: the next pull finds that it is
// missing and fetches it again.

import GRDB
package import PlanSyncCore

extension Replica {
    /// The cells of a plan, by place.
    ///
    /// - Throws: SQLite's errors.
    package func cells(of plan: PlanID) throws -> [PublicCell] {
        try read { try Self.cells(of: plan, in: $0) }
    }

    static func cells(of plan: PlanID, in database: Database) throws -> [PublicCell] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT \(CellRow.columns) FROM cells WHERE plan = ? ORDER BY plan, tenant, collection, key, field"
            ), arguments: [plan.rawValue])
        var cells: [PublicCell] = []
        while let row = try rows.next() {
            if let cell = CellRow.read(row) { cells.append(cell) }
        }
        return cells
    }

    /// What the person sees: the cells with the outbox laid over them, of one moment.
    ///
    /// - Throws: ``ReplicaError``, SQLite's errors.
    package func view(of plan: PlanID) throws -> LocalView {
        try read { database in
            guard let principal = try Self.state(in: database).principal else { throw ReplicaError.notEnrolled }
            let held = try self.plan(plan, in: database)
            let entries = try Row.fetchAll(
                database.cachedStatement(sql: "SELECT * FROM outbox WHERE plan = ? ORDER BY position"),
                arguments: [plan.rawValue]
            ).map { try Self.entry($0) }
            return LocalView(
                plan: held.plan, revision: held.revision, principal: principal,
                cells: try Self.cells(of: plan, in: database), outbox: entries)
        }
    }
}
