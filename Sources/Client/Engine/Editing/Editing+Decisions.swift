// Decisions about conflicts.

import PlanSyncCore

extension Editing {
    /// The decision that takes a decision back.
    static let undo = "open"

    /// What a person decides about a conflict.
    package enum Decision: Sendable, Equatable {
        /// One of its sides, by name.
        case side(String)
        /// A third value, as typed.
        case value(String)
        /// What was decided before is taken back.
        case undo
    }

    /// Decides a conflict; the note of this editing is the reason, and must be there.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func resolve(_ id: String, _ decision: Decision) throws(EditError) -> ChangeDraft {
        do throws(EditFault) {
            return try resolution(id, decision)
        } catch {
            throw EditError([error])
        }
    }

    private func resolution(_ id: String, _ decision: Decision) throws(EditFault) -> ChangeDraft {
        guard let conflict = view.conflicts.first(where: { $0.id == id }),
            let collection = view.plan.collection(conflict.subject.record.collection),
            let record = try? RecordKey(collection: CollectionRule.conflicts, key: id)
        else { throw .conflictUnknown(id, nearest: Spelling.nearest(to: id, among: view.conflicts.map(\.id))) }
        if (note ?? "").isEmpty { throw .reasonMissing }
        // Whether a record is deleted concerns all of its fields.
        let isState = conflict.subject.field == .recordState
        let rules = collection.fields.filter { isState || $0.id == conflict.subject.field }
        if rules.isEmpty { throw .disputedFieldGone(conflict.subject.field.rawValue) }
        for rule in rules { try checkRight(to: rule, of: collection, conflict.tenant) }
        try checkStep(decision, conflict, collection)
        let seen = view.field(CellKey(tenant: conflict.tenant, record: record, field: ConflictField.resolution))
        let operation = Operation(
            record: record, field: ConflictField.resolution, action: .set,
            value: .text(try text(of: decision, conflict, isState ? nil : rules.first)),
            base: seen?.rev.map { [$0] } ?? [], shown: seen?.value)
        return draft([operation], of: conflict.tenant)
    }

    /// A conflict about a state is decided for a side by those who may take a step there.
    private func checkStep(
        _ decision: Decision, _ conflict: ConflictRecord, _ collection: CollectionRule
    ) throws(EditFault) {
        guard let workflow = collection.workflow, workflow.field == conflict.subject.field,
            view.principal.role != .supervisor
        else { return }
        let target: String?
        switch decision {
        case .undo, .side("ours"): return
        case .side(let name): target = conflict.sides.first { $0.name == name }?.value?.shown ?? workflow.initial
        case .value(let typed): target = typed
        }
        let steps = workflow.transitions.filter { $0.to == target }
        if steps.contains(where: { $0.roles.contains(view.principal.role) }) { return }
        throw .step(field: workflow.field.rawValue, .otherRole(steps.flatMap(\.roles)))
    }

    private func text(
        of decision: Decision, _ conflict: ConflictRecord, _ rule: FieldRule?
    ) throws(EditFault) -> String {
        switch decision {
        case .undo:
            guard conflict.resolution != nil, conflict.resolution != Self.undo else { throw .notDecided(conflict.id) }
            return Self.undo
        case .side(let name):
            let known = conflict.sides.map(\.name)
            guard known.contains(name) else { throw .sideUnknown(name, known: known) }
            return name
        case .value(let typed):
            // A set is written member by member, and a record is there or not.
            guard let rule, rule.merge != .members else { throw .sidesOnly(conflict.id) }
            return "value:" + (try read(typed, rule, isDelta: false)).shown
        }
    }
}
