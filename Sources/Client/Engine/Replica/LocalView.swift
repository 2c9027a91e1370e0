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
    package internal(set) var fields = FieldTable()
    /// The conflicts and proposals, by name.
    package private(set) var conflicts: [ConflictRecord] = []
    /// The rejected changes that their author has still to look at.
    package private(set) var rejected: [OutboxEntry] = []
    /// How many changes are not acknowledged.
    package private(set) var pendingCount = 0
    var pendingResolutions: Set<String> = []
    /// What the cells say of the conflicts, by name.
    private var disputes: [TenantID: [String: [FieldID: FieldValue]]] = [:]
    /// The records, found when first asked for; another one after each change of the fields.
    private(set) var index = RecordIndex()

    package init(plan: Plan, revision: UInt64, principal: Principal, cells: [PublicCell], outbox: [OutboxEntry]) {
        self.init(plan: plan, revision: revision, principal: principal) { cells.forEach($0) }
        lay(outbox)
    }

    /// The cells alone, as they are handed out.
    init(
        plan: Plan, revision: UInt64, principal: Principal, cells: ((PublicCell) -> Void) throws -> Void
    ) rethrows {
        self.plan = plan
        self.revision = revision
        self.principal = principal
        try cells { take($0) }
        readConflicts()
    }

    private mutating func take(_ cell: PublicCell) {
        if cell.key.record.collection == CollectionRule.conflicts {
            let value = cell.deleted ? nil : cell.value
            disputes[cell.key.tenant, default: [:]][cell.key.record.key, default: [:]][cell.key.field] = value
        }
        guard !cell.deleted else { return fields.tell(nil, at: cell.key) }
        let field = LocalField(
            value: cell.value, state: .confirmed, rev: cell.rev, seq: cell.seq, by: cell.by, author: cell.author,
            at: cell.at, generation: cell.generation, tags: cell.tags)
        fields.tell(field, at: cell.key)
    }

    /// The cells alone, with those of a page in place of what stood there.
    mutating func replace(_ cells: [PublicCell]) {
        for cell in cells { take(cell) }
        renewIndex()
        guard cells.contains(where: { $0.key.record.collection == CollectionRule.conflicts }) else { return }
        let touched = Set(
            cells.filter { $0.key.record.collection == CollectionRule.conflicts }
                .map { RecordPlace(tenant: $0.key.tenant, key: $0.key.record.key) })
        conflicts.removeAll { touched.contains(RecordPlace(tenant: $0.tenant, key: $0.id)) }
        conflicts += touched.compactMap { place in
            disputes[place.tenant]?[place.key].flatMap { conflict(place.key, of: place.tenant, $0) }
        }
        sortConflicts()
    }

    /// Lays the outbox over the cells, or over what lies there of it what was added to it since.
    ///
    /// Nothing that is laid looks at a mark, so the marks of the conflicts may be there already.
    mutating func lay(_ outbox: some Sequence<OutboxEntry>) {
        for entry in outbox {
            if entry.needsAttention { rejected.append(entry) }
            if entry.isPending { pendingCount += 1 }
            lay(entry)
        }
        markConflicts()
        renewIndex()
    }

    /// Forgets what was found out about the records.
    mutating func renewIndex() { index = RecordIndex() }

    // MARK: Conflicts

    private mutating func readConflicts() {
        for (tenant, byID) in disputes {
            conflicts += byID.compactMap { conflict($0.key, of: tenant, $0.value) }
        }
        sortConflicts()
    }

    private mutating func sortConflicts() { conflicts.sort { ($0.id, $0.tenant) < ($1.id, $1.tenant) } }

    private func conflict(_ id: String, of tenant: TenantID, _ fields: [FieldID: FieldValue]) -> ConflictRecord? {
        ConflictRecord(id: id, tenant: tenant, fields: fields)?.named(by: plan)
    }

    private mutating func markConflicts() {
        for conflict in conflicts where conflict.state == .open {
            var field = fields[conflict.subject] ?? .empty
            field.conflict = conflict.id
            if field.state != .pending { field.state = .conflict }
            fields.lay(field, at: conflict.subject)
        }
    }

    /// The conflicts that somebody here has still to decide: open, and not decided here already.
    package var undecided: [ConflictRecord] {
        conflicts.filter { conflict in
            let isMine = conflict.state == .open || (conflict.state.isOpen && principal.role == .supervisor)
            return isMine && !pendingResolutions.contains(conflict.id)
        }
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
        for key in fields.keys where key.record == record && key.tenant == tenant { found[key.field] = fields[key] }
        return found
    }

    /// The fields that hold something and that are wanted, what was written last first.
    package func written(
        where isWanted: (CellKey, LocalField) -> Bool
    ) -> [(key: CellKey, field: LocalField)] {
        fields.filter { $0.value.value != nil && isWanted($0.key, $0.value) }
            .sorted { ($1.value.at?.milliseconds ?? 0, $0.key) < ($0.value.at?.milliseconds ?? 0, $1.key) }
            .map { ($0.key, $0.value) }
    }

    /// Whether a record is deleted, here or on the server.
    package func isDeleted(_ record: RecordKey, of tenant: TenantID) -> Bool {
        fields[CellKey(tenant: tenant, record: record, field: .recordState)]?.value == .text(RecordState.deleted)
    }

    /// The deleted records of a collection, by tenant and key.
    package func deletedRecords(of collection: CollectionID) -> [(tenant: TenantID, key: String)] {
        let deleted = fields.keys.filter { key in
            key.record.collection == collection && key.field == .recordState
                && fields[key]?.value == .text(RecordState.deleted)
        }
        return deleted.sorted().map { ($0.tenant, $0.record.key) }
    }

    /// The figures that indicators are computed from; those in open conflict are marked as disputed.
    package var figures: FigureTable {
        let counted = Set(plan.counted)
        return figures { plan.collection($0)?.origin != .declared || counted.contains($0) }
    }

    /// The figures and all records, also of collections that no indicator reads.
    package var allFigures: FigureTable { figures { _ in true } }

    private func figures(where isWanted: (CollectionID) -> Bool) -> FigureTable {
        let wanted = Set(plan.collections.keys.filter(isWanted))
        var table = FigureTable()
        for (key, field) in fields where wanted.contains(key.record.collection) {
            table.insert(key, value: field.value, disputed: field.conflict != nil)
        }
        return table
    }
}
