// Where targets stand: what is due by now, what is achieved, what is lacking, and where it leads. The method of the
// forecast is the plan's (docs/plan-format.md, "forecast").

/// Where one target of one unit, or of the city, stands in a period.
public struct TargetStanding: Sendable {
    /// How far a target is, measured by the calendar (序时进度).
    public enum Light: String, Sendable {
        /// More than is due by now (超序时).
        case ahead
        /// What is due by now (达序时).
        case onTrack = "on_track"
        /// Less than is due by now (欠序时).
        case behind
        /// Nothing is due, or the figure is not known.
        case none
    }

    /// What it comes to, over all figures.
    public let figure: IndicatorFigure
    /// The same over the figures of accepted reports alone.
    public let accepted: IndicatorFigure
    /// The target of the year.
    public let target: Rational?
    /// From which period on it stands; `nil`: from the beginning of the year.
    public let since: PeriodID?
    /// What is due by now.
    public let due: Rational?
    /// Achieved over due, as a factor from 0.
    public let completion: Rational?
    /// What is lacking to the target of the year; negative: what is beyond it.
    public let gap: Rational?
    /// What each of the year's remaining periods has to bring; `nil` with nothing lacking or none remaining.
    public let neededPerPeriod: Rational?
    /// Where it leads at the deadline.
    public let forecast: Rational?
    /// The day of the forecast.
    public let deadline: CalendarDate?
    /// How far it is.
    public let light: Light
}

/// Where the targets of a plan stand.
public struct TargetMonitor {
    private let plan: Plan
    private let reported: Aggregate
    private let accepted: Aggregate

    /// Watches these figures and records.
    public init(plan: Plan, figures: FigureTable) {
        self.plan = plan
        reported = Aggregate(plan: plan, figures: figures)
        accepted = Aggregate(plan: plan, figures: figures.counting(.accepted))
    }

    /// Where an indicator of a unit, or of the city, stands.
    public func standing(_ indicator: Indicator, of tenant: TenantID, in period: Period) -> TargetStanding {
        let indicator = indicator.at(period)
        let figure = self.figure(indicator, of: tenant, in: period, reported)
        let row = yearTarget(indicator, of: tenant, in: period)
        let target = row?.target
        let typed = reported.figures.target(tenant, indicator.id, in: period)
        let due =
            figure.state == .notDue || figure.state == .notApplicable
            ? nil : target.flatMap { reported.dueNow(indicator, target: $0, baseline: row?.baseline, period) }
        let completion = figure.value.flatMap { value in
            target.flatMap {
                reported.completion(indicator, value: value, target: $0, due: due, baseline: row?.baseline)
            }
        }
        let isAtMost = indicator.target?.atMost == true
        let gap = target.flatMap { target in figure.value.map { isAtMost ? $0 - target : target - $0 } }
        let left = plan.periods.countInYear - period.indexInYear
        let needed = gap.flatMap { $0 > .zero && left > 0 && !indicator.kind.isRatio ? $0 / Rational(left) : nil }
        let deadline = self.deadline(indicator, period)
        return TargetStanding(
            figure: figure, accepted: self.figure(indicator, of: tenant, in: period, accepted), target: target,
            since: typed?.target == nil ? indicator.targetSince : typed?.since, due: due, completion: completion,
            gap: gap, neededPerPeriod: needed,
            forecast: deadline.flatMap { forecast(indicator, of: tenant, in: period, to: $0) }, deadline: deadline,
            light: light(completion))
    }

    /// The indicators whose unit targets, as they stand in a period, do not sum to the city's: with both.
    ///
    /// Only counts are split over units; the year of the deadline, or every year of a yearly target, is compared.
    public func unevenDecompositions(in period: Period) -> [(indicator: Indicator, units: Rational, city: Rational)] {
        plan.indicators(in: period).compactMap { indicator in
            guard let target = indicator.cityTarget(in: period.year).map({ Rational($0) }), indicator.decomposable,
                !indicator.kind.isRatio
            else { return nil }
            let units = plan.units.compactMap { reported.unitTarget(indicator, of: $0.id, in: period)?.target }
            let sum = units.reduce(Rational.zero, +)
            return units.isEmpty || sum == target ? nil : (indicator, sum, target)
        }
    }

    private func figure(
        _ indicator: Indicator, of tenant: TenantID, in period: Period, _ aggregate: Aggregate
    ) -> IndicatorFigure {
        tenant == .city
            ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: tenant, in: period)
    }

    /// The target and baseline of a year: the city's own row, else the plan's, else what its units add up to.
    private func yearTarget(
        _ indicator: Indicator, of tenant: TenantID, in period: Period
    ) -> (target: Rational, baseline: Amount?)? {
        guard tenant == .city else { return reported.unitTarget(indicator, of: tenant, in: period) }
        if let row = reported.figures.target(.city, indicator.id, in: period), let target = row.target {
            return (Rational(target), row.baseline)
        }
        if let target = indicator.ownTarget(of: .city, in: period) { return (Rational(target), nil) }
        let units = plan.units.compactMap { reported.unitTarget(indicator, of: $0.id, in: period) }
        guard !units.isEmpty else { return nil }
        let baseline = units.reduce(Amount.zero) { sum, row in (try? sum.adding(row.baseline ?? .zero)) ?? sum }
        return (units.reduce(Rational.zero) { $0 + $1.target }, baseline)
    }

    private func light(_ completion: Rational?) -> TargetStanding.Light {
        guard let completion else { return .none }
        if completion < Rational(1) { return .behind }
        return completion >= Rational(plan.forecast.ahead) ? .ahead : .onTrack
    }

    // MARK: Forecast

    private func deadline(_ indicator: Indicator, _ period: Period) -> CalendarDate? {
        let startsAnew = indicator.kind == .flow || indicator.target?.yearly == true
        let yearEnd = try? CalendarDate(year: period.year, month: 12, day: 31)
        return startsAnew ? yearEnd : indicator.target?.deadline ?? yearEnd
    }

    /// The straight line through the last points, by least squares; what starts anew every year, only through its own.
    private func forecast(
        _ indicator: Indicator, of tenant: TenantID, in period: Period, to day: CalendarDate
    ) -> Rational? {
        guard plan.forecast.method == .line else { return nil }
        let aggregate = plan.ranking.basis == .accepted ? accepted : reported
        let startsAnew = indicator.kind == .flow
        let known = plan.periods.all.filter {
            $0.lastDay <= period.lastDay && (!startsAnew || $0.year == period.year)
        }.compactMap { point -> (day: Int, value: Rational)? in
            let figure = self.figure(indicator, of: tenant, in: point, aggregate)
            guard figure.missing.isEmpty, let value = figure.value else { return nil }
            return (point.lastDay.daysSince1970, value)
        }
        return Self.line(through: Array(known.suffix(plan.forecast.points)), at: day.daysSince1970)
    }

    /// The value of the line of least squares at a day; `nil` with fewer than two points.
    static func line(through points: [(day: Int, value: Rational)], at day: Int) -> Rational? {
        guard points.count > 1 else { return nil }
        let count = Rational(points.count)
        let days = points.reduce(Rational.zero) { $0 + Rational($1.day) }
        let values = points.reduce(Rational.zero) { $0 + $1.value }
        guard let meanDay = days / count, let meanValue = values / count else { return nil }
        var above = Rational.zero
        var below = Rational.zero
        for point in points {
            let distance = Rational(point.day) - meanDay
            above = above + distance * (point.value - meanValue)
            below = below + distance * distance
        }
        guard let slope = above / below else { return nil }
        let found = meanValue + slope * (Rational(day) - meanDay)
        return found < .zero ? .zero : found
    }
}

extension Indicator {
    /// The city's target of a year: of the deadline's year, or of every year for one that begins anew.
    func cityTarget(in year: Int) -> Amount? {
        guard let target, target.yearly || target.deadline.year == year else { return nil }
        return target.value
    }

    /// What the plan itself asks in a period: of a unit by its split; a ratio's target holds from the beginning, and
    /// for every unit as for the city.
    func ownTarget(of tenant: TenantID, in period: Period) -> Amount? {
        let indicator = at(period)
        if let whole = indicator.cityTarget(in: period.year) {
            if tenant == .city { return whole }
            if let part = indicator.units[tenant] { return part }
        }
        return indicator.kind.isRatio ? indicator.target?.value : nil
    }
}
