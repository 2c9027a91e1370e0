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
        for entry in entries where !payable(entry).isZero {
            let open = payable(entry)
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
        let words = ChineseMoney.words(total) ?? "-"
        let empty = [SheetCell](repeating: .empty, count: 8)
        rows.append([.text(say("合计", "Together"))] + empty + [.figure(total.shown(2)), .text("元")])
        rows.append([.text(say("合计(大写)", "In words")), .text("人民币\(words)")])
        return Sheet(name: say("拨付清单", "payments"), rows: rows)
    }

    /// What was approved, else what is due, less what was paid.
    private func payable(_ entry: RewardEntry) -> Rational {
        let due = entry.claim?.approved.map { $0 < entry.due ? $0 : entry.due } ?? entry.due
        return due - (entry.claim?.paid ?? .zero)
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
