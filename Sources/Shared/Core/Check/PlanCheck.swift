// What keeps a report from being handed in, found in the same way on the server and offline. Nothing of it ever keeps
// a figure or a record from being saved.

/// Judges the figures and records of units by what the plan demands of them.
public struct PlanCheck {
    private let plan: Plan
    private let figures: FigureTable
    private let period: Period
    private let evaluation: FormulaEvaluation

    /// Judges these figures and records for a period.
    public init(plan: Plan, figures: FigureTable, period: Period) {
        self.plan = plan
        self.figures = figures
        self.period = period
        evaluation = FormulaEvaluation(plan: plan, figures: figures)
    }

    /// What is wrong in a unit: figures first, then records by collection and key.
    public func faults(of tenant: TenantID) -> [CheckFault] {
        var faults = figureFaults(of: tenant)
        for rule in checkedCollections {
            let records = figures.records(tenant, rule.id).filter { plan.period(of: $0.key) ?? period == period }
            for record in records { faults += recordFaults(record, rule) }
            faults += doubles(records, rule)
        }
        return faults
    }

    /// What several units claim at once, seen by those who see them all: a soft fault of each but the first.
    public func doublesAcrossUnits() -> [CheckFault] {
        checkedCollections.flatMap { rule -> [CheckFault] in
            let records = plan.units.flatMap { figures.records($0.id, rule.id) }
            var found: [CheckFault] = []
            // A credit code is one organisation's, wherever it is entered.
            if rule.key == [.uscc] {
                found += doubles(records, rule, fields: [], across: true) { [$0.key.key] }
            }
            for unique in rule.unique {
                found += doubles(records, rule, fields: unique.fields, across: true) { values(unique.fields, of: $0) }
            }
            return found
        }
    }

    private var checkedCollections: [CollectionRule] {
        plan.collections.values.filter { $0.origin == .declared && $0.id != CollectionRule.explanations }
            .sorted { $0.id < $1.id }
    }

    // MARK: Figures

    private func figureFaults(of tenant: TenantID) -> [CheckFault] {
        guard let record = try? RecordKey(collection: CollectionRule.values, key: period.id.rawValue) else { return [] }
        var faults: [CheckFault] = []
        for element in plan.collection(CollectionRule.values)?.fields ?? [] {
            let figure = figures.figure(tenant, period.id, element.id)
            if element.required, element.filledBy != .department, figure == nil, isDue(element, of: tenant) {
                faults.append(fault(.required, tenant, record, [element.id]))
            }
            if let figure { faults += plausibility(figure.amount, element, tenant, record) }
        }
        // In a check an element stands for what was typed for its period.
        let scope = FormulaEvaluation.Scope(tenant: tenant, period: period, isRaw: true)
        for check in plan.checks where evaluation.value(check.condition.expression, scope) == .flag(false) {
            faults.append(fault(.rule(check), tenant, record, check.fields))
        }
        return faults
    }

    /// Whether an element is wanted in this period: one of the indicators that read it is due and applies.
    private func isDue(_ element: FieldRule, of tenant: TenantID) -> Bool {
        let readers = plan.indicators.filter { $0.elements.contains(element.id) }
        guard !readers.isEmpty else { return true }
        return readers.contains { indicator in
            (indicator.at(period).calendar != .yearly || period.endsYear)
                && figures.target(tenant, indicator.id, in: period)?.applies != false
        }
    }

    private func plausibility(
        _ amount: Amount, _ element: FieldRule, _ tenant: TenantID, _ record: RecordKey
    ) -> [CheckFault] {
        let rule = plan.plausibility
        guard let before = plan.periods.before(period), let last = figures.figure(tenant, before.id, element.id) else {
            return []
        }
        var faults: [CheckFault] = []
        if let count = rule.repeats, element.basis == .ytd || element.basis == .increment,
            isRepeated(amount, element, tenant, count)
        {
            faults.append(fault(.repeats(periods: count), tenant, record, [element.id]))
        }
        let isSameYear = before.year == period.year
        if rule.falls, element.basis == .ytd, isSameYear, amount < last.amount {
            faults.append(fault(.falls(before: last.amount), tenant, record, [element.id]))
        }
        if let ratio = Rational(amount) / Rational(last.amount), last.amount > .zero, amount > .zero {
            let large = Rational(3_000)
            let small = Rational(1) / large ?? .zero
            if rule.factor, ratio >= large || ratio <= small {
                faults.append(fault(.factor(before: last.amount), tenant, record, [element.id]))
            } else if let percent = rule.changePercent, element.basis == .stock {
                let change = (ratio - Rational(1)) * Rational(100)
                if change > Rational(percent) || change < Rational(-percent) {
                    faults.append(fault(.change(before: last.amount, percent: percent), tenant, record, [element.id]))
                }
            }
        }
        return faults
    }

    /// Whether a round figure stands in so many periods up to this one.
    private func isRepeated(_ amount: Amount, _ element: FieldRule, _ tenant: TenantID, _ count: Int) -> Bool {
        guard amount != .zero, amount.scale == 0, amount.description.hasSuffix("0") else { return false }
        var place = period
        for _ in 1..<count {
            guard let before = plan.periods.before(place),
                figures.figure(tenant, before.id, element.id)?.amount == amount
            else { return false }
            place = before
        }
        return true
    }

    // MARK: Records

    private func recordFaults(_ record: FigureTable.Record, _ rule: CollectionRule) -> [CheckFault] {
        var faults: [CheckFault] = []
        for field in rule.fields {
            if field.required, record.fields[field.id] == nil {
                faults.append(fault(.required, record.tenant, record.key, [field.id]))
            }
            guard case .reference(let target) = field.kind, case .text(let key)? = record.fields[field.id] else {
                continue
            }
            if !isThere(key, in: target, for: record.tenant) {
                faults.append(fault(.dangling("\(target)/\(key)"), record.tenant, record.key, [field.id]))
            }
        }
        for case .record(let target) in rule.key {
            guard let key = rule.keyPart(target.rawValue, of: record.key.key, in: plan),
                !isThere(key, in: target, for: record.tenant)
            else { continue }
            faults.append(fault(.dangling("\(target)/\(key)"), record.tenant, record.key, []))
        }
        let scope = FormulaEvaluation.Scope(tenant: record.tenant, period: period, record: record)
        for check in rule.checks where evaluation.value(check.condition.expression, scope) == .flag(false) {
            faults.append(fault(.rule(check), record.tenant, record.key, check.fields))
        }
        return faults
    }

    private func isThere(_ key: String, in collection: CollectionID, for tenant: TenantID) -> Bool {
        if figures.record(tenant, collection, key) != nil { return true }
        let isPublished = plan.collection(collection)?.published ?? false
        return isPublished && figures.record(.city, collection, key) != nil
    }

    private func doubles(_ records: [FigureTable.Record], _ rule: CollectionRule) -> [CheckFault] {
        rule.unique.flatMap { unique in
            doubles(records, rule, fields: unique.fields, across: false) { values(unique.fields, of: $0) }
        }
    }

    private func doubles(
        _ records: [FigureTable.Record], _ rule: CollectionRule, fields: [FieldID], across: Bool,
        _ values: (FigureTable.Record) -> [String]?
    ) -> [CheckFault] {
        var first: [[String]: FigureTable.Record] = [:]
        var faults: [CheckFault] = []
        for record in records {
            guard let value = values(record) else { continue }
            guard let earlier = first[value] else {
                first[value] = record
                continue
            }
            if across == (earlier.tenant != record.tenant) {
                faults.append(fault(.unique(earlier.key, earlier.tenant), record.tenant, record.key, fields))
            }
        }
        return faults
    }

    /// What a record has in some fields; `nil` unless all are filled in.
    private func values(_ fields: [FieldID], of record: FigureTable.Record) -> [String]? {
        let values = fields.compactMap { record.fields[$0]?.shown }
        return values.count == fields.count ? values : nil
    }

    // MARK: Explanations

    private func fault(
        _ kind: CheckFault.Kind, _ tenant: TenantID, _ record: RecordKey, _ fields: [FieldID]
    ) -> CheckFault {
        let plain = CheckFault(
            tenant: tenant, record: record, fields: fields, kind: kind, period: period.id, explanation: nil)
        guard plain.strength == .soft else { return plain }
        // What belongs to no period is explained once.
        let isTimeless = plan.period(of: record) == nil
        let periods = isTimeless ? plan.periods.all.filter { $0.lastDay <= period.lastDay } : [period]
        for place in periods.reversed() {
            guard let key = CheckFault.explanationKey(plain.id, record, fields, place.id),
                case .text(let text)? = figures.record(tenant, key.collection, key.key)?.fields[ExplanationField.text],
                plan.explanations.accepts(text)
            else { continue }
            return CheckFault(
                tenant: tenant, record: record, fields: fields, kind: kind, period: period.id, explanation: text)
        }
        return plain
    }
}

/// The field of an explanation's record.
public enum ExplanationField {
    /// What a person says about a fault that may stand.
    public static let text = FieldID(trusted: "text")

    static let rules = [PeriodField.built(text, "说明", "Explanation", .text(maximum: 2_000))]
}

extension Plan {
    /// The collections that ``PlanCheck`` reads of a unit; those that the city publishes also of the city.
    public var judged: [CollectionID] {
        let rules = collections.values.filter { $0.origin == .declared }
        let demanding = rules.filter { rule in
            rule.id == CollectionRule.explanations || !rule.checks.isEmpty || !rule.unique.isEmpty
                || !rule.referred.isEmpty || rule.fields.contains(where: \.required)
        }
        let folded = (checks + rules.flatMap(\.checks)).flatMap(\.condition.collections)
        return reach(from: demanding.map(\.id) + folded)
    }

    /// Whether the plan demands anything of a report besides its fields' types.
    public var demandsAnything: Bool {
        let isPlausibility = plausibility != PlausibilityRule()
        return isPlausibility || !checks.isEmpty
            || collections.values.contains { rule in
                !rule.checks.isEmpty || !rule.unique.isEmpty || rule.fields.contains(where: \.required)
                    || rule.origin == .declared && !rule.referred.isEmpty
            }
    }
}
