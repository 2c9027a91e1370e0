package import PlanSyncCore

/// What things are called.
package enum Names {
    package static func unit(_ tenant: TenantID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.name(of: tenant, say)
    }

    package static func collection(_ id: CollectionID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.collection(id).map { say($0.name) } ?? id.rawValue
    }

    package static func field(_ key: CellKey, _ view: LocalView, _ say: Wording) -> String {
        field(key.field, of: key.record.collection, view, say)
    }

    package static func field(_ id: FieldID, of collection: CollectionID, _ view: LocalView, _ say: Wording) -> String {
        if id == .recordState { return say("（整条记录）", "(the whole record)") }
        return view.plan.field(id, of: collection).map { say($0.name) } ?? id.rawValue
    }

    /// What a part of a record's key is.
    package static func keyPart(_ part: CollectionRule.KeyPart, _ view: LocalView, _ say: Wording) -> String {
        switch part {
        case .name: say("编号", "Key")
        case .period: say("考核期（如 \(view.plan.periods.kind.example)）", "Period (like \(view.plan.periods.kind.example))")
        case .year: say("年度", "Year")
        case .beginning: say("年度，或自哪个考核期起", "Year, or from which period on")
        case .measure: say("任务编号", "Measure")
        case .indicator: say("指标编号", "Indicator")
        case .uscc: say("统一社会信用代码", "Unified social credit code")
        case .reward: say("奖补规则", "Rule of a reward")
        case .record(let id): collection(id, view, say)
        }
    }

    package static func period(_ period: Period, _ say: Wording) -> String {
        say(period.titleZH, "\(months(period)) \(period.year)".trimmed)
    }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The months of a period; nothing for a whole year.
    private static func months(_ period: Period) -> String {
        func name(_ month: Int) -> String { monthNames.indices.contains(month - 1) ? monthNames[month - 1] : "" }
        if period.firstMonth == 1, period.lastMonth == 12 { return "" }
        return period.firstMonth == period.lastMonth
            ? name(period.firstMonth) : "\(name(period.firstMonth))–\(name(period.lastMonth))"
    }

    /// A period among others of its year.
    package static func shortPeriod(_ period: Period, _ say: Wording) -> String {
        let year = "\(period.year)年"
        let title = period.titleZH
        let short = months(period)
        return say(
            title.hasPrefix(year) ? String(title.dropFirst(year.count)) : title,
            short.isEmpty ? "\(period.year)" : short)
    }

    /// The period of that name; else the name as it is.
    package static func period(_ id: PeriodID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.periods.period(id.rawValue).map { period($0, say) } ?? id.rawValue
    }

    /// A record's key as a person knows it: the names of the period and the record that it consists of.
    ///
    /// `tenant`: whose record; `nil`: the own one.
    package static func key(
        _ key: String, of rule: CollectionRule, _ view: LocalView, _ say: Wording, of tenant: TenantID? = nil
    ) -> String {
        let parts = key.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == rule.key.count, parts.count > 1 else { return key }
        return zip(parts, rule.key).map { part, kind in
            switch kind {
            case .period: view.plan.periods.period(part).map { Names.period($0, say) } ?? part
            case .beginning where part.count > 4:
                view.plan.periods.period(part).map { say("自", "from ") + Names.period($0, say) + say("起", " on") }
                    ?? part
            case .record(let collection):
                referred(part, in: collection, of: tenant ?? view.principal.tenant, view) ?? part
            case .measure: view.plan.measures.first { $0.id == part }.map { say($0.title) } ?? part
            case .reward: view.plan.rewards.rules.first { $0.id == part }.map { say($0.name) } ?? part
            case .indicator: view.plan.indicators.first { $0.id.rawValue == part }.map { say($0.name) } ?? part
            default: part
            }
        }.joined(separator: " · ")
    }

    /// What a record is called that is known by its key: the text that it must have, else the record that it is about.
    package static func referred(
        _ key: String, in collection: CollectionID, of tenant: TenantID, _ view: LocalView, depth: Int = 2
    ) -> String? {
        guard depth > 0, let rule = view.plan.collection(collection) else { return nil }
        let place = RecordPlace(tenant: tenant, key: key)
        func isText(_ field: FieldRule) -> Bool { if case .text = field.kind { true } else { false } }
        if let name = rule.fields.first(where: { $0.required && isText($0) }) {
            return view.field(name.id, of: place, in: collection)?.value?.shown
        }
        for field in rule.fields {
            guard case .reference(let other) = field.kind,
                let key = view.field(field.id, of: place, in: collection)?.value?.shown
            else { continue }
            return referred(key, in: other, of: tenant, view, depth: depth - 1)
        }
        return nil
    }

    /// A record as a place that a person knows: the period's name, or what it is called with its key.
    ///
    /// `tenant`: whose record; `nil`: the own one.
    package static func record(
        _ record: RecordKey, _ view: LocalView, _ say: Wording, of tenant: TenantID? = nil
    ) -> String {
        if let period = view.plan.periods.period(record.key) { return Names.period(period, say) }
        let owner = tenant ?? view.principal.tenant
        let key =
            view.plan.collection(record.collection).map { Names.key(record.key, of: $0, view, say, of: owner) }
            ?? record.key
        return referred(record.key, in: record.collection, of: owner, view).map { "\($0) (\(key))" } ?? key
    }
}

extension String {
    /// Without blanks at its beginning.
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
