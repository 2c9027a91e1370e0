/// Indicators that are kept up while figures and records change: only what a change can touch is worked out again.
public struct RunningAggregate {
    private let evaluation: FormulaEvaluation
    private let plan: Plan
    private let byElement: [FieldID: Set<IndicatorID>]
    private let byCollection: [CollectionID: Set<IndicatorID>]

    /// Begins with these figures and records.
    public init(plan: Plan, figures: FigureTable) {
        self.plan = plan
        evaluation = FormulaEvaluation(plan: plan, figures: figures)
        let uses = Dictionary(plan.indicators.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var byElement: [FieldID: Set<IndicatorID>] = [:]
        var byCollection: [CollectionID: Set<IndicatorID>] = [:]
        for indicator in plan.indicators {
            for part in Self.parts(of: indicator, uses) {
                for element in part.formulas.flatMap(\.elements) {
                    byElement[element, default: []].insert(indicator.id)
                }
                for collection in plan.reach(from: part.formulas.flatMap(\.collections)) {
                    byCollection[collection, default: []].insert(indicator.id)
                }
            }
        }
        self.byElement = byElement
        self.byCollection = byCollection
    }

    /// An indicator and all that it uses.
    private static func parts(of indicator: Indicator, _ all: [IndicatorID: Indicator]) -> [Indicator] {
        var found: [IndicatorID: Indicator] = [indicator.id: indicator]
        var waiting = [indicator]
        while let next = waiting.popLast() {
            for id in next.used where found[id] == nil {
                guard let other = all[id] else { continue }
                found[id] = other
                waiting.append(other)
            }
        }
        return Array(found.values)
    }

    /// Takes a cell in, and forgets what depends on it; the indicators that it may have changed.
    @discardableResult
    public func take(_ key: CellKey, value: FieldValue?, disputed: Bool) -> Set<IndicatorID> {
        var touched: Set<IndicatorID>
        switch key.record.collection {
        case CollectionRule.values: touched = byElement[key.field] ?? []
        case CollectionRule.targets:
            touched = Set(plan.indicators.map(\.id).filter { key.record.key.hasPrefix("\($0):") })
        case CollectionRule.submissions: touched = Set(plan.indicators.map(\.id))
        default: touched = byCollection[key.record.collection] ?? []
        }
        evaluation.take(key, value: value, disputed: disputed, touching: touched)
        return touched
    }

    /// The figures as they stand now.
    public var aggregate: Aggregate { Aggregate(evaluation) }
}
