import PlanSyncCore

/// Finds out what a group of pushes touches, and loads it.
enum CommitLoading {
    /// What was loaded.
    struct Loaded {
        var records: [RecordRef: [FieldID: Cell]] = [:]
        var chains: Set<ChainKey> = []
        var ids: [TenantID: Set<ChangeID>] = [:]
        /// The records that were loaded with all their cells.
        fileprivate var whole: Set<RecordRef> = []
    }

    private struct Wanted {
        var cells: Set<CellKey> = []
        var records: Set<RecordRef> = []
        /// Collections that are needed as a whole.
        var collections: Set<Whole> = []
    }

    private struct Whole: Hashable, Comparable {
        let tenant: TenantID
        let collection: CollectionID

        static func < (one: Whole, other: Whole) -> Bool {
            (one.tenant, one.collection) < (other.tenant, other.collection)
        }
    }

    static func load(_ pushes: [PushSubmission], plan: Plan, from store: any PlanReading) throws -> Loaded {
        var loaded = Loaded()
        // Where the periods stand decides about every figure.
        var wanted = Wanted(collections: [Whole(tenant: .city, collection: CollectionRule.periods)])
        for push in pushes {
            for hashed in push.changes { note(hashed.change, of: push, plan, &wanted, &loaded) }
        }
        try load(wanted, plan, store, &loaded)
        try loadRegistered(pushes, plan, store, &loaded)
        try loadConflicts(plan, store, &loaded)
        for (record, cells) in loaded.records where record.record.collection == CollectionRule.targets {
            loaded.ids[record.tenant, default: []].formUnion(cells.values.map(\.rev))
        }
        return loaded
    }

    private static func note(
        _ change: Change, of push: PushSubmission, _ plan: Plan, _ wanted: inout Wanted, _ loaded: inout Loaded
    ) {
        let tenant = change.tenant ?? push.principal.tenant
        loaded.chains.insert(push.chainKey(of: change))
        loaded.ids[tenant, default: []].insert(change.id)
        // A change that was refused for its tenant is remembered in its own device's journal.
        loaded.ids[push.principal.tenant, default: []].insert(change.id)
        for operation in change.operations {
            loaded.ids[tenant, default: []].formUnion(operation.base)
            loaded.ids[push.principal.tenant, default: []].formUnion(operation.base)
            note(operation, tenant, plan, &wanted)
        }
    }

    private static func note(_ operation: Operation, _ tenant: TenantID, _ plan: Plan, _ wanted: inout Wanted) {
        let record = RecordRef(tenant: tenant, record: operation.record)
        guard let collection = plan.collection(operation.record.collection) else { return }
        if let field = operation.field {
            wanted.cells.insert(CellKey(tenant: tenant, record: operation.record, field: field))
        } else {
            wanted.records.insert(record)
        }
        if let report = plan.report(on: operation.record) {
            wanted.records.insert(RecordRef(tenant: tenant, record: report))
        }
        if collection.id == plan.ranking.objections?.collection, let ranking = plan.ranking(of: operation.record) {
            wanted.records.insert(RecordRef(tenant: .city, record: ranking))
        }
        switch collection.origin {
        case .declared:
            // A step of a workflow looks at the rest of its record.
            if collection.workflow?.field == operation.field { wanted.records.insert(record) }
            wanted.cells.insert(CellKey(tenant: tenant, record: operation.record, field: .recordState))
        case .conflicts: wanted.records.insert(record)
        case .submissions:
            wanted.records.insert(record)
            for kind in plan.reported { wanted.collections.insert(Whole(tenant: tenant, collection: kind)) }
            guard operation.value == .text(SubmissionField.State.submitted.rawValue), plan.demandsAnything else {
                return
            }
            for kind in plan.judged + [CollectionRule.targets] {
                wanted.collections.insert(Whole(tenant: tenant, collection: kind))
                if plan.collection(kind)?.published ?? false {
                    wanted.collections.insert(Whole(tenant: .city, collection: kind))
                }
            }
        case .periods where operation.value == .text(PeriodState.final.rawValue):
            for unit in plan.tenants {
                for kind in plan.reported { wanted.collections.insert(Whole(tenant: unit.id, collection: kind)) }
            }
        case .rankings, .scores:
            let ranking = RankingDecision.record(operation.record)
            wanted.records.insert(RecordRef(tenant: .city, record: ranking))
        case .revisions:
            for kind in Set(plan.renamed.map(\.collection)) {
                wanted.collections.insert(Whole(tenant: tenant, collection: kind))
            }
        // What stands is frozen by period, and since when it stands decides.
        case .targets: wanted.collections.insert(Whole(tenant: tenant, collection: CollectionRule.targets))
        case .values, .periods: break
        }
    }

    private static func load(
        _ wanted: Wanted, _ plan: Plan, _ store: any PlanReading, _ loaded: inout Loaded
    ) throws {
        for (key, cell) in try store.cells(wanted.cells, of: plan.id) {
            loaded.records[RecordRef(key), default: [:]][key.field] = cell
        }
        for whole in wanted.collections.sorted() {
            for (key, cell) in try store.cells(of: whole.tenant, plan: plan.id, collection: whole.collection) {
                loaded.records[RecordRef(key), default: [:]][key.field] = cell
            }
        }
        var records = wanted.records
        // An edit of a deleted record brings all of it back.
        for key in wanted.cells where key.field == .recordState {
            if loaded.records[RecordRef(key)]?[.recordState]?.value == .text(RecordState.deleted) {
                records.insert(RecordRef(key))
            }
        }
        for record in records { try loadRecord(record, plan, store, &loaded) }
    }

    private static func loadRecord(
        _ record: RecordRef, _ plan: Plan, _ store: any PlanReading, _ loaded: inout Loaded
    ) throws {
        guard loaded.whole.insert(record).inserted else { return }
        loaded.records[record, default: [:]].merge(
            try store.record(record.record, of: record.tenant, plan: plan.id), uniquingKeysWith: { $1 })
    }

    /// Where a chain head was given by telephone, what its device sent too late comes in: the conflicts that keep it.
    private static func loadRegistered(
        _ pushes: [PushSubmission], _ plan: Plan, _ store: any PlanReading, _ loaded: inout Loaded
    ) throws {
        let heads = PeriodStanding.registeredHeads(in: loaded.records)
        guard !heads.isEmpty else { return }
        for push in pushes
        where push.changes.contains(where: { change in
            heads.contains { $0.device == push.principal.device && $0.covers(change.hash) }
        }) {
            for tenant in Set(push.changes.map { $0.change.tenant ?? push.principal.tenant }) {
                let kept = try store.cells(of: tenant, plan: plan.id, collection: CollectionRule.conflicts)
                for (key, cell) in kept { loaded.records[RecordRef(key), default: [:]][key.field] = cell }
                for head in heads where head.device == push.principal.device {
                    let report = try RecordKey(collection: CollectionRule.submissions, key: head.period)
                    try loadRecord(RecordRef(tenant: tenant, record: report), plan, store, &loaded)
                }
            }
        }
    }

    /// The conflicts about the loaded cells, and the cells that loaded conflicts are about.
    private static func loadConflicts(_ plan: Plan, _ store: any PlanReading, _ loaded: inout Loaded) throws {
        var conflicts: Set<RecordRef> = []
        for (record, cells) in loaded.records {
            if record.record.collection == CollectionRule.conflicts { conflicts.insert(record) }
            for cell in cells.values {
                guard let id = cell.conflict, let key = try? RecordKey(collection: CollectionRule.conflicts, key: id)
                else { continue }
                conflicts.insert(RecordRef(tenant: record.tenant, record: key))
            }
        }
        var waiting = conflicts.sorted { $0.record < $1.record }
        while let record = waiting.popLast() {
            if loaded.records[record]?[ConflictField.state] == nil {
                try loadRecord(record, plan, store, &loaded)
            }
            let fields = (loaded.records[record] ?? [:]).compactMapValues(\.value)
            guard let subject = ConflictRecord(id: record.record.key, tenant: record.tenant, fields: fields)?.subject
            else { continue }
            try load(subject, plan, store, &loaded)
            // What a retired device handed in may itself be a decision about a conflict.
            let inner = RecordRef(subject)
            if inner.record.collection == CollectionRule.conflicts, conflicts.insert(inner).inserted {
                waiting.append(inner)
            }
        }
    }

    /// What a conflict is about.
    private static func load(
        _ subject: CellKey, _ plan: Plan, _ store: any PlanReading, _ loaded: inout Loaded
    ) throws {
        let place = RecordRef(subject)
        if subject.record.collection == CollectionRule.targets {
            let all = try store.cells(of: subject.tenant, plan: plan.id, collection: CollectionRule.targets)
            for (key, cell) in all { loaded.records[RecordRef(key), default: [:]][key.field] = cell }
            return
        }
        let isDeclared = plan.collection(subject.record.collection)?.origin == .declared
        if subject.field == .recordState || isDeclared {
            try loadRecord(place, plan, store, &loaded)
        } else {
            let present = plan.currentPlace(of: subject)
            if loaded.records[RecordRef(present)]?[present.field] == nil {
                for (key, cell) in try store.cells([present], of: plan.id) {
                    loaded.records[RecordRef(key), default: [:]][key.field] = cell
                }
            }
        }
        if let report = plan.report(on: subject.record) {
            try loadRecord(RecordRef(tenant: subject.tenant, record: report), plan, store, &loaded)
        }
    }
}
