package import PlanSyncCore

/// A milestone of a measure for one unit.
package struct MeasureMilestone: Sendable {
    /// Where it stands.
    package let place: RecordPlace
    /// What has to be reached; empty where the record does not say.
    package let text: String
    /// The day on which it is due.
    package let due: CalendarDate?
    /// Its state, the plan's word.
    package let state: String
    /// Whether it counts as reached.
    package let isReached: Bool
    /// How many days it is overdue; `nil` for one that is not.
    package let daysOverdue: Int?
}

/// Where one unit stands with one measure in a period.
package struct MeasureEntry: Sendable {
    /// The measure.
    package let measure: Plan.Measure
    /// The unit.
    package let unit: TenantID
    /// The place of its report of the period, also when there is none yet.
    package let report: RecordPlace
    /// The reported progress in percent; `nil`: not reported.
    package let percent: String?
    /// What is known of the report: who wrote it last and when.
    package let written: LocalField?
    /// The milestones that the unit was given, by their day.
    package let milestones: [MeasureMilestone]

    /// Whether a report is expected of it: it was given a milestone of the measure.
    package var isExpected: Bool { !milestones.isEmpty }
    /// Whether a report is expected and has not been written.
    package var isMissing: Bool { isExpected && written == nil }
    /// The milestones that are reached.
    package var reached: Int { milestones.filter(\.isReached).count }
    /// Those that are overdue.
    package var overdue: [MeasureMilestone] { milestones.filter { $0.daysOverdue != nil } }

    /// How far it is, by its milestones.
    package func pace(on today: CalendarDate) -> MeasurePace {
        guard !milestones.isEmpty else { return .other }
        if reached == milestones.count { return .completed }
        if !overdue.isEmpty { return .behind }
        // What is due today is not overdue yet.
        let due = milestones.filter { $0.due.map { $0 < today } ?? false }.count
        return reached > due ? .ahead : .onTrack
    }
}

/// How far a unit is with a measure, by its milestones: the five classes of a ledger.
package enum MeasurePace: String, Sendable, CaseIterable {
    /// One is overdue (欠进度).
    case behind
    /// What is due is reached (达进度).
    case onTrack = "on_track"
    /// More than is due is reached (超进度).
    case ahead
    /// All are reached (已完成).
    case completed
    /// Nothing was asked of it (其它).
    case other

    /// How many entries are of each class, and their share in tenths of a percent; the shares sum to 1,000.
    package static func counts(
        of entries: [MeasureEntry], on today: CalendarDate
    ) -> [(pace: MeasurePace, count: Int, share: Int)] {
        let paces = entries.map { $0.pace(on: today) }
        let counts = allCases.map { pace in paces.filter { $0 == pace }.count }
        let shares = LargestRemainder.shares(of: counts, whole: 1_000)
        return allCases.indices.map { (allCases[$0], counts[$0], shares[$0]) }
    }
}

extension LocalView {
    /// The period of the newest report on a measure; else that of the newest figures, else the plan's first.
    package var newestReportedPeriod: Period? {
        let reports = plan.followUp.flatMap { plan.collection($0.reports) }
        let named = reports.map { rule in places(of: rule.id).compactMap { rule.part(.period, of: $0.key) } } ?? []
        let filled = Set(named + records(of: CollectionRule.values).map(\.key))
        return plan.periods.all.last { filled.contains($0.id.rawValue) } ?? plan.periods.all.first
    }

    /// Where the units stand with the plan's measures in a period, by measure and unit.
    ///
    /// Of the units those that were given a milestone, and those that have reported; empty where the plan does not say
    /// how measures are followed.
    ///
    /// `today`: milestones that were due before it and are not reached are overdue.
    package func measureLedger(in period: Period, on today: CalendarDate) -> [MeasureEntry] {
        guard let rule = plan.followUp, let reports = plan.collection(rule.reports) else { return [] }
        let given = milestones(rule.milestones, on: today)
        var reported: [String: [TenantID: RecordPlace]] = [:]
        for place in places(of: reports.id) where reports.part(.period, of: place.key) == period.id.rawValue {
            guard let measure = reports.part(.measure, of: place.key) else { continue }
            reported[measure, default: [:]][place.tenant] = place
        }
        return plan.measures.flatMap { measure -> [MeasureEntry] in
            let units = Set((given[measure.id] ?? [:]).keys).union((reported[measure.id] ?? [:]).keys)
            return plan.units.filter { units.contains($0.id) }.map { unit in
                let place =
                    reported[measure.id]?[unit.id]
                    ?? RecordPlace(tenant: unit.id, key: reports.key(measure: measure.id, period: period))
                let fields = reports.fields.compactMap { field($0.id, of: place, in: reports.id) }
                    .filter { $0.value != nil }
                return MeasureEntry(
                    measure: measure, unit: unit.id, report: place,
                    percent: field(rule.percent, of: place, in: reports.id)?.value?.shown,
                    written: fields.max { ($0.at?.milliseconds ?? 0) < ($1.at?.milliseconds ?? 0) },
                    milestones: given[measure.id]?[unit.id] ?? [])
            }
        }
    }

    /// The milestones that are asked for, by measure and unit.
    private func milestones(
        _ rule: FollowUpRule.Milestones?, on today: CalendarDate
    ) -> [String: [TenantID: [MeasureMilestone]]] {
        guard let rule, let collection = plan.collection(rule.collection) else { return [:] }
        let title = collection.fields.first { field in
            if case .text = field.kind { field.required } else { false }
        }
        var found: [String: [TenantID: [MeasureMilestone]]] = [:]
        for place in places(of: rule.collection) {
            func value(_ id: FieldID?) -> FieldValue? {
                id.flatMap { field($0, of: place, in: rule.collection)?.value }
            }
            let state = value(collection.workflow?.field)?.shown ?? collection.workflow?.initial ?? ""
            guard let measure = collection.part(.measure, of: place.key), !rule.dropped.contains(state) else {
                continue
            }
            let due = value(rule.due).flatMap { try? CalendarDate($0.shown) }
            let isReached = rule.reached.contains(state)
            let days = due.map { today.daysSince1970 - $0.daysSince1970 } ?? 0
            found[measure, default: [:]][place.tenant, default: []].append(
                MeasureMilestone(
                    place: place, text: value(title?.id)?.shown ?? "", due: due, state: state, isReached: isReached,
                    daysOverdue: !isReached && days > 0 ? days : nil))
        }
        return found.mapValues { units in
            units.mapValues {
                $0.sorted {
                    ($0.due?.daysSince1970 ?? .max, $0.place.key) < ($1.due?.daysSince1970 ?? .max, $1.place.key)
                }
            }
        }
    }
}

extension CollectionRule {
    /// The key of a measure's report of a period.
    fileprivate func key(measure: String, period: Period) -> String {
        key.map { part in
            switch part {
            case .measure: measure
            case .period: period.id.rawValue
            default: ""
            }
        }.joined(separator: ":")
    }
}
