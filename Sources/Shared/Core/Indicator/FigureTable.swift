/// The figures that indicators are computed from, read off a set of cells.
///
/// The same on the server (all cells) and offline (the replica's cells with the outbox laid over them).
public struct FigureTable: Sendable {
    struct Figure: Sendable {
        let amount: Amount
        let disputed: Bool
    }

    struct UnitTarget: Sendable {
        var target: Amount?
        var baseline: Amount?
        var applies = true
    }

    /// A record of a collection that the plan declares.
    struct Record: Sendable {
        let tenant: TenantID
        let key: RecordKey
        var fields: [FieldID: FieldValue] = [:]
        var disputed: Set<FieldID> = []
        var isDeleted = false
    }

    private var figures: [TenantID: [String: [FieldID: Figure]]] = [:]
    private var accepted: [TenantID: Set<String>] = [:]
    private var targets: [TenantID: [String: UnitTarget]] = [:]
    private var records: [TenantID: [CollectionID: [String: Record]]] = [:]
    /// Whether only the figures of accepted reports are in it.
    private(set) var isOfAccepted = false

    /// An empty table.
    public init() {}

    /// Takes a cell in; cells that no indicator reads are passed over.
    ///
    /// `disputed`: an open conflict stands about it.
    public mutating func insert(_ key: CellKey, value: FieldValue?, disputed: Bool) {
        switch key.record.collection {
        case CollectionRule.values:
            // A value that was cleared takes the figure out again.
            figures[key.tenant, default: [:]][key.record.key, default: [:]][key.field] = value?.amount.map {
                Figure(amount: $0, disputed: disputed)
            }
        case CollectionRule.targets:
            switch (key.field.rawValue, value) {
            case ("target", let value):
                targets[key.tenant, default: [:]][key.record.key, default: .init()].target = value?.amount
            case ("baseline", let value):
                targets[key.tenant, default: [:]][key.record.key, default: .init()].baseline = value?.amount
            case ("applies", .flag(let applies)):
                targets[key.tenant, default: [:]][key.record.key, default: .init()].applies = applies
            default: break
            }
        case CollectionRule.submissions where key.field == SubmissionField.state:
            if value == .text(SubmissionField.State.accepted.rawValue) {
                accepted[key.tenant, default: []].insert(key.record.key)
            } else {
                accepted[key.tenant]?.remove(key.record.key)
            }
        case CollectionRule.conflicts, CollectionRule.submissions, CollectionRule.periods, CollectionRule.revisions:
            break
        default: insert(record: key, value: value, disputed: disputed)
        }
    }

    private mutating func insert(record key: CellKey, value: FieldValue?, disputed: Bool) {
        let name = key.record
        var record = records[key.tenant]?[name.collection]?[name.key] ?? Record(tenant: key.tenant, key: name)
        if key.field == .recordState {
            record.isDeleted = value == .text(RecordState.deleted)
        } else {
            record.fields[key.field] = value
        }
        if disputed { record.disputed.insert(key.field) } else { record.disputed.remove(key.field) }
        records[key.tenant, default: [:]][name.collection, default: [:]][name.key] = record
    }

    /// The figures that count on a basis: all, or only those of reports that the city has accepted.
    public func counting(_ basis: RankingRule.Basis) -> FigureTable {
        guard basis == .accepted else { return self }
        var table = self
        table.isOfAccepted = true
        for (tenant, periods) in figures {
            table.figures[tenant] = periods.filter { accepted[tenant]?.contains($0.key) ?? false }
        }
        return table
    }

    func figure(_ tenant: TenantID, _ period: PeriodID, _ element: FieldID) -> Figure? {
        figures[tenant]?[period.rawValue]?[element]
    }

    /// Whether the city has accepted a unit's report.
    func isAccepted(_ tenant: TenantID, _ period: String) -> Bool { accepted[tenant]?.contains(period) ?? false }

    /// A tenant's records of a collection, by key; not the deleted ones, nor those of which everything was cleared.
    func records(_ tenant: TenantID, _ collection: CollectionID) -> [Record] {
        (records[tenant]?[collection] ?? [:]).values.filter { !$0.isDeleted && !$0.fields.isEmpty }
            .sorted { $0.key.key < $1.key.key }
    }

    func record(_ tenant: TenantID, _ collection: CollectionID, _ key: String) -> Record? {
        guard let record = records[tenant]?[collection]?[key], !record.isDeleted, !record.fields.isEmpty else {
            return nil
        }
        return record
    }

    func target(_ tenant: TenantID, _ indicator: IndicatorID, _ year: Int) -> UnitTarget? {
        targets[tenant]?["\(indicator):\(year)"]
    }
}
