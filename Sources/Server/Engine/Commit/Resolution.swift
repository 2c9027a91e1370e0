import PlanSyncCore

// A person's decision about a conflict: a side, a third value, or `open`, which undoes the decision. Whoever decides
// without having seen another's decision opens the conflict again, with one more side; nothing is silently replaced.

extension ChangeDecider {
    /// The decision that takes a decision back.
    private static let undo = "open"

    /// Decides an operation on a conflict.
    func resolve(
        _ context: OperationContext, in work: inout ChangeScratch, into decision: inout Decision
    ) -> OperationDecision {
        guard context.operation.action == .set, context.key.field == ConflictField.resolution else {
            return .failure(Rejection(reason: "action_unsupported"))
        }
        guard let record = work.conflict(context.key.record.key, of: context.key.tenant),
            let collection = work.plan.collection(record.subject.record.collection)
        else { return .failure(Rejection(reason: "conflict_unknown")) }
        let subject = work.plan.currentPlace(of: record.subject)
        let rule = collection.field(subject.field)
        if let fault = decisionFault(record, subject, collection, rule, in: work) {
            return .failure(Rejection(reason: fault))
        }
        guard case .text(let choice)? = context.theirs else { return .failure(Rejection(reason: "resolution_unknown")) }
        if isEntry(subject, in: work), choice != "ours", work.cell(at: subject)?.value != nil {
            return .failure(Rejection(reason: "entry_stands"))
        }
        if choice == Self.undo { return reopen(record, subject, context, in: &work, into: &decision) }
        guard let side = side(choice, of: record, subject, rule, context, in: work) else {
            return .failure(Rejection(reason: "resolution_unknown"))
        }
        if choice != "ours", !mayTake(side, of: collection, subject, in: work) {
            return .failure(Rejection(reason: "step_of_other_role"))
        }
        let current = work.cell(at: context.key)
        if let current, current.value != .text(Self.undo), context.operation.base.first != current.rev {
            if current.value == context.theirs { return .success(OperationResult(.applied, reason: "same")) }
            return .success(disputeDecision(record, side, subject, context, in: &work))
        }
        if side.name.hasPrefix("theirs"), subject.record.collection == CollectionRule.conflicts {
            let inner = decide(inner: side, subject, context, in: &work, into: &decision)
            if case .failure = inner { return inner }
        }
        return .success(settle(record, side, choice, subject, context, in: &work, into: &decision))
    }

    /// Takes the decision about another conflict that a retired device handed in.
    private func decide(
        inner side: ConflictSide, _ subject: CellKey, _ context: OperationContext, in work: inout ChangeScratch,
        into decision: inout Decision
    ) -> OperationDecision {
        let operation = Operation(
            record: subject.record, field: subject.field, action: .set, value: side.value,
            base: work.cell(at: subject).map { [$0.rev] } ?? [], shown: nil)
        var inner = OperationContext(
            operation: operation, index: context.index, change: context.change, seq: context.seq,
            tenant: subject.tenant, principal: principal, cryptography: cryptography)
        inner.theirs = side.value
        return resolve(inner, in: &work, into: &decision)
    }

    /// Why this principal may not decide about a conflict.
    private func decisionFault(
        _ record: ConflictRecord, _ subject: CellKey, _ collection: CollectionRule, _ rule: FieldRule?,
        in work: ChangeScratch
    ) -> String? {
        // What came after a seal, and what a retired device handed in, is the city's to take or refuse.
        if record.kind == .late || record.kind == .escrow, principal.role != .supervisor { return "forbidden_role" }
        let rules = subject.field == .recordState ? collection.fields : rule.map { [$0] } ?? []
        guard !rules.isEmpty else { return "field_unknown" }
        for rule in rules {
            let fault = Permission.writeFault(principal, tenant: subject.tenant, collection: collection, field: rule)
            if let fault { return fault }
        }
        guard let period = work.plan.period(of: subject.record), principal.role != .supervisor else { return nil }
        // A sealed figure changes only by the city's amendment.
        return state(of: period, in: work) == .final ? "period_final" : nil
    }

    /// The side that a choice names, a third value as a side of its own; `nil` for a choice that is none.
    private func side(
        _ choice: String, of record: ConflictRecord, _ subject: CellKey, _ rule: FieldRule?,
        _ context: OperationContext, in work: ChangeScratch
    ) -> ConflictSide? {
        if let side = record.sides.first(where: { $0.name == choice }) { return side }
        // Nothing stood there: then `ours` is a cleared field.
        var typed = context
        if choice == "ours" {
            typed.theirs = nil
            return typed.side("ours")
        }
        // A set is not typed as a whole.
        guard choice.hasPrefix("value:"), let rule, rule.merge != .members, subject.field != .recordState,
            let value = try? rule.read(String(choice.dropFirst(6)))
        else { return nil }
        typed.theirs = value
        return typed.side(choice)
    }

    /// Somebody decided since: the conflict is open again, with this decision as a further side.
    private func disputeDecision(
        _ record: ConflictRecord, _ side: ConflictSide, _ subject: CellKey, _ context: OperationContext,
        in work: inout ChangeScratch
    ) -> OperationResult {
        var own = context
        own.theirs = side.value
        if let added = context.records.add(own.side("theirs"), to: record, context) { work.set(added.cells) }
        put(record.kind, of: record, subject, context, in: &work)
        return OperationResult(.conflict, value: work.cell(at: subject)?.value, conflict: record.id)
    }

    /// Takes a decision back: what stood before it stands again, unless somebody wrote since.
    private func reopen(
        _ record: ConflictRecord, _ subject: CellKey, _ context: OperationContext, in work: inout ChangeScratch,
        into decision: inout Decision
    ) -> OperationDecision {
        guard let decided = work.cell(at: context.key), record.state == .resolved else {
            return .success(OperationResult(.applied, reason: "same"))
        }
        let stands = work.cell(at: subject)
        let isUntouched = stands.map { $0.rev == decided.rev } ?? true
        let isSeen = context.operation.base.first == decided.rev
        work.set(context.cell(context.theirs, conflict: nil), at: context.key)
        let before = record.sides.first { $0.name == "ours" }
        if isUntouched, isSeen, stands != nil {
            write(before?.value, subject, context, conflict: nil, in: &work, into: &decision)
        }
        put(record.kind, of: record, subject, context, in: &work)
        let isSilent = isSeen && (isUntouched || decided.value == .text("ours"))
        return .success(
            OperationResult(isSilent ? .applied : .conflict, value: work.cell(at: subject)?.value, conflict: record.id))
    }

    /// Puts a conflict into a state in which somebody has to decide, and marks what it is about.
    private func put(
        _ state: ConflictRecord.State, of record: ConflictRecord, _ subject: CellKey, _ context: OperationContext,
        in work: inout ChangeScratch
    ) {
        let place = CellKey(tenant: context.key.tenant, record: context.key.record, field: ConflictField.state)
        work.set(context.cell(.text(state.text(from: record.kind)), conflict: nil), at: place)
        guard state == .open, let cell = work.cell(at: subject) else { return }
        work.set(cell.inConflict(record.id).moved(to: context.seq), at: subject)
    }

    /// Ends a conflict with a side.
    private func settle(
        _ record: ConflictRecord, _ side: ConflictSide, _ choice: String, _ subject: CellKey,
        _ context: OperationContext, in work: inout ChangeScratch, into decision: inout Decision
    ) -> OperationResult {
        work.set(context.cell(context.theirs, conflict: nil), at: context.key)
        let state = CellKey(tenant: context.key.tenant, record: context.key.record, field: ConflictField.state)
        let decided = ConflictRecord.State.resolved.text(from: record.kind)
        work.set(context.cell(.text(decided), conflict: nil), at: state)
        let stands = work.cell(at: subject)
        let remaining = stands?.conflict == record.id ? nil : stands?.conflict
        // A record that came back stays as it stands only if its return is what was chosen.
        if choice == "ours", subject.field != .recordState {
            if let stands { work.set(stands.inConflict(remaining).moved(to: context.seq), at: subject) }
        } else {
            let value = taken(side, of: record, onto: stands)
            write(value, subject, context, conflict: remaining, in: &work, into: &decision)
            if let period = work.plan.period(of: subject.record), stands?.value != value {
                reopenReport(context, period, in: &work)
            }
        }
        decision.touched.append(StoredOperation(cell: subject, seq: context.seq, index: -1 - context.index))
        return OperationResult(.applied, value: work.cell(at: subject)?.value)
    }

    /// What a field's value is after a side is taken.
    func taken(_ side: ConflictSide, of record: ConflictRecord, onto stands: Cell?) -> FieldValue? {
        guard side.name.hasPrefix("theirs"), let value = side.value else { return side.value }
        switch record.action {
        case .add:
            let sum = try? (stands?.value?.amount ?? .zero).adding(value.amount ?? .zero)
            return sum.map { .text($0.description) } ?? stands?.value
        case .insert, .remove:
            guard case .text(let member) = value else { return stands?.value }
            var members: Set<String> = []
            if case .members(let list)? = stands?.value { members = Set(list) }
            if record.action == .insert { members.insert(member) } else { members.remove(member) }
            return .members(members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        case .set, .clear, .reopen, .delete, .restore: return value
        }
    }

    /// Writes the value of what a conflict is about: a field, or the state of a record.
    func write(
        _ value: FieldValue?, _ subject: CellKey, _ context: OperationContext, conflict: String?,
        in work: inout ChangeScratch, into decision: inout Decision
    ) {
        guard subject.field != .recordState else {
            var state = context
            state.key = subject
            setState(
                deleted: value == .text(RecordState.deleted), state, conflict: conflict, in: &work, into: &decision)
            return
        }
        let stands = work.cell(at: subject)
        if let stands, stands.isStanding(subject, value) {
            return work.set(stands.inConflict(conflict).moved(to: context.seq), at: subject)
        }
        let lineage = stands?.lineage?.decided(value, by: context.change.id, seq: context.seq)
        let state = CellKey(tenant: subject.tenant, record: subject.record, field: .recordState)
        let isDeleted = work.cell(at: state)?.value == .text(RecordState.deleted)
        // What is decided about a field of a deleted record shows when the record is restored.
        work.set(context.cell(value, conflict: conflict, lineage: lineage).deleted(isDeleted), at: subject)
    }
}

extension Lineage {
    /// What is remembered after a person decided about the value.
    func decided(_ value: FieldValue?, by change: ChangeID, seq: UInt64) -> Lineage {
        switch self {
        case .ladder(let generation, _): return .ladder(generation: generation + 1, since: seq)
        case .members(let tags, let removed):
            var kept: [String: [ChangeID]] = [:]
            if case .members(let members)? = value {
                for member in members { kept[member] = tags[member] ?? [change] }
            }
            return .members(tags: kept, removed: removed)
        }
    }
}
