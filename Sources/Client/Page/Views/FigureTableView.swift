import PlanSyncClient
import PlanSyncCore

/// The indicators of a unit in a period.
struct FigureTableView {
    let view: LocalView
    let say: Wording
    let period: Period
    let unit: TenantID

    func html() -> HTML {
        let aggregate = Aggregate(plan: view.plan, figures: view.figures)
        let columns = [
            Column(title: say("指标", "Indicator")), Column(title: say("数值", "Value"), isNumber: true),
            Column(title: say("本期应达", "Due"), isNumber: true), Column(title: say("目标", "Target"), isNumber: true),
            Column(title: say("单位", "Unit")), Column(title: say("完成率", "Done"), isNumber: true),
            Column(title: say("说明", "Note")),
        ]
        let figures = view.plan.indicators.map { indicator in
            unit == .city
                ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: unit, in: period)
        }
        let digits = (
            Decimals.most(figures.map(\.value)), Decimals.most(figures.map(\.due)), Decimals.most(figures.map(\.target))
        )
        return Table.html(columns, zip(view.plan.indicators, figures).map { row($0, $1, digits) })
    }

    private func row(_ indicator: Indicator, _ figure: IndicatorFigure, _ digits: (Int, Int, Int)) -> HTML {
        let missing = FigureText.missing(figure.missing, view, say)
        return element("tr") {
            element("th", Attribute("scope", "row")) {
                element("a", .href("/explain/\(indicator.id)/\(period.id)/\(unit)")) { say(indicator.name) }
            }
            Table.figure(figure.value, digits.0)
            Table.figure(figure.due, digits.1)
            Table.figure(figure.target, digits.2)
            element("td", .class("keep")) { indicator.unit }
            Table.number(figure.completion.map { _ in FigureText.percent(figure.completion) + "%" })
            element("td") {
                FigureText.note(figure, say)
                if !missing.isEmpty { element("div", .class("quiet")) { say("缺报：\(missing)", "missing: \(missing)") } }
            }
        }
    }
}
