// A rejected change once more, put right: the same edits under a new id, what was wrong replaced, and each edit
// naming what stands now as what its author saw.

package import PlanSyncCore

extension Editing {
    private static let mark = "repairs:"

    /// Makes a new change of a rejected one; `assignments`: `FIELD=VALUE` for what is replaced.
    ///
    /// `leavingOut`: fields whose edits are given up. The note names the rejected change, then says why.
    /// - Throws: ``EditError`` with every fault.
    package static func repair(
        _ rejected: Change, in view: LocalView, author: String, note: String?, _ assignments: [String],
        leavingOut: [String] = []
    ) throws(EditError) -> ChangeDraft {
        let reason = note ?? Self.reason(of: rejected)
        let full = (["\(mark)\(rejected.id)"] + (reason.isEmpty ? [] : [reason])).joined(separator: " ")
        let editing = try Editing(view: view, author: author, note: full)
        return try editing.repaired(rejected.present(in: view.plan), assignments, leavingOut)
    }

    /// Why the rejected change was made, without what it repaired itself.
    private static func reason(of change: Change) -> String {
        guard let note = change.note, note.hasPrefix(mark) else { return change.note ?? "" }
        return String(note.drop { $0 != " " }.drop { $0 == " " })
    }

    private func repaired(
        _ change: Change, _ assignments: [String], _ leavingOut: [String]
    ) throws(EditError) -> ChangeDraft {
        let tenant = change.tenant ?? view.principal.tenant
        var faults: [EditFault] = []
        var typed: [String: String] = [:]
        var unused = Set(leavingOut)
        for assignment in assignments {
            let sides = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = sides.first, let text = sides.last else {
                faults.append(.assignmentForm(assignment))
                continue
            }
            if typed.updateValue(String(text), forKey: String(name)) != nil { faults.append(.fieldTwice(String(name))) }
            unused.insert(String(name))
        }
        var operations: [Operation] = []
        for operation in change.operations {
            let names = self.names(of: operation)
            unused.subtract(names)
            if !names.isDisjoint(with: leavingOut) { continue }
            do throws(EditFault) {
                operations.append(try again(operation, names.compactMap { typed[$0] }.first, tenant))
            } catch {
                faults.append(error)
            }
        }
        let known = change.operations.compactMap { $0.field?.rawValue }
        for name in unused.sorted() {
            faults.append(
                .fieldUnknown(
                    name, collection: change.operations.first?.record.collection.rawValue ?? "",
                    nearest: Spelling.nearest(to: name, among: known), known: known))
        }
        if operations.isEmpty, faults.isEmpty { faults.append(.nothing) }
        guard faults.isEmpty else { throw EditError(faults) }
        return ChangeDraft(
            plan: view.plan.id, planRevision: view.revision, tenant: change.tenant, author: author, note: note,
            operations: operations)
    }

    /// What a person may call the field of an operation.
    private func names(of operation: Operation) -> Set<String> {
        guard let field = operation.field else { return [] }
        let rule = view.plan.field(field, of: operation.record.collection)
        return Set([field.rawValue, rule?.name.zh, rule?.name.en].compactMap { $0 })
    }

    /// An operation over what stands now.
    private func again(
        _ operation: Operation, _ typed: String?, _ tenant: TenantID
    ) throws(EditFault) -> Operation {
        let seen = view.field(
            CellKey(tenant: tenant, record: operation.record, field: operation.field ?? .recordState))
        var value = operation.value
        if let typed, let field = operation.field {
            guard let rule = view.plan.field(field, of: operation.record.collection) else {
                throw .fieldUnknown(
                    field.rawValue, collection: operation.record.collection.rawValue, nearest: nil,
                    known: view.plan.collection(operation.record.collection)?.fields.map(\.id.rawValue) ?? [])
            }
            value = try read(typed, rule, isDelta: operation.action == .add)
        }
        if let field = operation.field { try checkStands(field, operation.record, operation.action, value, seen) }
        var base = seen?.rev.map { [$0] } ?? []
        switch operation.action {
        case .insert: base = []
        case .remove:
            if case .text(let member)? = value { base = seen?.tags[member]?.sorted() ?? operation.base }
        case .delete: return try deletion(operation, tenant)
        case .set, .clear, .add, .reopen, .restore: break
        }
        return Operation(
            record: operation.record, field: operation.field, action: operation.action, value: value, base: base,
            shown: operation.action == .restore ? nil : seen?.value)
    }

    /// A deletion names all of the record that its author sees.
    private func deletion(_ operation: Operation, _ tenant: TenantID) throws(EditFault) -> Operation {
        let place = tenant == view.principal.tenant ? "" : "\(tenant):"
        do throws(EditError) {
            return try delete("\(place)\(operation.record)").operations.first ?? operation
        } catch {
            throw error.faults.first ?? .nothing
        }
    }
}
