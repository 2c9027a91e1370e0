import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Hands in the unit's report of a period.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Hand in this unit's report of a period; sent by 'plansync sync'.",
        discussion: """
            It covers the figures as this device shows them, edits that wait included. For the role 'approver'. A \
            figure that changes later makes a draft of the report again.

            EXAMPLES:
              plansync submit 201905B
              plansync submit 201905B --note "已与统计局核对"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "A remark, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.submit(period, OpenSSLCryptography())
        }
    }
}

/// Accepts reports, or gives them back.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "List the units' reports; accept one or give it back. For the city.",
        discussion: """
            EXAMPLES:
              plansync review list 201905B
              plansync review accept 411728 201905B
              plansync review return 411728 201905B --reason "专利数与统计局不符，请核实"
            """, subcommands: [List.self, Accept.self, Return.self], defaultSubcommand: List.self)

    /// Accepts a report.
    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept", abstract: "Accept a unit's report; saved here, sent by 'plansync sync'.",
            discussion: """
                EXAMPLES:
                  plansync review accept 411728 201905B
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The unit.")
        var tenant: String

        @Argument(help: "A period, such as 201905B.")
        var period: String

        @Option(help: "A remark, in your words.")
        var reason: String?

        func run() throws {
            try EditSaving.save(options, note: reason) { editing throws(EditError) in
                try editing.review(tenant, period, .accepted)
            }
        }
    }

    /// Gives a report back.
    struct Return: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "return", abstract: "Give a unit's report back, with a reason.",
            discussion: """
                EXAMPLES:
                  plansync review return 411728 201905B --reason "专利数与统计局不符，请核实"
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The unit.")
        var tenant: String

        @Argument(help: "A period, such as 201905B.")
        var period: String

        @Option(help: "Why; needed.")
        var reason: String?

        func run() throws {
            try EditSaving.save(options, note: reason) { editing throws(EditError) in
                try editing.review(tenant, period, .returned)
            }
        }
    }

    /// Lists reports.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List where the reports stand.",
            discussion: """
                With a period every unit is listed, else every report that was ever handed in.

                EXAMPLES:
                  plansync review list
                  plansync review list 201905B --json
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "A period, such as 201905B.")
        var period: String?

        func run() throws {
            let view = try options.view(of: try options.openReplica())
            let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
            var reports = view.reports
            if let name = period {
                let period = try AggregateCommand.period(name, view, options.wording)
                let units = view.plan.units.map(\.id).filter { seesAll || $0 == view.principal.tenant }
                reports = units.map { view.report(of: period, tenant: $0) }
            }
            options.json ? json(view, reports) : text(view, reports)
        }

        private func text(_ view: LocalView, _ reports: [LocalReport]) {
            let say = options.wording
            var table = TextTable([
                say("考核期", "Period"), say("单位", "Unit"), say("上报", "Report"), say("状态", "State"),
                say("办理人", "Author"), say("时间", "Time"), say("之后改动", "Changed since"),
            ])
            for report in reports {
                table.add([
                    report.period.id.rawValue, view.plan.tenant(report.tenant).map { say($0.name) } ?? "",
                    report.state.word(chinese: say.chinese), report.stateField.map { FieldState.text($0, say) } ?? "",
                    report.stateField?.author ?? "", report.stateField?.at.map { LocalTime.shown($0, view.plan) } ?? "",
                    report.changed.prefix(2).joined(separator: " ")
                        + (report.changed.count > 2 ? " … (\(report.changed.count))" : ""),
                ])
            }
            Console.table(table)
            if table.isEmpty { Console.message(say("本机还没有上报。", "No report is known here yet.")) }
        }

        private func json(_ view: LocalView, _ reports: [LocalReport]) {
            Console.json { writer in
                writer.member("plan", view.plan.id.rawValue)
                writer.member(
                    "reports",
                    array: { writer in
                        for report in reports { ReportText.write(report, to: &writer) }
                    })
            }
        }
    }
}

/// Reports as a person or a script reads them.
enum ReportText {
    /// Where the reports stand, in one line: one's own by period, and for the city how many wait.
    static func line(_ views: [LocalView], _ say: Wording) -> String {
        let parts = views.flatMap { view -> [String] in
            let reports = view.reports
            guard !view.principal.role.isOfCity else {
                let waiting = reports.filter { $0.state == .submitted }.count
                return waiting == 0 ? [] : [say("\(waiting) 份待审核", "\(waiting) to review")]
            }
            return reports.filter { $0.tenant == view.principal.tenant }.suffix(3).map { report in
                let isPending = report.stateField?.state == .pending
                let suffix = isPending ? say("（未发送）", " (not sent)") : ""
                return "\(report.period.id) \(report.state.word(chinese: say.chinese))\(suffix)"
            }
        }
        return parts.joined(separator: say("；", "; "))
    }

    /// A field of the workflow as a person reads it.
    static func shown(_ field: FieldID, of collection: CollectionRule, _ value: FieldValue?, _ say: Wording) -> String?
    {
        guard case .text(let word)? = value else { return nil }
        switch (collection.origin, field) {
        case (.submissions, SubmissionField.state):
            return SubmissionField.State(rawValue: word)?.word(chinese: say.chinese)
        case (.periods, PeriodField.state): return PeriodState(rawValue: word)?.word(chinese: say.chinese)
        default: return nil
        }
    }

    /// A report as JSON.
    static func write(_ report: LocalReport, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tenant", report.tenant.rawValue)
            writer.member("period", report.period.id.rawValue)
            writer.member("report", report.state.rawValue)
            writer.member("state", (report.stateField?.state ?? .confirmed).rawValue)
            writer.member("author", ifPresent: report.stateField?.author)
            writer.member("at", ifPresent: report.stateField?.at?.description)
            writer.member("digest", ifPresent: report.digest?.value?.shown)
            writer.member("changed", report.changed)
        }
    }
}
