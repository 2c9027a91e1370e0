package import PlanSyncCore

/// The payment list of rewards (拨付清单): who gets how much by which rule, with the total in figures and in words.
package struct PaymentSheet: Sendable {
    private let view: LocalView
    private let say: Wording

    /// Sheets of what this view shows.
    package init(_ view: LocalView, _ wording: Wording) {
        self.view = view
        say = wording
    }

    /// The rewards of which something is open, or was paid too much.
    package func sheet(_ entries: [RewardEntry]) -> Sheet {
        let heads = [
            say("序号", "No."), say("单位", "Unit"), say("对象", "Recipient"), say("事项", "Reward"), say("依据", "Rule"),
            say("日期", "Day"), say("应奖", "Due"), say("审定", "Approved"), say("已拨付", "Paid"), say("应拨付", "Payable"),
            say("计量单位", "Unit of measure"), say("说明", "Why"),
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        var total = Rational.zero
        for entry in entries where !entry.payable.isZero {
            let open = entry.payable
            total = total + open * Measure(entry.rule.unit).factor
            rows.append([
                .figure("\(rows.count)"), .text(view.plan.tenant(entry.tenant).map { say($0.name) } ?? ""),
                .text(recipient(entry)), .text(entry.key), .text(say(entry.rule.name)),
                entry.day.map { .day($0.description) } ?? .empty, .figure(entry.due.shown(6)),
                entry.claim?.approved.map { .figure($0.shown(6)) } ?? .empty,
                entry.claim?.paid.map { .figure($0.shown(6)) } ?? .empty, .figure(open.shown(6)),
                .text(entry.rule.unit), .text(RewardSentence.reason(entry, view.plan, say)),
            ])
        }
        let words = Self.words(total, in: "元")
        let empty = [SheetCell](repeating: .empty, count: 8)
        rows.append([.text(say("合计", "Together"))] + empty + [.figure(total.shown(2)), .text("元")])
        rows.append([.text(say("合计（大写）", "In words")), .text("人民币\(words)")])
        return Sheet(name: say("拨付清单", "payments"), rows: rows)
    }

    /// The payments that were made in a year, or in all (拨付明细): one row a payment, by day, each amount in words, and
    /// the total.
    package func paid(_ entries: [RewardEntry], in year: Int? = nil) -> Sheet {
        let heads = [
            say("序号", "No."), say("拨付日期", "Paid on"), say("凭证号", "Voucher"), say("单位", "Unit"),
            say("对象", "Recipient"), say("事项", "Reward"), say("依据", "Rule"), say("金额", "Amount"),
            say("计量单位", "Unit of measure"), say("金额大写", "In words"), say("更正", "Corrects"), say("编号", "Key"),
        ]
        var made: [(entry: RewardEntry, payment: RewardEntry.Payment)] = []
        for entry in entries {
            for one in entry.claim?.payments ?? [] where year == nil || one.day?.year == year {
                made.append((entry, one))
            }
        }
        made.sort { one, other in
            (one.payment.day?.description ?? "", one.payment.record)
                < (other.payment.day?.description ?? "", other.payment.record)
        }
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        var total = Rational.zero
        for (entry, one) in made {
            total = total + one.amount * Measure(entry.rule.unit).factor
            rows.append([
                .figure("\(rows.count)"), one.day.map { .day($0.description) } ?? .empty, .text(one.voucher ?? ""),
                .text(view.plan.tenant(entry.tenant).map { say($0.name) } ?? ""), .text(recipient(entry)),
                .text(entry.key), .text(say(entry.rule.name)), .figure(one.amount.shown(6)), .text(entry.rule.unit),
                .text(Self.words(one.amount, in: entry.rule.unit)), .text(one.corrects ?? ""), .text(one.record.key),
            ])
        }
        rows.append(
            [.text(say("合计", "Together"))] + [SheetCell](repeating: .empty, count: 6)
                + [.figure(total.shown(2)), .text("元")])
        rows.append([.text(say("合计（大写）", "In words")), .text("人民币" + Self.words(total, in: "元"))])
        return Sheet(name: say("拨付明细", "paid"), rows: rows)
    }

    /// What is due, asked for, approved and paid by rule and year.
    package func years(_ entries: [RewardEntry]) -> Sheet {
        let heads = [
            say("条款", "Rule"), say("名称", "Name"), say("年度", "Year"), say("计量单位", "Unit of measure"),
            say("应奖", "Due"), say("申请", "Claimed"), say("审定", "Approved"), say("已拨付", "Paid"),
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        for row in RewardYears(entries, of: view.plan).rows {
            rows.append(
                [
                    .text(row.rule.id), .text(say(row.rule.name)), row.year.map { .figure("\($0)") } ?? .empty,
                    .text(row.rule.unit),
                ] + [row.due, row.asked, row.approved, row.paid].map { .figure($0.shown(6)) })
        }
        return Sheet(name: say("分条款分年度", "by rule and year"), rows: rows)
    }

    /// An amount in words; of one below zero with 负 before it.
    package static func words(_ amount: Rational, in unit: String) -> String {
        let isBelow = amount < .zero
        let words = ChineseMoney.words(isBelow ? Rational.zero - amount : amount, in: unit) ?? "-"
        return (isBelow ? "负" : "") + words
    }

    /// The name of a company where its key stands.
    private func recipient(_ entry: RewardEntry) -> String {
        guard let key = entry.recipient else { return "" }
        for rule in view.plan.collections.values.sorted(by: { $0.id < $1.id }) where rule.key == [.uscc] {
            guard let record = try? RecordKey(collection: rule.id, key: key),
                let title = rule.fields.first(where: { $0.required }),
                let name = view.record(record, of: entry.tenant)[title.id]?.value?.shown
            else { continue }
            return "\(name) \(key)"
        }
        return key
    }
}
