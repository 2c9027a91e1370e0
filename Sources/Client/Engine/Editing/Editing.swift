// From what a person typed to a change: everything that the server would refuse is said here, offline and all
// at once. Each operation names the change that wrote what the person saw, and the value that stood there.

import PlanSyncCore
import PlanSyncWire

/// Makes changes of what a person typed.
package struct Editing: Sendable {
    private let view: LocalView
    private let author: String
    private let note: String?

    /// Edits what this view shows, in a person's name.
    ///
    /// - Throws: ``EditError`` for a name or note that cannot be kept.
    package init(view: LocalView, author: String, note: String?) throws(EditError) {
        var faults: [EditFault] = []
        if author.isEmpty { faults.append(.authorMissing) }
        if author.utf8.count > Limits.authorBytesMax { faults.append(.authorTooLong(bytesMax: Limits.authorBytesMax)) }
        if (note ?? "").utf8.count > Limits.noteBytesMax { faults.append(.noteTooLong(bytesMax: Limits.noteBytesMax)) }
        guard faults.isEmpty else { throw EditError(faults) }
        self.view = view
        self.author = author
        self.note = note
    }

    /// Puts values into fields: `FIELD=VALUE` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func set(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try assign(record, assignments, action: .set)
    }

    /// Adds numbers to counters: `FIELD=NUMBER` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func add(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try assign(record, assignments, action: .add)
    }

    /// Takes the values of fields away.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func clear(_ record: String, _ fields: [String]) throws(EditError) -> ChangeDraft {
        let reference = try reference(record)
        var faults: [EditFault] = []
        var operations: [Operation] = []
        for typed in fields {
            do throws(EditFault) {
                let rule = try field(typed, of: reference, besides: operations)
                operations.append(operation(.clear, nil, rule, reference))
            } catch {
                faults.append(error)
            }
        }
        return try draft(operations, faults, reference)
    }

    private func assign(
        _ record: String, _ assignments: [String], action: Operation.Action
    ) throws(EditError) -> ChangeDraft {
        let reference = try reference(record)
        var faults: [EditFault] = []
        var operations: [Operation] = []
        for typed in assignments {
            do throws(EditFault) {
                let sides = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard sides.count == 2, let name = sides.first, let text = sides.last else {
                    throw .assignmentForm(typed)
                }
                let rule = try field(String(name), of: reference, besides: operations)
                if action == .add, rule.merge != .counter { throw .notACounter(field: rule.id.rawValue) }
                let value = try read(String(text), rule, isDelta: action == .add)
                operations.append(operation(action, value, rule, reference))
            } catch {
                faults.append(error)
            }
        }
        return try draft(operations, faults, reference)
    }

    // MARK: Parts

    private func reference(_ typed: String) throws(EditError) -> RecordReference {
        do throws(EditFault) {
            let reference = try RecordReference(typed, in: view.plan)
            if reference.collection.origin == .conflicts { throw .collectionOfConflicts }
            return reference
        } catch {
            throw EditError([error])
        }
    }

    /// The field that was named by its id, or by its name in the plan.
    private func field(
        _ typed: String, of reference: RecordReference, besides operations: [Operation]
    ) throws(EditFault) -> FieldRule {
        let rules = reference.collection.fields
        guard let rule = rules.first(where: { $0.id.rawValue == typed || $0.name.zh == typed || $0.name.en == typed })
        else {
            let known = rules.map(\.id.rawValue)
            throw .fieldUnknown(
                typed, collection: reference.collection.id.rawValue, nearest: Spelling.nearest(to: typed, among: known),
                known: known)
        }
        if operations.contains(where: { $0.field == rule.id }) { throw .fieldTwice(rule.id.rawValue) }
        let word = Permission.writeFault(
            view.principal, tenant: reference.tenant ?? view.principal.tenant, collection: reference.collection,
            field: rule)
        if let word { throw .permission(field: rule.id.rawValue, word: word) }
        return rule
    }

    private func read(_ typed: String, _ rule: FieldRule, isDelta: Bool) throws(EditFault) -> FieldValue {
        if typed.utf8.count > Limits.textBytesMax {
            throw .valueTooLong(field: rule.id.rawValue, bytesMax: Limits.textBytesMax)
        }
        do throws(FieldFault) {
            return try rule.read(typed, isDelta: isDelta)
        } catch {
            throw .value(field: rule.id.rawValue, error)
        }
    }

    private func operation(
        _ action: Operation.Action, _ value: FieldValue?, _ rule: FieldRule, _ reference: RecordReference
    ) -> Operation {
        let tenant = reference.tenant ?? view.principal.tenant
        let seen = view.field(CellKey(tenant: tenant, record: reference.record, field: rule.id))
        return Operation(
            record: reference.record, field: rule.id, action: action, value: value, base: seen?.rev.map { [$0] } ?? [],
            shown: seen?.value)
    }

    private func draft(
        _ operations: [Operation], _ faults: [EditFault], _ reference: RecordReference
    ) throws(EditError) -> ChangeDraft {
        var faults = faults
        if operations.isEmpty, faults.isEmpty { faults.append(.nothing) }
        if operations.count > Limits.operationsPerChangeMax {
            faults.append(.tooManyFields(maximum: Limits.operationsPerChangeMax))
        }
        guard faults.isEmpty else { throw EditError(faults) }
        let tenant = reference.tenant == view.principal.tenant ? nil : reference.tenant
        return ChangeDraft(
            plan: view.plan.id, planRevision: view.revision, tenant: tenant, author: author, note: note,
            operations: operations)
    }
}

// Decisions about conflicts.
extension Editing {
    /// What a person decides about a conflict.
    package enum Decision: Sendable, Equatable {
        /// One of its sides, by name.
        case side(String)
        /// A third value, as typed.
        case value(String)
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
            let rule = view.plan.field(conflict.subject.field, of: conflict.subject.record.collection),
            let collection = view.plan.collection(conflict.subject.record.collection),
            let record = try? RecordKey(collection: CollectionRule.conflicts, key: id)
        else { throw .conflictUnknown(id, nearest: Spelling.nearest(to: id, among: view.conflicts.map(\.id))) }
        if (note ?? "").isEmpty { throw .reasonMissing }
        let word = Permission.writeFault(view.principal, tenant: conflict.tenant, collection: collection, field: rule)
        if let word { throw .permission(field: rule.id.rawValue, word: word) }
        let text: String
        switch decision {
        case .side(let name):
            let known = conflict.sides.map(\.name)
            guard known.contains(name) else { throw .sideUnknown(name, known: known) }
            text = name
        case .value(let typed): text = "value:" + (try read(typed, rule, isDelta: false)).shown
        }
        let seen = view.field(CellKey(tenant: conflict.tenant, record: record, field: ConflictField.resolution))
        let operation = Operation(
            record: record, field: ConflictField.resolution, action: .set, value: .text(text),
            base: seen?.rev.map { [$0] } ?? [], shown: seen?.value)
        return ChangeDraft(
            plan: view.plan.id, planRevision: view.revision,
            tenant: conflict.tenant == view.principal.tenant ? nil : conflict.tenant, author: author, note: note,
            operations: [operation])
    }
}
