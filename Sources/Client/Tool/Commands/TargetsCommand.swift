import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows where the targets stand, offline.
struct TargetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "targets",
        abstract: "Show where the targets stand: due by now, reported, accepted, lacking, forecast, and who is behind.",
        discussion: """
            Without a period, that of the newest figures. A county's device shows its own targets; the city's shows \
            the city's and names the units that are behind, and with --tenant one unit's. The forecast is the plan's \
            method, by default the straight line through the last three points, to the deadline.

            With --indicator its course over the periods so far, and where it leads.

            EXAMPLES:
              plansync targets
              plansync targets 201905B --indicator g07 --tenant 411728
              plansync targets 201905B --tenant 411728
              plansync targets 201905B --json
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String?

    @Option(help: "One unit.")
    var tenant: String?

    @Option(help: "One indicator, by its id or its name: its course over the periods.")
    var indicator: String?

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let period = try period.map { try AggregateCommand.period($0, view, options.wording) } ?? newest(view)
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        var unit = seesAll ? TenantID.city : view.principal.tenant
        if let tenant { unit = try AggregateCommand.unit(tenant, view) }
        if unit != view.principal.tenant, !seesAll {
            throw ToolError.notFound(zh: "本机只有本单位的数据。", en: "Only this unit's figures are here.")
        }
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        if let indicator {
            let course = TargetCourse(
                indicator: try view.plan.indicator(named: indicator), unit: unit, period: period, monitor: monitor)
            return options.json ? course.json(view, options.wording) : course.text(view, options.wording)
        }
        let rows = view.plan.indicators.map { indicator in
            Row(
                indicator: indicator, standing: monitor.standing(indicator, of: unit, in: period),
                units: unit == .city
                    ? view.plan.units.map { ($0, monitor.standing(indicator, of: $0.id, in: period)) } : [])
        }
        let uneven = unit == .city ? monitor.unevenDecompositions(in: period) : []
        options.json ? json(view, period, unit, rows, uneven) : text(view, period, unit, rows)
        for (indicator, units, city) in uneven {
            let say = options.wording
            Console.message(
                say(
                    "注意：\(say(indicator.name)) 的县区目标合计 \(units.shown(4))，"
                        + (units < city ? "小于" : "大于") + "全市目标 \(city.shown(4))。",
                    "Note: the units' targets of \(say(indicator.name)) sum to \(units.shown(4)), the city's is "
                        + "\(city.shown(4))."))
        }
    }

    private struct Row {
        let indicator: Indicator
        let standing: TargetStanding
        let units: [(tenant: Plan.Tenant, standing: TargetStanding)]

        var behind: [Plan.Tenant] { units.filter { $0.standing.light == .behind }.map(\.tenant) }
    }

    /// The period of the newest figures; else the plan's first.
    private func newest(_ view: LocalView) throws -> Period {
        let filled = Set(view.records(of: CollectionRule.values).map(\.key))
        let found = view.plan.periods.all.last { filled.contains($0.id.rawValue) } ?? view.plan.periods.all.first
        guard let found else { throw ToolError.notFound(zh: "本方案没有考核期。", en: "The plan has no periods.") }
        return found
    }

    private func text(_ view: LocalView, _ period: Period, _ unit: TenantID, _ rows: [Row]) {
        let say = options.wording
        let name = view.plan.name(of: unit, say)
        Console.line("\(name)  \(say(period.titleZH, period.id.rawValue))")
        var table = TextTable(
            [
                say("指标", "Indicator"), say("单位", "Unit"), say("年度目标", "Target"), say("应完成", "Due"),
                say("已报", "Reported"), say("已审", "Accepted"), say("完成率%", "Done %"), say("差额", "Lacking"),
                say("每期需", "Per period"), say("预测", "Forecast"), say("序时", "Light"), say("落后单位", "Behind"),
            ], rightAligned: Set(2...9))
        for row in rows {
            let standing = row.standing
            let behind = row.behind.prefix(3).map { say($0.name) }.joined(separator: " ")
            table.add([
                say(row.indicator.name), row.indicator.unit,
                Self.shown(standing.target) + FigureText.since(standing.since, view.plan, say),
                Self.shown(standing.due),
                Self.shown(standing.figure.value), Self.shown(standing.accepted.value),
                FigureText.percent(standing.completion),
                Self.shown(standing.gap), Self.shown(standing.neededPerPeriod), Self.shown(standing.forecast),
                Self.light(standing, say), row.behind.count > 3 ? "\(behind) … (\(row.behind.count))" : behind,
            ])
        }
        Console.table(table)
    }

    static func shown(_ value: Rational?) -> String { value?.shown(2) ?? "-" }

    static func light(_ standing: TargetStanding, _ say: Wording) -> String {
        switch standing.light {
        case .ahead: say("超序时", "ahead")
        case .onTrack: say("达序时", "on track")
        case .behind: say("欠序时", "behind")
        case .none: standing.figure.state == .missing ? say("缺报", "missing") : FigureText.note(standing.figure, say)
        }
    }

    private func json(
        _ view: LocalView, _ period: Period, _ unit: TenantID, _ rows: [Row],
        _ uneven: [(indicator: Indicator, units: Rational, city: Rational)]
    ) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("tenant", unit.rawValue)
            writer.member(
                "targets",
                array: { writer in
                    for row in rows {
                        writer.object { writer in
                            writer.member("indicator", row.indicator.id.rawValue)
                            writer.member("name", say(row.indicator.name))
                            writer.member("unit", row.indicator.unit)
                            Self.write(row.standing, to: &writer)
                            writer.member("behind", row.behind.map(\.id.rawValue))
                            writer.member(
                                "units",
                                array: { writer in
                                    for (tenant, standing) in row.units {
                                        writer.object { writer in
                                            writer.member("tenant", tenant.id.rawValue)
                                            Self.write(standing, to: &writer)
                                        }
                                    }
                                })
                        }
                    }
                })
            writer.member(
                "uneven",
                array: { writer in
                    for entry in uneven {
                        writer.object { writer in
                            writer.member("indicator", entry.indicator.id.rawValue)
                            writer.member("units", entry.units.shown(6))
                            writer.member("city", entry.city.shown(6))
                        }
                    }
                })
        }
    }

    static func write(_ standing: TargetStanding, to writer: inout JSONWriter) {
        writer.member("state", standing.figure.state.rawValue)
        writer.member("target", standing.target?.shown(6))
        writer.member("targetFrom", ifPresent: standing.since?.rawValue)
        writer.member("due", standing.due?.shown(6))
        writer.member("reported", standing.figure.value?.shown(6))
        writer.member("accepted", standing.accepted.value?.shown(6))
        writer.member("completion", standing.completion?.shown(6))
        writer.member("gap", standing.gap?.shown(6))
        writer.member("neededPerPeriod", standing.neededPerPeriod?.shown(6))
        writer.member("forecast", standing.forecast?.shown(6))
        writer.member("deadline", standing.deadline?.description)
        writer.member("light", standing.light.rawValue)
    }
}
