import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// How far the units are with the plan's measures.
struct MeasureRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/measures") { _, _ -> Response in
            guard let period = try desk.view().newestReportedPeriod else { throw HTTPError(.notFound) }
            return .seeOther("/measures/\(period.id)")
        }
        router.get("/measures/:period") { request, context -> Response in
            let view = try desk.view()
            let query = Form(query: request)
            let page = MeasuresView(
                desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context),
                department: query["department"] ?? "", only: query["only"] ?? "")
            return .page(page.page())
        }
        router.get("/measures/:period/:measure") { _, context -> Response in
            let view = try desk.view()
            let id = Place.decoded(context.parameters.get("measure") ?? "")
            guard let measure = view.plan.measures.first(where: { $0.id == id }) else { throw HTTPError(.notFound) }
            let page = MeasuresView(
                desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context))
            return .page(page.page(of: measure))
        }
    }
}
