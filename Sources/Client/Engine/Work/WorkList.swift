// What waits for the person: reports to hand in, and records that the other side has brought to a point where this
// side has to go on.

package import PlanSyncCore

/// A unit's report that is not handed in, or came back.
package struct DueReport: Sendable {
    /// The report.
    package let report: LocalReport
    /// Days until its deadline; 0 on the day itself, less than 0 when it is late.
    package let daysLeft: Int
    /// Whether any of the unit's own figures is entered.
    package let isBegun: Bool
}

/// Records at a point where somebody here may take the next step.
package struct WaitingStep: Sendable {
    /// The collection.
    package let collection: CollectionRule
    /// The state that the records are in.
    package let state: String
    /// The step.
    package let step: WorkflowRule.Transition
    /// How many records.
    package let count: Int
}

extension LocalView {
    /// The periods that have begun on a day, in order.
    package func begunPeriods(at now: Timestamp) -> [Period] {
        let today = plan.localDay(of: now)
        return plan.periods.all.filter { ($0.year, $0.firstMonth) <= (today.year, today.month) }
    }

    /// The reports of this device's unit that are still to be handed in, the latest first.
    ///
    /// Those that came back, those that are begun, and the two latest; what nobody ever began is not asked for.
    package func dueReports(at now: Timestamp) -> [DueReport] {
        let today = plan.localDay(of: now).daysSince1970
        let begun = begunPeriods(at: now)
        let latest = Set(begun.suffix(2).map(\.id))
        return begun.reversed().compactMap { period in
            let report = report(of: period, tenant: principal.tenant)
            guard state(of: period) != .final, report.state == .draft || report.state == .returned else { return nil }
            let isBegun = holdsOwnFigures(period)
            guard isBegun || report.state == .returned || latest.contains(period.id) else { return nil }
            return DueReport(
                report: report, daysLeft: period.deadline.daysSince1970 - today, isBegun: isBegun)
        }
    }

    /// The period that a clerk most likely fills in: one that came back, else one that has ended and is not handed
    /// in before its deadline, else the latest that is begun, else the latest.
    package func periodToFill(at now: Timestamp) -> Period? {
        let today = plan.localDay(of: now).daysSince1970
        let due = dueReports(at: now)
        let returned = due.last { $0.report.state == .returned }
        let ended = due.first { $0.daysLeft >= 0 && $0.report.period.lastDay.daysSince1970 < today }
        let begun = due.first { $0.isBegun }
        return (returned ?? ended ?? begun)?.report.period ?? begunPeriods(at: now).last ?? plan.periods.all.first
    }

    /// The steps that this side has to take about what the other side has begun.
    ///
    /// For the city: the steps that only roles of the city may take. For a unit: the steps that only roles of units may
    /// take, in collections whose records are the city's to make. Steps that need a reason go back, and wait for
    /// nobody.
    package var waitingSteps: [WaitingStep] {
        let isOfCity = principal.role.isOfCity
        return plan.collections.values.sorted { $0.id < $1.id }.flatMap { rule -> [WaitingStep] in
            guard rule.origin == .declared, let workflow = rule.workflow else { return [] }
            let isMadeByCity = rule.fields.contains { $0.required && $0.filledBy == .department }
            let steps = workflow.transitions.filter { step in
                step.roles.contains(principal.role) && !step.needsReason
                    && step.roles.allSatisfy { $0.isOfCity == isOfCity }
            }
            guard !steps.isEmpty, isOfCity || isMadeByCity else { return [] }
            var counts: [String: Int] = [:]
            for place in places(of: rule.id) {
                counts[field(workflow.field, of: place, in: rule.id)?.value?.shown ?? workflow.initial, default: 0] += 1
            }
            return counts.sorted { $0.key < $1.key }.compactMap { state, count in
                steps.first { $0.from.contains(state) }.map {
                    WaitingStep(collection: rule, state: state, step: $0, count: count)
                }
            }
        }
    }

    /// Fields whose last edit here came back as something else than was sent, by place.
    package var cameBack: [(key: CellKey, field: LocalField)] {
        fields.filter { $0.value.state == .merged || $0.value.state == .rejected }
            .filter { $0.key.record.collection != CollectionRule.conflicts }
            .map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }

    private func holdsOwnFigures(_ period: Period) -> Bool {
        guard let rule = plan.collection(CollectionRule.values),
            let record = try? RecordKey(collection: rule.id, key: period.id.rawValue)
        else { return false }
        return rule.fields.contains { element in
            let key = CellKey(tenant: principal.tenant, record: record, field: element.id)
            return element.filledBy != .department && field(key)?.value != nil
        }
    }
}
