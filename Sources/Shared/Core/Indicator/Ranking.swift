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

        init(figure: IndicatorFigure, weight: Rational, counted: Rational, points: Rational) {
            self.figure = figure
            self.weight = weight
            self.counted = counted
            self.points = points
        }
    }

    /// What a component without indicators is counted from.
    public struct Tally: Sendable, Equatable {
        /// What counts as achieved: milestones, or the credit of the report.
        public let achieved: Rational
        /// What is due: milestones, or one report.
        public let expected: Rational
        /// How many days late the report came; `nil` for milestones and without a report.
        public let daysLate: Int?
        /// When it came, by the server's clock, where that is known.
        public let handedIn: String?
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
        /// What it is counted from, where that is no indicators.
        public let tally: Tally?

        init(id: String, score: Rational?, points: Rational, entries: [Entry], tally: Tally? = nil) {
            self.id = id
            self.score = score
            self.points = points
            self.entries = entries
            self.tally = tally
        }
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
    /// The stretch goals that have a target here.
    public let bonus: [Entry]
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
            let placed = zip(units, RankedUnit.places(units.map(\.published))).map { unit, place in
                place.map { unit.placed($0.rank, shared: $0.shared) } ?? unit
            }
            ranked += placed.sorted { ($0.rank ?? .max, $0.tenant) < ($1.rank ?? .max, $1.tenant) }
        }
        return ranked
    }

    private func unscored(_ unit: Plan.Tenant, in period: Period, group: String) -> RankedUnit {
        let rule = plan.ranking
        let components = rule.components(in: period)
        let parts = components.map { component -> RankedUnit.Part in
            switch component.kind {
            case .indicators: indicatorPart(component, of: unit.id, in: period)
            case .timeliness: timelinessPart(component, of: unit.id, in: period)
            case .milestones: milestonePart(component, of: unit.id, in: period)
            }
        }
        let dueShare = zip(components, parts).filter { $0.1.score != nil }
            .reduce(Rational.zero) { $0 + Rational($1.0.share) }
        let weighed = zip(components, parts).map { component, part -> RankedUnit.Part in
            guard let score = part.score, let factor = Rational(component.share) / dueShare else { return part }
            let entries = part.entries.map {
                RankedUnit.Entry(figure: $0.figure, weight: $0.weight, counted: $0.counted, points: $0.points * factor)
            }
            return RankedUnit.Part(
                id: part.id, score: score, points: score * factor, entries: entries, tally: part.tally)
        }
        let bonus = stretchEntries(of: unit.id, in: period)
        let stretch = bonus.reduce(Rational.zero) { $0 + $1.points }
        let due = weighed.filter { $0.score != nil }
        let score = due.isEmpty ? nil : due.reduce(stretch) { $0 + $1.points }
        let entries = weighed.flatMap(\.entries)
        var missing = entries.flatMap(\.figure.missing)
        if isReportMissing(of: unit.id, in: period) { missing.insert(Self.report(of: unit.id), at: 0) }
        return RankedUnit(
            tenant: unit.id, group: group, rank: nil, shared: false, score: score,
            published: score.map { $0.rounded(rule.decimals) }, parts: weighed, stretch: stretch, bonus: bonus,
            missing: missing, disputed: entries.contains { $0.figure.disputed })
    }

    // MARK: Reports and milestones

    private static func report(of tenant: TenantID) -> IndicatorFigure.Missing {
        IndicatorFigure.Missing(tenant: tenant, element: FieldID(trusted: "submissions"))
    }

    /// Whether the period is over and the report never came, in a plan that judges reports.
    private func isReportMissing(of tenant: TenantID, in period: Period) -> Bool {
        plan.ranking.components.contains { $0.kind == .timeliness } && aggregate.figures.isOver(period)
            && !aggregate.figures.report(tenant, period).wasHandedIn
    }

    /// The credit of the report of the period: due from when it comes, and for everybody once the period is over.
    private func timelinessPart(
        _ component: RankingRule.Component, of tenant: TenantID, in period: Period
    ) -> RankedUnit.Part {
        let report = aggregate.figures.report(tenant, period)
        guard report.wasHandedIn || aggregate.figures.isOver(period) else {
            return RankedUnit.Part(id: component.id, score: nil, points: .zero, entries: [])
        }
        // Reports from before lateness was kept counted as they came.
        let daysLate = report.wasHandedIn ? report.daysLate ?? 0 : nil
        let credit = daysLate.map { component.credit(for: $0) } ?? .zero
        let tally = RankedUnit.Tally(
            achieved: credit, expected: Rational(1), daysLate: daysLate, handedIn: report.handedIn)
        return RankedUnit.Part(
            id: component.id, score: credit * Rational(100), points: .zero, entries: [], tally: tally)
    }

    /// What is achieved of what is due; where nothing is due the share goes to the others.
    private func milestonePart(
        _ component: RankingRule.Component, of tenant: TenantID, in period: Period
    ) -> RankedUnit.Part {
        let none = RankedUnit.Part(id: component.id, score: nil, points: .zero, entries: [])
        guard let rule = component.tally else { return none }
        let evaluation = aggregate.evaluation
        let scope = FormulaEvaluation.Scope(tenant: tenant, period: period)
        guard case .number(let expected) = evaluation.value(rule.expected.expression, scope), expected > .zero
        else { return none }
        var achieved = Rational.zero
        if case .number(let value) = evaluation.value(rule.achieved.expression, scope), value > .zero {
            achieved = value > expected ? expected : value
        }
        let tally = RankedUnit.Tally(achieved: achieved, expected: expected, daysLate: nil, handedIn: nil)
        let score = (achieved / expected).map { $0 * Rational(100) } ?? .zero
        return RankedUnit.Part(id: component.id, score: score, points: .zero, entries: [], tally: tally)
    }

    // MARK: Indicators

    /// Weighted completion, out of 100, over the indicators that are due and have a target.
    private func indicatorPart(
        _ component: RankingRule.Component, of tenant: TenantID, in period: Period
    ) -> RankedUnit.Part {
        let cap = Rational(plan.ranking.completionCap)
        var entries: [(figure: IndicatorFigure, weight: Rational, counted: Rational)] = []
        for indicator in plan.indicators(in: period) where !indicator.stretch && indicator.weight > .zero {
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
    private func stretchEntries(of tenant: TenantID, in period: Period) -> [RankedUnit.Entry] {
        let goals = plan.indicators(in: period).filter(\.stretch)
        guard let part = Rational(plan.ranking.stretchMaximum) / Rational(goals.count) else { return [] }
        return goals.compactMap { goal in
            let figure = aggregate.figure(goal, of: tenant, in: period)
            guard let reached = figure.completion else { return nil }
            let counted = reached > Rational(1) ? Rational(1) : reached
            return RankedUnit.Entry(figure: figure, weight: part, counted: counted, points: part * counted)
        }
    }
}

extension RankingRule.Component {
    /// The credit for a report that came some days late: of the first step that reaches so far.
    func credit(for daysLate: Int) -> Rational {
        if credit.isEmpty { return daysLate == 0 ? Rational(1) : .zero }
        return credit.first { $0.daysLate.map { daysLate <= $0 } ?? true }.map { Rational($0.credit) } ?? .zero
    }
}

extension RankedUnit {
    fileprivate func placed(_ rank: Int, shared: Bool) -> RankedUnit {
        RankedUnit(
            tenant: tenant, group: group, rank: rank, shared: shared, score: score, published: published, parts: parts,
            stretch: stretch, bonus: bonus, missing: missing, disputed: disputed)
    }

    /// The places of published scores: ties share one and the next is skipped.
    static func places(_ published: [String?]) -> [(rank: Int, shared: Bool)?] {
        let scores = published.map { $0.flatMap { try? Rational($0) } }
        return scores.map { score in
            guard let score else { return nil }
            let better = scores.filter { $0.map { $0 > score } ?? false }.count
            let equal = scores.filter { $0.map { $0 == score } ?? false }.count
            return (better + 1, equal > 1)
        }
    }
}
