import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Publishes the preliminary ranking of a period.
struct RankPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish the preliminary ranking of a closed period. For the supervision office; needs the network.",
        discussion: """
            The server works the ranking out from what it holds, keeps it with a signed digest and shows it to all \
            units, to each with its own components. Until the window ends they may object. It is sealed with the \
            period: 'plansyncd period finalise'. Published again it takes the place of the one before.

            EXAMPLES:
              plansync rank publish 201905B
              plansync rank publish 201905B --until 2019-07-19 --note "顺延一天"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "The last day for objections, YYYY-MM-DD (else as the plan says).")
    var until: String?

    @Option(help: "Why, for the history.")
    var note: String?

    mutating func run() async throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let say = options.wording
        let period = try AggregateCommand.period(period, view, say)
        let day = try until.map { text in
            guard let day = try? CalendarDate(text) else {
                throw ToolError.notFound(
                    zh: "“\(text)”不是日期，请写成 2019-07-19。", en: "'\(text)' is not a day; write 2019-07-19.")
            }
            return day
        }
        guard Permission.rights(of: view.principal.role).contains(.administer) else {
            throw ToolError.notFound(
                zh: "排名由市级督查部门公布；本设备没有这个权限。",
                en: "The city's supervision office publishes rankings; this device may not.")
        }
        let params = AdminRankingPublish.Params(
            plan: view.plan.id, period: period.id.rawValue, until: day, reason: note)
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let result = try await line.talk(language: say.code) { caller, _, _ in
            try await caller.call(AdminRankingPublish.self, params)
        }
        if options.json {
            Console.json { writer in
                writer.member("period", period.id.rawValue)
                writer.member("digest", result.digest)
                writer.member("until", ifPresent: result.until)
            }
        } else {
            let end = result.until ?? "-"
            Console.line(
                say(
                    "\(period.id) 的初步排名已公布，异议截止 \(end)。摘要 \(result.digest)",
                    "The preliminary ranking of \(period.id) is published, objections until \(end). "
                        + "Digest \(result.digest)"))
            Console.message(say("请运行 plansync sync 取回。", "'plansync sync' fetches it."))
        }
    }
}
