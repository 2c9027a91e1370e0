// The year's assessment (docs/plan-format.md, "year_end"): the mean of the year's published scores, and how far the
// targets of the year are at its end. Scores, not ranks: ranks lose distances and groups are of different sizes.

/// One unit's assessment of a year, with everything that it is made of.
public struct YearEndUnit: Sendable {
    /// A period's share in the mean.
    public struct Period: Sendable, Equatable {
        /// The period.
        public let id: PeriodID
        /// The score as published; `nil`: nothing was due, so it leaves the mean.
        public let score: String?
        /// Whether there is no ranking of it, so that it counts 0.
        public let isMissing: Bool
    }

    /// The unit.
    public let tenant: TenantID
    /// The group in which it is ranked.
    public let group: String
    /// The place in the group, from 1; `nil` with nothing to rank.
    public internal(set) var rank: Int?
    /// Whether another unit has the same place.
    public internal(set) var shared = false
    /// The periods of the year.
    public let periods: [Period]
    /// The mean of the year's scores.
    public let mean: Rational?
    /// The final completion, 0 to 100 (more with a cap above 1); `nil`: not known, or no target.
    public let final: Rational?
    /// The indicators of the final completion.
    public let entries: [RankedUnit.Entry]
    /// The exact result.
    public let score: Rational?
    /// The result as published.
    public let published: String?
}

/// Judges a year.
public struct YearEnd {
    private let plan: Plan
    private let rule: RankingRule.YearEnd
    /// The year.
    public let year: Int
    /// The plan's periods of the year.
    public let periods: [Period]

    /// A year of a plan; `nil` when the plan judges no years, or has no period in this one.
    public init?(plan: Plan, year: Int) {
        let periods = plan.periods.all.filter { $0.year == year }
        guard let rule = plan.ranking.yearEnd, !periods.isEmpty else { return nil }
        self.plan = plan
        self.rule = rule
        self.year = year
        self.periods = periods
    }

    /// The units in the order of their groups and places.
    ///
    /// `rankings`: the published ones, by period. `figures`: those that count on the plan's basis, for the state of
    /// the targets on the year's last day; of units for which `isKnown` says no nothing of it is known.
    public func units(
        rankings: [PeriodID: PublishedRanking], figures: FigureTable, isKnown: (TenantID) -> Bool = { _ in true }
    ) -> [YearEndUnit] {
        let aggregate = Aggregate(plan: plan, figures: figures)
        var judged: [YearEndUnit] = []
        for group in plan.groups {
            var units = plan.units.filter { $0.group == group.id }.map { unit in
                judge(unit.id, group.id, rankings, isKnown(unit.id) ? aggregate : nil)
            }
            for (index, place) in RankedUnit.places(units.map(\.published)).enumerated() {
                units[index].rank = place?.rank
                units[index].shared = place?.shared ?? false
            }
            judged += units.sorted { ($0.rank ?? .max, $0.tenant) < ($1.rank ?? .max, $1.tenant) }
        }
        return judged
    }

    private func judge(
        _ tenant: TenantID, _ group: String, _ rankings: [PeriodID: PublishedRanking], _ aggregate: Aggregate?
    ) -> YearEndUnit {
        let scores = periods.map { period in
            let unit = rankings[period.id]?.units.first { $0.tenant == tenant }
            return YearEndUnit.Period(id: period.id, score: unit?.published, isMissing: rankings[period.id] == nil)
        }
        let counted = scores.filter { $0.isMissing || $0.score != nil }
        let sum = counted.reduce(Rational.zero) { sum, period in
            sum + (period.score.flatMap { try? Rational($0) } ?? .zero)
        }
        let mean = sum / Rational(counted.count)
        let entries = aggregate.map { self.entries(of: tenant, $0) } ?? []
        let weights = entries.reduce(Rational.zero) { $0 + $1.weight }
        let final = entries.reduce(Rational.zero) { $0 + $1.weight * $1.counted } * Rational(100) / weights
        let score = self.score(mean, final, isKnown: aggregate != nil)
        return YearEndUnit(
            tenant: tenant, group: group, periods: scores, mean: mean, final: final, entries: entries, score: score,
            published: score.map { $0.rounded(plan.ranking.decimals) })
    }

    /// Both shares; one alone takes the other's where there is nothing of it.
    private func score(_ mean: Rational?, _ final: Rational?, isKnown: Bool) -> Rational? {
        guard isKnown else { return nil }
        var parts: [(value: Rational, share: Rational)] = []
        if let mean { parts.append((mean, Rational(rule.periods))) }
        if let final { parts.append((final, Rational(rule.final))) }
        let shares = parts.reduce(Rational.zero) { $0 + $1.share }
        return parts.reduce(Rational.zero) { $0 + $1.value * $1.share } / shares
    }

    /// The indicators that have a target and apply, with their completion on the whole target of the year.
    private func entries(of tenant: TenantID, _ aggregate: Aggregate) -> [RankedUnit.Entry] {
        // In the last period of a year the whole of its target is due: a path ends with 1.
        guard let last = periods.last, last.endsYear else { return [] }
        let cap = Rational(rule.cap)
        return plan.indicators(in: last).filter { !$0.stretch && $0.weight > .zero }.compactMap { indicator in
            let figure = aggregate.figure(indicator, of: tenant, in: last)
            guard figure.target != nil, figure.state != .notApplicable else { return nil }
            let reached = figure.completion ?? .zero
            let counted = reached > cap ? cap : reached
            let weight = Rational(indicator.weight)
            return RankedUnit.Entry(figure: figure, weight: weight, counted: counted, points: weight * counted)
        }
    }
}
