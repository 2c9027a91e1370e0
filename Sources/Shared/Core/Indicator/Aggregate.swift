// From figures to indicators. A ratio is always the sum of numerators over the sum of denominators, never
// a mean of ratios; what is missing is named, and zero, missing and not-applicable are three states.
// Source of the formulas: docs/plan-format.md, "completion".

/// One indicator of one unit (or of the city) in one period.
public struct IndicatorFigure: Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// There is a value.
        case known
        /// Some figure is missing: ``missing`` names it.
        case missing
        /// The city declared that it does not apply to the unit.
        case notApplicable = "not_applicable"
        /// It is not due in this period.
        case notDue = "not_due"
        /// The denominator is 0.
        case undefined
    }

    /// A figure that is not there.
    public struct Missing: Sendable, Equatable {
        /// Whose it is.
        public let tenant: TenantID
        /// What it is.
        public let element: FieldID
    }

    /// The indicator.
    public let indicator: IndicatorID
    /// The unit, or the city.
    public let tenant: TenantID
    /// Where it stands.
    public let state: State
    /// What is counted, or stands above the line; over the units that reported.
    public let numerator: Rational?
    /// What stands below the line.
    public let denominator: Rational?
    /// The value in the indicator's unit.
    public let value: Rational?
    /// The target: the unit's of the year, or the city's.
    public let target: Rational?
    /// The part of it that is due by now.
    public let due: Rational?
    /// Achieved over due, as a factor from 0; `nil` without a target or a value.
    public let completion: Rational?
    /// What is missing.
    public let missing: [Missing]
    /// Whether an open conflict stands about one of its inputs.
    public let disputed: Bool
}

/// Computes indicators.
public struct Aggregate: Sendable {
    private let plan: Plan
    private let figures: FigureTable

    /// Computes over these figures.
    public init(plan: Plan, figures: FigureTable) {
        self.plan = plan
        self.figures = figures
    }

    /// The indicator of one unit.
    public func figure(_ indicator: Indicator, of tenant: TenantID, in period: Period) -> IndicatorFigure {
        let row = figures.target(tenant, indicator.id, period.year)
        if row?.applies == false { return empty(indicator, tenant, .notApplicable) }
        if indicator.calendar == .yearly, !period.endsYear { return empty(indicator, tenant, .notDue) }
        let parts = self.parts(indicator, of: tenant, in: period)
        let target = unitTarget(indicator, row)
        let due = target.flatMap { dueNow(indicator, target: $0, baseline: row?.baseline, period) }
        guard parts.missing.isEmpty else {
            return IndicatorFigure(
                indicator: indicator.id, tenant: tenant, state: .missing, numerator: parts.numerator,
                denominator: parts.denominator, value: nil, target: target, due: due, completion: nil,
                missing: parts.missing, disputed: parts.disputed)
        }
        let value = quotient(indicator, parts)
        let completion = value.flatMap { value in
            target.flatMap { self.completion(indicator, value: value, target: $0, due: due, baseline: row?.baseline) }
        }
        return IndicatorFigure(
            indicator: indicator.id, tenant: tenant, state: value == nil ? .undefined : .known,
            numerator: parts.numerator, denominator: parts.denominator, value: value, target: target, due: due,
            completion: completion, missing: [], disputed: parts.disputed)
    }

    /// The indicator of the whole city: sums over the units to which it applies.
    ///
    /// With figures missing, the value is that of the units which reported, and the rest is named.
    public func cityFigure(_ indicator: Indicator, in period: Period) -> IndicatorFigure {
        if indicator.calendar == .yearly, !period.endsYear { return empty(indicator, .city, .notDue) }
        var sum = Parts()
        for unit in plan.units where figures.target(unit.id, indicator.id, period.year)?.applies != false {
            let parts = self.parts(indicator, of: unit.id, in: period)
            sum.missing += parts.missing
            sum.disputed = sum.disputed || parts.disputed
            guard parts.missing.isEmpty, let top = parts.numerator else { continue }
            sum.numerator = (sum.numerator ?? .zero) + top
            if let bottom = parts.denominator { sum.denominator = (sum.denominator ?? .zero) + bottom }
        }
        let value = quotient(indicator, sum)
        let target = indicator.target.map { Rational($0.value) }
        let completion = value.flatMap { value in
            target.flatMap { target in
                indicator.target?.atMost == true ? reached(atMost: target, value) : value / target
            }
        }
        let state: IndicatorFigure.State =
            value != nil ? .known : sum.numerator == nil && !sum.missing.isEmpty ? .missing : .undefined
        return IndicatorFigure(
            indicator: indicator.id, tenant: .city, state: state, numerator: sum.numerator,
            denominator: sum.denominator, value: value, target: target, due: nil, completion: completion,
            missing: sum.missing, disputed: sum.disputed)
    }

    // MARK: Parts

    private struct Parts {
        var numerator: Rational?
        var denominator: Rational?
        var missing: [IndicatorFigure.Missing] = []
        var disputed = false
    }

    private func empty(_ indicator: Indicator, _ tenant: TenantID, _ state: IndicatorFigure.State) -> IndicatorFigure {
        IndicatorFigure(
            indicator: indicator.id, tenant: tenant, state: state, numerator: nil, denominator: nil, value: nil,
            target: nil, due: nil, completion: nil, missing: [], disputed: false)
    }

    private func parts(_ indicator: Indicator, of tenant: TenantID, in period: Period) -> Parts {
        var parts = Parts()
        for (isTop, formula) in [(true, indicator.numerator), (false, indicator.denominator)] {
            guard let formula else { continue }
            var inputs: [FieldID: Amount] = [:]
            for element in formula.elements {
                guard let input = input(element, of: tenant, in: period) else { continue }
                inputs[element] = input.amount
                parts.disputed = parts.disputed || input.disputed
            }
            switch formula.value({ inputs[$0] }) {
            case .value(let value): if isTop { parts.numerator = value } else { parts.denominator = value }
            case .missing(let elements):
                for element in elements where !parts.missing.contains(where: { $0.element == element }) {
                    parts.missing.append(IndicatorFigure.Missing(tenant: tenant, element: element))
                }
            case .undefined: break
            }
        }
        return parts
    }

    /// An element's figure; what a period added (`increment`) is summed over the year's periods so far.
    private func input(_ element: FieldID, of tenant: TenantID, in period: Period) -> FigureTable.Figure? {
        guard plan.field(element, of: CollectionRule.values)?.basis == .increment else {
            return figures.figure(tenant, period.id, element)
        }
        var sum = FigureTable.Figure(amount: .zero, disputed: false)
        for earlier in plan.periods(readBy: element, in: period) {
            guard let figure = figures.figure(tenant, earlier.id, element),
                let amount = try? sum.amount.adding(figure.amount)
            else { return nil }
            sum = FigureTable.Figure(amount: amount, disputed: sum.disputed || figure.disputed)
        }
        return sum
    }

    private func quotient(_ indicator: Indicator, _ parts: Parts) -> Rational? {
        guard let top = parts.numerator else { return nil }
        guard indicator.kind.isRatio else { return top }
        return parts.denominator.flatMap { top * Rational(indicator.scale) / $0 }
    }

    // MARK: Completion

    /// A ratio's target holds for every unit as for the city; a number's has to be given to each.
    private func unitTarget(_ indicator: Indicator, _ row: FigureTable.UnitTarget?) -> Rational? {
        if let target = row?.target { return Rational(target) }
        return indicator.kind.isRatio ? indicator.target.map { Rational($0.value) } : nil
    }

    /// The part of the year's target that is due by a period; `nil` when nothing is.
    private func dueNow(_ indicator: Indicator, target: Rational, baseline: Amount?, _ period: Period) -> Rational? {
        let index = period.indexInYear - 1
        guard indicator.path.indices.contains(index) else { return nil }
        let share = indicator.path[index]
        if share.isZero { return nil }
        switch indicator.kind {
        case .ratio, .coverage: return target
        case .flow: return target * share
        case .stock, .cumulative:
            let start = Rational(baseline ?? .zero)
            return target <= start ? target : start + (target - start) * share
        }
    }

    /// The target over the value; with nothing of what should be little, the most that counts.
    private func reached(atMost target: Rational, _ value: Rational) -> Rational? {
        value <= .zero ? Rational(plan.ranking.completionCap) : target / value
    }

    private func completion(
        _ indicator: Indicator, value: Rational, target: Rational, due: Rational?, baseline: Amount?
    ) -> Rational? {
        guard let due else { return nil }
        if indicator.target?.atMost == true { return reached(atMost: target, value) }
        var reached = value / due
        if indicator.kind == .stock || indicator.kind == .cumulative {
            let start = Rational(baseline ?? .zero)
            if target > start { reached = (value - start) / (due - start) }
        }
        return reached.map { $0 < .zero ? .zero : $0 }
    }
}
