package import PlanSyncCore

/// What is due for a record, and why, in one sentence.
package enum RewardSentence {
    /// The sentence.
    package static func of(_ entry: RewardEntry, _ plan: Plan, _ say: Wording) -> String {
        let head = "\(recipient(entry, plan, say)): \(entry.rule.id) \(say(entry.rule.name))"
        let day = entry.day.map { " \($0)" } ?? ""
        return head + say("(\(entry.record)\(day)),", " (\(entry.record)\(day)), ") + reason(entry, plan, say)
            + claimed(entry, say)
    }

    /// Why so much is due, without the names.
    package static func reason(_ entry: RewardEntry, _ plan: Plan, _ say: Wording) -> String {
        let unit = entry.rule.unit
        switch entry.standing {
        case .due:
            let standard = amount(entry.standard, unit, say)
            let due = amount(entry.due, unit, say)
            if entry.deductions.isEmpty { return say("应奖 \(due)", "\(due) due") }
            let less = entry.deductions.map { deduction($0, unit, say) }.joined(separator: say("、", "; "))
            return say("标准 \(standard)，扣除已享受的 \(less)，应奖 \(due)", "\(standard) less \(less): \(due) due")
        case .beforeRule(let from):
            return say("不奖：发生在规定施行日 \(from) 之前", "nothing due: it was before the rule's first day, \(from)")
        case .afterRule(let until):
            return say("不奖：发生在规定截止日 \(until) 之后", "nothing due: it was after the rule's last day, \(until)")
        case .newerRule(let id):
            return say("不按本条：当日已施行较新的 \(id)（时间从新）", "not by this rule: the newer \(id) was in force on the day")
        case .renewal(let record, _, let day):
            let first = day.map { "\(record) \($0)" } ?? "\(record)"
            return say("不奖：不是首次，首次为 \(first)", "nothing due: not the first time, which was \(first)")
        case .lapsed:
            return say("不奖：依据的记录已失效", "nothing due: what it rests on is not in force")
        case .refused: return say("不奖：申请已被退回", "nothing due: the claim was refused")
        case .unclear(let fields):
            let names = fields.map { field in
                plan.field(field, of: entry.record.collection).map { say($0.name) } ?? field.rawValue
            }
            return say(
                "暂不能确定：缺\(names.joined(separator: "、"))", "not clear yet: \(names.joined(separator: ", ")) is missing")
        }
    }

    private static func deduction(_ one: RewardEntry.Deduction, _ unit: String, _ say: Wording) -> String {
        let figure = amount(one.amount, unit, say)
        guard !one.rule.isEmpty else { return say("\(figure)（其他级别）", "\(figure) of other levels") }
        let place = "\(one.rule), \(one.record)" + (one.day.map { ", \($0)" } ?? "")
        guard let paid = one.paid else { return "\(figure) (\(place))" }
        let named = one.payments.map { payment($0, isAlone: one.payments.count == 1, say) }
            .filter { !$0.isEmpty }.joined(separator: say("、", ", "))
        guard paid >= one.amount else {
            let part = say("，已拨付 \(paid.shown(6))", ", \(paid.shown(6)) paid")
            return "\(figure) (\(place)\(part)\(named.isEmpty ? "" : say("：", ": "))\(named))"
        }
        let rest = named.isEmpty ? "" : say("，", ", ") + named
        return say("\(figure)（已拨付：\(place)\(rest)）", "\(figure) already paid (\(place)\(rest))")
    }

    /// A payment by its voucher, else by its day, with its amount where there are several.
    static func payment(_ one: RewardEntry.Payment, isAlone: Bool, _ say: Wording) -> String {
        guard let name = one.voucher ?? one.day?.description else { return "" }
        let day = one.voucher == nil ? nil : one.day
        let amount = isAlone ? "" : say(" \(one.amount.shown(6))", " of \(one.amount.shown(6))")
        return say("凭证 \(name)", "payment \(name)") + amount + (day.map { say("(\($0))", " on \($0)") } ?? "")
    }

    private static func claimed(_ entry: RewardEntry, _ say: Wording) -> String {
        guard let claim = entry.claim, claim.isMade else {
            return entry.due > .zero ? say("；尚未申请。", "; not claimed yet.") : say("。", ".")
        }
        func part(_ zh: String, _ en: String, _ figure: Rational?) -> String {
            figure.map { say("；\(zh) \($0.shown(6))", "; \($0.shown(6)) \(en)") } ?? ""
        }
        var text = part("已申请", "claimed", claim.asked)
        text += part("已审定", "approved", claim.approved) + part("已拨付", "paid", claim.paid)
        let named = claim.payments.map { payment($0, isAlone: claim.payments.count == 1, say) }.filter { !$0.isEmpty }
        if !named.isEmpty { text += say("(\(named.joined(separator: "、")))", " (\(named.joined(separator: ", ")))") }
        if entry.isPartlyPaid {
            text += say("；尚余 \(entry.payable.shown(6)) 待拨付", "; \(entry.payable.shown(6)) still to be paid")
        }
        if let difference = entry.difference, difference != .zero {
            text += say("；申请与应奖相差 \(difference.shown(6))", "; the claim differs from it by \(difference.shown(6))")
        }
        if entry.open < .zero {
            let over = (Rational.zero - entry.open).shown(6)
            text += say("；多付 \(over)，请定是否收回", "; \(over) too much was paid, decide whether to claim it back")
        }
        return text + say("。", ".")
    }

    private static func amount(_ figure: Rational, _ unit: String, _ say: Wording) -> String {
        "\(figure.shown(6)) \(unit)"
    }

    /// Who gets it, by name where the records say it.
    package static func recipient(_ entry: RewardEntry, _ plan: Plan, _ say: Wording) -> String {
        let unit = plan.tenant(entry.tenant).map { say($0.name) } ?? entry.tenant.rawValue
        return "\(unit) \(entry.recipient ?? "-")"
    }
}
