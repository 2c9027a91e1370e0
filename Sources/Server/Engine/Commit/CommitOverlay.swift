import PlanSyncCore

/// What a group of pushes touches: loaded before anything is decided, changed in memory, written at the end.
struct CommitOverlay {
    let plan: PlanCatalogue.Entry
    let cryptography: any Cryptography
    private(set) var records: [RecordRef: [FieldID: Cell]] = [:]
    private(set) var chains: [ChainKey: Admission.ChainEnd] = [:]
    private(set) var heads: [TenantID: TenantHead] = [:]
    private(set) var known: [TenantID: [ChangeID: StoredChange]] = [:]
    private(set) var incarnations: [ChainKey: [UInt64]] = [:]
    private(set) var backups: [ChainKey: UInt64] = [:]
    private(set) var ordinal: UInt64 = 0
    private(set) var incarnationFloor: UInt64 = 0
    /// The chain heads that were given by telephone; looked at for every change.
    private(set) var registeredHeads: [PeriodStanding.RegisteredHead] = []

    /// The cells as they were loaded, of those that were changed.
    private var originals: [CellKey: Cell?] = [:]
    private var dirtyChains: Set<ChainKey> = []
    private var dirtyHeads: Set<TenantID> = []
    private var appended: [StoredChange] = []
    private var operations: [StoredOperation] = []
    private var links: [KnownLink] = []
    private var notices: [Notice] = []
    /// Known changes that these pushes offer at a place of the chain that they have already.
    private var linked: Set<String> = []

    /// Loads, set by set, what the pushes touch.
    init(
        loading pushes: [PushSubmission], plan: PlanCatalogue.Entry, cryptography: any Cryptography,
        from store: any PlanReading
    ) throws {
        self.plan = plan
        self.cryptography = cryptography
        let loaded = try CommitLoading.load(pushes, plan: plan.plan, from: store)
        records = loaded.records
        registeredHeads = PeriodStanding.registeredHeads(in: records)
        chains = try store.chainEnds(loaded.chains)
        for key in loaded.chains {
            incarnations[key.ofDevice] = try store.incarnations(of: key.device, tenant: key.tenant)
            for backup in try store.backups(of: key.device, tenant: key.tenant) {
                backups[
                    ChainKey(tenant: key.tenant, device: key.device, incarnation: backup.incarnation)] = backup.number
            }
        }
        known = try store.changes(loaded.ids)
        for push in pushes {
            for hashed in push.changes where isKnownElsewhere(hashed, of: push) {
                let number = hashed.change.number
                let hash = try store.linked(push.chainKey(of: hashed.change), number: number)
                if hash == hashed.hash { linked.insert(hashed.hash) }
            }
        }
        heads = try store.heads(of: Array(loaded.ids.keys))
        ordinal = try store.lastOrdinal()
        incarnationFloor = try store.setting("inc_floor").flatMap { UInt64($0) } ?? 0
    }

    private func isKnownElsewhere(_ hashed: PushSubmission.Hashed, of push: PushSubmission) -> Bool {
        let journals = [hashed.change.tenant ?? push.principal.tenant, push.principal.tenant]
        let earlier = journals.lazy.compactMap { known[$0]?[hashed.change.id] }.first
        return earlier.map { $0.hash != hashed.hash } ?? false
    }

    /// Whether a known change stands at the place at which it is offered, or comes next there.
    func fits(_ hashed: PushSubmission.Hashed, earlier: StoredChange, _ end: Admission.ChainEnd) -> Bool {
        let change = hashed.change
        if change.number > end.number { return change.number > end.number + 1 || change.previous == end.head }
        return earlier.hash == hashed.hash || linked.contains(hashed.hash)
    }

    /// The cell at a place, when it was loaded and is there.
    func cell(at key: CellKey) -> Cell? { records[RecordRef(key)]?[key.field] }

    /// The loaded fields of a record.
    func fields(of record: RecordRef) -> [FieldID: Cell] { records[record] ?? [:] }

    /// The next place in a tenant's journal.
    func nextSequence(of tenant: TenantID) -> UInt64 { (heads[tenant]?.seq ?? 0) + 1 }

    mutating func set(_ cell: Cell, at key: CellKey) {
        if !originals.keys.contains(key) { originals[key] = .some(self.cell(at: key)) }
        records[RecordRef(key), default: [:]][key.field] = cell
        if key.field == PeriodField.heads, key.record.collection == CollectionRule.periods {
            registeredHeads = PeriodStanding.registeredHeads(in: records)
        }
    }

    mutating func set(_ end: Admission.ChainEnd, of chain: ChainKey) {
        chains[chain] = end
        dirtyChains.insert(chain)
    }

    /// A new incarnation of a device: a number that was never used before, also not before a restored backup.
    mutating func freshIncarnation(of chain: ChainKey) -> UInt64 {
        let issued = incarnations[chain.ofDevice] ?? []
        let next = max(issued.last ?? 0, incarnationFloor) + 1
        incarnations[chain.ofDevice] = issued + [next]
        set(.start, of: ChainKey(tenant: chain.tenant, device: chain.device, incarnation: next))
        return next
    }

    mutating func append(_ change: StoredChange, _ touched: [StoredOperation]) {
        appended.append(change)
        ordinal = change.ordinal
        operations.append(contentsOf: touched)
        known[change.tenant, default: [:]][change.id] = change
        heads[change.tenant] = TenantHead(seq: change.seq, link: change.link)
        dirtyHeads.insert(change.tenant)
    }

    mutating func append(_ link: KnownLink) {
        links.append(link)
        linked.insert(link.hash)
    }

    mutating func note(_ notice: Notice) { notices.append(notice) }

    /// Where cells were changed.
    var growth: Growth {
        let parts = originals.keys.map {
            Growth.Part(plan: plan.plan.id, tenant: $0.tenant, collection: $0.record.collection)
        }
        return Growth(Set(parts))
    }

    /// Writes everything that was changed.
    func write(to store: any PlanWriting) throws {
        let planID = plan.plan.id
        try store.append(appended)
        try store.append(operations, plan: planID)
        var written: [CellKey: Cell] = [:]
        for key in originals.keys { written[key] = cell(at: key) }
        try writeDigests(to: store)
        try store.put(written, plan: planID)
        try store.put(chains.filter { dirtyChains.contains($0.key) })
        try store.put(heads.filter { dirtyHeads.contains($0.key) })
        if !links.isEmpty { try store.append(links) }
        for notice in notices { try store.append(notice) }
    }

    private func writeDigests(to store: any PlanWriting) throws {
        guard !originals.isEmpty else { return }
        let planID = plan.plan.id
        var digests = try store.digests(of: Set(originals.keys.map(\.tenant)).sorted(), plan: planID)
        var changed: [TenantID: [CollectionID: ScopeDigest]] = [:]
        for (key, original) in originals {
            let collection = key.record.collection
            var digest = digests[key.tenant]?[collection] ?? ScopeDigest()
            if let original { digest.remove(PublicCell(key, original), cryptography) }
            if let cell = cell(at: key) { digest.insert(PublicCell(key, cell), cryptography) }
            digests[key.tenant, default: [:]][collection] = digest
            changed[key.tenant, default: [:]][collection] = digest
        }
        try store.put(changed, plan: planID)
    }
}

extension PushSubmission {
    func chainKey(of change: Change) -> ChainKey {
        ChainKey(tenant: principal.tenant, device: principal.device, incarnation: change.incarnation)
    }
}

extension ChainKey {
    /// The device, whatever its incarnation.
    var ofDevice: ChainKey { ChainKey(tenant: tenant, device: device, incarnation: 0) }
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
