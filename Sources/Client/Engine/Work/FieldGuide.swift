import PlanSyncClient
import PlanSyncCore

/// What a figure of a report is measured by: the target of the indicator that counts it, and what is due of it by now.
struct FieldGuide {
    /// The indicator.
    let indicator: Indicator
    /// The year's target, in the indicator's unit.
    let target: Rational?
    /// What is due by the period.
    let due: Rational?
    /// Whether the figure is a part of a ratio, so that target and due are the ratio's.
    var isOfRatio: Bool { indicator.kind.isRatio }

    /// A target as it stands beside the figure: a ratio's with its sign.
    func shown(_ value: Rational?) -> String? { value.map { $0.shown(2) + (isOfRatio ? indicator.unit : "") } }
}

/// The guides of all figures of one unit in one period.
struct FieldGuides {
    private let view: LocalView
    private let tenant: TenantID
    private let period: Period
    private let aggregate: Aggregate

    init(_ view: LocalView, of tenant: TenantID, in period: Period) {
        self.view = view
        self.tenant = tenant
        self.period = period
        aggregate = Aggregate(plan: view.plan, figures: view.figures)
    }

    /// What a figure is measured by; `nil` where no indicator counts it by itself.
    func guide(of element: FieldID) -> FieldGuide? {
        guard let indicator = Self.indicator(counting: element, view.plan) else { return nil }
        let figure = aggregate.figure(indicator, of: tenant, in: period)
        return FieldGuide(indicator: indicator, target: figure.target, due: figure.due)
    }

    /// The indicator of which the figure is the count or, else, stands above the line.
    static func indicator(counting element: FieldID, _ plan: Plan) -> Indicator? {
        let counting = plan.indicators.filter { indicator in
            Set(indicator.numerator.elements + (indicator.beside?.elements ?? [])) == [element]
                || indicator.numerator.elements == [element]
        }
        return counting.first { !$0.kind.isRatio } ?? counting.first
    }
}

/// What the units of the same kind report.
struct Peers {
    let view: LocalView
    let tenant: TenantID

    private var group: String? { view.plan.tenant(tenant)?.group }

    /// The figure in the middle of those that the unit's peers have in a record of theirs; `nil` with fewer than three.
    func median(of element: FieldID, in record: RecordKey) -> Rational? {
        let figures = view.plan.units.filter { $0.group == group && $0.id != tenant }.compactMap { unit in
            view.field(CellKey(tenant: unit.id, record: record, field: element))?.value?.text
                .flatMap { try? Rational($0) }
        }.sorted()
        guard figures.count >= 3 else { return nil }
        let middle = figures.count / 2
        guard figures.count.isMultiple(of: 2) else { return figures[middle] }
        return (figures[middle - 1] + figures[middle]) / Rational(2)
    }
}
