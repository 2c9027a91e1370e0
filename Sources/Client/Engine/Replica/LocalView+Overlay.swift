// How the outbox is laid over the cells, change by change in its order. What is pending shows as its author wrote
// it; what was answered shows as answered until the pull behind the answer has brought the cell itself.

import PlanSyncCore

extension LocalView {
    /// One operation of the outbox, at its place.
    private struct Laid {
        let entry: OutboxEntry
        let operation: Operation
        let key: CellKey

        /// What was sent: a deletion and a restoration are edits of the record's own state.
        var sent: FieldValue? {
            switch operation.action {
            case .delete: .text(RecordState.deleted)
            case .restore: .text(RecordState.active)
            default: operation.value
            }
        }
    }

    /// Lays a change of the outbox over what is there.
    mutating func lay(_ entry: OutboxEntry) {
        let tenant = entry.change.tenant ?? principal.tenant
        // What was typed under an earlier revision shows under the present names.
        for (index, operation) in entry.change.present(in: plan).operations.enumerated() {
            let key = CellKey(tenant: tenant, record: operation.record, field: operation.field ?? .recordState)
            let laid = Laid(entry: entry, operation: operation, key: key)
            if let result = entry.result {
                guard result.operations.indices.contains(index) else { continue }
                layAnswered(laid, result.operations[index], seq: result.seq)
            } else {
                layPending(laid)
            }
        }
    }

    private mutating func layPending(_ laid: Laid) {
        if let marker = deletionUnseen(by: laid) {
            setState(of: laid, RecordState.active, over: marker, seq: marker.seq)
        }
        var field = fields[laid.key] ?? .empty
        perform(laid, on: &field)
        field.state = .pending
        field.sent = nil
        field.reason = nil
        field.pendingPosition = laid.entry.position
        sign(&field, by: laid.entry.change)
        fields.lay(field, at: laid.key)
        noteDecision(laid)
    }

    /// An acknowledged edit shows until the pull behind it has brought the cell.
    private mutating func layAnswered(_ laid: Laid, _ result: OperationResult, seq: UInt64) {
        // Kept apart by the server: what stands is untouched.
        let isApart = result.reason == "sealed" || result.reason == "escrow"
        if result.outcome != .rejected, !isApart, !laid.entry.isPulled, let marker = deletionUnseen(by: laid),
            (marker.seq ?? 0) < seq
        {
            setState(of: laid, RecordState.active, over: marker, seq: seq)
        }
        var field = fields[laid.key] ?? .empty
        switch result.outcome {
        case .rejected:
            guard !laid.entry.isDropped else { return }
            field.state = .rejected
            field.sent = laid.sent
            field.reason = result.reason
        case .conflict: return
        case .applied, .late, .merged:
            field.state = .confirmed
            field.sent = nil
            field.reason = nil
            field.pendingPosition = nil
            let isOverwritten = (field.seq ?? 0) > seq
            if result.outcome == .merged || isApart, !isOverwritten {
                field.state = .merged
                field.sent = laid.sent
                field.reason = result.reason
            }
            // With a reason ("same", "superseded", "proposal" …) the cell was left as it was.
            if !laid.entry.isPulled, result.reason == nil, (field.seq ?? 0) < seq {
                take(laid, result, seq: seq, into: &field)
            }
        }
        fields.lay(field, at: laid.key)
    }

    /// Puts what the server took into a field.
    private mutating func take(_ laid: Laid, _ result: OperationResult, seq: UInt64, into field: inout LocalField) {
        perform(laid, on: &field)
        field.seq = seq
        sign(&field, by: laid.entry.change)
        noteDecision(laid)
        switch laid.operation.action {
        case .set, .clear, .add, .reopen:
            // The answer to a decision tells the value of what was decided about, not of the decision.
            guard laid.key.record.collection != CollectionRule.conflicts else { return }
            field.value = result.value ?? field.value
        // The members that others put in come with the pull, and with them what a removal has to name.
        case .insert, .remove, .delete, .restore: return
        }
    }

    /// What an operation makes of a field, as far as that is known here.
    private func perform(_ laid: Laid, on field: inout LocalField) {
        switch laid.operation.action {
        case .set, .delete, .restore: field.value = laid.sent
        case .clear: field.value = nil
        case .add:
            let sum = try? (field.value?.amount ?? .zero).adding(laid.operation.value?.amount ?? .zero)
            if let sum { field.value = .text(sum.description) }
        case .reopen:
            field.value = laid.sent
            if field.generation < .max { field.generation += 1 }
        case .insert:
            guard case .text(let member)? = laid.sent else { return }
            let tags = field.tags[member] ?? []
            if !tags.contains(laid.entry.change.id) { field.tags[member] = tags + [laid.entry.change.id] }
            field.value = members(of: field)
        case .remove:
            guard case .text(let member)? = laid.sent else { return }
            let rest = (field.tags[member] ?? []).filter { !laid.operation.base.contains($0) }
            field.tags[member] = rest.isEmpty ? nil : rest
            field.value = members(of: field)
        }
    }

    private func members(of field: LocalField) -> FieldValue? {
        let members = field.tags.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return members.isEmpty ? nil : .members(members)
    }

    private func sign(_ field: inout LocalField, by change: Change) {
        field.rev = change.id
        field.by = principal.device
        field.author = change.author
        field.at = change.at
    }

    // MARK: Records

    /// The deletion of the record that an operation edits, unless its author had seen it.
    private func deletionUnseen(by laid: Laid) -> LocalField? {
        guard laid.key.field != .recordState,
            let marker = fields[laid.key.recordState], marker.value == .text(RecordState.deleted),
            laid.operation.base != [marker.rev].compactMap({ $0 })
        else { return nil }
        return marker
    }

    /// An edit whose author had not seen the deletion brings the record back.
    private mutating func setState(of laid: Laid, _ state: String, over marker: LocalField, seq: UInt64?) {
        var marker = marker
        marker.value = .text(state)
        marker.seq = seq
        if laid.entry.isPending {
            marker.state = .pending
            marker.pendingPosition = laid.entry.position
        }
        sign(&marker, by: laid.entry.change)
        fields.lay(marker, at: laid.key.recordState)
    }

    // MARK: Decisions

    /// Remembers that a conflict is decided here, or that its decision is taken back.
    private mutating func noteDecision(_ laid: Laid) {
        guard laid.key.record.collection == CollectionRule.conflicts else { return }
        if laid.sent == .text(Editing.undo) {
            pendingResolutions.remove(laid.key.record.key)
        } else {
            pendingResolutions.insert(laid.key.record.key)
        }
    }
}

extension CellKey {
    /// The place of the record's own state.
    var recordState: CellKey { CellKey(tenant: tenant, record: record, field: .recordState) }
}
