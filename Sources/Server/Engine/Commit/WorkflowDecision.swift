import PlanSyncCore

// Periods, reports, and what comes too late or from a device out of service (merge rules, sections 1 and 6).

extension ChangeDecider {
    /// Keeps an operation apart for the city: nothing of it counts until it is taken.
    func keepApart(
        _ state: ConflictRecord.State, _ context: OperationContext, in work: inout ChangeScratch
    ) -> OperationDecision {
        if context.buildsOnRejected(in: work) { return .failure(Rejection(reason: "builds_on_rejected")) }
        let stands = work.cell(at: context.key)
        let record = context.records.open(state, ours: stands, context)
        work.set(record.cells)
        let isLate = state == .late
        return .success(
            OperationResult(
                isLate ? .late : .conflict, value: stands?.value, reason: isLate ? "sealed" : "escrow",
                conflict: record.id))
    }

    /// Takes in by itself what a device sent too late, up to the chain head that it gave by telephone.
    func amendRegistered(
        _ change: Change, hash: String, seq: UInt64, tenant: TenantID, in work: inout ChangeScratch,
        into decision: inout Decision
    ) {
        let heads = work.overlay.registeredHeads.filter {
            $0.device == principal.device && $0.covers(hash)
        }
        guard !heads.isEmpty else { return }
        antedate(heads, change, seq: seq, tenant: tenant, in: &work)
        let kept = Set(work.overlay.records.keys.filter { $0.tenant == tenant }.map(\.record))
            .union(work.written.keys.filter { $0.tenant == tenant }.map(\.record))
            .filter { $0.collection == CollectionRule.conflicts }
        let late = kept.compactMap { work.conflict($0.key, of: tenant) }.filter { record in
            record.state == .late && record.sides.contains { $0.name == "theirs" && $0.by == principal.device }
                && heads.contains { $0.period == work.plan.period(of: record.subject.record)?.id.rawValue }
        }
        // In the order in which the device made them: ids are ordered by time, and by chance within a moment.
        let ordered = late.sorted { one, other in place(of: one, in: work) < place(of: other, in: work) }
        for (index, record) in ordered.enumerated() {
            amend(record, change, index: change.operations.count + index, seq: seq, in: &work, into: &decision)
        }
    }

    private func place(of record: ConflictRecord, in work: ChangeScratch) -> (UInt64, String) {
        guard let key = try? RecordKey(collection: CollectionRule.conflicts, key: record.id) else { return (0, "") }
        let state = CellKey(tenant: record.tenant, record: key, field: ConflictField.state)
        return (work.cell(at: state)?.seq ?? 0, record.id)
    }

    private func amend(
        _ record: ConflictRecord, _ change: Change, index: Int, seq: UInt64, in work: inout ChangeScratch,
        into decision: inout Decision
    ) {
        guard let side = record.sides.first(where: { $0.name == "theirs" }),
            let key = try? RecordKey(collection: CollectionRule.conflicts, key: record.id)
        else { return }
        let operation = Operation(
            record: key, field: ConflictField.resolution, action: .set, value: .text("theirs"), base: [], shown: nil)
        let context = OperationContext(
            operation: operation, index: index, change: change, seq: seq, tenant: record.tenant, principal: principal,
            cryptography: cryptography)
        work.set(context.cell(.text("theirs"), conflict: nil), at: context.key)
        let state = CellKey(tenant: record.tenant, record: key, field: ConflictField.state)
        let decided = ConflictRecord.State.resolved.text(from: record.kind)
        work.set(context.cell(.text(decided), conflict: nil), at: state)
        let subject = work.plan.currentPlace(of: record.subject)
        let stands = work.cell(at: subject)
        let value = taken(side, of: record, onto: stands)
        let rule = work.plan.field(subject.field, of: subject.record.collection)
        // Nobody decided that a greater figure or a further stage shall give way.
        if let rule, !rule.isFurther(value, than: stands?.value) { return }
        write(value, subject, context, conflict: stands?.conflict, in: &work, into: &decision)
    }

    // MARK: Reports

    /// Decides an operation on a report of a period.
    func report(_ context: OperationContext, in work: inout ChangeScratch) -> OperationDecision {
        guard context.operation.action == .set,
            let period = work.plan.periods.period(context.key.record.key)
        else { return .failure(Rejection(reason: "action_unsupported")) }
        let periodState = state(of: period, in: work)
        if periodState == .final { return .failure(Rejection(reason: "period_final")) }
        if let fault = reportFault(context, period, in: work) { return .failure(Rejection(reason: fault)) }
        work.set(context.cell(context.theirs, conflict: nil), at: context.key)
        if context.theirs == .text(SubmissionField.State.submitted.rawValue) {
            noteArrival(context, period, in: &work)
        }
        return .success(OperationResult(periodState == .closed && !context.byCity ? .late : .applied))
    }

    /// Keeps when a report first came, and how late: what is corrected or given back afterwards loses nothing.
    private func noteArrival(_ context: OperationContext, _ period: Period, in work: inout ChangeScratch) {
        let record = context.key.record
        func place(_ field: FieldID) -> CellKey { CellKey(tenant: context.tenant, record: record, field: field) }
        guard work.cell(at: place(SubmissionField.handedIn)) == nil else { return }
        let standing = PeriodStanding(plan: work.overlay.plan, records: work.overlay.records, now: now)
        work.set(context.cell(.text(now.description), conflict: nil), at: place(SubmissionField.handedIn))
        work.set(
            context.cell(.text("\(standing.daysLate(of: period))"), conflict: nil), at: place(SubmissionField.daysLate))
    }

    /// A report that was made before its device's chain head was given by telephone came when that was given.
    private func antedate(
        _ heads: [PeriodStanding.RegisteredHead], _ change: Change, seq: UInt64, tenant: TenantID,
        in work: inout ChangeScratch
    ) {
        for head in heads {
            guard let given = head.given, let period = work.plan.periods.period(head.period),
                let record = try? RecordKey(collection: CollectionRule.submissions, key: head.period)
            else { continue }
            func place(_ field: FieldID) -> CellKey { CellKey(tenant: tenant, record: record, field: field) }
            guard let arrival = work.cell(at: place(SubmissionField.handedIn)), arrival.by == principal.device,
                let came = arrival.value?.text.flatMap({ try? Timestamp($0) }), given < came
            else { continue }
            let standing = PeriodStanding(plan: work.overlay.plan, records: work.overlay.records, now: given)
            let texts = [
                SubmissionField.handedIn: given.description,
                SubmissionField.daysLate: "\(standing.daysLate(of: period))",
            ]
            for (field, text) in texts {
                guard let cell = work.cell(at: place(field)) else { continue }
                work.set(cell.valued(.text(text)).moved(to: seq), at: place(field))
            }
        }
    }

    private func reportFault(_ context: OperationContext, _ period: Period, in work: ChangeScratch) -> String? {
        let state = CellKey(tenant: context.tenant, record: context.key.record, field: SubmissionField.state)
        let stands = work.cell(at: state)
        switch (context.key.field, context.theirs) {
        case (SubmissionField.state, .text(SubmissionField.State.submitted.rawValue)):
            guard principal.role == .approver else { return "forbidden_role" }
            let digest = context.change.operations.first {
                $0.record == context.key.record && $0.field == SubmissionField.digest
            }?.value
            let figures = work.figures(of: period, tenant: context.tenant)
            guard digest == .text(FigureDigest.of(figures, cryptography)) else { return "figures_changed" }
            return isBlocked(context.tenant, period, in: work) ? "checks_fail" : nil
        case (SubmissionField.digest, _):
            let isSubmission = context.change.operations.contains {
                $0.record == context.key.record && $0.field == SubmissionField.state
                    && $0.value == .text(SubmissionField.State.submitted.rawValue)
            }
            return isSubmission && principal.role == .approver ? nil : "forbidden_role"
        case (SubmissionField.state, .text(let word)):
            guard ["accepted", "returned"].contains(word), principal.role.isOfCity else { return "forbidden_role" }
            guard stands?.value == .text(SubmissionField.State.submitted.rawValue),
                context.operation.base.first == stands?.rev
            else { return "not_submitted" }
            return word == "returned" && context.change.note == nil ? "note_missing" : nil
        default: return "forbidden_role"
        }
    }

    /// A figure changed after its report was handed in: the report is a draft again, and says why.
    func reopenReport(_ context: OperationContext, _ period: Period, in work: inout ChangeScratch) {
        guard state(of: period, in: work) != .final,
            let record = try? RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue)
        else { return }
        let state = CellKey(tenant: context.tenant, record: record, field: SubmissionField.state)
        let changed = CellKey(tenant: context.tenant, record: record, field: SubmissionField.changed)
        let handedIn: [FieldValue?] = [SubmissionField.State.submitted, .accepted].map { .text($0.rawValue) }
        let line = "\(context.key.record)/\(context.key.field)"
        switch work.cell(at: state)?.value {
        case let value where value != nil && handedIn.contains(value):
            work.set(context.cell(.text(SubmissionField.State.draft.rawValue), conflict: nil), at: state)
            work.set(context.cell(.text(line), conflict: nil), at: changed)
        case .text(SubmissionField.State.draft.rawValue):
            guard case .text(let text)? = work.cell(at: changed)?.value,
                !text.split(separator: "\n").contains(line[...]),
                text.utf8.count + line.utf8.count < 16_000
            else { return }
            work.set(context.cell(.text(text + "\n" + line), conflict: nil), at: changed)
        default: break
        }
    }

    // MARK: What the city's administration writes

    /// Decides a system change: where a period stands, and a new revision of the plan.
    func administer(
        _ context: OperationContext, _ collection: CollectionRule, in work: inout ChangeScratch,
        into decision: inout Decision
    ) -> OperationDecision {
        guard principal.device == SystemAuthor.device, context.operation.action == .set else {
            return .failure(Rejection(reason: "forbidden_role"))
        }
        if collection.origin == .rankings || collection.origin == .scores {
            // A sealed ranking stays; a correction is another bulletin.
            let state = CellKey(
                tenant: .city, record: RankingDecision.record(context.key.record), field: RankingField.state)
            guard work.overlay.cell(at: state)?.value != .text(RankingField.State.final.rawValue) else {
                return .failure(Rejection(reason: "ranking_final"))
            }
            work.set(context.cell(context.theirs, conflict: nil), at: context.key)
            return .success(OperationResult(.applied))
        }
        if collection.origin == .revisions {
            work.set(context.cell(context.theirs, conflict: nil), at: context.key)
            moveRenamed(context, in: &work)
            return .success(OperationResult(.applied))
        }
        guard let period = work.plan.periods.period(context.key.record.key) else {
            return .failure(Rejection(reason: "key_invalid"))
        }
        if state(of: period, in: work) == .final { return .failure(Rejection(reason: "period_final")) }
        if context.key.field == PeriodField.digest {
            let digest = FigureDigest.of(work.figures(of: period, tenant: nil), cryptography)
            guard context.theirs == .text(digest) else { return .failure(Rejection(reason: "figures_changed")) }
        }
        work.set(context.cell(context.theirs, conflict: nil), at: context.key)
        return .success(OperationResult(.applied))
    }

    /// Moves the cells of renamed fields to their present names; their values and origins stay.
    private func moveRenamed(_ context: OperationContext, in work: inout ChangeScratch) {
        let renamed = Set(work.plan.renamed.map { CellField(collection: $0.collection, field: $0.from) })
        for (record, cells) in work.overlay.records where record.tenant == context.tenant {
            for (field, cell) in cells
            where renamed.contains(CellField(collection: record.record.collection, field: field)) && !cell.isMoved {
                let old = CellKey(tenant: record.tenant, record: record.record, field: field)
                let present = work.plan.currentPlace(of: old)
                // An earlier revision may have left something under the present name; what was written last stands.
                guard present != old, work.cell(at: present).map({ $0.seq < cell.seq }) ?? true else { continue }
                work.set(cell.moved(to: context.seq), at: present)
                work.set(context.cell(nil, as: cell).deleted(true).moved(to: context.seq), at: old)
            }
        }
    }
}

/// A field of a collection.
private struct CellField: Hashable {
    let collection: CollectionID
    let field: FieldID
}

extension Cell {
    /// Whether it is what is left of a renamed field.
    fileprivate var isMoved: Bool { deleted && value == nil }
}
