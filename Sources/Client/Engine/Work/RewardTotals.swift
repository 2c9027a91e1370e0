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

/// Sums of rewards by rule and year: what is due by the year of its event, what was paid by the day of the payment.
package struct RewardYears {
    /// One rule in one year.
    package struct Row {
        package let rule: RewardRule
        /// `nil`: without a day.
        package let year: Int?
        package fileprivate(set) var due = Rational.zero
        package fileprivate(set) var asked = Rational.zero
        package fileprivate(set) var approved = Rational.zero
        package fileprivate(set) var paid = Rational.zero

        fileprivate var isEmpty: Bool { [due, asked, approved, paid].allSatisfy(\.isZero) }
    }

    /// The sums, in the order of the rules, then of the years.
    package let rows: [Row]

    private struct Place: Hashable {
        let rule: String
        let year: Int?
    }

    package init(_ entries: [RewardEntry], of plan: Plan) {
        var sums: [Place: Row] = [:]
        func add(_ entry: RewardEntry, _ year: Int?, _ change: (inout Row) -> Void) {
            let place = Place(rule: entry.rule.id, year: year)
            var row = sums[place] ?? Row(rule: entry.rule, year: year)
            change(&row)
            sums[place] = row
        }
        for entry in entries {
            add(entry, entry.day?.year) { row in
                row.due = row.due + entry.due
                row.asked = row.asked + (entry.claim?.asked ?? .zero)
                row.approved = row.approved + (entry.claim?.approved ?? .zero)
            }
            for payment in entry.claim?.payments ?? [] {
                add(entry, payment.day?.year ?? entry.day?.year) { $0.paid = $0.paid + payment.amount }
            }
        }
        let order = plan.rewards.rules.map(\.id)
        rows = sums.values.filter { !$0.isEmpty }.sorted { one, other in
            let (first, second) = (order.firstIndex(of: one.rule.id) ?? 0, order.firstIndex(of: other.rule.id) ?? 0)
            return (first, one.year ?? 0) < (second, other.year ?? 0)
        }
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
