import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The lists that the plan declares over its records.
struct ListRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/lists") { _, _ -> Response in
            guard let period = try desk.view().newestReportedPeriod else { throw HTTPError(.notFound) }
            return .seeOther("/lists/\(period.id)")
        }
        router.get("/lists/:period") { _, context -> Response in
            let view = try desk.view()
            let page = ListsView(
                desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context))
            return .page(page.page())
        }
        router.get("/lists/:period/:list") { _, context -> Response in
            let view = try desk.view()
            let id = Place.decoded(context.parameters.get("list") ?? "")
            guard let rule = view.plan.lists.first(where: { $0.id == id }) else { throw HTTPError(.notFound) }
            let page = ListsView(
                desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context))
            return .page(page.page(of: rule))
        }
    }
}
