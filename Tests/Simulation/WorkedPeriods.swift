import PlanSyncCore
import PlanSyncSeeds

/// The periods as an office sees them: the sealed ones are behind it, and it works on the two that come next.
///
/// An office that went on writing into what it sees sealed would make a long run one of late edits alone.
struct WorkedPeriods {
    private static let workedMax = 2

    /// Those that it works on.
    let worked: [String]
    /// Whether there is another one behind them, so that one of them can be sealed and work goes on.
    let hasNext: Bool
    /// Those with the sealed ones before them.
    let begun: [String]

    /// `value`: what stands at a place, as far as the office knows.
    init(_ value: (CellKey) -> FieldValue?) throws {
        let open = try SimulatedPlan.periods.filter { period in
            let record = try RecordKey(collection: CollectionRule.periods, key: period)
            let state = CellKey(tenant: .city, record: record, field: PeriodField.state)
            return value(state) != .text(PeriodState.final.rawValue)
        }
        let next = (open.isEmpty ? SimulatedPlan.periods : open).prefix(Self.workedMax)
        worked = Array(next)
        hasNext = open.count > next.count
        begun = SimulatedPlan.periods.filter { period in next.last.map { period <= $0 } ?? true }
    }

    /// One of them, mostly of those that are worked on.
    func pick(_ random: inout SplitMix64) -> String {
        let periods = random.happens(85) ? worked : begun
        return periods[random.below(periods.count)]
    }
}
