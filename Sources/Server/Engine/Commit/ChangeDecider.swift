import PlanSyncCore

// Decides one change over the overlay: rights, shape, then each operation's merge. No I/O, no clock but the
// one given. A change with one bad operation is rejected as a whole, and leaves nothing but that fact.

struct ChangeDecider {
    let principal: Principal
    let cryptography: any Cryptography
    let isSignatureValid: Bool

    /// What a change comes to, before anything is written.
    struct Decision {
        var results: [OperationResult] = []
        var cells: [CellKey: Cell] = [:]
        var touched: [StoredOperation] = []
        var rejection: String?
    }

    /// Decides a change that is next in its chain, at its place in the tenant's journal.
    func decide(_ change: Change, seq: UInt64, tenant: TenantID, in overlay: CommitOverlay) -> Decision {
        var decision = Decision()
        if let fault = changeFault(change, tenant: tenant, in: overlay) {
            return refuse(change, reason: fault)
        }
        var reasons: [String?] = []
        var work = ChangeScratch(over: overlay)
        for (index, operation) in change.operations.enumerated() {
            switch decide(operation, at: index, of: change, seq: seq, tenant: tenant, in: &work, into: &decision) {
            case .success(let result):
                decision.results.append(result)
                reasons.append(nil)
                if let field = operation.field {
                    let key = CellKey(tenant: tenant, record: operation.record, field: field)
                    decision.touched.append(StoredOperation(cell: key, seq: seq, index: index))
                }
            case .failure(let rejection):
                reasons.append(rejection.reason)
            }
        }
        guard reasons.allSatisfy({ $0 == nil }) else {
            return rejected(change, reasons: reasons.map { $0 ?? "group" })
        }
        decision.cells = work.written
        return decision
    }

    /// The decision that a change is rejected as a whole.
    func refuse(_ change: Change, reason: String) -> Decision {
        rejected(change, reasons: change.operations.map { _ in reason })
    }

    private struct Rejection: Error { let reason: String }

    private func rejected(_ change: Change, reasons: [String]) -> Decision {
        var decision = Decision()
        decision.results = reasons.map { OperationResult(.rejected, reason: $0) }
        decision.rejection = reasons.first { $0 != "group" }
        return decision
    }

    /// What is wrong with the change as a whole.
    private func changeFault(_ change: Change, tenant: TenantID, in overlay: CommitOverlay) -> String? {
        if !isSignatureValid { return "signature" }
        if change.operations.isEmpty { return "empty" }
        if tenant != principal.tenant, !Permission.rights(of: principal.role).contains(.writeAll) {
            return "forbidden_tenant"
        }
        // To a county a unit that does not exist looks like one that it may not touch.
        if overlay.plan.plan.tenant(tenant) == nil { return "forbidden_tenant" }
        return nil
    }

    private func decide(
        _ operation: Operation, at index: Int, of change: Change, seq: UInt64, tenant: TenantID,
        in work: inout ChangeScratch, into decision: inout Decision
    ) -> Result<OperationResult, Rejection> {
        let plan = work.plan
        guard let collection = plan.collection(operation.record.collection) else {
            return .failure(Rejection(reason: "collection_unknown"))
        }
        guard [.set, .clear, .add].contains(operation.action), let field = operation.field else {
            return .failure(Rejection(reason: "action_unsupported"))
        }
        guard let rule = collection.field(field) else { return .failure(Rejection(reason: "field_unknown")) }
        let fault = Permission.writeFault(principal, tenant: tenant, collection: collection, field: rule)
        if let fault { return .failure(Rejection(reason: fault)) }
        if plan.keyFault(operation.record.key, of: collection) != nil {
            return .failure(Rejection(reason: "key_invalid"))
        }
        let theirs: FieldValue?
        switch admitted(operation, rule) {
        case .success(let value): theirs = value
        case .failure(let rejection): return .failure(rejection)
        }
        let key = CellKey(tenant: tenant, record: operation.record, field: field)
        let context = OperationContext(
            operation: operation, index: index, change: change, seq: seq, key: key, theirs: theirs,
            principal: principal, cryptography: cryptography)
        return collection.origin == .conflicts
            ? resolve(context, in: &work, into: &decision) : merge(context, rule, in: &work)
    }

    private func admitted(_ operation: Operation, _ rule: FieldRule) -> Result<FieldValue?, Rejection> {
        if operation.action == .clear { return .success(nil) }
        guard let value = operation.value else { return .failure(Rejection(reason: "value_missing")) }
        do {
            return .success(try rule.admit(value, isDelta: operation.action == .add))
        } catch {
            return .failure(Rejection(reason: error.reason))
        }
    }

    // MARK: Merge

    private func merge(
        _ context: OperationContext, _ rule: FieldRule, in work: inout ChangeScratch
    ) -> Result<OperationResult, Rejection> {
        let cell = work.cell(at: context.key)
        let verdict = Merge.decide(
            context.operation, theirs: context.theirs, on: cell, policy: rule.merge,
            standing: standing(of: context, cell: cell, in: work), byCity: context.byCity)
        switch verdict {
        case .write(let value, let result):
            put(context.cell(value, conflict: cell?.conflict), at: context.key, &work)
            return .success(result)
        case .keep(let result): return .success(result)
        case .overrule(let value):
            let proposal = context.records.openProposal(keeping: cell, beside: context)
            for (key, cell) in proposal.cells { put(cell, at: key, &work) }
            put(context.cell(value, conflict: cell?.conflict), at: context.key, &work)
            return .success(OperationResult(.applied, conflict: proposal.id))
        case .propose:
            let proposal = context.records.open(.proposal, ours: cell, context)
            for (key, cell) in proposal.cells { put(cell, at: key, &work) }
            return .success(
                OperationResult(.merged, value: cell?.value, reason: "proposal", conflict: proposal.id))
        case .conflict:
            let record =
                cell?.conflict.flatMap { context.records.join($0, context, in: work) }
                ?? context.records.open(.open, ours: cell, context)
            for (key, cell) in record.cells { put(cell, at: key, &work) }
            if let cell { put(cell.inConflict(record.id).moved(to: context.seq), at: context.key, &work) }
            return .success(OperationResult(.conflict, value: cell?.value, conflict: record.id))
        case .reject(let reason): return .failure(Rejection(reason: reason))
        }
    }

    private func put(_ cell: Cell, at key: CellKey, _ work: inout ChangeScratch) {
        work.set(cell, at: key)
    }

    /// Whether what the author saw still stands.
    private func standing(of context: OperationContext, cell: Cell?, in work: ChangeScratch) -> BaseStanding {
        let base = context.operation.base.first
        if let base, base == cell?.rev { return .current }
        guard let base else { return cell == nil ? .current : .moved }
        // An operation of the same change may have written what this one builds on.
        // A rejected change is remembered in its own device's journal.
        let journals = [context.key.tenant, principal.tenant]
        guard let earlier = journals.lazy.compactMap({ work.overlay.known[$0]?[base] }).first else {
            return cell == nil ? .current : .moved
        }
        if earlier.isRejected, earlier.device == principal.device { return .rejected }
        // The author's own change was taken without a new writing ("same"), and nobody wrote since.
        guard let cell, cell.seq <= earlier.seq, let change = try? Change(canonicalBytes: earlier.body) else {
            return cell == nil ? .current : .moved
        }
        let confirmed = change.operations.contains {
            $0.record == context.operation.record && $0.field == context.operation.field && $0.value == cell.value
        }
        return confirmed ? .current : .moved
    }

    // MARK: Resolution

    private func resolve(
        _ context: OperationContext, in work: inout ChangeScratch, into decision: inout Decision
    ) -> Result<OperationResult, Rejection> {
        guard let record = work.conflict(context.key.record.key, of: context.key.tenant),
            let rule = work.plan.field(record.subject.field, of: record.subject.record.collection),
            let collection = work.plan.collection(record.subject.record.collection)
        else { return .failure(Rejection(reason: "conflict_unknown")) }
        let fault = Permission.writeFault(
            principal, tenant: context.key.tenant, collection: collection, field: rule)
        if let fault { return .failure(Rejection(reason: fault)) }
        guard case .text(let choice)? = context.theirs else { return .failure(Rejection(reason: "resolution_unknown")) }
        let current = work.cell(at: context.key)
        if let current, context.operation.base.first != current.rev {
            // Somebody decided since: the first decision stands until a person who has seen it decides anew.
            let isSame = current.value == context.theirs
            return .success(
                OperationResult(
                    isSame ? .applied : .merged, value: current.value, reason: isSame ? "same" : "decided_before"))
        }
        let subject = work.cell(at: record.subject)
        let value: FieldValue?
        if let side = record.sides.first(where: { $0.name == choice }) {
            value = choice == "ours" ? subject?.value : side.value
        } else if choice.hasPrefix("value:"), let typed = try? rule.read(String(choice.dropFirst(6))) {
            value = typed
        } else {
            return .failure(Rejection(reason: "resolution_unknown"))
        }
        put(context.cell(context.theirs, conflict: nil), at: context.key, &work)
        let state = CellKey(tenant: context.key.tenant, record: context.key.record, field: ConflictField.state)
        put(context.cell(.text(ConflictRecord.State.resolved.rawValue), conflict: nil), at: state, &work)
        let remaining = subject?.conflict == record.id ? nil : subject?.conflict
        if choice == "ours", let subject {
            put(subject.inConflict(remaining).moved(to: context.seq), at: record.subject, &work)
        } else {
            put(context.cell(value, conflict: remaining), at: record.subject, &work)
        }
        decision.touched.append(StoredOperation(cell: record.subject, seq: context.seq, index: -1 - context.index))
        return .success(OperationResult(.applied, value: value))
    }
}
