// Records as a whole: deleting one, and taking that back.

import PlanSyncCore

extension Editing {
    /// Deletes a record; what its author saw of it goes along, so that no edit vanishes that was not seen.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func delete(_ record: String) throws(EditError) -> ChangeDraft {
        let reference = try reference(record, .delete)
        let tenant = tenant(of: reference)
        let fields = view.record(reference.record, of: tenant)
        let known = fields.filter { $0.key != .recordState && $0.value.rev != nil }
        do throws(EditFault) {
            try checkRights(to: reference)
            if view.isDeleted(reference.record, of: tenant) { throw .recordDeleted(reference.record.description) }
            if known.isEmpty { throw .recordUnknown(reference.record.description) }
        } catch {
            throw EditError([error])
        }
        let seen = known.compactMap { field, cell in
            cell.rev.map { rev in
                RecordSight.line(field, rev: rev, value: cell.value, rule: reference.collection.field(field))
            }
        }
        let newest = fields.values.filter { $0.rev != nil }.max { $0.age < $1.age }
        let operation = Operation(
            record: reference.record, field: nil, action: .delete, value: nil, base: newest?.rev.map { [$0] } ?? [],
            shown: .members(seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }))
        return draft([operation], of: tenant)
    }

    /// Takes a deletion back.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func restore(_ record: String) throws(EditError) -> ChangeDraft {
        let reference = try reference(record, .restore)
        let tenant = tenant(of: reference)
        let marker = view.field(CellKey(tenant: tenant, record: reference.record, field: .recordState))
        do throws(EditFault) {
            try checkRights(to: reference)
            guard view.isDeleted(reference.record, of: tenant) else {
                throw .recordNotDeleted(reference.record.description)
            }
        } catch {
            throw EditError([error])
        }
        let operation = Operation(
            record: reference.record, field: nil, action: .restore, value: nil, base: marker?.rev.map { [$0] } ?? [],
            shown: nil)
        return draft([operation], of: tenant)
    }

    /// Whoever deletes or restores a record does so with every field of it.
    private func checkRights(to reference: RecordReference) throws(EditFault) {
        guard reference.collection.origin == .declared, !reference.collection.isAppendOnly else {
            throw .notDeletable(reference.collection)
        }
        let held = view.record(reference.record, of: tenant(of: reference))
        for rule in reference.collection.fields where rule.writers.isEmpty || held[rule.id]?.value != nil {
            try checkRight(to: rule, of: reference.collection, tenant(of: reference))
        }
    }
}

extension LocalField {
    /// What orders fields by the change that wrote them: the server's order, then the outbox's.
    fileprivate var age: (Int64, UInt64) { (pendingPosition ?? 0, seq ?? 0) }
}
