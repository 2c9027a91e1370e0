// What a change would do, before it is saved.

package import PlanSyncCore

extension LocalView {
    /// What a person would see if a change were saved; nothing is.
    package func trying(_ draft: ChangeDraft, at now: Timestamp) -> LocalView {
        // No change ever gets this id: it has no version.
        guard let id = try? ChangeID(String(repeating: "A", count: 22)) else { return self }
        let change = Change(
            id: id, incarnation: 0, number: 0, previous: "", plan: draft.plan, planRevision: draft.planRevision,
            tenant: draft.tenant, at: now, author: draft.author, note: draft.note, operations: draft.operations)
        var view = self
        view.lay(
            OutboxEntry(
                position: 0, change: change, result: nil, epoch: nil, isPulled: false, isDropped: false))
        view.renewIndex()
        return view
    }
}
