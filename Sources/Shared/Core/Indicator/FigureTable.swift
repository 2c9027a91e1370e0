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

    private var figures: [TenantID: [String: [FieldID: Figure]]] = [:]
    private var accepted: [TenantID: Set<String>] = [:]
    private var targets: [TenantID: [String: UnitTarget]] = [:]

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
        default: break
        }
    }

    /// The figures that count on a basis: all, or only those of reports that the city has accepted.
    public func counting(_ basis: RankingRule.Basis) -> FigureTable {
        guard basis == .accepted else { return self }
        var table = self
        for (tenant, periods) in figures {
            table.figures[tenant] = periods.filter { accepted[tenant]?.contains($0.key) ?? false }
        }
        return table
    }

    func figure(_ tenant: TenantID, _ period: PeriodID, _ element: FieldID) -> Figure? {
        figures[tenant]?[period.rawValue]?[element]
    }

    func target(_ tenant: TenantID, _ indicator: IndicatorID, _ year: Int) -> UnitTarget? {
        targets[tenant]?["\(indicator):\(year)"]
    }
}
