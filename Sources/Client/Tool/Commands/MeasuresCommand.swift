import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows how far the units are with the plan's measures.
struct MeasuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measures",
        abstract:
            "Show how far the units are with the plan's measures: reports, milestones, who is missing or overdue.",
        discussion: """
            Without a period, that of the newest report. A report is expected of a unit that was given a milestone of \
            the measure. A county's device shows its own, the city's those of all units; a department sees with \
            --department the measures that it leads or supports.

            EXAMPLES:
              plansync measures 201905B
              plansync measures 201905B --department kjj --missing
              plansync measures --overdue --on 2019-07-01
              plansync measures 201905B --measure m14 --json
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String?

    @Option(help: "Only the measures that this department leads or supports.")
    var department: String?

    @Option(help: "Only this measure, with every unit.")
    var measure: String?

    @Option(help: "Only this unit.")
    var tenant: String?

    @Flag(help: "Only the milestones that are overdue.")
    var overdue = false

    @Flag(help: "Only the reports that are expected and not written.")
    var missing = false

    @Option(help: "The day by which overdue is judged, YYYY-MM-DD (else today).")
    var on: String?

    func validate() throws {
        if overdue, missing { throw ValidationError("Either --overdue or --missing.") }
        if let on, (try? CalendarDate(on)) == nil { throw ValidationError("--on is a day such as 2019-07-01.") }
    }

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let say = options.wording
        guard view.plan.followUp != nil else {
            throw ToolError.notFound(
                zh: "本方案没有声明任务如何跟踪（follow_up）。", en: "The plan does not say how measures are followed (follow_up).")
        }
        let period = try period.map { try AggregateCommand.period($0, view, say) } ?? view.newestReportedPeriod
        guard let period else { throw ToolError.notFound(zh: "本方案没有考核期。", en: "The plan has no periods.") }
        let today = try on.map { try CalendarDate($0) } ?? view.plan.localDay(of: Environment.now())
        let entries = try chosen(view.measureLedger(in: period, on: today), view)
        if options.json { return json(entries, view, period, today) }
        Console.line("\(say(view.plan.title))  \(say(period.titleZH, period.id.rawValue))")
        if overdue {
            late(entries, view)
        } else if missing || measure != nil || tenant != nil {
            units(entries, view)
        } else {
            measures(entries, view)
            paces(entries, today)
        }
    }

    private static func name(_ pace: MeasurePace, _ say: Wording) -> String {
        switch pace {
        case .behind: say("欠进度", "behind")
        case .onTrack: say("达进度", "on track")
        case .ahead: say("超进度", "ahead")
        case .completed: say("已完成", "completed")
        case .other: say("其它", "other")
        }
    }

    /// The five classes with their shares, which sum to 100.0.
    private func paces(_ entries: [MeasureEntry], _ today: CalendarDate) {
        guard !entries.isEmpty else { return }
        let say = options.wording
        let parts = MeasurePace.counts(of: entries, on: today).map { pace, count, share in
            "\(Self.name(pace, say)) \(count) (\(ListText.share(share))%)"
        }
        Console.line(say("进度分类：", "Pace: ") + parts.joined(separator: say("、", ", ")))
    }

    private func chosen(_ all: [MeasureEntry], _ view: LocalView) throws -> [MeasureEntry] {
        let unit = try tenant.map { try AggregateCommand.unit($0, view) }
        if let measure, !view.plan.measures.contains(where: { $0.id == measure }) {
            throw ToolError.notFound(zh: "方案没有任务“\(measure)”。", en: "The plan has no measure '\(measure)'.")
        }
        if let department, !view.plan.departments.contains(where: { $0.id == department }) {
            let known = view.plan.departments.map(\.id).joined(separator: ", ")
            throw ToolError.notFound(
                zh: "方案没有部门“\(department)”；有：\(known)。",
                en: "The plan has no department '\(department)'; it has \(known).")
        }
        return all.filter { entry in
            (unit == nil || entry.unit == unit) && (measure == nil || entry.measure.id == measure)
                && (department.map { entry.measure.concerns($0) } ?? true) && (!missing || entry.isMissing)
                && (!overdue || !entry.overdue.isEmpty)
        }
    }

    private func name(_ unit: TenantID, _ view: LocalView) -> String {
        view.plan.name(of: unit, options.wording)
    }

    private func departments(_ ids: [String], _ view: LocalView) -> String {
        ids.map { id in view.plan.departments.first { $0.id == id }.map { options.wording($0.name) } ?? id }
            .joined(separator: " ")
    }

    private func nothing(_ table: TextTable, _ isEmpty: Bool) {
        isEmpty ? Console.line(options.wording("没有。", "None.")) : Console.table(table)
    }

    private func measures(_ entries: [MeasureEntry], _ view: LocalView) {
        let say = options.wording
        var table = TextTable(
            [
                say("编号", "Id"), say("任务", "Measure"), say("牵头", "Lead"), say("应报", "Expected"),
                say("已报", "Reported"), say("未报", "Missing"), say("节点", "Milestones"), say("已核验", "Reached"),
                say("逾期", "Overdue"),
            ], rightAligned: Set(3...8))
        for measure in view.plan.measures where department.map({ measure.concerns($0) }) ?? true {
            let own = entries.filter { $0.measure.id == measure.id }
            table.add([
                measure.id, say(measure.title), departments(measure.lead, view),
                "\(own.filter(\.isExpected).count)", "\(own.filter { $0.written != nil }.count)",
                "\(own.filter(\.isMissing).count)", "\(own.reduce(0) { $0 + $1.milestones.count })",
                "\(own.reduce(0) { $0 + $1.reached })", "\(own.reduce(0) { $0 + $1.overdue.count })",
            ])
        }
        Console.table(table)
    }

    private func units(_ entries: [MeasureEntry], _ view: LocalView) {
        let say = options.wording
        var table = TextTable(
            [
                say("编号", "Id"), say("任务", "Measure"), say("单位", "Unit"), say("进度%", "Progress %"),
                say("填报人", "Author"), say("节点", "Milestones"), say("逾期", "Overdue"), say("状态", "State"),
            ], rightAligned: [3, 6])
        for entry in entries {
            table.add([
                entry.measure.id, say(entry.measure.title), name(entry.unit, view), entry.percent ?? "-",
                entry.written?.author ?? "-", "\(entry.reached)/\(entry.milestones.count)", "\(entry.overdue.count)",
                entry.isMissing ? say("未报", "missing") : entry.written == nil ? "" : say("已报", "reported"),
            ])
        }
        nothing(table, entries.isEmpty)
    }

    private func late(_ entries: [MeasureEntry], _ view: LocalView) {
        let say = options.wording
        var table = TextTable(
            [
                say("编号", "Id"), say("单位", "Unit"), say("节点", "Milestone"), say("期限", "Due"), say("逾期天数", "Days"),
                say("牵头", "Lead"),
            ], rightAligned: [4])
        for entry in entries {
            for one in entry.overdue {
                table.add([
                    entry.measure.id, name(entry.unit, view), one.text, one.due?.description ?? "-",
                    one.daysOverdue.map { "\($0)" } ?? "-", departments(entry.measure.lead, view),
                ])
            }
        }
        nothing(table, entries.isEmpty)
    }

    private func json(_ entries: [MeasureEntry], _ view: LocalView, _ period: Period, _ today: CalendarDate) {
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member(
                "paces",
                array: { writer in
                    for (pace, count, share) in MeasurePace.counts(of: entries, on: today) {
                        writer.object { writer in
                            writer.member("pace", pace.rawValue)
                            writer.member("count", count)
                            writer.member("share", ListText.share(share))
                        }
                    }
                })
            writer.member(
                "measures",
                array: { writer in
                    for entry in entries {
                        writer.object { writer in
                            writer.member("measure", entry.measure.id)
                            writer.member("lead", entry.measure.lead)
                            writer.member("tenant", entry.unit.rawValue)
                            writer.member("expected", entry.isExpected)
                            writer.member("reported", entry.written != nil)
                            writer.member("percent", ifPresent: entry.percent)
                            writer.member("author", ifPresent: entry.written?.author)
                            writer.member("at", ifPresent: entry.written?.at?.description)
                            writer.member("reached", entry.reached)
                            writer.member("pace", entry.pace(on: today).rawValue)
                            writer.member(
                                "milestones",
                                array: { writer in
                                    for one in entry.milestones {
                                        writer.object { writer in
                                            writer.member("key", one.place.key)
                                            writer.member("text", one.text)
                                            writer.member("due", ifPresent: one.due?.description)
                                            writer.member("state", one.state)
                                            writer.member("daysOverdue", ifPresent: one.daysOverdue)
                                        }
                                    }
                                })
                        }
                    }
                })
        }
    }
}
