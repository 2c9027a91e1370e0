import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows what is due by the plan's rewards.
struct RewardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewards", abstract: "Show which rewards are due, claimed and paid, and why.",
        discussion: """
            What is due is computed here from the records and the plan's rules; nothing is due twice, as far as the \
            plan says. A county's device knows its own records alone, the city's those of all units.

            EXAMPLES:
              plansync rewards
              plansync rewards --tenant 411724 --year 2019 --json
              plansync rewards explain r2:KEY
              plansync rewards claim r2:KEY --note "三张发票"
              plansync rewards pay r2:KEY --amount 10 --voucher 2019-114
              plansync rewards totals
            """, subcommands: [List.self, Explain.self, Claim.self, Pay.self, Totals.self], defaultSubcommand: List.self
    )

    /// The book of what this device holds; conditions are judged at the end of a year, by default the plan's last.
    static func book(_ view: LocalView, year: Int? = nil) throws -> RewardBook {
        guard let book = view.rewardBook(year: year) else {
            throw ToolError.notFound(
                zh: "本方案没有 \(year ?? 0) 年的考核期。", en: "The plan has no periods in \(year ?? 0).")
        }
        return book
    }

    /// The entry of a key, RULE:RECORD.
    static func entry(_ key: String, tenant: String?, _ view: LocalView) throws -> RewardEntry {
        let unit = try tenant.map { try AggregateCommand.unit($0, view) }
        let found = try book(view).entries.filter { $0.key == key && (unit == nil || $0.tenant == unit) }
        guard let first = found.first else {
            throw ToolError.notFound(
                zh: "没有“\(key)”这一项；可用 plansync rewards 查看。",
                en: "There is no reward '\(key)'; 'plansync rewards' shows them.")
        }
        guard found.count == 1 else {
            let units = found.map(\.tenant.rawValue).joined(separator: ", ")
            throw ToolError.notFound(
                zh: "“\(key)”有多个单位（\(units)），请加 --tenant。", en: "'\(key)' is of \(units); say which with --tenant.")
        }
        return first
    }

    /// All of them.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is due, claimed, approved and paid.",
            discussion: """
                EXAMPLES:
                  plansync rewards
                  plansync rewards --year 2019 --json
                """)

        @OptionGroup var options: CommandOptions

        @Option(help: "One unit.")
        var tenant: String?

        @Option(help: "Events of one year.")
        var year: Int?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let unit = try tenant.map { try AggregateCommand.unit($0, view) }
            let entries = try RewardsCommand.book(view, year: year).entries.filter { entry in
                (unit == nil || entry.tenant == unit) && (year == nil || entry.day?.year == year)
            }
            options.json ? RewardsReport.json(entries, view, options.wording) : text(entries, view)
        }

        private func text(_ entries: [RewardEntry], _ view: LocalView) {
            let say = options.wording
            guard !entries.isEmpty else { return Console.line(say("没有奖补事项。", "There are no rewards.")) }
            var table = TextTable(
                [
                    say("事项", "Reward"), say("单位", "Unit"), say("对象", "Recipient"), say("日期", "Day"),
                    say("标准", "Standard"), say("应奖", "Due"), say("申请", "Claimed"), say("审定", "Approved"),
                    say("拨付", "Paid"), say("未付", "Open"), say("状态", "State"),
                ], rightAligned: Set(4...9))
            for entry in entries {
                table.add([
                    entry.key, view.plan.name(of: entry.tenant, say),
                    entry.recipient ?? "-", entry.day?.description ?? "-", entry.standard.shown(6),
                    entry.due.shown(6), shown(entry.claim?.asked), shown(entry.claim?.approved),
                    shown(entry.claim?.paid), entry.open.shown(6),
                    entry.standing == .due ? state(entry) : RewardSentence.reason(entry, view.plan, say),
                ])
            }
            Console.table(table)
            let totals = RewardTotals(entries)
            for (unit, total) in totals.byUnit {
                Console.line(
                    say(
                        "合计（\(unit)）：应奖 \(total.due.shown(6))，申请 \(total.asked.shown(6))，拨付 \(total.paid.shown(6))。",
                        "Together (\(unit)): \(total.due.shown(6)) due, \(total.asked.shown(6)) claimed, "
                            + "\(total.paid.shown(6)) paid."))
            }
        }

        private func shown(_ figure: Rational?) -> String { figure?.shown(6) ?? "-" }

        private func state(_ entry: RewardEntry) -> String {
            entry.isPartlyPaid ? options.wording("部分拨付", "partly paid") : entry.claim?.state ?? "-"
        }
    }

    /// One, with the records that lead to it.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say in one sentence why so much is due, with the records that lead to it.",
            discussion: """
                KEY is RULE:RECORD as 'plansync rewards' lists it.

                EXAMPLES:
                  plansync rewards explain r2:KEY
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "RULE:RECORD.")
        var key: String

        @Option(help: "The unit, where several have such a record.")
        var tenant: String?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let entry = try RewardsCommand.entry(key, tenant: tenant, view)
            guard !options.json else { return RewardsReport.json([entry], view, options.wording) }
            Console.line(TextTable.plain(RewardSentence.of(entry, view.plan, options.wording)))
            var table = TextTable(["", ""])
            for (record, unit) in RewardsReport.records(of: entry) {
                for (field, value) in view.record(record, of: unit).sorted(by: { $0.key < $1.key }) {
                    let author = [value.author, value.at.map { LocalTime.shown($0, view.plan) }].compactMap(\.self)
                        .joined(separator: " ")
                    table.add(["\(unit):\(record) \(field)=\(value.value?.shown ?? "-")", author])
                }
            }
            Console.table(table)
        }
    }

    /// Claims one.
    struct Claim: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Claim what is due; saved here, sent by 'plansync sync'.",
            discussion: """
                Nothing that is not due can be claimed. A claim that was made on another machine before is not made \
                twice: the server refuses the second, and its text stays in 'plansync attention'.

                EXAMPLES:
                  plansync rewards claim r1:KEY
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "RULE:RECORD.")
        var key: String

        @Option(help: "The unit, where several have such a record.")
        var tenant: String?

        @Option(help: "Why, in your words.")
        var note: String?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let entry = try RewardsCommand.entry(key, tenant: tenant, view)
            let say = options.wording
            let sentence = RewardSentence.of(entry, view.plan, say)
            guard entry.due > .zero, let claim = entry.claim, let field = view.plan.rewards.asked(of: claim) else {
                throw ToolError.notFound(zh: "不能申请：\(sentence)", en: "It cannot be claimed: \(sentence)")
            }
            if claim.isMade {
                throw ToolError.notFound(zh: "已经申请过：\(sentence)", en: "It was claimed before: \(sentence)")
            }
            let place = entry.tenant == view.principal.tenant ? "" : "\(entry.tenant):"
            try EditSaving.save(options, note: note) { editing throws(EditError) in
                try editing.set("\(place)\(claim.record)", ["\(field)=\(entry.due.shown(6))"])
            }
        }
    }
}
