package import PlanSyncCore

/// What a person does about a target that is frozen because a period has opened.
package enum FrozenText {
    /// Says that what was in force stays, and under which key the change is to be entered.
    package static func sentence(
        _ record: RecordKey, _ plan: Plan, now: Timestamp, chinese: Bool
    ) -> String {
        let start = chinese ? "考核期开始后，当期及以前各期的目标不再改变" : "What was in force when a period opened stays for it"
        guard let key = version(of: record, plan, now: now), let period = plan.periods.next(after: now) else {
            return start + (chinese ? "；该年度各期都已开始。" : "; every period of that year has opened.")
        }
        return chinese
            ? "\(start)；请作为新版本自\(period.titleZH)起填写：\(key)。"
            : "\(start); enter the change as a version from \(period.id) on: \(key)."
    }

    /// The record of a version that begins with the next period; `nil` where the year has none.
    private static func version(of record: RecordKey, _ plan: Plan, now: Timestamp) -> RecordKey? {
        guard let colon = record.key.lastIndex(of: ":"), let next = plan.periods.next(after: now),
            record.key[record.key.index(after: colon)...].hasPrefix("\(next.year)")
        else { return nil }
        return try? RecordKey(collection: record.collection, key: "\(record.key[...colon])\(next.id)")
    }

    /// Whether the server will refuse an edit of a target, as far as this machine can tell by its own clock and by when
    /// others say that they typed what stands; `nil` where it takes it, or where that cannot be told.
    package static func warning(_ change: Change, over view: LocalView, now: Timestamp, chinese: Bool) -> String? {
        let tenant = change.tenant ?? view.principal.tenant
        func held(_ field: LocalField?) -> TargetFreeze.Held? {
            field.map { TargetFreeze.Held(value: $0.value, since: $0.at) }
        }
        let freeze = TargetFreeze(plan: view.plan, loaded: nil, now: now)
        let targets = change.operations.filter { $0.record.collection == CollectionRule.targets }
        for operation in targets {
            guard let field = operation.field else { continue }
            let place = CellKey(tenant: tenant, record: operation.record, field: field)
            let frozen = freeze.period(
                frozenFor: place,
                before: { held(view.field($0)) },
                after: { other in
                    other == place
                        ? TargetFreeze.Held(value: operation.value, since: now) : held(view.field(other))
                })
            if frozen != nil { return sentence(operation.record, view.plan, now: now, chinese: chinese) }
        }
        return nil
    }
}
