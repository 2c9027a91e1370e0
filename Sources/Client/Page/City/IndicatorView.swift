import PlanSyncCharts
import PlanSyncClient
import PlanSyncCore

/// One indicator: the units compared, the year's course, and the numbers as a table.
struct IndicatorView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let indicator: Indicator
    let period: Period

    private var base: String { "/indicator/\(indicator.id)/" }

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: base + period.id.rawValue)
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        let units = view.plan.units.map { ($0, monitor.standing(indicator, of: $0.id, in: period)) }
        let sorted = units.sorted { one, other in
            guard let first = one.1.figure.value else { return false }
            return other.1.figure.value.map { first > $0 } ?? true
        }
        return layout.page(say(indicator.name)) {
            PeriodLinks.around(period, view, say, base)
            element("div", .class("split")) {
                element("section", .class("card")) {
                    element("h2") { say("全市走势", "The city's course") }
                    HTML(course(monitor))
                }
                element("section", .class("card")) {
                    element("h2") { say("单位对比 ", "The units compared, ") + Names.period(period, say) }
                    HTML(bars(sorted))
                    element("p", .class("quiet")) { say("深色：欠序时", "dark: behind what is due") }
                }
            }
            element("p", .class("exports")) {
                ExchangeView.links("indicator/\(indicator.id)/\(period.id)", say)
                " "
                ExchangeView.links(
                    "goal/\(indicator.id)/\(period.id)", say, title: say("走势和对比", "the series and the units"))
            }
            table(
                sorted
                    + view.plan.tenants.filter { $0.id == .city }.map {
                        ($0, monitor.standing(indicator, of: .city, in: period))
                    })
        }
    }

    /// What has to be said: from which period on the target stands, and what is missing.
    private func note(_ standing: TargetStanding) -> String {
        let since = FigureText.since(standing.since, view.plan, say)
        let missing = FigureText.missing(standing.figure.missing, view, say)
        return [since.isEmpty ? "" : say("目标", "target") + since, missing].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    private func bars(_ units: [(Plan.Tenant, TargetStanding)]) -> Picture {
        BarChart(
            name: "units", title: say(indicator.name), unit: indicator.unit,
            bars: units.map { unit, standing in
                BarChart.Bar(
                    name: say(unit.name), figure: Drawn.figure(standing.figure.value),
                    note: standing.figure.state == .missing
                        ? say("缺报", "missing") : FigureText.note(standing.figure, say),
                    isMarked: standing.light == .behind)
            }
        ).picture
    }

    private func course(_ monitor: TargetMonitor) -> Picture {
        let all = view.plan.periods.all.filter { $0.year == period.year }
        let standings = all.map { monitor.standing(indicator, of: .city, in: $0) }
        let target = standings.last?.target.flatMap { Drawn.figure($0) }
        return LineChart(
            name: "course", title: say(indicator.name), unit: indicator.unit,
            points: all.map { Names.shortPeriod($0, say) },
            actual: .init(name: say("已报", "reported"), figures: standings.map { Drawn.figure($0.figure.value) }),
            path: .init(name: say("应完成", "due"), figures: standings.map { Drawn.figure($0.due) }),
            target: target.map { (say("年度目标", "target"), $0) }
        ).picture
    }

    private func table(_ units: [(Plan.Tenant, TargetStanding)]) -> HTML {
        let columns = [
            Column(title: say("单位", "Unit")), Column(title: say("数值", "Value"), isNumber: true),
            Column(title: say("已审核", "Accepted"), isNumber: true), Column(title: say("应完成", "Due"), isNumber: true),
            Column(title: say("目标", "Target"), isNumber: true), Column(title: say("完成率", "Done"), isNumber: true),
            Column(title: say("预测", "Forecast"), isNumber: true), Column(title: say("序时", "Light")),
            Column(title: say("说明", "Note")),
        ]
        let digits = Decimals.most(
            units.flatMap { [$0.1.figure.value, $0.1.accepted.value, $0.1.due, $0.1.target, $0.1.forecast] })
        return Table.html(
            columns,
            units.map { unit, standing in
                element("tr") {
                    element("th", Attribute("scope", "row")) {
                        element("a", .href("/explain/\(indicator.id)/\(period.id)/\(unit.id)")) { say(unit.name) }
                    }
                    Table.figure(standing.figure.value, digits)
                    Table.figure(standing.accepted.value, digits)
                    Table.figure(standing.due, digits)
                    Table.figure(standing.target, digits)
                    Table.number(standing.completion.map { _ in FigureText.percent(standing.completion) + "%" })
                    Table.figure(standing.forecast, digits)
                    element("td") { LightMark.of(standing, say) }
                    Table.cell(note(standing))
                }
            })
    }
}
