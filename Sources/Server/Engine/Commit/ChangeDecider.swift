import PlanSyncCore
import PlanSyncWire

// Decides one change over the overlay: rights, shape, where its period stands, then each operation's merge. No I/O,
// no clock but the one given. A change with one bad operation is rejected as a whole, and leaves but that fact.

struct ChangeDecider {
    let principal: Principal
    let cryptography: any Cryptography
    let isSignatureValid: Bool
    let now: Timestamp

    /// What a change comes to, before anything is written.
    struct Decision {
        var results: [OperationResult] = []
        var cells: [CellKey: Cell] = [:]
        var touched: [StoredOperation] = []
        var rejection: String?
    }

    struct Rejection: Error { let reason: String }

    typealias OperationDecision = Result<OperationResult, Rejection>

    /// Decides a change that is next in its chain, at its place in the tenant's journal.
    ///
    /// `hash`: of its bytes, as it may have been given by telephone.
    func decide(_ change: Change, hash: String, seq: UInt64, tenant: TenantID, in overlay: CommitOverlay) -> Decision {
        var decision = Decision()
        if let fault = changeFault(change, tenant: tenant, in: overlay) {
            return refuse(change, reason: fault)
        }
        var reasons: [String?] = []
        var work = ChangeScratch(over: overlay)
        for (index, operation) in change.operations.enumerated() {
            let context = OperationContext(
                operation: operation, index: index, change: change, seq: seq, tenant: tenant, principal: principal,
                cryptography: cryptography)
            switch unfrozen(decide(context, in: &work, into: &decision), in: work) {
            case .success(let result):
                decision.results.append(result)
                reasons.append(nil)
                decision.touched.append(StoredOperation(cell: context.key, seq: seq, index: index))
            case .failure(let rejection): reasons.append(rejection.reason)
            }
        }
        guard reasons.allSatisfy({ $0 == nil }) else {
            return rejected(change, reasons: reasons.map { $0 ?? "group" })
        }
        amendRegistered(change, hash: hash, seq: seq, tenant: tenant, in: &work, into: &decision)
        decision.cells = work.written
        return decision
    }

    /// The decision that a change is rejected as a whole.
    func refuse(_ change: Change, reason: String) -> Decision {
        rejected(change, reasons: change.operations.map { _ in reason })
    }

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
        _ context: OperationContext, in work: inout ChangeScratch, into decision: inout Decision
    ) -> OperationDecision {
        let plan = work.plan
        let operation = context.operation
        guard let collection = plan.collection(operation.record.collection) else {
            return .failure(Rejection(reason: "collection_unknown"))
        }
        if plan.keyFault(operation.record.key, of: collection) != nil {
            return .failure(Rejection(reason: "key_invalid"))
        }
        guard let field = operation.field else { return decideRecord(context, collection, in: &work, into: &decision) }
        guard let rule = collection.field(field) else { return .failure(Rejection(reason: "field_unknown")) }
        let fault = Permission.writeFault(principal, tenant: context.tenant, collection: collection, field: rule)
        if let fault { return .failure(Rejection(reason: fault)) }
        var context = context
        switch admitted(operation, rule) {
        case .success(let value): context.theirs = value
        case .failure(let rejection): return .failure(rejection)
        }
        if principal.isRetired, ![.periods, .revisions, .rankings, .scores].contains(collection.origin) {
            return keepApart(.escrow, context, in: &work)
        }
        switch collection.origin {
        case .conflicts: return resolve(context, in: &work, into: &decision)
        case .periods, .revisions, .rankings, .scores:
            return administer(context, collection, in: &work, into: &decision)
        case .submissions: return report(context, in: &work)
        case .declared, .values, .targets: return decideField(context, rule, in: &work, into: &decision)
        }
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

    /// Where a period stands for this change.
    func state(of period: Period, in work: ChangeScratch) -> PeriodState {
        PeriodStanding(plan: work.overlay.plan, records: work.overlay.records, now: now).state(of: period)
    }

    // MARK: A field

    private func decideField(
        _ context: OperationContext, _ rule: FieldRule, in work: inout ChangeScratch, into decision: inout Decision
    ) -> OperationDecision {
        let period = work.plan.period(of: context.operation.record)
        let state = period.map { self.state(of: $0, in: work) } ?? .open
        if state == .final { return keepApart(.late, context, in: &work) }
        let before = work.cell(at: context.key)
        if let fault = RankingDecision.fault(context, now: now, in: work) {
            return .failure(Rejection(reason: fault))
        }
        if let fault = stepFault(context, in: work) { return .failure(Rejection(reason: fault)) }
        if let settled = entryDecision(context, before, in: work) { return settled }
        var revived: String?
        switch revive(context, in: &work, into: &decision) {
        case .success(let conflict): revived = conflict
        case .failure(let rejection): return .failure(rejection)
        }
        return merge(context, rule, in: &work).map { result in
            if let period, work.cell(at: context.key)?.value != before?.value {
                reopenReport(context, period, in: &work)
            }
            return result.late(state == .closed).naming(revived)
        }
    }

    private func merge(
        _ context: OperationContext, _ rule: FieldRule, in work: inout ChangeScratch
    ) -> OperationDecision {
        let cell = work.cell(at: context.key)
        let merge = MergeCase(
            operation: context.operation, theirs: context.theirs, change: context.change.id, seq: context.seq,
            note: context.change.note, byCity: context.byCity, rule: rule,
            standing: standing(of: context, cell: cell, in: work))
        switch Merge.decide(merge, on: cell) {
        // A target that is typed once more stands since it was first taken: what is frozen does not thaw by that.
        case .write(let value, _, _) where cell?.isStanding(context.key, value) ?? false:
            return .success(OperationResult(.applied, reason: "same"))
        case .write(let value, let lineage, let result):
            work.set(context.cell(value, conflict: cell?.conflict, lineage: lineage), at: context.key)
            return .success(result)
        case .keep(let result): return .success(result)
        case .overrule(let value):
            let proposal = context.records.openProposal(keeping: cell, beside: context)
            work.set(proposal.cells)
            work.set(context.cell(value, conflict: cell?.conflict), at: context.key)
            return .success(OperationResult(.applied, conflict: proposal.id))
        case .propose:
            let proposal = context.records.open(.proposal, ours: cell, context)
            work.set(proposal.cells)
            return .success(
                OperationResult(.merged, value: cell?.value, reason: "proposal", conflict: proposal.id))
        case .conflict: return .success(dispute(context, cell, in: &work))
        case .reject(let reason): return .failure(Rejection(reason: reason))
        }
    }

    /// The cell keeps its value, and the operation becomes a side of its conflict.
    private func dispute(_ context: OperationContext, _ cell: Cell?, in work: inout ChangeScratch) -> OperationResult {
        let record =
            cell?.conflict.flatMap { context.records.join($0, context.side("theirs"), context, in: work) }
            ?? context.records.open(.open, ours: cell, context)
        work.set(record.cells)
        if let cell { work.set(cell.inConflict(record.id).moved(to: context.seq), at: context.key) }
        return OperationResult(.conflict, value: cell?.value, conflict: record.id)
    }

    /// Whether what the author saw still stands.
    private func standing(of context: OperationContext, cell: Cell?, in work: ChangeScratch) -> BaseStanding {
        let base = context.operation.base.first
        if let base, base == cell?.rev { return .current }
        if let reopened = standsReopened(context, cell, in: work) { return reopened }
        guard let base else { return cell == nil ? .current : .moved }
        // An operation of the same change may have written what this one builds on.
        // A rejected change is remembered in its own device's journal.
        guard let earlier = context.earlier(base, in: work) else { return cell == nil ? .current : .moved }
        if earlier.isRejected, earlier.device == principal.device { return .rejected }
        // What was seen was taken without a new writing, and nobody wrote since.
        guard let cell else { return .current }
        return cell.seq <= earlier.seq && earlier.confirms(context.key, in: work.plan) ? .current : .moved
    }

    /// Whether somebody went back on a ladder after what the author had seen; `nil` where that plays no part.
    private func standsReopened(_ context: OperationContext, _ cell: Cell?, in work: ChangeScratch) -> BaseStanding? {
        guard case .ladder(let generation, let since)? = cell?.lineage, generation > 0 else { return nil }
        guard let base = context.operation.base.first, let earlier = context.earlier(base, in: work) else {
            return .reopened
        }
        if earlier.isRejected, earlier.device == principal.device { return .rejected }
        // A change that came after the reopening and wrote nothing had not seen it either.
        let wrote = earlier.result.contains(Array(#""outcome":"applied""#.utf8))
        return earlier.seq >= since && wrote ? .moved : .reopened
    }
}

extension StoredChange {
    /// Whether it was taken as "same": it found in the place what it sent.
    ///
    /// What is kept apart (in escrow, after the seal, beside another side) confirms nothing, and be it equal.
    fileprivate func confirms(_ key: CellKey, in plan: Plan) -> Bool {
        guard tenant == key.tenant, let change = try? Change(canonicalBytes: body).present(in: plan),
            let answer = try? ChangeResult(json: try JSONDocument(result, limits: .document).root)
        else { return false }
        return zip(change.operations, answer.operations).contains { operation, answer in
            operation.record == key.record && operation.field == key.field && answer.reason == "same"
                && (answer.outcome == .applied || answer.outcome == .late)
        }
    }
}

extension OperationResult {
    /// The same, for a change that came after its period was closed.
    fileprivate func late(_ isLate: Bool) -> OperationResult {
        guard isLate, outcome == .applied else { return self }
        return OperationResult(.late, value: value, reason: reason, conflict: conflict)
    }

    /// The same, with the conflict that it also opened.
    fileprivate func naming(_ conflict: String?) -> OperationResult {
        guard let conflict, self.conflict == nil else { return self }
        return OperationResult(outcome, value: value, reason: reason, conflict: conflict)
    }
}
