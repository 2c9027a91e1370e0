import PlanSyncClient
import PlanSyncCore

/// What an edit does to the indicators of its unit, said at once.
enum EditEffect {
    /// Names the indicators that changed with an edit; only those that it can touch are worked out again.
    static func report(_ change: Change, over before: LocalView, to after: LocalView, _ options: CommandOptions) {
        let tenant = change.tenant ?? before.principal.tenant
        guard !options.json, tenant != .city, let period = period(of: change, after) else { return }
        let running = RunningAggregate(plan: after.plan, figures: before.figures)
        let old = figures(running.aggregate, after.plan, tenant, period)
        var touched: Set<IndicatorID> = []
        for record in Set(change.operations.map(\.record)) {
            let fields = Set(before.record(record, of: tenant).keys).union(after.record(record, of: tenant).keys)
            for field in fields {
                let key = CellKey(tenant: tenant, record: record, field: field)
                let now = after.field(key)
                touched.formUnion(running.take(key, value: now?.value, disputed: now?.conflict != nil))
            }
        }
        let say = options.wording
        let aggregate = running.aggregate
        for indicator in after.plan.indicators where touched.contains(indicator.id) {
            let new = aggregate.figure(indicator, of: tenant, in: period)
            let line = shown(new, indicator)
            guard let former = old[indicator.id], shown(former, indicator) != line else { continue }
            Console.message(
                TextTable.plain("\(period.id) \(say(indicator.name)): \(shown(former, indicator)) → \(line)"))
        }
    }

    /// The period that an edit belongs to; for what belongs to none, that of the newest figures.
    private static func period(of change: Change, _ view: LocalView) -> Period? {
        if let record = change.operations.first?.record, let period = view.plan.period(of: record) { return period }
        let filled = Set(view.records(of: CollectionRule.values).map(\.key))
        return view.plan.periods.all.last { filled.contains($0.id.rawValue) }
    }

    private static func figures(
        _ aggregate: Aggregate, _ plan: Plan, _ tenant: TenantID, _ period: Period
    ) -> [IndicatorID: IndicatorFigure] {
        Dictionary(
            plan.indicators.map { ($0.id, aggregate.figure($0, of: tenant, in: period)) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func shown(_ figure: IndicatorFigure, _ indicator: Indicator) -> String {
        let value = figure.value.map { $0.shown(2) + indicator.unit } ?? "-"
        return figure.completion == nil ? value : "\(value) (\(FigureText.percent(figure.completion))%)"
    }
}
