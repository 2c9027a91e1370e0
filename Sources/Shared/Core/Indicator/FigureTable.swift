/// The figures that indicators are computed from, read off a set of cells.
///
/// The same on the server (all cells) and offline (the replica's cells with the outbox laid over them).
public struct FigureTable: Sendable {
    struct Figure: Sendable {
        let amount: Amount
        let disputed: Bool
    }

    /// Where a unit's report of a period stands.
    struct Report: Sendable {
        var state = SubmissionField.State.draft
        /// How late it first came, in days; `nil` before, and for reports from before this was kept.
        var daysLate: Int?
        var handedIn: String?

        /// Whether it was ever handed in.
        var wasHandedIn: Bool { daysLate != nil || state != .draft }
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
    private var reports: [TenantID: [String: Report]] = [:]
    private var over: Set<String> = []
    private var targets = TargetBook()
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
        case CollectionRule.targets: targets.insert(key, value)
        case CollectionRule.submissions: insert(report: key, value)
        case CollectionRule.periods where key.field == PeriodField.state:
            let isOver = [PeriodState.closed, .final].contains { value == .text($0.rawValue) }
            if isOver { over.insert(key.record.key) } else { over.remove(key.record.key) }
        case CollectionRule.conflicts, CollectionRule.periods, CollectionRule.revisions, CollectionRule.rankings,
            CollectionRule.scores:
            break
        default: insert(record: key, value: value, disputed: disputed)
        }
    }

    private mutating func insert(report key: CellKey, _ value: FieldValue?) {
        var report = reports[key.tenant]?[key.record.key] ?? Report()
        switch (key.field, value) {
        case (SubmissionField.state, let value):
            if value == .text(SubmissionField.State.accepted.rawValue) {
                accepted[key.tenant, default: []].insert(key.record.key)
            } else {
                accepted[key.tenant]?.remove(key.record.key)
            }
            report.state = value?.text.flatMap(SubmissionField.State.init) ?? .draft
        case (SubmissionField.daysLate, let value): report.daysLate = value?.text.flatMap { Int($0) }
        case (SubmissionField.handedIn, let value): report.handedIn = value?.text
        default: break
        }
        reports[key.tenant, default: [:]][key.record.key] = report
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

    /// Where a unit's report of a period stands.
    func report(_ tenant: TenantID, _ period: Period) -> Report {
        reports[tenant]?[period.id.rawValue] ?? Report()
    }

    /// Whether the city has closed or sealed a period: what is not there by then counts as missing.
    func isOver(_ period: Period) -> Bool { over.contains(period.id.rawValue) }

    /// The same with a period that is over: for a ranking that is being published.
    public func closing(_ period: Period) -> FigureTable {
        var table = self
        table.over.insert(period.id.rawValue)
        return table
    }

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

    /// What is asked of a unit in a period, as it was entered.
    func target(_ tenant: TenantID, _ indicator: IndicatorID, in period: Period) -> UnitTarget? {
        targets.entry(tenant, indicator, in: period)
    }
}
