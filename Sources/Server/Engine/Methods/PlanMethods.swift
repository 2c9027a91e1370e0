import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `admin.plan.load`: a document that differs from the current one becomes the next revision.
    func planLoad(_ call: Call) throws -> Work {
        let params = try AdminPlanLoad.Params(json: call.params)
        return .write { [self] in
            var growth = Growth()
            let frame = call.answer {
                let loaded = try self.load(params.document, now: call.now)
                growth = loaded.growth
                return AdminPlanLoad.Result(plan: loaded.entry.plan.id, revision: loaded.entry.revision)
            }
            return Written(frame, growth: growth)
        }
    }

    /// Takes a document in; with a new revision go the system changes that move what was renamed.
    private func load(
        _ document: [UInt8], now: Timestamp
    ) throws -> (entry: PlanCatalogue.Entry, growth: Growth) {
        let reading: PlanReader.Reading
        do {
            reading = try PlanReader.read(try PlanDocumentJSON.decode(document))
        } catch let error as PlanFileError {
            throw RPCError.invalidParams(
                error.faults.first?.description ?? "The plan has faults.", field: "params.document",
                reason: "plan_faulty")
        }
        let current = state.withLock { $0.catalogue[reading.plan.id] }
        if let current, current.document == document { return (current, Growth()) }
        if let current { try refuseFrozen(reading.plan, over: current, now: now) }
        let record = PlanRecord(
            plan: reading.plan.id, revision: (current?.revision ?? 0) + 1, document: document, loaded: now)
        let entry = PlanCatalogue.Entry(
            plan: reading.plan, revision: record.revision, document: document, loaded: current?.loaded ?? now)
        let growth = try store.commit { writer in
            try writer.insert(record)
            guard current != nil else { return Growth() }
            let push = try SystemAuthor(environment: environment).push(
                try revisionEdits(entry, in: writer), plan: entry.plan.id, revision: entry.revision, note: nil,
                now: now, in: writer)
            return try committer.commit([push], plan: entry, now: now, in: writer).growth
        }
        state.withLock { $0.catalogue.insert(entry) }
        return (entry, growth.revising(entry.plan.id))
    }

    /// What was in force when a period opened, no revision changes.
    private func refuseFrozen(_ plan: Plan, over current: PlanCatalogue.Entry, now: Timestamp) throws {
        let freeze = PlanFreeze(present: current.plan, loaded: current.loaded, now: now)
        guard let fault = freeze.faults(of: plan).first else { return }
        throw RPCError.invalidParams(
            fault.message, field: "params.document.\(fault.path)", reason: "plan_frozen")
    }

    /// The edits that record a revision: the city's, and one for each tenant that has figures under a former name.
    private func revisionEdits(
        _ entry: PlanCatalogue.Entry, in writer: any PlanWriting
    ) throws -> [(tenant: TenantID, operations: [Operation])] {
        let record = try RecordKey(collection: CollectionRule.revisions, key: String(entry.revision))
        let hash = Base64URL.encode(environment.cryptography.sha256(entry.document))
        let operation = Operation(
            record: record, field: RevisionField.document, action: .set, value: .text(hash), base: [], shown: nil)
        var tenants: [TenantID] = [.city]
        for tenant in entry.plan.tenants.map(\.id) where tenant != .city {
            let isConcerned = try Set(entry.plan.renamed.map(\.collection)).contains { collection in
                let cells = try writer.cells(of: tenant, plan: entry.plan.id, collection: collection)
                return cells.contains { row in
                    entry.plan.renamed.contains { $0.collection == collection && $0.from == row.key.field }
                        && !row.cell.deleted
                }
            }
            if isConcerned { tenants.append(tenant) }
        }
        return tenants.map { ($0, [operation]) }
    }
}
