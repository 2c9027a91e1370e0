import PlanSyncCore

// A record as a whole: deleted, restored, and brought back by an edit whose author had not seen the deletion. No edit
// vanishes with a deletion (merge rules, section 2).

extension ChangeDecider {
    /// Decides `delete` and `restore`.
    func decideRecord(
        _ context: OperationContext, _ collection: CollectionRule, in work: inout ChangeScratch,
        into decision: inout Decision
    ) -> OperationDecision {
        let action = context.operation.action
        guard action == .delete || action == .restore, collection.origin == .declared else {
            return .failure(Rejection(reason: "action_unsupported"))
        }
        if collection.isAppendOnly { return .failure(Rejection(reason: "entry_stands")) }
        let held = work.cells(of: RecordRef(context.key))
        for rule in collection.fields where rule.writers.isEmpty || held[rule.id]?.value != nil {
            // Whoever deletes a record deletes every field of it.
            let fault = Permission.writeFault(principal, tenant: context.tenant, collection: collection, field: rule)
            if let fault { return .failure(Rejection(reason: fault)) }
        }
        var context = context
        context.theirs = .text(action == .delete ? RecordState.deleted : RecordState.active)
        if principal.isRetired { return keepApart(.escrow, context, in: &work) }
        let period = work.plan.period(of: context.operation.record)
        if let period, state(of: period, in: work) == .final { return keepApart(.late, context, in: &work) }
        if context.buildsOnRejected(in: work) { return .failure(Rejection(reason: "builds_on_rejected")) }
        let marker = work.cell(at: context.key)
        let isDeleted = marker?.value == .text(RecordState.deleted)
        if isDeleted == (action == .delete) {
            return .success(OperationResult(.applied, reason: "same"))
        }
        let hasUnseen =
            action == .delete ? self.hasUnseen(context, in: work) : context.operation.base != marker.map { [$0.rev] }
        if hasUnseen { return .success(disputeState(context, in: &work)) }
        setState(deleted: action == .delete, context, conflict: marker?.conflict, in: &work, into: &decision)
        if let period { reopenReport(context, period, in: &work) }
        return .success(OperationResult(.applied))
    }

    /// Whether somebody wrote a field of the record that the author of its deletion had not seen.
    ///
    /// `shown` lists what was seen (``RecordSight``). Without it only what is older
    /// than the base counts as seen, and nothing but the device's own changes where the base is one of them.
    private func hasUnseen(_ context: OperationContext, in work: ChangeScratch) -> Bool {
        let live = work.cells(of: RecordRef(context.key)).filter { !$0.value.deleted && $0.key != .recordState }
        if case .members(let seen)? = context.operation.shown {
            let seen = Set(seen)
            return live.contains { field, cell in
                let rule = work.plan.field(field, of: context.key.record.collection)
                return !seen.contains(RecordSight.line(field, rev: cell.rev, value: cell.value, rule: rule))
            }
        }
        guard let base = context.operation.base.first, let earlier = context.earlier(base, in: work) else {
            return live.contains { $0.value.rev != context.change.id }
        }
        return live.contains { _, cell in
            if cell.rev == base || cell.rev == context.change.id { return false }
            return earlier.device == principal.device ? cell.by != principal.device : cell.seq > earlier.seq
        }
    }

    /// Both states are kept for a person; the record stays as it is.
    private func disputeState(_ context: OperationContext, in work: inout ChangeScratch) -> OperationResult {
        let cells = work.cells(of: RecordRef(context.key))
        let marker = cells[.recordState]
        let stands = marker?.value ?? .text(RecordState.active)
        if let joined = marker?.conflict.flatMap({ context.records.join($0, context.side("theirs"), context, in: work) }
        ) {
            work.set(joined.cells)
            return OperationResult(.conflict, value: stands, conflict: joined.id)
        }
        // What stands against a deletion is the newest edit.
        let newest =
            marker
            ?? cells.filter { !$0.value.deleted }
            .max { ($0.value.seq, $0.key) < ($1.value.seq, $1.key) }?.value
        let ours = newest.map { context.records.side("ours", of: $0, value: stands) }
        let record = context.records.open(.open, ours: ours, theirs: context.side("theirs"), context)
        work.set(record.cells)
        let cell = marker ?? newest.map { context.cell(stands, as: $0) } ?? context.cell(stands, conflict: nil)
        work.set(cell.inConflict(record.id).moved(to: context.seq), at: context.key)
        return OperationResult(.conflict, value: stands, conflict: record.id)
    }

    /// Brings a deleted record back for an edit whose author had not seen the deletion; gives the conflict.
    func revive(
        _ context: OperationContext, in work: inout ChangeScratch, into decision: inout Decision
    ) -> Result<String?, Rejection> {
        let place = context.recordState
        guard let marker = work.cell(at: place), marker.value == .text(RecordState.deleted) else {
            return .success(nil)
        }
        if context.operation.base == [marker.rev] { return .failure(Rejection(reason: "record_deleted")) }
        if context.buildsOnRejected(in: work) { return .failure(Rejection(reason: "builds_on_rejected")) }
        var state = context
        state.key = place
        state.theirs = .text(RecordState.active)
        let ours = context.records.side("ours", of: marker, value: marker.value)
        let record =
            marker.conflict.flatMap { context.records.join($0, state.side("theirs"), state, in: work) }
            ?? context.records.open(.open, ours: ours, theirs: state.side("theirs"), state)
        work.set(record.cells)
        setState(deleted: false, state, conflict: record.id, in: &work, into: &decision)
        decision.touched.append(StoredOperation(cell: place, seq: context.seq, index: -1 - context.index))
        return .success(record.id)
    }

    /// Makes tombstones of all cells of a record, or takes them back.
    func setState(
        deleted: Bool, _ context: OperationContext, conflict: String?, in work: inout ChangeScratch,
        into decision: inout Decision
    ) {
        let place = context.recordState
        for (field, cell) in work.cells(of: RecordRef(place)) where field != .recordState && cell.deleted != deleted {
            let key = CellKey(tenant: place.tenant, record: place.record, field: field)
            work.set(cell.deleted(deleted).moved(to: context.seq), at: key)
        }
        let value = FieldValue.text(deleted ? RecordState.deleted : RecordState.active)
        work.set(context.cell(value, conflict: conflict), at: place)
    }
}
