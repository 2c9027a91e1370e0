// The cells, and what the view is made of. A row that cannot be read is passed over: the next pull finds that it is
// missing and fetches it again.

import GRDB
package import PlanSyncCore
import PlanSyncStore
import Synchronization

extension Replica {
    /// The cells of a plan, by place.
    ///
    /// - Throws: SQLite's errors.
    package func cells(of plan: PlanID) throws -> [PublicCell] {
        try read { database in
            var cells: [PublicCell] = []
            try Self.cells(of: plan, in: database) { cells.append($0) }
            return cells
        }
    }

    /// The cell at a place, as the server told it.
    ///
    /// - Throws: SQLite's errors.
    package func cell(at key: CellKey, of plan: PlanID) throws -> PublicCell? {
        try read { database in
            var cell: PublicCell?
            var reader = CellReader()
            try Self.row(at: key, of: plan, in: database) { cell = reader.read($0) }
            return cell
        }
    }

    /// Reads the row of a place, if there is one.
    static func row(
        at key: CellKey, of plan: PlanID, in database: Database, _ body: (Columns) throws -> Void
    ) throws {
        try database.rows(
            CellRow.selectOne,
            [
                .text(plan.rawValue), .text(key.tenant.rawValue), .text(key.record.collection.rawValue),
                .text(key.record.key), .text(key.field.rawValue),
            ], body)
    }

    private static func cells(of plan: PlanID, in database: Database, _ body: (PublicCell) -> Void) throws {
        var reader = CellReader()
        try database.rows(CellRow.selectAll, [.text(plan.rawValue)]) { row in
            if let cell = reader.read(row) { body(cell) }
        }
    }

    /// What the person sees: the cells with the outbox laid over them, of one moment.
    ///
    /// - Throws: ``ReplicaError``, SQLite's errors.
    package func view(of plan: PlanID) throws -> LocalView {
        try read { database in
            guard let principal = try Self.state(in: database).principal else { throw ReplicaError.notEnrolled }
            let held = try self.plan(plan, in: database)
            let mark = try cellMark(of: plan, revision: held.revision, in: database)
            let ownChanges = database.totalChangesCount
            let known = laid.withLock { $0[plan] }.flatMap {
                $0.mark == mark && $0.view.principal == principal ? $0 : nil
            }
            var shown: LaidView
            if let known, known.ownChanges == ownChanges {
                shown = known
            } else {
                let entries = try stampedEntries("WHERE plan = ?", [.text(plan.rawValue)], in: database)
                if let known, known.isBeginning(of: entries) {
                    shown = known
                    shown.layRest(of: entries)
                } else {
                    shown = LaidView(entries, over: try cellView(held.plan, mark, principal, in: database), mark: mark)
                }
                shown.ownChanges = ownChanges
            }
            let laidOut = shown
            laid.withLock { $0[plan] = laidOut }
            return shown.view
        }
    }

    /// Who wrote what a view shows at some places; it is not laid out for them, as much as a page may have changed.
    ///
    /// - Throws: ``ReplicaError``, SQLite's errors.
    func authors(at places: Set<CellKey>, of plan: PlanID) throws -> [CellKey: String] {
        try read { database in
            guard let principal = try Self.state(in: database).principal else { throw ReplicaError.notEnrolled }
            let held = try self.plan(plan, in: database)
            var view = try LocalView(plan: held.plan, revision: held.revision, principal: principal) { show in
                var reader = CellReader()
                // An edit of a deleted record is laid over the deletion, too.
                for place in places.union(places.map(\.recordState)) {
                    try Self.row(at: place, of: plan, in: database) { row in
                        if let cell = reader.read(row) { show(cell) }
                    }
                }
            }
            view.lay(try entries("WHERE plan = ?", [.text(plan.rawValue)], in: database))
            return Dictionary(
                places.compactMap { place in view.field(place).map { (place, $0.author) } }, uniquingKeysWith: { $1 })
        }
    }

    private func cellMark(of plan: PlanID, revision: UInt64, in database: Database) throws -> CellMark {
        CellMark(
            foreignCommits: try foreignCommits(in: database),
            ownWrites: cellWrites.load(ordering: .sequentiallyConsistent), revision: revision,
            planHash: plansRead.withLock { $0[plan]?.hash })
    }

    /// The cells as a view, kept until somebody writes cells: a person looks at the same ones again and again.
    private func cellView(
        _ plan: Plan, _ mark: CellMark, _ principal: Principal, in database: Database
    ) throws -> LocalView {
        if let known = seen.withLock({ $0[plan.id] }), known.mark == mark, known.view.principal == principal {
            return known.view
        }
        let view = try LocalView(plan: plan, revision: mark.revision, principal: principal) {
            try Self.cells(of: plan.id, in: database, $0)
        }
        seen.withLock { $0[plan.id] = (mark, view) }
        return view
    }
}

extension Replica {
    /// Whether the kept view shows all that was written before a write of cells.
    func isShowing(_ plan: PlanID, before writes: Int) -> Bool {
        seen.withLock { $0[plan]?.mark.ownWrites == writes - 1 }
    }

    /// Brings the kept view up to date with what a write put into the cells, in order, when it showed all that was
    /// written before.
    func show(_ cells: [PublicCell], of plan: PlanID, writes: Int) {
        // It shows what was, and the cells that it shares with the kept ones would be copied.
        laid.withLock { $0[plan] = nil }
        seen.withLock { seen in
            guard var known = seen.removeValue(forKey: plan), known.mark.ownWrites + 1 == writes else { return }
            known.view.replace(cells)
            known.mark.ownWrites = writes
            seen[plan] = known
        }
    }
}

/// A state of plan and cells: another one after each write to them by this process, and each commit by another.
struct CellMark: Equatable, Sendable {
    let foreignCommits: Int64
    var ownWrites: Int
    let revision: UInt64
    let planHash: [UInt8]?
}

/// A view with as much of the outbox over the cells as there was when somebody last looked.
struct LaidView: Sendable {
    /// The state of the cells.
    let mark: CellMark
    private(set) var view: LocalView
    /// What lies over them, in order.
    private var entries: [OutboxRow.Stamped]
    /// How often this process had changed a row of any kind; without another one the outbox is the same.
    var ownChanges = 0

    init(_ outbox: [OutboxRow.Stamped], over cells: LocalView, mark: CellMark) {
        self.mark = mark
        view = cells
        entries = outbox
        view.lay(outbox.lazy.map(\.entry))
    }

    /// Whether an outbox begins with what lies there, all of it as it was.
    func isBeginning(of outbox: [OutboxRow.Stamped]) -> Bool { outbox.starts(with: entries) { $0 === $1 } }

    /// Lays what an outbox has behind what lies there.
    mutating func layRest(of outbox: [OutboxRow.Stamped]) {
        guard outbox.count > entries.count else { return }
        view.lay(outbox.dropFirst(entries.count).lazy.map(\.entry))
        entries = outbox
    }
}
