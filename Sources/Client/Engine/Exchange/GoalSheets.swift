package import PlanSyncCore

/// One goal on a sheet of its own: its series over the periods so far, and the units compared.
package struct GoalSheets: Sendable {
    private let view: LocalView
    private let say: Wording

    /// Sheets of what this view shows.
    package init(_ view: LocalView, _ wording: Wording) {
        self.view = view
        say = wording
    }

    /// The series of the city, of a county's device that of its own unit; and the units as of a period.
    package func sheets(_ indicator: Indicator, in period: Period) -> [Sheet] {
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        let series = view.course(of: indicator, in: seesAll ? .city : view.principal.tenant, to: period)
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        let units = view.plan.tenants.filter { seesAll || $0.id == view.principal.tenant }
            .map { (name: say($0.name), standing: monitor.standing(indicator, of: $0.id, in: period)) }
        let title = say(indicator.name)
        return [
            sheet(
                say("走势", "series"), title, say("考核期", "Period"), series.map { ($0.period.id.rawValue, $0.standing) }),
            sheet(say("单位对比", "units") + " " + period.id.rawValue, title, say("单位", "Unit"), units),
        ]
    }

    private func sheet(
        _ name: String, _ title: String, _ head: String, _ rows: [(name: String, standing: TargetStanding)]
    ) -> Sheet {
        let heads = [
            say("指标", "Indicator"), head, say("年度目标", "Target"), say("应完成", "Due"), say("已报", "Reported"),
            say("已审", "Accepted"), say("完成率%", "Done %"), say("差额", "Lacking"), say("预测", "Forecast"),
        ]
        let lines = rows.map { row -> [SheetCell] in
            let standing = row.standing
            let figures = [standing.target, standing.due, standing.figure.value, standing.accepted.value]
            let done = standing.completion.map { SheetCell.percent(FigureText.percent($0)) }
            return [.text(title), .text(row.name)] + figures.map(figure)
                + [done ?? .empty, figure(standing.gap), figure(standing.forecast)]
        }
        return Sheet(name: name, rows: [heads.map { .text($0) }] + lines)
    }

    private func figure(_ value: Rational?) -> SheetCell { value.map { .figure($0.shown(6)) } ?? .empty }
}

extension LocalView {
    /// Where an indicator stood in each period to one, of those in which anything is due or known.
    package func course(
        of indicator: Indicator, in unit: TenantID, to last: Period
    ) -> [(period: Period, standing: TargetStanding)] {
        let monitor = TargetMonitor(plan: plan, figures: figures)
        return plan.periods.all.filter { $0.lastDay <= last.lastDay }
            .map { ($0, monitor.standing(indicator, of: unit, in: $0)) }
            .filter { $0.1.due != nil || $0.1.figure.value != nil }
    }
}
