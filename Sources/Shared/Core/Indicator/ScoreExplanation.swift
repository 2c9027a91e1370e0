/// Where a score comes from: its components, and below each every figure and record that it was counted from.
public struct ScoreExplanation: Sendable {
    /// What a component without indicators is counted from.
    public struct Count: Sendable {
        /// The formulas, as they stand in the plan.
        public let formulas: [String]
        /// The figures that they read.
        public let inputs: [Explanation.Input]
        /// The records that they read.
        public let records: [Explanation.RecordInput]
    }

    /// The unit with its score.
    public let unit: RankedUnit
    /// The indicators of all components and the stretch goals, by id.
    public let indicators: [IndicatorID: Explanation]
    /// The components that are counted from records, by id.
    public let counts: [String: Count]
    /// The record of the unit's report, from which its timeliness is told.
    public let report: RecordKey?

    /// Explains the score of a unit.
    public init(_ unit: RankedUnit, in period: Period, plan: Plan, figures: FigureTable) {
        self.unit = unit
        var indicators: [IndicatorID: Explanation] = [:]
        for entry in unit.parts.flatMap(\.entries) + unit.bonus {
            guard let indicator = plan.indicators.first(where: { $0.id == entry.figure.indicator }) else { continue }
            indicators[indicator.id] = Explanation(
                indicator, of: unit.tenant, in: period, plan: plan, figures: figures)
        }
        self.indicators = indicators
        var counts: [String: Count] = [:]
        for component in plan.ranking.components {
            guard let rule = component.tally else { continue }
            let evaluation = FormulaEvaluation(plan: plan, figures: figures, tracing: true)
            let scope = FormulaEvaluation.Scope(tenant: unit.tenant, period: period)
            for formula in [rule.achieved, rule.expected] { _ = evaluation.value(formula.expression, scope) }
            let (inputs, records) = Explanation.read(evaluation.readings, figures)
            counts[component.id] = Count(
                formulas: [rule.achieved.text, rule.expected.text], inputs: inputs, records: records)
        }
        self.counts = counts
        let isJudged = unit.parts.contains { $0.tally?.daysLate != nil }
        report =
            isJudged ? try? RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue) : nil
    }
}
