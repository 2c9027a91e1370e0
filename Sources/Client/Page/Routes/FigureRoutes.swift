import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The indicators of a period.
struct FigureRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/figures") { _, _ -> Response in
            guard let period = CityPeriod.newest(try desk.view()) else { throw HTTPError(.notFound) }
            return .seeOther("/figures/\(period.id)")
        }
        router.get("/figures/:period") { _, context -> Response in
            let view = try desk.view()
            let period = try ReportRoutes.period(view, context)
            let layout = Layout(desk: desk, view: view, say: context.say, place: "/figures/\(period.id)")
            let unit = view.principal.role.isOfCity ? TenantID.city : view.principal.tenant
            return .page(
                layout.page(context.say("指标 ", "Figures ") + Names.period(period, context.say)) {
                    PeriodLinks.around(period, view, context.say, "/figures/")
                    element("p", .class("exports")) { ExchangeView.links("figures/\(period.id)", context.say) }
                    FigureTableView(view: view, say: context.say, period: period, unit: unit).html()
                })
        }
    }
}

/// Links to the periods around one.
enum PeriodLinks {
    static func around(_ period: Period, _ view: LocalView, _ say: Wording, _ base: String) -> HTML {
        let all = view.plan.periods.all
        let here = all.firstIndex { $0.id == period.id } ?? 0
        let near = all[max(0, here - 3)..<min(all.count, here + 3)]
        return element("div", .class("pages")) {
            for other in near {
                if other.id == period.id {
                    element("strong") { Names.period(other, say) }
                } else {
                    element("a", .href("\(base)\(other.id)")) { Names.period(other, say) }
                }
            }
        }
    }
}
