import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

extension RewardsCommand {
    /// Enters a payment.
    struct Pay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter a payment for a claim, or a correction of one; saved here, sent by 'plansync sync'.",
            discussion: """
                As many payments as are made: each is a record of its own that nobody changes or deletes. What was \
                entered wrongly is corrected by a further one, with a minus, that names it and says why. No more can \
                be paid than is due and approved. The last payment takes the claim to the state of what is paid, a \
                correction takes it back.

                EXAMPLES:
                  plansync rewards pay r2:KEY --tenant 411724 --amount 10 --day 2019-12-20 --voucher 2019-114
                  plansync rewards pay r2:KEY --tenant 411724 --amount=-10 --corrects PAYMENT --note "paid twice"
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "RULE:RECORD.")
        var key: String

        @Option(help: "The unit, where several have such a record.")
        var tenant: String?

        @Option(help: "How much, in the unit of the reward; of a correction with a minus, as --amount=-10.")
        var amount: String

        @Option(help: "On which day; without it today.")
        var day: String?

        @Option(help: "The number of the voucher.")
        var voucher: String?

        @Option(help: "The key of the payment that it corrects, as 'plansync rewards explain' lists it.")
        var corrects: String?

        @Option(help: "Why, in your words; of a correction it must be there.")
        var note: String?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let entry = try RewardsCommand.entry(key, tenant: tenant, view)
            let today = view.plan.localDay(of: Environment.now()).description
            let form = PaymentForm(
                amount: amount, day: day ?? today, voucher: voucher ?? "", corrects: corrects ?? "")
            try EditSaving.save(options, note: note) { editing throws(EditError) in try editing.pay(entry, form) }
        }
    }

    /// Sums by rule and year.
    struct Totals: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sum what is due, claimed, approved and paid by rule and year.",
            discussion: """
                What is due, claimed and approved is of the year of its event, what was paid of that of the payment.

                EXAMPLES:
                  plansync rewards totals
                  plansync rewards totals --json
                """)

        @OptionGroup var options: CommandOptions

        @Option(help: "One unit.")
        var tenant: String?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let unit = try tenant.map { try AggregateCommand.unit($0, view) }
            let entries = try RewardsCommand.book(view).entries.filter { unit == nil || $0.tenant == unit }
            let rows = RewardYears(entries, of: view.plan).rows
            options.json ? json(rows, view) : text(rows)
        }

        private func text(_ rows: [RewardYears.Row]) {
            let say = options.wording
            guard !rows.isEmpty else { return Console.line(say("没有奖补事项。", "There are no rewards.")) }
            var table = TextTable(
                [
                    say("条款", "Rule"), say("名称", "Name"), say("年度", "Year"), say("单位", "Unit"),
                    say("应奖", "Due"), say("申请", "Claimed"), say("审定", "Approved"), say("拨付", "Paid"),
                ], rightAligned: Set(4...7))
            for row in rows {
                table.add(
                    [row.rule.id, say(row.rule.name), row.year.map(String.init) ?? "-", row.rule.unit]
                        + [row.due, row.asked, row.approved, row.paid].map { $0.shown(6) })
            }
            Console.table(table)
        }

        private func json(_ rows: [RewardYears.Row], _ view: LocalView) {
            Console.json { writer in
                writer.member("plan", view.plan.id.rawValue)
                writer.member(
                    "totals",
                    array: { writer in
                        for row in rows {
                            writer.object { writer in
                                writer.member("rule", row.rule.id)
                                writer.member("year", ifPresent: row.year.map(String.init))
                                writer.member("unit", row.rule.unit)
                                writer.member("due", row.due.shown(6))
                                writer.member("claimed", row.asked.shown(6))
                                writer.member("approved", row.approved.shown(6))
                                writer.member("paid", row.paid.shown(6))
                            }
                        }
                    })
            }
        }
    }
}
