import PlanSyncCore

// The steps of records, and what a report must not be handed in with: what the plan demands besides types and rights.

extension ChangeDecider {
    /// Why a change cannot take a record to a state of its workflow; `nil` for every other field.
    func stepFault(_ context: OperationContext, in work: ChangeScratch) -> String? {
        guard let workflow = work.plan.collection(context.key.record.collection)?.workflow,
            workflow.field == context.key.field
        else { return nil }
        let cells = work.cells(of: RecordRef(context.key)).filter { !$0.value.deleted }
        let stands = cells[workflow.field]
        // Whoever had not seen what stands took the step from what was shown; where they meet, a person decides.
        let hasSeen = context.operation.base.first == stands?.rev
        let from = hasSeen ? stands?.value : context.operation.shown
        do throws(WorkflowRule.Fault) {
            try workflow.check(
                from: from?.shown, to: context.theirs?.shown, by: principal.role,
                hasReason: context.change.note != nil
            ) { field in
                let isSet = context.change.operations.contains {
                    $0.record == context.key.record && $0.field == field && $0.value != nil && $0.action != .clear
                }
                return isSet || cells[field]?.value != nil
            }
            return nil
        } catch {
            return error.reason
        }
    }

    /// What an edit of something that was entered for good comes to; `nil` where nothing stands in its way.
    ///
    /// Files may be added to it. Whoever enters the same again has entered it.
    func entryDecision(
        _ context: OperationContext, _ stands: Cell?, in work: ChangeScratch
    ) -> OperationDecision? {
        guard isEntry(context.key, in: work), let stands, stands.value != nil, context.operation.action != .insert
        else { return nil }
        return stands.value == context.theirs
            ? .success(OperationResult(.applied, reason: "same")) : .failure(Rejection(reason: "entry_stands"))
    }

    /// Whether what is entered at a place stands for good.
    func isEntry(_ key: CellKey, in work: ChangeScratch) -> Bool {
        work.plan.collection(key.record.collection)?.isAppendOnly ?? false
    }

    /// Whether a principal may decide a conflict about a state for one of its sides: as it may take a step there.
    ///
    /// The supervision office decides about all.
    func mayTake(
        _ side: ConflictSide, of collection: CollectionRule, _ subject: CellKey, in work: ChangeScratch
    ) -> Bool {
        guard let workflow = collection.workflow, workflow.field == subject.field, principal.role != .supervisor,
            side.value != work.cell(at: subject)?.value
        else { return true }
        let target = side.value?.shown ?? workflow.initial
        return workflow.transitions.contains { $0.to == target && $0.roles.contains(principal.role) }
    }

    /// Whether something in a unit keeps its report from being handed in.
    func isBlocked(_ tenant: TenantID, _ period: Period, in work: ChangeScratch) -> Bool {
        guard work.plan.demandsAnything else { return false }
        var table = FigureTable()
        for (record, cells) in work.overlay.records where record.tenant == tenant || record.tenant == .city {
            for (field, cell) in cells where !cell.deleted {
                table.insert(
                    CellKey(tenant: record.tenant, record: record.record, field: field), value: cell.value,
                    disputed: false)
            }
        }
        for (key, cell) in work.written where key.tenant == tenant || key.tenant == .city {
            table.insert(key, value: cell.deleted ? nil : cell.value, disputed: false)
        }
        let check = PlanCheck(plan: work.plan, figures: table, period: period)
        return check.faults(of: tenant).contains(where: \.isBlocking)
    }
}
