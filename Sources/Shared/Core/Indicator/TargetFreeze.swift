// What was in force when a period opened stays for it (domain: weights, paths, targets and what applies are frozen when
// a period opens). A change of it takes effect from a later period: as a version (docs/plan-format.md, "targets").

/// Tells whether a change of targets would alter what was in force when a period opened.
public struct TargetFreeze {
    /// A value with the moment since which it stands.
    public struct Held {
        /// The value; `nil`: it was cleared.
        let value: FieldValue?
        /// When it was taken; `nil`: before that was noted.
        let since: Timestamp?

        /// Makes one.
        public init(value: FieldValue?, since: Timestamp?) {
            self.value = value
            self.since = since
        }
    }

    private let plan: Plan
    private let loaded: Timestamp?
    private let now: Timestamp

    /// Judges by a plan that came at `loaded`; what was over before that is not frozen by the clock.
    public init(plan: Plan, loaded: Timestamp?, now: Timestamp) {
        self.plan = plan
        self.loaded = loaded
        self.now = now
    }

    /// The first period whose frozen terms a change of one field would alter; `nil`: it may be made.
    ///
    /// `before` and `after` give what stands in a place of the collection of targets of this tenant. The same value
    /// from another place, or typed since, is another: nobody would know that it stood when the period opened.
    public func period(
        frozenFor place: CellKey, before: (CellKey) -> Held?, after: (CellKey) -> Held?
    ) -> Period? {
        guard let (name, from) = TargetBook.parts(of: place.record.key),
            let indicator = plan.indicators.first(where: { $0.id.rawValue == name })
        else { return nil }
        // A new version begins with a period that has not opened.
        if let first = plan.periods.period(from), String(first.year) != from, before(place)?.value == nil,
            isOpen(first, since: loaded)
        {
            return first
        }
        return plan.periods.all.first { period in
            guard from.hasPrefix(String(period.year)), from <= period.id.rawValue else { return false }
            let old = standing(place, indicator, in: period, before)
            guard isOpen(period, since: old?.since) else { return false }
            let new = standing(place, indicator, in: period, after)
            return old?.value != new?.value || !isOpen(period, since: new?.since)
        }
    }

    /// Whether a period has opened since a moment.
    private func isOpen(_ period: Period, since: Timestamp?) -> Bool {
        let start = plan.periods.start(of: period)
        guard let since, start <= now else { return false }
        return since < start
    }

    /// What holds of a field in a period: the newest version, the year's, else what the plan itself says.
    private func standing(
        _ place: CellKey, _ indicator: Indicator, in period: Period, _ held: (CellKey) -> Held?
    ) -> Held? {
        for from in plan.periods.year(to: period).reversed().map(\.id.rawValue) + [String(period.year)] {
            guard let record = try? RecordKey(collection: CollectionRule.targets, key: "\(indicator.id):\(from)") else {
                continue
            }
            let found = held(CellKey(tenant: place.tenant, record: record, field: place.field))
            if let found, found.value != nil { return Held(value: found.value, since: found.since ?? loaded) }
        }
        switch place.field {
        case TargetField.target:
            let own = indicator.ownTarget(of: place.tenant, in: period)
            return own.map { Held(value: .text($0.description), since: loaded) }
        case TargetField.applies:
            // It applies without a word, as long as there is a target that it could be about.
            let target = CellKey(tenant: place.tenant, record: place.record, field: TargetField.target)
            return Held(value: .flag(true), since: standing(target, indicator, in: period, held)?.since)
        default: return nil
        }
    }
}
