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
        return element("div", .class("scroll")) {
            element("table") {
                element("thead") {
                    element("tr") {
                        element("th", Attribute("scope", "col")) { say("指标", "Indicator") }
                        for head in [say("数值", "Value"), say("本期应达", "Due"), say("目标", "Target")] {
                            element("th", .class("number"), Attribute("scope", "col")) { head }
                        }
                        element("th", Attribute("scope", "col")) { say("单位", "Unit") }
                        element("th", .class("number"), Attribute("scope", "col")) { say("完成率", "Done") }
                        element("th", Attribute("scope", "col")) { say("说明", "Note") }
                    }
                }
                element("tbody") {
                    for indicator in view.plan.indicators {
                        row(
                            indicator,
                            unit == .city
                                ? aggregate.cityFigure(indicator, in: period)
                                : aggregate.figure(indicator, of: unit, in: period))
                    }
                }
            }
        }
    }

    private func row(_ indicator: Indicator, _ figure: IndicatorFigure) -> HTML {
        let missing = FigureText.missing(figure.missing, view, say)
        return element("tr") {
            element("th", Attribute("scope", "row")) { say(indicator.name) }
            element("td", .class("number")) { figure.value?.shown(4) ?? "-" }
            element("td", .class("number")) { figure.due?.shown(4) ?? "-" }
            element("td", .class("number")) { figure.target?.shown(4) ?? "-" }
            element("td", .class("keep")) { indicator.unit }
            element("td", .class("number")) {
                figure.completion.map { _ in FigureText.percent(figure.completion) + "%" } ?? "-"
            }
            element("td") {
                FigureText.note(figure, say)
                if !missing.isEmpty { element("div", .class("quiet")) { say("缺报:\(missing)", "missing: \(missing)") } }
            }
        }
    }
}
