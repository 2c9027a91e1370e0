import PlanSyncCore

/// The overlay as one change sees it: with what its own operations have written so far.
struct ChangeScratch {
    let overlay: CommitOverlay
    private(set) var written: [CellKey: Cell] = [:]
    /// The targets among what was written: looked at after each operation, of which an import has thousands.
    private(set) var writtenTargets: Set<CellKey> = []

    init(over overlay: CommitOverlay) { self.overlay = overlay }

    var plan: Plan { overlay.plan.plan }

    func cell(at key: CellKey) -> Cell? { written[key] ?? overlay.cell(at: key) }

    mutating func set(_ cell: Cell, at key: CellKey) {
        written[key] = cell
        if key.record.collection == CollectionRule.targets { writtenTargets.insert(key) }
    }

    mutating func set(_ cells: [(CellKey, Cell)]) {
        for (key, cell) in cells { set(cell, at: key) }
    }

    /// All loaded cells of a record.
    func cells(of record: RecordRef) -> [FieldID: Cell] {
        var cells = overlay.fields(of: record)
        for (key, cell) in written where key.tenant == record.tenant && key.record == record.record {
            cells[key.field] = cell
        }
        return cells
    }

    /// The conflict with this key; its subject under its present name.
    func conflict(_ id: String, of tenant: TenantID) -> ConflictRecord? {
        guard let record = try? RecordKey(collection: CollectionRule.conflicts, key: id) else { return nil }
        let fields = cells(of: RecordRef(tenant: tenant, record: record)).compactMapValues(\.value)
        return ConflictRecord(id: id, tenant: tenant, fields: fields)
    }

    /// The figures of a period: of one tenant, or of all.
    func figures(of period: Period, tenant: TenantID?) -> [(key: CellKey, value: FieldValue?)] {
        var found: [CellKey: FieldValue?] = [:]
        for (record, cells) in overlay.records
        where (tenant ?? record.tenant) == record.tenant && plan.period(of: record.record) == period {
            for (field, cell) in cells where !cell.deleted && field != .recordState {
                found[CellKey(tenant: record.tenant, record: record.record, field: field)] = .some(cell.value)
            }
        }
        for (key, cell) in written
        where (tenant ?? key.tenant) == key.tenant && plan.period(of: key.record) == period
            && key.field != .recordState
        {
            found[key] = cell.deleted ? nil : .some(cell.value)
        }
        return found.map { ($0.key, $0.value) }
    }
}
