import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// The course of one indicator over the periods so far, and where it leads.
struct TargetCourse {
    let indicator: Indicator
    let unit: TenantID
    /// The last period that is shown.
    let period: Period
    let monitor: TargetMonitor

    private func points(_ view: LocalView) -> [(period: Period, standing: TargetStanding)] {
        view.course(of: indicator, in: unit, to: period)
    }

    func text(_ view: LocalView, _ say: Wording) {
        let name = view.plan.name(of: unit, say)
        Console.line("\(say(indicator.name)) (\(indicator.unit))  \(name)")
        var table = TextTable(
            [
                say("考核期", "Period"), say("年度目标", "Target"), say("应完成", "Due"), say("已报", "Reported"),
                say("已审", "Accepted"), say("完成率%", "Done %"), say("序时", "Light"),
            ], rightAligned: Set(1...5))
        for (period, standing) in points(view) {
            table.add([
                period.id.rawValue,
                TargetsCommand.shown(standing.target) + FigureText.since(standing.since, view.plan, say),
                TargetsCommand.shown(standing.due),
                TargetsCommand.shown(standing.figure.value), TargetsCommand.shown(standing.accepted.value),
                FigureText.percent(standing.completion), TargetsCommand.light(standing, say),
            ])
        }
        Console.table(table)
        let now = monitor.standing(indicator, of: unit, in: period)
        guard let forecast = now.forecast, let day = now.deadline else {
            return Console.line(say("数据不足，不作预测。", "Too few figures for a forecast."))
        }
        Console.line(
            say("按目前走势，\(day) 预计 ", "As it goes, on \(day): ") + TargetsCommand.shown(forecast)
                + say("，目标 ", ", target ") + TargetsCommand.shown(now.target))
    }

    func json(_ view: LocalView, _ say: Wording) {
        Console.json { writer in
            writer.member("indicator", indicator.id.rawValue)
            writer.member("name", say(indicator.name))
            writer.member("tenant", unit.rawValue)
            writer.member(
                "course",
                array: { writer in
                    for (period, standing) in points(view) {
                        writer.object { writer in
                            writer.member("period", period.id.rawValue)
                            TargetsCommand.write(standing, to: &writer)
                        }
                    }
                })
        }
    }
}
