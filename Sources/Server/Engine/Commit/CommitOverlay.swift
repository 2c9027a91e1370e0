import PlanSyncCore

/// What a group of pushes touches: loaded before anything is decided, changed in memory, written at the end.
struct CommitOverlay {
    let plan: PlanCatalogue.Entry
    private var records: [RecordRef: [FieldID: Cell]] = [:]
    private(set) var chains: [ChainKey: Admission.ChainEnd] = [:]
    private(set) var heads: [TenantID: TenantHead] = [:]
    private(set) var known: [TenantID: [ChangeID: StoredChange]] = [:]
    private(set) var incarnations: [ChainKey: [UInt64]] = [:]

    private(set) var dirtyCells: Set<CellKey> = []
    private(set) var dirtyChains: Set<ChainKey> = []
    private(set) var dirtyHeads: Set<TenantID> = []
    private(set) var appended: [StoredChange] = []
    private(set) var operations: [StoredOperation] = []

    /// Loads, set by set, what the pushes touch.
    init(loading pushes: [PushSubmission], plan: PlanCatalogue.Entry, from store: any PlanReading) throws {
        self.plan = plan
        var cellKeys: Set<CellKey> = []
        var chainKeys: Set<ChainKey> = []
        var ids: [TenantID: Set<ChangeID>] = [:]
        var conflictRecords: Set<CellKey> = []
        for push in pushes {
            for hashed in push.changes {
                let change = hashed.change
                let tenant = change.tenant ?? push.principal.tenant
                chainKeys.insert(push.chainKey(of: change))
                ids[tenant, default: []].insert(change.id)
                // A change that was refused for its tenant is remembered in its own device's journal.
                ids[push.principal.tenant, default: []].insert(change.id)
                for operation in change.operations {
                    guard let field = operation.field else { continue }
                    let key = CellKey(tenant: tenant, record: operation.record, field: field)
                    cellKeys.insert(key)
                    ids[tenant, default: []].formUnion(operation.base)
                    ids[push.principal.tenant, default: []].formUnion(operation.base)
                    if operation.record.collection == CollectionRule.conflicts { conflictRecords.insert(key) }
                }
            }
        }
        let planID = plan.plan.id
        for (key, cell) in try store.cells(cellKeys, of: planID) {
            records[RecordRef(key), default: [:]][key.field] = cell
            guard let conflict = cell.conflict,
                let record = try? RecordKey(collection: CollectionRule.conflicts, key: conflict)
            else { continue }
            conflictRecords.insert(CellKey(tenant: key.tenant, record: record, field: ConflictField.state))
        }
        for key in conflictRecords { try loadConflict(key, from: store) }
        chains = try store.chainEnds(chainKeys)
        for key in chainKeys {
            let device = ChainKey(tenant: key.tenant, device: key.device, incarnation: 0)
            incarnations[device] = try store.incarnations(of: key.device, tenant: key.tenant)
        }
        known = try store.changes(ids)
        heads = try store.heads(of: Array(ids.keys))
    }

    /// A conflict's own fields, and the cell that it is about.
    private mutating func loadConflict(_ key: CellKey, from store: any PlanReading) throws {
        let fields = try store.record(key.record, of: key.tenant, plan: plan.plan.id)
        records[RecordRef(key)] = fields
        let conflict = ConflictRecord(id: key.record.key, tenant: key.tenant, fields: fields.compactMapValues(\.value))
        guard let subject = conflict?.subject, cell(at: subject) == nil else { return }
        for (key, cell) in try store.cells([subject], of: plan.plan.id) {
            records[RecordRef(key), default: [:]][key.field] = cell
        }
    }

    /// The cell at a place, when it was loaded and is there.
    func cell(at key: CellKey) -> Cell? { records[RecordRef(key)]?[key.field] }

    /// The loaded fields of a record.
    func fields(of record: RecordRef) -> [FieldID: Cell] { records[record] ?? [:] }

    /// The next place in a tenant's journal.
    func nextSequence(of tenant: TenantID) -> UInt64 { (heads[tenant]?.seq ?? 0) + 1 }

    mutating func set(_ cell: Cell, at key: CellKey) {
        records[RecordRef(key), default: [:]][key.field] = cell
        dirtyCells.insert(key)
    }

    mutating func set(_ end: Admission.ChainEnd, of chain: ChainKey) {
        chains[chain] = end
        dirtyChains.insert(chain)
    }

    /// The newest incarnation of a device that was never used, or a new one.
    mutating func freshIncarnation(of chain: ChainKey) -> UInt64 {
        let device = ChainKey(tenant: chain.tenant, device: chain.device, incarnation: 0)
        let issued = incarnations[device] ?? []
        let next = (issued.last ?? 0) + 1
        incarnations[device] = issued + [next]
        set(.start, of: ChainKey(tenant: chain.tenant, device: chain.device, incarnation: next))
        return next
    }

    mutating func append(_ change: StoredChange, _ touched: [StoredOperation]) {
        appended.append(change)
        operations.append(contentsOf: touched)
        known[change.tenant, default: [:]][change.id] = change
        heads[change.tenant] = TenantHead(seq: change.seq, link: change.link)
        dirtyHeads.insert(change.tenant)
    }

    /// Writes everything that was changed.
    func write(to store: any PlanWriting) throws {
        let planID = plan.plan.id
        try store.append(appended)
        try store.append(operations, plan: planID)
        var written: [CellKey: Cell] = [:]
        for key in dirtyCells { written[key] = cell(at: key) }
        try store.put(written, plan: planID)
        try store.put(chains.filter { dirtyChains.contains($0.key) })
        try store.put(heads.filter { dirtyHeads.contains($0.key) })
    }
}

extension PushSubmission {
    func chainKey(of change: Change) -> ChainKey {
        ChainKey(tenant: principal.tenant, device: principal.device, incarnation: change.incarnation)
    }
}

/// A record of a tenant.
struct RecordRef: Hashable {
    let tenant: TenantID
    let record: RecordKey

    init(tenant: TenantID, record: RecordKey) {
        self.tenant = tenant
        self.record = record
    }

    init(_ key: CellKey) { self.init(tenant: key.tenant, record: key.record) }
}

/// The overlay as one change sees it: with what its own operations have written so far.
struct ChangeScratch {
    let overlay: CommitOverlay
    private(set) var written: [CellKey: Cell] = [:]

    init(over overlay: CommitOverlay) { self.overlay = overlay }

    var plan: Plan { overlay.plan.plan }

    func cell(at key: CellKey) -> Cell? { written[key] ?? overlay.cell(at: key) }

    mutating func set(_ cell: Cell, at key: CellKey) { written[key] = cell }

    /// The conflict with this key.
    func conflict(_ id: String, of tenant: TenantID) -> ConflictRecord? {
        guard let record = try? RecordKey(collection: CollectionRule.conflicts, key: id) else { return nil }
        var fields = overlay.fields(of: RecordRef(tenant: tenant, record: record)).compactMapValues(\.value)
        for (key, cell) in written where key.tenant == tenant && key.record == record { fields[key.field] = cell.value }
        return ConflictRecord(id: id, tenant: tenant, fields: fields)
    }
}
