// What a clerk sees: the replica's cells with the outbox laid over them, in order. It is computed anew from
// both each time (rebase), so nothing in the outbox is ever edited, and what was signed is what is sent.

package import PlanSyncCore

/// What a person sees of one plan on this device.
package struct LocalView: Sendable {
    /// The plan.
    package let plan: Plan
    /// The plan's revision.
    package let revision: UInt64
    /// Who is looking.
    package let principal: Principal
    /// The fields, by place; also cleared ones, whose change an edit has to name.
    package private(set) var fields: [CellKey: LocalField] = [:]
    /// The conflicts and proposals, by name.
    package private(set) var conflicts: [ConflictRecord] = []
    /// The rejected changes that their author has still to look at.
    package let rejected: [OutboxEntry]
    /// How many changes are not acknowledged.
    package let pendingCount: Int
    private var pendingResolutions: Set<String> = []

    package init(plan: Plan, revision: UInt64, principal: Principal, cells: [ReplicaCell], outbox: [OutboxEntry]) {
        self.plan = plan
        self.revision = revision
        self.principal = principal
        rejected = outbox.filter(\.needsAttention)
        pendingCount = outbox.filter(\.isPending).count
        for cell in cells {
            fields[cell.key] = LocalField(
                value: cell.deleted ? nil : cell.value, state: .confirmed, rev: cell.rev, seq: cell.seq, by: cell.by,
                author: cell.author, at: cell.at)
        }
        readConflicts()
        for entry in outbox { lay(entry) }
        markConflicts()
    }

    // MARK: Laying the outbox over the cells

    private mutating func lay(_ entry: OutboxEntry) {
        let tenant = entry.change.tenant ?? principal.tenant
        for (index, operation) in entry.change.operations.enumerated() {
            guard let field = operation.field else { continue }
            let key = CellKey(tenant: tenant, record: operation.record, field: field)
            if let result = entry.result {
                guard result.operations.indices.contains(index) else { continue }
                layAnswered(entry, result.operations[index], seq: result.seq, operation, at: key)
            } else {
                layPending(entry.change, operation, at: key)
            }
        }
    }

    private mutating func layPending(_ change: Change, _ operation: Operation, at key: CellKey) {
        var field = fields[key] ?? .empty
        switch operation.action {
        case .set: field.value = operation.value
        case .clear: field.value = nil
        case .add:
            let sum = try? (field.value?.amount ?? .zero).adding(operation.value?.amount ?? .zero)
            if let sum { field.value = .text(sum.description) }
        case .insert, .remove, .reopen, .delete, .restore: return
        }
        field.state = .pending
        sign(&field, by: change)
        field.sent = nil
        fields[key] = field
        if key.record.collection == CollectionRule.conflicts { pendingResolutions.insert(key.record.key) }
    }

    /// An acknowledged edit shows until the pull behind it has brought the cell.
    private mutating func layAnswered(
        _ entry: OutboxEntry, _ result: OperationResult, seq: UInt64, _ operation: Operation, at key: CellKey
    ) {
        var field = fields[key] ?? .empty
        switch result.outcome {
        case .rejected:
            guard !entry.isDropped else { return }
            field.state = .rejected
            field.sent = operation.value
        case .conflict: return
        case .applied, .late, .merged:
            field.state = .confirmed
            field.sent = nil
            let isOverwritten = (field.seq ?? 0) > seq
            if result.outcome == .merged, !isOverwritten {
                field.state = .merged
                field.sent = operation.value
            }
            // "same", "superseded", "proposal", "decided_before": the cell was left as it was.
            let wasWritten = result.reason == nil
            if !entry.isPulled, wasWritten, (field.seq ?? 0) < seq {
                field.value = result.value ?? (operation.action == .clear ? nil : operation.value)
                if key.record.collection == CollectionRule.conflicts {
                    field.value = operation.value
                    pendingResolutions.insert(key.record.key)
                }
                field.seq = seq
                sign(&field, by: entry.change)
            }
        }
        fields[key] = field
    }

    private func sign(_ field: inout LocalField, by change: Change) {
        field.rev = change.id
        field.by = principal.device
        field.author = change.author
        field.at = change.at
    }

    // MARK: Conflicts

    private mutating func readConflicts() {
        var records: [TenantID: [String: [FieldID: FieldValue]]] = [:]
        for (key, field) in fields where key.record.collection == CollectionRule.conflicts {
            if let value = field.value {
                records[key.tenant, default: [:]][key.record.key, default: [:]][key.field] = value
            }
        }
        for (tenant, byID) in records {
            conflicts += byID.compactMap { ConflictRecord(id: $0.key, tenant: tenant, fields: $0.value) }
        }
        conflicts.sort { ($0.id, $0.tenant) < ($1.id, $1.tenant) }
    }

    private mutating func markConflicts() {
        for conflict in conflicts where conflict.state == .open {
            var field = fields[conflict.subject] ?? .empty
            field.conflict = conflict.id
            if field.state != .pending { field.state = .conflict }
            fields[conflict.subject] = field
        }
    }

    /// The conflicts that a person has still to decide: open, and not decided here already.
    package var undecided: [ConflictRecord] {
        conflicts.filter { $0.state == .open && !pendingResolutions.contains($0.id) }
    }

    /// Whether a decision about a conflict waits in the outbox.
    package func isDecisionPending(_ id: String) -> Bool { pendingResolutions.contains(id) }

    /// Whether something here waits for a person: an open conflict or a rejected edit.
    package var needsDecision: Bool { !rejected.isEmpty || !undecided.isEmpty }

    // MARK: Reading

    /// A field, when anything is known of it.
    package func field(_ key: CellKey) -> LocalField? { fields[key] }

    /// The fields of one record that hold something or wait for something.
    package func record(_ record: RecordKey, of tenant: TenantID) -> [FieldID: LocalField] {
        var found: [FieldID: LocalField] = [:]
        for (key, field) in fields where key.record == record && key.tenant == tenant { found[key.field] = field }
        return found
    }

    /// The records of a collection that hold anything, by tenant and key.
    package func records(of collection: CollectionID) -> [(tenant: TenantID, key: String)] {
        var found: Set<CellKey.RecordPlace> = []
        for (key, field) in fields where key.record.collection == collection {
            if field.value != nil || field.state != .confirmed {
                found.insert(CellKey.RecordPlace(tenant: key.tenant, key: key.record.key))
            }
        }
        return found.sorted { ($0.tenant, $0.key) < ($1.tenant, $1.key) }.map { ($0.tenant, $0.key) }
    }

    /// The figures that indicators are computed from; those in open conflict are marked as disputed.
    package var figures: FigureTable {
        var table = FigureTable()
        for (key, field) in fields { table.insert(key, value: field.value, disputed: field.conflict != nil) }
        return table
    }
}

extension CellKey {
    /// A record of a tenant within one collection.
    fileprivate struct RecordPlace: Hashable {
        let tenant: TenantID
        let key: String
    }
}
