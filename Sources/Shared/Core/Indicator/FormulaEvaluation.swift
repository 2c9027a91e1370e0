// Works formulas out over figures and records, for one plan and one table. The same on the server and offline. Every
// way through it is bounded: formulas by their parser, indicators by being free of circles, records by their number.

/// Works formulas out, and remembers what it came to.
final class FormulaEvaluation {
    /// What was read on the way, in order.
    enum Reading: Equatable {
        case element(TenantID, PeriodID, FieldID)
        case record(RecordKey, TenantID, PeriodID, Standing)
    }

    /// What a record did to a count or a sum.
    enum Standing: Equatable {
        /// It counts, with this figure.
        case counted(Rational?)
        /// It stands behind one that counts.
        case supports
        /// Whether it counts is not known: a field of it is missing.
        case unclear([FieldID])
    }

    /// Where a formula stands.
    struct Scope {
        let tenant: TenantID
        let period: Period
        var record: FigureTable.Record?
        /// Whether `increment` elements stand for themselves: inside of `year_to_date`.
        var isRaw = false
    }

    /// What an indicator comes to in one unit, before it is compared with anything.
    struct Parts {
        var numerator: Rational?
        var denominator: Rational?
        var beside: Rational?
        var missing: [IndicatorFigure.Missing] = []
        var disputed = false
    }

    /// Nodes that one figure may cost.
    static let stepsMax = 20_000_000

    let plan: Plan
    private(set) var figures: FigureTable
    private(set) var readings: [Reading] = []
    private var isTracing: Bool
    private var isDisputed = false
    private var steps = 0
    private var depth = 0
    private var memo: [Place: Parts] = [:]
    private var referring: [Reference: [String: [FigureTable.Record]]] = [:]

    private struct Place: Hashable {
        let indicator: IndicatorID
        let tenant: TenantID
        let period: PeriodID
    }

    private struct Reference: Hashable {
        let tenant: TenantID
        let collection: CollectionID
        let field: FieldID
    }

    init(plan: Plan, figures: FigureTable, tracing: Bool = false) {
        self.plan = plan
        self.figures = figures
        isTracing = tracing
    }

    // MARK: Indicators

    /// The parts of an indicator in one unit; of the city, those of the records that the city itself keeps.
    func parts(_ indicator: Indicator, of tenant: TenantID, in period: Period) -> Parts {
        let place = Place(indicator: indicator.id, tenant: tenant, period: period.id)
        if !isTracing, let known = memo[place] {
            isDisputed = isDisputed || known.disputed
            return known
        }
        let outer = isDisputed
        isDisputed = false
        if depth == 0 { steps = 0 }
        depth += 1
        defer { depth -= 1 }
        var parts = Parts()
        let scope = Scope(tenant: tenant, period: period)
        for (isTop, formula) in [(true, indicator.numerator), (false, indicator.denominator)] {
            guard let formula else { continue }
            switch value(formula.expression, scope) {
            case .number(let value): if isTop { parts.numerator = value } else { parts.denominator = value }
            case .missing(let gaps): for gap in gaps where !parts.missing.contains(gap) { parts.missing.append(gap) }
            default: break
            }
        }
        if let beside = indicator.beside, case .number(let value) = value(beside.expression, scope) {
            parts.beside = value
        }
        parts.disputed = isDisputed
        isDisputed = outer || parts.disputed
        if !isTracing { memo[place] = parts }
        return parts
    }

    /// Takes a cell in and forgets what depends on it: of its tenant, and where the city publishes it, of all.
    func take(_ key: CellKey, value: FieldValue?, disputed: Bool, touching indicators: Set<IndicatorID>) {
        figures.insert(key, value: value, disputed: disputed)
        let isOfAll = key.tenant == .city
        memo = memo.filter { !indicators.contains($0.key.indicator) || ($0.key.tenant != key.tenant && !isOfAll) }
        referring = referring.filter {
            $0.key.collection != key.record.collection || ($0.key.tenant != key.tenant && !isOfAll)
        }
    }

    // MARK: Expressions

    /// What an expression comes to in a scope.
    func value(_ expression: Expression, _ scope: Scope) -> Evaluated {
        steps += 1
        guard steps <= Self.stepsMax else { return .undefined }
        return FormulaArithmetic.value(of: expression) { name in
            self.value(of: name, scope)
        } special: { special in
            self.special(special, scope)
        }
    }

    private func special(_ expression: Expression, _ scope: Scope) -> Evaluated {
        switch expression {
        case .call(.previous, let arguments):
            guard let argument = arguments.first else { return .undefined }
            if let record = scope.record { return earlier(argument, than: record, scope) }
            guard let before = plan.periods.before(scope.period) else {
                return .missing(
                    argument.outerNames.compactMap { name in
                        name.id.map { IndicatorFigure.Missing(tenant: scope.tenant, element: $0) }
                    })
            }
            return value(argument, Scope(tenant: scope.tenant, period: before, isRaw: scope.isRaw))
        case .call(.yearToDate, let arguments):
            guard let argument = arguments.first else { return .undefined }
            let values = plan.periods.year(to: scope.period).map {
                value(argument, Scope(tenant: scope.tenant, period: $0, isRaw: true))
            }
            if let lack = Evaluated.lack(values) { return lack }
            return .number(
                values.reduce(.zero) { sum, value in
                    if case .number(let amount) = value { sum + amount } else { sum }
                })
        case .call(.workdaysBetween, let arguments): return workdays(arguments.map { value($0, scope) })
        case .fold(let fold, let name, let each, let reference?, let condition):
            return tally(fold, Subject(name: name, each: each), by: reference, condition, scope)
        case .fold(let fold, let name, let each, nil, let condition):
            return self.fold(fold, Subject(name: name, each: each), condition, scope)
        default: return .undefined
        }
    }

    private func workdays(_ days: [Evaluated]) -> Evaluated {
        if let lack = Evaluated.lack(days) { return lack }
        guard let start = days.first.flatMap(FormulaArithmetic.day), let end = days.last.flatMap(FormulaArithmetic.day)
        else { return .undefined }
        return .number(Rational(plan.workCalendar.workdays(after: start, to: end)))
    }

    /// What an expression comes to for the same record of the period before: that with the same key but for the period.
    private func earlier(_ argument: Expression, than record: FigureTable.Record, _ scope: Scope) -> Evaluated {
        let key = record.key
        guard let rule = plan.collection(key.collection), let index = rule.key.firstIndex(of: .period) else {
            return .undefined
        }
        var parts = CollectionRule.split(key.key, into: rule.key.count)
        guard parts.indices.contains(index), let period = plan.periods.period(parts[index]),
            let before = plan.periods.before(period)
        else { return lacking(argument, record) }
        parts[index] = before.id.rawValue
        guard let other = figures.record(record.tenant, key.collection, parts.joined(separator: ":")) else {
            return lacking(argument, record)
        }
        return value(argument, Scope(tenant: scope.tenant, period: before, record: other, isRaw: scope.isRaw))
    }

    private func lacking(_ argument: Expression, _ record: FigureTable.Record) -> Evaluated {
        .missing(
            argument.outerNames.compactMap { name in
                name.id.map { IndicatorFigure.Missing(tenant: record.tenant, element: $0, record: record.key) }
            })
    }

    // MARK: Names

    private func value(of name: Expression.Name, _ scope: Scope) -> Evaluated {
        if let builtIn = Formula.BuiltInName(rawValue: name.text) { return value(of: builtIn, scope) }
        if let record = scope.record { return field(name, of: record) }
        guard let id = name.id else { return .undefined }
        guard plan.field(id, of: CollectionRule.values) == nil else { return element(id, scope) }
        guard let indicator = plan.indicators.first(where: { $0.id.rawValue == name.text }) else { return .undefined }
        let parts = self.parts(indicator, of: scope.tenant, in: scope.period)
        if !parts.missing.isEmpty { return .missing(parts.missing) }
        return indicator.value(of: parts).map(Evaluated.number) ?? .undefined
    }

    private func value(of name: Formula.BuiltInName, _ scope: Scope) -> Evaluated {
        let period = scope.period
        return switch name {
        case .id: .text(period.id.rawValue)
        case .start: .text(period.firstDay)
        case .end: .text(period.lastDay.description)
        case .year: .number(Rational(period.year))
        case .index: .number(Rational(period.indexInYear))
        case .yearStart: .text("\(period.lastDay.description.prefix(4))-01-01")
        case .yearEnd: .text("\(period.lastDay.description.prefix(4))-12-31")
        case .unitID: .text(scope.tenant.rawValue)
        case .unitName: unit(plan.tenant(scope.tenant)?.name.zh, name, scope)
        case .unitCode: unit(plan.tenant(scope.tenant)?.code, name, scope)
        case .unitGroup: unit(plan.tenant(scope.tenant)?.group, name, scope)
        }
    }

    /// What the plan says of a unit; missing where it says nothing.
    private func unit(_ text: String?, _ name: Formula.BuiltInName, _ scope: Scope) -> Evaluated {
        if let text { return .text(text) }
        let id = try? FieldID(name.rawValue)
        return .missing(id.map { [IndicatorFigure.Missing(tenant: scope.tenant, element: $0)] } ?? [])
    }

    /// An element's figure; what a period added (`increment`) is summed over the year's periods so far.
    private func element(_ id: FieldID, _ scope: Scope) -> Evaluated {
        let periods = scope.isRaw ? [scope.period] : plan.periods(readBy: id, in: scope.period)
        var sum = Rational.zero
        var isMissing = false
        for period in periods {
            if isTracing { readings.append(.element(scope.tenant, period.id, id)) }
            guard let figure = figures.figure(scope.tenant, period.id, id) else {
                isMissing = true
                continue
            }
            isDisputed = isDisputed || figure.disputed
            sum = sum + Rational(figure.amount)
        }
        return isMissing ? .missing([IndicatorFigure.Missing(tenant: scope.tenant, element: id)]) : .number(sum)
    }

    /// A field of the record at hand, a part of its key, or a field of a record that it refers to.
    private func field(_ name: Expression.Name, of record: FigureTable.Record) -> Evaluated {
        guard let rule = plan.collection(record.key.collection) else { return .undefined }
        if name.text == "key" { return .text(record.key.key) }
        if let id = name.id, let field = rule.field(id) { return value(of: field, of: record) }
        guard let first = name.parts.first, let rest = name.rest else { return .undefined }
        if first == Self.keyName { return keyPart(rest, of: record, rule) }
        guard let field = rule.field(first), case .reference(let target) = field.kind else { return .undefined }
        guard case .text(let key) = value(of: field, of: record) else {
            return .missing([IndicatorFigure.Missing(tenant: record.tenant, element: first, record: record.key)])
        }
        return follow(key, in: target, rest, from: record, by: first)
    }

    private static let keyName = FieldID(trusted: "key")

    private func keyPart(
        _ name: Expression.Name, of record: FigureTable.Record, _ rule: CollectionRule
    ) -> Evaluated {
        guard let wanted = name.parts.first, let part = rule.keyPart(wanted.rawValue, of: record.key.key, in: plan)
        else { return .undefined }
        guard let rest = name.rest, let target = try? CollectionID(wanted.rawValue) else { return .text(part) }
        return follow(part, in: target, rest, from: record, by: wanted)
    }

    private func follow(
        _ key: String, in collection: CollectionID, _ name: Expression.Name, from record: FigureTable.Record,
        by field: FieldID
    ) -> Evaluated {
        // A record refers to one of its own unit, or to one that the city publishes: all that its unit can see.
        let isPublished = plan.collection(collection)?.published ?? false
        let target =
            figures.record(record.tenant, collection, key)
            ?? (isPublished ? figures.record(.city, collection, key) : nil)
        guard let target else {
            return .missing([IndicatorFigure.Missing(tenant: record.tenant, element: field, record: record.key)])
        }
        return self.field(name, of: target)
    }

    private func value(of field: FieldRule, of record: FigureTable.Record) -> Evaluated {
        if record.disputed.contains(field.id) { isDisputed = true }
        switch record.fields[field.id] {
        case nil:
            return .missing([IndicatorFigure.Missing(tenant: record.tenant, element: field.id, record: record.key)])
        case .flag(let flag)?: return .flag(flag)
        case .members(let members)?: return .members(members)
        case .text(let text)?:
            guard case .amount = field.kind else { return .text(text) }
            return (try? Amount(text)).map { .number(Rational($0)) } ?? .undefined
        }
    }

    // MARK: Records

    /// What of the records is looked at: the collection with a field, or with what stands for each record.
    private struct Subject {
        let name: Expression.Name
        let each: Expression?
    }

    private func fold(
        _ fold: Expression.Fold, _ subject: Subject, _ condition: Expression?, _ scope: Scope
    ) -> Evaluated {
        let name = subject.name
        guard let rule = plan.collection(foldedBy: name), let collection = FieldID(rule.id) else { return .undefined }
        if fold == .exists { return exists(rule, name, condition, scope) }
        let place = IndicatorFigure.Missing(tenant: scope.tenant, element: collection)
        if figures.isOfAccepted, scope.tenant != .city, !figures.isAccepted(scope.tenant, scope.period.id.rawValue) {
            return .missing([place])
        }
        let records = figures.records(scope.tenant, rule.id).filter { record in
            guard figures.isOfAccepted, scope.tenant != .city, let period = plan.period(of: record.key) else {
                return true
            }
            return figures.isAccepted(scope.tenant, period.id.rawValue)
        }
        if fold == .countGiven, records.isEmpty { return .missing([place]) }
        var total = Total(fold: fold)
        for record in records where isChosen(record, condition, scope) { add(record, subject, to: &total, scope) }
        if fold.needsRecords, total.count == 0 { return .missing([place]) }
        return total.value
    }

    /// What the chosen records come to so far.
    private struct Total {
        let fold: Expression.Fold
        var count = 0
        var sum = Rational.zero
        var seen: Set<String> = []
        var figures: [Rational] = []
        var gaps: [Evaluated] = []

        var value: Evaluated {
            if let lack = Evaluated.lack(gaps) { return lack }
            switch fold {
            case .count, .countGiven: return .number(Rational(count))
            case .countDistinct: return .number(Rational(seen.count))
            case .sum, .sumGiven, .exists: return .number(sum)
            case .median: return Rational.median(figures).map(Evaluated.number) ?? .undefined
            }
        }
    }

    private func add(_ record: FigureTable.Record, _ subject: Subject, to total: inout Total, _ scope: Scope) {
        total.count += 1
        let inner = subject.name.rest
        var found = inner.map { field($0, of: record) }
        if let each = subject.each {
            var within = scope
            within.record = record
            found = value(each, within)
        }
        guard total.fold.hasField, let found else { return trace(record, .counted(nil), scope) }
        switch found {
        case .number(let amount):
            total.sum = total.sum + amount
            if total.fold == .median { total.figures.append(amount) }
            total.seen.insert(amount.shown(12))
            trace(record, .counted(total.fold == .countDistinct ? nil : amount), scope)
        case .text(let text):
            total.seen.insert(text)
            trace(record, .counted(nil), scope)
        case let lacking:
            total.gaps.append(lacking)
            trace(record, .unclear((inner ?? subject.each?.outerNames.first)?.id.map { [$0] } ?? []), scope)
        }
    }

    /// Whether a record is known to fulfil a condition; what stands behind it is traced with it.
    private func isChosen(_ record: FigureTable.Record, _ condition: Expression?, _ scope: Scope) -> Bool {
        guard let condition else { return true }
        var inner = scope
        inner.record = record
        let mark = readings.count
        switch value(condition, inner) {
        case .flag(true): return true
        case .missing(let gaps):
            readings.removeSubrange(mark...)
            trace(record, .unclear(gaps.map(\.element)), scope)
        default: readings.removeSubrange(mark...)
        }
        return false
    }

    /// Whether a record of a collection refers to the one at hand by the named field, and fulfils the condition.
    private func exists(
        _ rule: CollectionRule, _ name: Expression.Name, _ condition: Expression?, _ scope: Scope
    ) -> Evaluated {
        guard let record = scope.record, let field = name.rest else { return .undefined }
        let found = referring(rule, field, of: record.tenant)[record.key.key] ?? []
        var unclear: [IndicatorFigure.Missing] = []
        for other in found {
            if let id = field.id, other.disputed.contains(id) { isDisputed = true }
            guard let condition else {
                trace(other, .supports, scope)
                return .flag(true)
            }
            var inner = scope
            inner.record = other
            switch value(condition, inner) {
            case .flag(true):
                trace(other, .supports, scope)
                return .flag(true)
            case .missing(let gaps): unclear += gaps
            default: continue
            }
        }
        return unclear.isEmpty ? .flag(false) : .missing(unclear)
    }

    /// What the records that refer to the one at hand by the named field, and fulfil the condition, come to.
    private func tally(
        _ fold: Expression.Fold, _ subject: Subject, by reference: Expression.Name, _ condition: Expression?,
        _ scope: Scope
    ) -> Evaluated {
        guard let record = scope.record, let rule = plan.collection(foldedBy: subject.name),
            let collection = FieldID(rule.id)
        else { return .undefined }
        let given = referring(rule, reference, of: record.tenant)[record.key.key] ?? []
        var total = Total(fold: fold)
        for other in given where isChosen(other, condition, scope) {
            if let id = reference.id, other.disputed.contains(id) { isDisputed = true }
            // They stand behind the record at hand, which is what counts.
            let wasTracing = isTracing
            isTracing = false
            add(other, subject, to: &total, scope)
            isTracing = wasTracing
            trace(other, .supports, scope)
        }
        let isMissing = fold == .countGiven ? given.isEmpty : fold.needsRecords && total.count == 0
        return isMissing
            ? .missing([IndicatorFigure.Missing(tenant: record.tenant, element: collection, record: record.key)])
            : total.value
    }

    /// The records of a collection by what they refer to.
    private func referring(
        _ rule: CollectionRule, _ field: Expression.Name, of tenant: TenantID
    ) -> [String: [FigureTable.Record]] {
        guard let id = field.id else { return [:] }
        let place = Reference(tenant: tenant, collection: rule.id, field: id)
        if let known = referring[place] { return known }
        // The index is made once; a dispute is noted by whoever looks a record up.
        let wasDisputed = isDisputed
        defer { isDisputed = wasDisputed }
        var index: [String: [FigureTable.Record]] = [:]
        for record in figures.records(tenant, rule.id) {
            if case .text(let key) = self.field(field, of: record) { index[key, default: []].append(record) }
        }
        referring[place] = index
        return index
    }

    private func trace(_ record: FigureTable.Record, _ standing: Standing, _ scope: Scope) {
        if isTracing { readings.append(.record(record.key, record.tenant, scope.period.id, standing)) }
    }
}

extension FieldID {
    /// The name of a collection, where it stands for all of it among what is missing.
    fileprivate init?(_ collection: CollectionID) {
        guard let id = try? FieldID(collection.rawValue) else { return nil }
        self = id
    }
}

extension Plan {
    /// The declared collection that a fold reads.
    func collection(foldedBy name: Expression.Name) -> CollectionRule? {
        guard let first = name.text.split(separator: ".").first, let id = try? CollectionID(first) else { return nil }
        return collection(id)
    }
}

extension CollectionRule {
    /// A part of a record's key by its name.
    func keyPart(_ name: String, of key: String, in plan: Plan) -> String? {
        guard let index = self.key.firstIndex(where: { $0.rawValue == name }) else { return nil }
        let parts = Self.split(key, into: self.key.count)
        return parts.indices.contains(index) ? parts[index] : nil
    }

    /// The parts of a key; the last takes what is left.
    static func split(_ key: String, into count: Int) -> [String] {
        key.split(separator: ":", maxSplits: max(0, count - 1), omittingEmptySubsequences: false).map(String.init)
    }
}
