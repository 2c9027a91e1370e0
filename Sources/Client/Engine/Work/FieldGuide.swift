package import PlanSyncCore

/// What a figure of a report is measured by: the target of the indicator that counts it, and what is due of it by now.
package struct FieldGuide {
    /// The indicator.
    package let indicator: Indicator
    /// The year's target, in the indicator's unit.
    package let target: Rational?
    /// What is due by the period.
    package let due: Rational?
    /// Whether the figure is a part of a ratio, so that target and due are the ratio's.
    package var isOfRatio: Bool { indicator.kind.isRatio }

    /// A target as it stands beside the figure: a ratio's with its sign.
    package func shown(_ value: Rational?) -> String? { value.map { $0.shown(2) + (isOfRatio ? indicator.unit : "") } }
}

/// The guides of all figures of one unit in one period.
package struct FieldGuides {
    private let view: LocalView
    private let tenant: TenantID
    private let period: Period
    private let aggregate: Aggregate

    package init(_ view: LocalView, of tenant: TenantID, in period: Period) {
        self.view = view
        self.tenant = tenant
        self.period = period
        aggregate = Aggregate(plan: view.plan, figures: view.figures)
    }

    /// What a figure is measured by; `nil` where no indicator counts it by itself.
    package func guide(of element: FieldID) -> FieldGuide? {
        guard let indicator = Self.indicator(counting: element, view.plan) else { return nil }
        let figure = aggregate.figure(indicator, of: tenant, in: period)
        return FieldGuide(indicator: indicator, target: figure.target, due: figure.due)
    }

    /// The indicator of which the figure is the count or, else, stands above the line.
    package static func indicator(counting element: FieldID, _ plan: Plan) -> Indicator? {
        let counting = plan.indicators.filter { indicator in
            Set(indicator.numerator.elements + (indicator.beside?.elements ?? [])) == [element]
                || indicator.numerator.elements == [element]
        }
        return counting.first { !$0.kind.isRatio } ?? counting.first
    }
}

/// What the units of the same kind report.
package struct Peers {
    package let view: LocalView
    package let tenant: TenantID

    package init(view: LocalView, tenant: TenantID) {
        self.view = view
        self.tenant = tenant
    }

    private var group: String? { view.plan.tenant(tenant)?.group }

    /// The figure in the middle of those that the unit's peers have in a record of theirs; `nil` with fewer than three.
    package func median(of element: FieldID, in record: RecordKey) -> Rational? {
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
