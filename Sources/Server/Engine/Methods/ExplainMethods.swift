import PlanSyncCore
import PlanSyncWire

extension ServerEngine {
    /// The most operations that one answer tells.
    private static let explainedMax = 10_000

    /// `explain.get`: from a figure to the changes that it came from.
    func explain(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try ExplainGet.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let plan = entry.plan
        let scope = PullScope(of: principal, in: plan)
        let seesAll = Permission.rights(of: principal.role).contains(.readAll)
        // A stranger's figure and a unit that is not there answer alike.
        guard params.tenant == .city ? seesAll : scope.holdsAll(of: params.tenant) else {
            throw RPCError.notFound(field: "params.tenant")
        }
        guard let indicator = plan.indicators.first(where: { $0.id == params.indicator }) else {
            throw RPCError.notFound(field: "params.indicator")
        }
        let period = try period(params.period, of: plan)
        return .read { [self] in
            call.answer {
                try self.store.read { reading in
                    let explanation = Explanation(
                        indicator, of: params.tenant, in: period, plan: plan,
                        figures: try Self.figures(plan, scope, basis: .reported, in: reading))
                    var room = Self.explainedMax
                    var inputs: [ExplainGet.Input] = []
                    for input in explanation.inputs {
                        guard let place = input.place else { continue }
                        // One more than there is room for tells that something was left out.
                        let past = try Self.past(
                            of: place.record, field: place.field, tenant: place.tenant, plan: plan,
                            limit: Self.explainedMax + 1, in: reading)
                        inputs.append(ExplainGet.Input(input, operations: past.suffix(max(0, room))))
                        room -= past.count
                    }
                    var records: [ExplainGet.Record] = []
                    for input in explanation.records {
                        let past = try Self.past(
                            of: input.record, field: nil, tenant: input.tenant, plan: plan,
                            limit: max(0, room) + 1, in: reading)
                        records.append(ExplainGet.Record(input, operations: past.suffix(max(0, room))))
                        room -= past.count
                    }
                    return ExplainGet.Result(explanation, inputs: inputs, records: records, isCut: room < 0)
                }
            }
        }
    }

    // MARK: What was done to a field

    /// The operations on a record, or on one field of it under all names that it ever had, in order.
    static func past(
        of record: RecordKey, field: FieldID?, tenant: TenantID, plan: Plan, limit: Int, in store: any PlanReading
    ) throws -> [HistoryGet.Entry] {
        var rows: [(operation: StoredOperation, change: StoredChange)] = []
        if let field {
            for name in plan.names(of: field, in: record.collection) {
                rows += try store.history(of: record, field: name, tenant: tenant, plan: plan.id, limit: limit)
            }
            rows.sort { ($0.operation.seq, $0.operation.index) < ($1.operation.seq, $1.operation.index) }
        } else {
            rows = try store.history(of: record, field: nil, tenant: tenant, plan: plan.id, limit: limit)
        }
        return try rows.prefix(limit).compactMap { try entry($0.operation, $0.change) }
    }

    /// One operation as it was taken; `nil` for one that its change does not hold.
    private static func entry(_ place: StoredOperation, _ stored: StoredChange) throws -> HistoryGet.Entry? {
        let change = try Change(canonicalBytes: stored.body)
        let result = try ChangeResult(json: try JSONDocument(stored.result, limits: .document).root)
        // A decision, or an edit, that wrote a field without an operation on it: its place n is kept as -1 - n.
        let index = place.index < 0 ? -1 - place.index : place.index
        guard change.operations.indices.contains(index), result.operations.indices.contains(index) else { return nil }
        let operation = change.operations[index]
        let outcome = result.operations[index]
        if place.index >= 0 {
            return HistoryGet.Entry(
                field: place.cell.field, action: operation.action.rawValue, value: operation.value, result: outcome,
                stored, change)
        }
        // Somebody who had not seen that the record was deleted edited it, and so brought it back.
        if place.cell.field == .recordState, operation.record == place.cell.record {
            return HistoryGet.Entry(
                field: place.cell.field, action: "revival", value: .text(RecordState.active),
                result: OperationResult(.applied, conflict: outcome.conflict), stored, change)
        }
        return HistoryGet.Entry(
            field: place.cell.field, action: "resolution", value: outcome.value, result: outcome, stored, change)
    }
}

extension HistoryGet.Entry {
    /// What a change of the journal did to a field.
    fileprivate init(
        field: FieldID, action: String, value: FieldValue?, result: OperationResult, _ stored: StoredChange,
        _ change: Change
    ) {
        self.init(
            field: field, action: action, value: value, result: result, id: stored.id, seq: stored.seq,
            by: stored.device, author: change.author, at: change.at, received: stored.received, note: change.note,
            isSignatureValid: result.reason != "signature")
    }
}

extension Plan {
    /// The present name of a field and all that it had before.
    fileprivate func names(of field: FieldID, in collection: CollectionID) -> [FieldID] {
        let present = currentName(of: field, in: collection)
        let former = renamed.filter { $0.collection == collection }.map(\.from)
        var names = [present]
        for name in former where currentName(of: name, in: collection) == present && !names.contains(name) {
            names.append(name)
        }
        return names
    }
}
