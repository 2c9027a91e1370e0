// What is due by the plan's rules, to whom, and why: from the records that the rules are about, in the order of the
// events' days, so that whoever computes it comes to the same. 时间从新: of several rules of one matter the newest in
// force on the day applies. 标准从高: on one day the higher goes first. 奖励补贴不重复: what was due before for the same
// is not due again, as far as the plan's settings say.

/// The rewards that records give rise to.
public struct RewardBook {
    /// Every rule and record that fit, in the order of units, rules and days.
    public private(set) var entries: [RewardEntry] = []

    private let plan: Plan
    private let figures: FigureTable
    private let payments: [Payee: [FigureTable.Record]]

    /// Computes what is due from all records of these units.
    ///
    /// `figures`: with all records. `period`: at whose end conditions are judged.
    public init(plan: Plan, figures: FigureTable, period: Period) {
        self.plan = plan
        self.figures = figures
        payments = Self.payments(plan, figures)
        let evaluation = FormulaEvaluation(plan: plan, figures: figures)
        for rule in plan.rewards.rules {
            for tenant in plan.tenants {
                for record in figures.records(tenant.id, rule.collection) {
                    var scope = FormulaEvaluation.Scope(tenant: tenant.id, period: period)
                    scope.record = record
                    if let entry = entry(rule, record, scope, evaluation) { entries.append(entry) }
                }
            }
        }
        excludeRenewals()
        share()
    }

    // MARK: One record

    private func entry(
        _ rule: RewardRule, _ record: FigureTable.Record, _ scope: FormulaEvaluation.Scope,
        _ evaluation: FormulaEvaluation
    ) -> RewardEntry? {
        var gaps: [FieldID] = []
        switch evaluation.value(rule.condition.expression, scope) {
        case .flag(true): break
        case .missing(let missing): gaps += missing.map(\.element)
        default: return nil
        }
        var recipient: String?
        if case .text(let text) = evaluation.value(rule.recipient.expression, scope) {
            recipient = text
        } else {
            gaps += rule.recipient.elements
        }
        let day = record.fields[rule.day].flatMap { try? CalendarDate($0.shown) }
        if day == nil { gaps.append(rule.day) }
        var standard = Rational.zero
        switch amount(rule, scope, evaluation) {
        case .number(let amount): standard = amount
        case .missing(let missing): gaps += missing.map(\.element)
        default: gaps.append(rule.day)
        }
        var entry = RewardEntry(
            rule: rule, tenant: scope.tenant, record: record.key, recipient: recipient, day: day, standard: standard,
            standing: .due)
        entry.claim = claim(entry)
        if let day { entry.standing = inForce(rule, on: day) }
        if entry.standing == .due, let formula = rule.standing {
            switch evaluation.value(formula.expression, scope) {
            case .flag(true): break
            case .missing(let missing): gaps += missing.map(\.element)
            default: entry.standing = .lapsed
            }
        }
        if !gaps.isEmpty {
            entry.standing = .unclear(gaps.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
        if entry.standing == .due, let state = entry.claim?.state, isRefused(state, of: entry) {
            entry.standing = .refused
        }
        return entry
    }

    private func amount(
        _ rule: RewardRule, _ scope: FormulaEvaluation.Scope, _ evaluation: FormulaEvaluation
    ) -> Evaluated {
        switch rule.standard {
        case .fixed(let amount): return .number(amount)
        case .cap(let formula, let most):
            guard case .number(let figure) = evaluation.value(formula.expression, scope) else {
                return evaluation.value(formula.expression, scope)
            }
            return .number(figure < most ? figure : most)
        case .share(let formula, let percent):
            guard case .number(let figure) = evaluation.value(formula.expression, scope) else {
                return evaluation.value(formula.expression, scope)
            }
            return (figure * percent / Rational(100)).map(Evaluated.number) ?? .undefined
        }
    }

    /// Whether a rule is the one that applies on a day.
    private func inForce(_ rule: RewardRule, on day: CalendarDate) -> RewardEntry.Standing {
        if let from = rule.from, day < from { return .beforeRule(from) }
        if let until = rule.until, day > until { return .afterRule(until) }
        let newer = plan.rewards.rules.filter { other in
            guard other.matter == rule.matter, other.id != rule.id, let from = other.from, from <= day else {
                return false
            }
            if let until = other.until, day > until { return false }
            return rule.from.map { from > $0 } ?? true
        }
        return newer.last.map { .newerRule($0.id) } ?? .due
    }

    private func claim(_ entry: RewardEntry) -> RewardEntry.Claim? {
        guard let (claims, key) = plan.rewards.claim(entry.rule, on: entry.record, in: plan) else { return nil }
        let record = figures.record(entry.tenant, key.collection, key.key)
        func figure(_ field: FieldID?) -> Rational? {
            guard let field else { return nil }
            return record?.fields[field]?.amount.map { Rational($0) }
        }
        let workflow = plan.collection(claims.collection)?.workflow
        let state = workflow.map { record?.fields[$0.field]?.shown ?? $0.initial }
        return RewardEntry.Claim(
            record: key, asked: figure(claims.asked), approved: figure(claims.approved),
            payments: payments(claims.paid, of: key, record, entry.tenant), other: figure(claims.other),
            state: record == nil ? nil : state)
    }

    /// The payments for a claim by day; those without an amount are none yet.
    private func payments(
        _ paid: RewardClaims.Paid, of claim: RecordKey, _ record: FigureTable.Record?, _ tenant: TenantID
    ) -> [RewardEntry.Payment] {
        let found: [RewardEntry.Payment]
        switch paid {
        case .fields(let amount, let day, let voucher):
            found = [payment(record, amount, day, voucher, nil)].compactMap(\.self)
        case .records(let rule):
            found = (payments[Payee(tenant: tenant, rule: rule.claim, claim: claim)] ?? []).compactMap {
                payment($0, rule.amount, rule.day, rule.voucher, rule.corrects)
            }
        }
        return found.sorted { one, other in
            let (first, second) = (one.day?.description ?? "", other.day?.description ?? "")
            return (first, one.record) < (second, other.record)
        }
    }

    private func payment(
        _ record: FigureTable.Record?, _ amount: FieldID, _ day: FieldID?, _ voucher: FieldID?, _ corrects: FieldID?
    ) -> RewardEntry.Payment? {
        guard let record, let sum = record.fields[amount]?.amount else { return nil }
        func text(_ field: FieldID?) -> String? {
            guard let field else { return nil }
            return record.fields[field]?.shown
        }
        return RewardEntry.Payment(
            record: record.key, amount: Rational(sum), day: text(day).flatMap { try? CalendarDate($0) },
            voucher: text(voucher), corrects: text(corrects))
    }

    private struct Payee: Hashable {
        let tenant: TenantID
        let rule: FieldID
        let claim: RecordKey
    }

    /// All payment records by the claim that they refer to: read once.
    private static func payments(_ plan: Plan, _ figures: FigureTable) -> [Payee: [FigureTable.Record]] {
        var found: [Payee: [FigureTable.Record]] = [:]
        for entry in plan.rewards.claims {
            guard case .records(let rule) = entry.paid else { continue }
            for tenant in plan.tenants {
                for record in figures.records(tenant.id, rule.collection) {
                    guard let text = record.fields[rule.claim]?.shown,
                        let claim = try? RecordKey(collection: entry.collection, key: text)
                    else { continue }
                    found[Payee(tenant: tenant.id, rule: rule.claim, claim: claim), default: []].append(record)
                }
            }
        }
        return found
    }

    private func isRefused(_ state: String, of entry: RewardEntry) -> Bool {
        plan.rewards.claim(entry.rule, on: entry.record, in: plan)?.claims.refused.contains(state) ?? false
    }

    // MARK: All together

    /// The order in which events are looked at: by day, the higher standard first, then by name.
    private func isBefore(_ one: RewardEntry, _ other: RewardEntry) -> Bool {
        let (first, second) = (one.day?.description ?? "", other.day?.description ?? "")
        if first != second { return first < second }
        if one.standard != other.standard { return one.standard > other.standard }
        return (one.rule.id, one.tenant.rawValue, one.record.key)
            < (other.rule.id, other.tenant.rawValue, other.record.key)
    }

    /// Of the events of one matter and recipient only the first counts, also where no rule was in force for it.
    private mutating func excludeRenewals() {
        struct Case: Hashable {
            let matter: String
            let recipient: String
        }
        var first: [Case: RewardEntry] = [:]
        for entry in entries.sorted(by: isBefore) {
            guard entry.rule.isOnce, let recipient = entry.recipient, entry.day != nil else { continue }
            let name = Case(matter: entry.rule.matter, recipient: recipient)
            if first[name] == nil { first[name] = entry }
        }
        entries = entries.map { entry in
            guard entry.rule.isOnce, [.due, .lapsed].contains(entry.standing), let recipient = entry.recipient,
                let earlier = first[Case(matter: entry.rule.matter, recipient: recipient)],
                earlier.record != entry.record || earlier.tenant != entry.tenant
            else { return entry }
            var renewal = entry
            renewal.standing = .renewal(of: earlier.record, earlier.tenant, earlier.day)
            return renewal
        }
    }

    /// Gives each its due, in order, less what was due before for the same.
    private mutating func share() {
        var before: [String: [RewardEntry]] = [:]
        var done: [(offset: Int, element: RewardEntry)] = []
        for numbered in entries.enumerated().sorted(by: { isBefore($0.element, $1.element) }) {
            var entry = numbered.element
            if entry.standing == .due {
                let pool = pool(of: entry)
                entry.deductions = deductions(from: entry, before[pool] ?? [])
                let less = entry.deductions.reduce(Rational.zero) { $0 + $1.amount }
                entry.due = less < entry.standard ? entry.standard - less : .zero
                before[pool, default: []].append(entry)
            }
            done.append((numbered.offset, entry))
        }
        entries = done.sorted { $0.offset < $1.offset }.map(\.element)
    }

    /// The name of what is not due twice.
    private func pool(of entry: RewardEntry) -> String {
        let who = entry.recipient ?? ""
        guard let group = entry.rule.group else { return "matter\t\(entry.rule.matter)\t\(who)" }
        switch plan.rewards.settings.scope {
        case .matter: return "matter\t\(entry.rule.matter)\t\(who)"
        case .year: return "group\t\(group)\t\(entry.day?.year ?? 0)\t\(who)"
        case .plan: return "group\t\(group)\t\(who)"
        }
    }

    private func deductions(from entry: RewardEntry, _ earlier: [RewardEntry]) -> [RewardEntry.Deduction] {
        var found: [RewardEntry.Deduction] = []
        if plan.rewards.settings.countsOtherLevels, let other = entry.claim?.other, other > .zero,
            let claim = entry.claim
        {
            found.append(
                RewardEntry.Deduction(rule: "", record: claim.record, day: nil, amount: other, paid: other))
        }
        for one in earlier where one.due > .zero {
            let isHigher = one.standard >= entry.standard
            let amount: Rational
            switch plan.rewards.settings.lower {
            case .deduct: amount = one.due
            case .payFull: amount = isHigher ? entry.standard : .zero
            case .exclude: amount = entry.standard
            }
            guard amount > .zero else { continue }
            found.append(
                RewardEntry.Deduction(
                    rule: one.rule.id, record: one.record, day: one.day, amount: amount, paid: one.claim?.paid,
                    payments: one.claim?.payments ?? []))
        }
        return found
    }
}
