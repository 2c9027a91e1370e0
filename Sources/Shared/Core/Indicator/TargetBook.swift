// Targets have versions (docs/plan-format.md, "Versions"): the record of a year holds from its beginning, the record of
// a period from that period on, field by field. What a version leaves out stays as it was before it.

/// What is asked of a unit in a period.
struct UnitTarget: Sendable {
    var target: Amount?
    var baseline: Amount?
    var applies: Bool?
    /// From which period on the target stands; `nil`: from the beginning of the year.
    var since: PeriodID?
}

/// The targets of units as they were entered, with their versions.
struct TargetBook: Sendable {
    private struct Row: Sendable {
        /// The last part of the record's key: a year, or a period of it.
        let from: String
        var entry = UnitTarget()
    }

    /// By tenant and indicator, in the order in which they begin.
    private var rows: [TenantID: [String: [Row]]] = [:]

    /// Takes a cell of the collection in.
    mutating func insert(_ key: CellKey, _ value: FieldValue?) {
        guard let (indicator, from) = Self.parts(of: key.record.key) else { return }
        let known = rows[key.tenant]?[indicator] ?? []
        var row = known.first { $0.from == from } ?? Row(from: from)
        switch (key.field, value) {
        case (TargetField.target, let value): row.entry.target = value?.amount
        case (TargetField.baseline, let value): row.entry.baseline = value?.amount
        case (TargetField.applies, .flag(let applies)): row.entry.applies = applies
        case (TargetField.applies, _): row.entry.applies = nil
        default: break
        }
        rows[key.tenant, default: [:]][indicator] = (known.filter { $0.from != from } + [row])
            .sorted { $0.from < $1.from }
    }

    /// What holds in a period: of each field the newest version that begins no later, else the year's.
    func entry(_ tenant: TenantID, _ indicator: IndicatorID, in period: Period) -> UnitTarget? {
        guard let known = rows[tenant]?[indicator.rawValue] else { return nil }
        let year = String(period.year)
        var found: UnitTarget?
        // Within a year the names of periods are in the order of time, and the year's own comes before them.
        for row in known where row.from.hasPrefix(year) && row.from <= period.id.rawValue {
            var entry = found ?? UnitTarget()
            if let target = row.entry.target {
                entry.target = target
                entry.since = row.from == year ? nil : PeriodID(trusted: row.from)
            }
            entry.baseline = row.entry.baseline ?? entry.baseline
            entry.applies = row.entry.applies ?? entry.applies
            found = entry
        }
        return found
    }

    /// The indicator and the beginning that a key of the collection names.
    static func parts(of key: String) -> (indicator: String, from: String)? {
        let parts = key.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let from = parts.last else { return nil }
        return (parts.dropLast().joined(separator: ":"), String(from))
    }
}

/// The fields of the built-in collection of targets.
public enum TargetField {
    /// What is to be reached.
    public static let target = FieldID(trusted: "target")
    /// From where it is counted.
    public static let baseline = FieldID(trusted: "baseline")
    /// Whether the indicator applies to the unit.
    public static let applies = FieldID(trusted: "applies")
}
