// From figures and records to indicators. A ratio is always the sum of numerators over the sum of denominators, never
// a mean of ratios; what is missing is named, and zero, missing and not-applicable are three states.
// Source of the formulas: docs/plan-format.md, "completion".

/// Computes indicators.
///
/// Not shared between tasks: what it came to is remembered, so that a period is worked out once.
public struct Aggregate {
    let plan: Plan
    let figures: FigureTable
    let evaluation: FormulaEvaluation

    /// Computes over these figures and records.
    public init(plan: Plan, figures: FigureTable) {
        self.init(FormulaEvaluation(plan: plan, figures: figures))
    }

    init(_ evaluation: FormulaEvaluation) {
        plan = evaluation.plan
        figures = evaluation.figures
        self.evaluation = evaluation
    }

    /// The indicator of one unit.
    public func figure(_ indicator: Indicator, of tenant: TenantID, in period: Period) -> IndicatorFigure {
        let indicator = indicator.at(period)
        let row = figures.target(tenant, indicator.id, in: period)
        if row?.applies == false { return empty(indicator, tenant, .notApplicable) }
        if indicator.calendar == .yearly, !period.endsYear { return empty(indicator, tenant, .notDue) }
        let parts = evaluation.parts(indicator, of: tenant, in: period)
        let target = unitTarget(indicator, of: tenant, in: period)?.target
        let due = target.flatMap { dueNow(indicator, target: $0, baseline: row?.baseline, period) }
        let since = row?.target == nil ? indicator.targetSince : row?.since
        guard parts.missing.isEmpty else {
            return IndicatorFigure(
                indicator: indicator.id, tenant: tenant, state: .missing, numerator: parts.numerator,
                denominator: parts.denominator, value: nil, target: target, due: due, completion: nil,
                beside: nil, missing: parts.missing, disputed: parts.disputed, since: since)
        }
        let value = indicator.value(of: parts)
        let completion = value.flatMap { value in
            target.flatMap { self.completion(indicator, value: value, target: $0, due: due, baseline: row?.baseline) }
        }
        return IndicatorFigure(
            indicator: indicator.id, tenant: tenant, state: value == nil ? .undefined : .known,
            numerator: parts.numerator, denominator: parts.denominator, value: value, target: target, due: due,
            completion: completion, beside: parts.beside, missing: [], disputed: parts.disputed, since: since)
    }

    /// The indicator of the whole city: sums over the units to which it applies, and the records that the city keeps.
    ///
    /// With figures missing, the value is that of the units which reported, and the rest is named.
    public func cityFigure(_ indicator: Indicator, in period: Period) -> IndicatorFigure {
        let indicator = indicator.at(period)
        if indicator.calendar == .yearly, !period.endsYear { return empty(indicator, .city, .notDue) }
        var sum = FormulaEvaluation.Parts()
        var beside = Rational.zero
        var hasBeside = false
        for unit in plan.units where figures.target(unit.id, indicator.id, in: period)?.applies != false {
            let parts = evaluation.parts(indicator, of: unit.id, in: period)
            sum.missing += parts.missing
            sum.add(parts)
            // A unit that has but one way to its figure differs by nothing.
            guard parts.missing.isEmpty, let own = parts.beside ?? indicator.value(of: parts) else { continue }
            beside = beside + own
            hasBeside = hasBeside || parts.beside != nil
        }
        if indicator.isOfRecordsAlone { sum.add(evaluation.parts(indicator, of: .city, in: period)) }
        let value = indicator.value(of: sum)
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
            beside: hasBeside && !indicator.kind.isRatio ? beside : nil, missing: sum.missing,
            disputed: sum.disputed, since: indicator.targetSince)
    }

    private func empty(_ indicator: Indicator, _ tenant: TenantID, _ state: IndicatorFigure.State) -> IndicatorFigure {
        IndicatorFigure(
            indicator: indicator.id, tenant: tenant, state: state, numerator: nil, denominator: nil, value: nil,
            target: nil, due: nil, completion: nil, beside: nil, missing: [], disputed: false)
    }

    // MARK: Completion

    /// A ratio's target holds for every unit as for the city; a number's has to be given to each.
    ///
    /// What the city entered stands before what the plan file says.
    func unitTarget(
        _ indicator: Indicator, of tenant: TenantID, in period: Period
    ) -> (target: Rational, baseline: Amount?)? {
        let row = figures.target(tenant, indicator.id, in: period)
        let target = row?.target ?? indicator.ownTarget(of: tenant, in: period)
        return target.map { (Rational($0), row?.baseline) }
    }

    /// The part of the year's target that is due by a period; `nil` when nothing is.
    func dueNow(_ indicator: Indicator, target: Rational, baseline: Amount?, _ period: Period) -> Rational? {
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

    func completion(
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

extension FormulaEvaluation.Parts {
    /// Adds another unit's parts, when none of them is missing.
    mutating func add(_ other: FormulaEvaluation.Parts) {
        disputed = disputed || other.disputed
        guard other.missing.isEmpty, let top = other.numerator else { return }
        numerator = (numerator ?? .zero) + top
        if let bottom = other.denominator { denominator = (denominator ?? .zero) + bottom }
    }
}

extension Indicator {
    /// The value in the indicator's unit; `nil` with nothing below the line.
    func value(of parts: FormulaEvaluation.Parts) -> Rational? {
        guard let top = parts.numerator else { return nil }
        guard kind.isRatio else { return top }
        return parts.denominator.flatMap { top * Rational(scale) / $0 }
    }

    /// Whether it reads records and nothing else, so that those which the city itself keeps can count, too.
    var isOfRecordsAlone: Bool {
        let formulas = [numerator] + (denominator.map { [$0] } ?? [])
        return formulas.allSatisfy { $0.elements.isEmpty && $0.indicators.isEmpty && !$0.collections.isEmpty }
    }
}
