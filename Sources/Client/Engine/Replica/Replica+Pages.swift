// The pages of a pull. All but the last wait in a table of their own, with their cursor, so that a pull that was cut
// off goes on where it was; the last one makes them visible, all in one transaction. Nobody ever sees half a pull.

import GRDB
package import PlanSyncCore
import PlanSyncStore
package import PlanSyncWire

/// What a page came to.
package enum PageEffect: Sendable, Equatable {
    /// It was stored with its cursor.
    case applied(cells: Int)
    /// It was stored, but the cells as a whole are not what the server says they are.
    case differs(cells: Int)
    /// Another process has pulled since; the page was set aside.
    case stale
    /// The server's history is another one than the cells'.
    case otherEpoch
}

/// Where a pull goes on.
package struct PullPlace: Sendable, Equatable {
    /// The cursor to name; `nil`: a snapshot.
    package let cursor: String?
    /// How many answers to pushes had come in by now: what they wrote is in the page that is asked for.
    package let answers: Int64
}

extension Replica {
    /// The cursor of what the cells show; `nil`: the next pull is a snapshot.
    ///
    /// - Throws: SQLite's errors.
    package func cursor(of plan: PlanID) throws -> String? {
        try read { try Self.pullState(of: plan, in: $0).cursor }
    }

    /// Where the pull of a plan goes on: behind the pages that wait, if there are any.
    ///
    /// - Throws: SQLite's errors.
    package func pullPlace(of plan: PlanID) throws -> PullPlace {
        try read { database in
            PullPlace(
                cursor: try Self.pullState(of: plan, in: database).next, answers: try Self.answerCount(in: database))
        }
    }

    /// Whether a whole snapshot of the plan has ever come in.
    ///
    /// - Throws: SQLite's errors.
    package func hasSnapshot(of plan: PlanID) throws -> Bool {
        try read { try Self.pullState(of: plan, in: $0).isComplete }
    }

    private struct PullState {
        var cursor: String?
        var epoch: String?
        var isComplete = false
        var stage: String?
        var isSnapshot = false

        var next: String? { stage ?? cursor }
    }

    private static func pullState(of plan: PlanID, in database: Database) throws -> PullState {
        try database.first(
            "SELECT cursor, epoch, complete, stage, snapshot FROM cursors WHERE plan = ?", [.text(plan.rawValue)]
        ) { row in
            PullState(
                cursor: row.text(0), epoch: row.text(1), isComplete: try row.needed("complete", row.flag(2)),
                stage: row.text(3), isSnapshot: try row.needed("snapshot", row.flag(4)))
        } ?? PullState()
    }

    private static func put(_ state: PullState, of plan: PlanID, in database: Database) throws {
        try database.run(
            "INSERT OR REPLACE INTO cursors(plan, cursor, epoch, complete, stage, snapshot) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(plan.rawValue), Argument(state.cursor), Argument(state.epoch), .flag(state.isComplete),
                Argument(state.stage), .flag(state.isSnapshot),
            ])
    }

    /// Forgets where the pull of a plan goes on, so that the next one is a snapshot; cells and outbox stay.
    ///
    /// - Throws: SQLite's errors.
    package func dropCursor(of plan: PlanID) throws {
        try write { try Self.dropCursors("plan = ?", [.text(plan.rawValue)], in: $0) }
    }

    /// The same for the plans that fit a condition, with the pages that wait for their end.
    static func dropCursors(
        _ condition: String, _ arguments: [Argument], in database: Database
    ) throws {
        try database.run(
            "UPDATE cursors SET cursor = NULL, stage = NULL, snapshot = 0 WHERE \(condition)", arguments)
        try database.run("DELETE FROM staged_cells WHERE \(condition)", arguments)
        try database.run("DELETE FROM repairs WHERE \(condition)", arguments)
    }

    /// Stores a page of cells and its cursor, in one transaction; the last page makes all of its pull visible.
    ///
    /// `asked`: the cursor that the page answers; a page for another one is set aside. `answers`: what
    /// ``PullPlace/answers`` was when it was asked for.
    /// - Throws: SQLite's errors.
    package func apply(
        _ page: SyncPull.Result, of plan: PlanID, after asked: String?, answers: Int64 = .max
    ) throws -> PageEffect {
        // Which write of cells this is, and what it puts into single places, when that is all of it.
        var placed: (cells: [PublicCell], writes: Int)?
        var sum: SoundSum?
        var isShown = false
        let effect = try write { database -> PageEffect in
            if try Self.epoch(in: database) != page.epoch { return .otherEpoch }
            var state = try Self.pullState(of: plan, in: database)
            guard state.next == asked else { return .stale }
            if state.stage == nil { state.isSnapshot = asked == nil }
            guard !page.more else {
                try CellRow.put(page.cells, of: plan, staged: true, in: database)
                state.stage = page.cursor
                try Self.put(state, of: plan, in: database)
                return .applied(cells: page.cells.count)
            }
            let writes = noteCellWrite()
            isShown = true
            var last = page.cells
            var isWhole = state.isSnapshot
            if state.isSnapshot {
                if try narrow(plan, with: last, before: writes, in: database) { (last, isWhole) = ([], false) }
                if let epoch = state.epoch, epoch != page.epoch {
                    try Self.keepWitness(of: plan, epoch, isWhole: isWhole, in: database)
                }
            }
            if isWhole {
                try Self.clearCells(of: plan, in: database)
            }
            let waiting = isWhole ? nil : try stagedCells(of: plan, before: writes, in: database)
            placed = waiting.map { ($0 + last, writes) }
            let places = Set((placed?.cells ?? []).map(\.key))
            if placed != nil { sum = try carriedSum(of: plan, without: places, before: writes, in: database) }
            try Self.showStaged(of: plan, in: database)
            try CellRow.put(last, of: plan, staged: false, in: database)
            try takeIn(places, of: plan, into: &sum, in: database)
            try Self.dropWitness(of: plan, in: database)
            try Self.put(
                PullState(cursor: page.cursor, epoch: page.epoch, isComplete: true), of: plan, in: database)
            try database.run(
                "UPDATE outbox SET pulled = 1 WHERE result IS NOT NULL AND pulled = 0 AND plan = ? AND answer <= ?",
                [.text(plan.rawValue), .integer(answers)])
            try Self.prune(epoch: page.epoch, [page.backedUp], in: database)
            guard let digest = page.digest else { return .applied(cells: page.cells.count) }
            if sum?.sum != digest { sum = try wholeSum(of: plan, writes: writes, in: database) }
            let isSound = sum?.sum == digest
            if !isSound { sum = nil }
            return isSound ? .applied(cells: page.cells.count) : .differs(cells: page.cells.count)
        }
        // A page that waits changes none of the cells, so what was known of them stays true.
        if isShown { keep(sum, of: plan) }
        if let placed { show(placed.cells, of: plan, writes: placed.writes) }
        return effect
    }

    /// Makes room for a snapshot.
    private static func clearCells(of plan: PlanID, in database: Database) throws {
        // Without a condition SQLite empties the table as a whole, damaged rows with it.
        guard try database.has("SELECT 1 FROM cells WHERE +plan <> ? LIMIT 1", [.text(plan.rawValue)]) else {
            return try database.run("DELETE FROM cells")
        }
        // A new table, because rows of a damaged one cannot be found to be deleted.
        try database.execute(sql: "ALTER TABLE cells RENAME TO cells_before")
        try database.execute(sql: ReplicaSchema.cells("cells"))
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO cells(plan, \(CellRow.columns))
                SELECT plan, \(CellRow.columns) FROM cells_before WHERE +plan <> ?
                """, arguments: [plan.rawValue])
        try database.execute(sql: "DROP TABLE cells_before")
    }

    /// The pages that wait, cell by cell, for what is kept of the cells to follow; `nil`: it cannot, or nothing is.
    ///
    /// `writes`: the number of the write that will move them.
    private func stagedCells(
        of plan: PlanID, before writes: Int, in database: Database
    ) throws -> [PublicCell]? {
        guard isShowing(plan, before: writes) || isSumSound(of: plan, before: writes),
            try !database.has("SELECT 1 FROM repairs WHERE plan = ? AND complete = 1", [.text(plan.rawValue)])
        else { return nil }
        var reader = CellReader()
        let cells = try database.list(
            "SELECT \(CellRow.columns), deleted FROM staged_cells WHERE plan = ?", [.text(plan.rawValue)]
        ) { row in
            row.flag(12).flatMap { reader.read(row, isDeleted: $0) }
        }
        let whole = cells.compactMap { $0 }
        return whole.count == cells.count ? whole : nil
    }

    /// Moves the pages that waited into the cells; parts that were fetched anew replace what stood there.
    private static func showStaged(of plan: PlanID, in database: Database) throws {
        let ours = Argument.text(plan.rawValue)
        let parts = try database.list("SELECT tenant, collection, complete FROM repairs WHERE plan = ?", [ours]) {
            (place: [$0.argument(0), $0.argument(1)], isComplete: $0.flag(2) == true)
        }
        for part in parts where part.isComplete {
            try database.run("DELETE FROM cells WHERE plan = ? AND tenant = ? AND collection = ?", [ours] + part.place)
        }
        let isStaged = try database.has("SELECT 1 FROM staged_cells WHERE plan = ? LIMIT 1", [ours])
        if isStaged {
            try database.run(
                """
                INSERT OR REPLACE INTO cells(plan, \(CellRow.columns))
                SELECT plan, \(CellRow.columns) FROM staged_cells WHERE plan = ? AND deleted = 0
                """, [ours])
            try database.run(
                """
                DELETE FROM cells WHERE plan = ? AND (tenant, collection, key, field) IN (
                    SELECT tenant, collection, key, field FROM staged_cells WHERE plan = ? AND deleted = 1)
                """, [ours, ours])
            try database.run("DELETE FROM staged_cells WHERE plan = ?", [ours])
        }
        if !parts.isEmpty { try database.run("DELETE FROM repairs WHERE plan = ?", [ours]) }
    }
}
