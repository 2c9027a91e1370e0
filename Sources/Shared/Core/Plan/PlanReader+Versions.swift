// What holds from a later period on (docs/plan-format.md, "Versions"): other terms of an indicator, other shares of the
// components. What a version leaves out stays as it was before it.

extension PlanReader {
    private static let terms = ["weight", "path", "target", "units", "calendar", "stretch"]

    /// The versions of an indicator, in order.
    mutating func readVersions(
        _ node: PlanNode, _ path: String, of base: Indicator, _ periods: PeriodCalendar?
    ) -> [Indicator.Version] {
        var versions: [Indicator.Version] = []
        var current = base
        for (entry, place) in reader.list("changes", in: node, path) {
            reader.allow(["from"] + Self.terms + ["source", "note"], in: entry, place)
            guard let from = readFrom(entry, place, after: versions.last?.from, periods) else { continue }
            if !Self.terms.contains(where: { entry.value($0) != nil }) {
                reader.fault(
                    "This changes nothing; it has one of \(Self.terms.joined(separator: ", ")).", at: entry, place)
            }
            change(&current, from, by: entry, place, periods)
            versions.append(Indicator.Version(from: from, indicator: current))
        }
        return versions
    }

    private mutating func change(
        _ indicator: inout Indicator, _ from: PeriodID, by entry: PlanNode, _ place: String,
        _ periods: PeriodCalendar?
    ) {
        if entry.value("weight") != nil {
            indicator.weight = reader.amount("weight", in: entry, place, range: .zero...Amount(1_000)) ?? .zero
            indicator.weightSince = from
        }
        if entry.value("path") != nil { indicator.path = readPath(entry, place, periods) }
        if entry.value("target") != nil {
            indicator.target = readTarget(entry, place)
            indicator.targetSince = from
        }
        if entry.value("units") != nil {
            indicator.units = readUnits(entry, place, of: indicator.kind.isRatio ? nil : indicator.target)
            indicator.targetSince = from
        }
        indicator.calendar =
            reader.choice("calendar", in: entry, place, default: indicator.calendar) ?? indicator.calendar
        indicator.stretch = reader.flag("stretch", in: entry, place, default: indicator.stretch)
    }

    /// The period from which on a version holds: one of the plan, later than that of the version before it.
    private mutating func readFrom(
        _ entry: PlanNode, _ place: String, after last: PeriodID?, _ periods: PeriodCalendar?
    ) -> PeriodID? {
        guard let text = reader.text("from", in: entry, place), let periods else { return nil }
        guard let period = periods.period(text) else {
            reader.fault(periods.fault(of: text).en, at: entry.value("from"), "\(place).from")
            return nil
        }
        if let last, period.id <= last {
            reader.fault(
                "The versions stand in the order of their periods; \(period.id) does not come after \(last).",
                at: entry.value("from"), "\(place).from")
            return nil
        }
        return period.id
    }

    /// The shares of the components from later periods on.
    mutating func readShareChanges(
        _ ranking: PlanNode, _ components: [RankingRule.Component], _ periods: PeriodCalendar?
    ) -> [RankingRule.ShareChange] {
        var changes: [RankingRule.ShareChange] = []
        var shares = Dictionary(components.map { ($0.id, $0.share) }, uniquingKeysWith: { first, _ in first })
        for (entry, place) in reader.list("changes", in: ranking, "ranking") {
            reader.allow(["from", "shares", "source", "note"], in: entry, place)
            guard let from = readFrom(entry, place, after: changes.last?.from, periods),
                let node = reader.required("shares", in: entry, place)
            else { continue }
            reader.allow(components.map(\.id), in: node, "\(place).shares")
            for id in components.map(\.id) {
                let share = reader.amount(id, in: node, "\(place).shares", range: .zero...Amount(100))
                shares[id] = share ?? shares[id]
            }
            let total = shares.values.reduce(Amount.zero) { (try? $0.adding($1)) ?? $0 }
            if total != Amount(100) {
                reader.fault(
                    "The shares of the components sum to \(total), not to 100.", at: node, "\(place).shares")
            }
            changes.append(RankingRule.ShareChange(from: from, shares: shares))
        }
        return changes
    }

    /// Whenever weights change, they sum to 100.
    mutating func checkWeights(_ indicators: [Indicator], _ root: PlanNode) {
        for from in Set(indicators.flatMap(\.versions).map(\.from)).sorted() {
            let weights = indicators.map { $0.at(from) }.filter { !$0.stretch }
                .reduce(Amount.zero) { (try? $0.adding($1.weight)) ?? $0 }
            if weights != Amount(100) {
                reader.fault(
                    "From \(from) on the weights of the indicators sum to \(weights), not to 100.",
                    at: root.value("indicators"), "indicators")
            }
        }
    }
}
