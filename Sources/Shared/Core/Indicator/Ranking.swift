/// One unit's place in a ranking, with every component of its score.
public struct RankedUnit: Sendable {
    /// The share of one indicator.
    public struct Entry: Sendable {
        /// The figure.
        public let figure: IndicatorFigure
        /// Its weight.
        public let weight: Rational
        /// The completion that counts, from 0 to the cap.
        public let counted: Rational
        /// What it adds to the score, in points.
        public let points: Rational
    }

    /// One component of the score.
    public struct Part: Sendable {
        /// The component's name for machines.
        public let id: String
        /// 0 to 100 (more with the cap above 1); `nil`: nothing of it is due, so its share goes to the others.
        public let score: Rational?
        /// What it adds to the score, in points.
        public let points: Rational
        /// The indicators in it.
        public let entries: [Entry]
    }

    /// The unit.
    public let tenant: TenantID
    /// The group in which it is ranked.
    public let group: String
    /// The place in the group, from 1.
    ///
    /// Ties share it and the next is skipped. `nil`: nothing is due, so there is nothing to rank.
    public let rank: Int?
    /// Whether another unit of the group has the same rank (并列).
    public let shared: Bool
    /// The exact score.
    public let score: Rational?
    /// The score as published; ranks follow it.
    public let published: String?
    /// The components.
    public let parts: [Part]
    /// The points that stretch goals add.
    public let stretch: Rational
    /// What is missing, and so counts 0.
    public let missing: [IndicatorFigure.Missing]
    /// Whether an open conflict stands about one of the inputs.
    public let disputed: Bool
}

/// Ranks the units of a plan (docs/plan-format.md, "ranking").
public struct Ranking {
    private let plan: Plan
    private let aggregate: Aggregate

    /// Ranks by these figures.
    public init(plan: Plan, figures: FigureTable) {
        self.plan = plan
        aggregate = Aggregate(plan: plan, figures: figures)
    }

    /// One unit's score without a rank, for those who see no other unit's figures; `nil` for the city.
    public func unit(_ tenant: TenantID, in period: Period) -> RankedUnit? {
        guard let unit = plan.tenant(tenant), let group = unit.group else { return nil }
        return unscored(unit, in: period, group: group)
    }

    /// The units in the order of their groups, ranks and ids.
    public func units(in period: Period) -> [RankedUnit] {
        var ranked: [RankedUnit] = []
        for group in plan.groups {
            let units = plan.units.filter { $0.group == group.id }.map { unscored($0, in: period, group: group.id) }
            let published = units.compactMap { unit in unit.published.flatMap { try? Rational($0) } }
            let placed = units.map { unit -> RankedUnit in
                guard let score = unit.published.flatMap({ try? Rational($0) }) else { return unit }
                let better = published.filter { $0 > score }.count
                let equal = published.filter { $0 == score }.count
                return unit.placed(better + 1, shared: equal > 1)
            }
            ranked += placed.sorted { ($0.rank ?? .max, $0.tenant) < ($1.rank ?? .max, $1.tenant) }
        }
        return ranked
    }

    private func unscored(_ unit: Plan.Tenant, in period: Period, group: String) -> RankedUnit {
        let rule = plan.ranking
        let parts = rule.components.map { component -> RankedUnit.Part in
            // Timeliness and milestones are judged from submissions and milestones; where there are none,
            // nothing of them is due.
            guard component.kind == .indicators else {
                return RankedUnit.Part(id: component.id, score: nil, points: .zero, entries: [])
            }
            return indicatorPart(component, of: unit.id, in: period)
        }
        let dueShare = zip(rule.components, parts).filter { $0.1.score != nil }
            .reduce(Rational.zero) { $0 + Rational($1.0.share) }
        let weighed = zip(rule.components, parts).map { component, part -> RankedUnit.Part in
            guard let score = part.score, let factor = Rational(component.share) / dueShare else { return part }
            let entries = part.entries.map {
                RankedUnit.Entry(figure: $0.figure, weight: $0.weight, counted: $0.counted, points: $0.points * factor)
            }
            return RankedUnit.Part(id: part.id, score: score, points: score * factor, entries: entries)
        }
        let stretch = stretchPoints(of: unit.id, in: period)
        let due = weighed.filter { $0.score != nil }
        let score = due.isEmpty ? nil : due.reduce(stretch) { $0 + $1.points }
        let entries = weighed.flatMap(\.entries)
        return RankedUnit(
            tenant: unit.id, group: group, rank: nil, shared: false, score: score,
            published: score.map { $0.rounded(rule.decimals) }, parts: weighed, stretch: stretch,
            missing: entries.flatMap(\.figure.missing), disputed: entries.contains { $0.figure.disputed })
    }

    /// Weighted completion, out of 100, over the indicators that are due and have a target.
    private func indicatorPart(
        _ component: RankingRule.Component, of tenant: TenantID, in period: Period
    ) -> RankedUnit.Part {
        let cap = Rational(plan.ranking.completionCap)
        var entries: [(figure: IndicatorFigure, weight: Rational, counted: Rational)] = []
        for indicator in plan.indicators where !indicator.stretch && indicator.weight > .zero {
            let figure = aggregate.figure(indicator, of: tenant, in: period)
            guard figure.target != nil, figure.due != nil, figure.state != .notApplicable, figure.state != .notDue
            else { continue }
            let reached = figure.completion ?? .zero
            entries.append((figure, Rational(indicator.weight), reached > cap ? cap : reached))
        }
        let total = entries.reduce(Rational.zero) { $0 + $1.weight }
        guard !entries.isEmpty, !total.isZero else {
            return RankedUnit.Part(id: component.id, score: nil, points: .zero, entries: [])
        }
        let detailed = entries.map { entry in
            RankedUnit.Entry(
                figure: entry.figure, weight: entry.weight, counted: entry.counted,
                points: (entry.weight * entry.counted * Rational(100) / total) ?? .zero)
        }
        let score = detailed.reduce(Rational.zero) { $0 + $1.points }
        return RankedUnit.Part(id: component.id, score: score, points: .zero, entries: detailed)
    }

    /// Stretch goals (力争) only add: each an equal part of the maximum, by its completion up to 1.
    private func stretchPoints(of tenant: TenantID, in period: Period) -> Rational {
        let goals = plan.indicators.filter(\.stretch)
        let most = Rational(plan.ranking.stretchMaximum)
        var points = Rational.zero
        for goal in goals {
            guard let reached = aggregate.figure(goal, of: tenant, in: period).completion,
                let part = most / Rational(goals.count)
            else { continue }
            points = points + part * (reached > Rational(1) ? Rational(1) : reached)
        }
        return points
    }
}

extension RankedUnit {
    fileprivate func placed(_ rank: Int, shared: Bool) -> RankedUnit {
        RankedUnit(
            tenant: tenant, group: group, rank: rank, shared: shared, score: score, published: published, parts: parts,
            stretch: stretch, missing: missing, disputed: disputed)
    }
}
