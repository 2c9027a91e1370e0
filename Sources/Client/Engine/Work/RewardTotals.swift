package import PlanSyncCore

/// Sums of rewards by unit of measure.
package struct RewardTotals {
    /// What is due, asked for and paid.
    package struct Total {
        package internal(set) var due = Rational.zero
        package internal(set) var asked = Rational.zero
        package internal(set) var paid = Rational.zero
    }

    /// The sums by unit of money.
    package private(set) var byUnit: [(unit: String, total: Total)] = []

    package init(_ entries: [RewardEntry]) {
        var totals: [String: Total] = [:]
        for entry in entries {
            var total = totals[entry.rule.unit] ?? Total()
            total.due = total.due + entry.due
            total.asked = total.asked + (entry.claim?.asked ?? .zero)
            total.paid = total.paid + (entry.claim?.paid ?? .zero)
            totals[entry.rule.unit] = total
        }
        byUnit = totals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension LocalView {
    /// What the plan's rewards come to for the records that are here; `nil` where the plan has no period in the year.
    ///
    /// Conditions are judged at the end of a year, by default the plan's last.
    package func rewardBook(year: Int? = nil) -> RewardBook? {
        guard let period = plan.periods.all.last(where: { year == nil || $0.year == year }) else { return nil }
        return RewardBook(plan: plan, figures: allFigures, period: period)
    }
}
