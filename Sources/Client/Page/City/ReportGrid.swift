import PlanSyncClient
import PlanSyncCore

/// Where the report of every unit stands in every period of a year.
struct ReportGrid {
    let view: LocalView
    let say: Wording
    let year: Int?

    private var periods: [Period] { view.plan.periods.all.filter { $0.year == year } }

    func html() -> HTML {
        let years = Set(view.plan.periods.all.map(\.year)).sorted()
        return element("section") {
            TableHead.html(
                say("各单位上报情况", "Where every report stands"), "reports" + (year.map { "/\($0)" } ?? ""), say)
            element("div", .class("pages")) {
                for other in years {
                    if other == year {
                        element("strong") { say("\(other)年", "\(other)") }
                    } else {
                        element("a", .href("/review?year=\(other)")) { say("\(other)年", "\(other)") }
                    }
                }
            }
            Table.html(
                [Column(title: say("单位", "Unit"))] + periods.map { Column(title: Names.shortPeriod($0, say)) },
                view.plan.units.map(row))
        }
    }

    private func row(_ unit: Plan.Tenant) -> HTML {
        element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) { say(unit.name) }
            for period in periods { cell(view.report(of: period, tenant: unit.id), unit) }
        }
    }

    private func cell(_ report: LocalReport, _ unit: Plan.Tenant) -> HTML {
        element("td", .class("keep")) {
            if report.stateField == nil {
                element("span", .class("quiet")) { "–" }
            } else {
                element(
                    "a", .class("plain"), .href("/review/\(report.period.id)/\(unit.id)"),
                    Attribute(
                        "aria-label",
                        [
                            say(unit.name), Names.period(report.period, say), report.state.word(chinese: say.chinese),
                        ].joined(separator: " ")
                    )
                ) { ReportStateMark.of(report, view, say) }
                if !report.changed.isEmpty {
                    element("div", .class("quiet")) {
                        say("上报后改动 \(report.changed.count) 处", "\(report.changed.count) changes since")
                    }
                }
            }
        }
    }
}
