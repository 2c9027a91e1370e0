import PlanSyncCore

// What was in force when a period opened: no change of a target alters it, whichever way it comes (typed, as the
// decision of a conflict, from a retired device). Judged by when the server took what stands, so that a replay gives
// the same.

extension ChangeDecider {
    /// Refuses what would alter the frozen terms of a period that has opened.
    func unfrozen(_ result: OperationDecision, in work: ChangeScratch) -> OperationDecision {
        guard case .success = result, !work.writtenTargets.isEmpty else { return result }
        let overlay = work.overlay
        let freeze = TargetFreeze(plan: work.plan, loaded: overlay.plan.loaded, now: now)
        for key in work.writtenTargets.sorted() {
            let frozen = freeze.period(
                frozenFor: key, before: { held(overlay.cell(at: $0), $0, overlay) },
                after: { held(work.cell(at: $0), $0, overlay) })
            if frozen != nil { return .failure(Rejection(reason: "frozen")) }
        }
        return result
    }

    /// What a cell holds, and since when: what this change wrote, since now.
    private func held(_ cell: Cell?, _ place: CellKey, _ overlay: CommitOverlay) -> TargetFreeze.Held? {
        guard let cell, !cell.deleted else { return nil }
        let taken = overlay.known[place.tenant]?[cell.rev]?.received
        return TargetFreeze.Held(value: cell.value, since: taken ?? now)
    }
}

extension Cell {
    /// Whether it is a target that holds this value already.
    func isStanding(_ key: CellKey, _ value: FieldValue?) -> Bool {
        key.record.collection == CollectionRule.targets && !deleted && self.value != nil && self.value == value
    }
}
