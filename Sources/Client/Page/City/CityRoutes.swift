import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// What the city works with all day; a unit's page shows the same of its own figures.
struct CityRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        for place in ["overview", "ranking"] {
            router.get(RouterPath("/\(place)")) { _, _ -> Response in
                guard let period = CityPeriod.newest(try desk.view()) else { throw HTTPError(.notFound) }
                return .seeOther("/\(place)/\(period.id)")
            }
        }
        router.get("/overview/:period") { _, context -> Response in
            let view = try desk.view()
            let period = try ReportRoutes.period(view, context)
            return .page(OverviewView(desk: desk, view: view, say: context.say, period: period).page())
        }
        router.get("/ranking/:period") { request, context -> Response in
            .page(try ranking(request, context).page())
        }
        router.get("/ranking/:period/:tenant") { request, context -> Response in
            let ranking = try ranking(request, context)
            let view = ranking.view
            guard let page = ranking.page(of: try Self.unit(view, context)) else { throw HTTPError(.notFound) }
            return .page(page)
        }
        router.get("/indicator/:indicator/:period") { _, context -> Response in
            let view = try desk.view()
            return .page(
                IndicatorView(
                    desk: desk, view: view, say: context.say, indicator: try Self.indicator(view, context),
                    period: try ReportRoutes.period(view, context)
                ).page())
        }
        router.get("/explain/:indicator/:period/:tenant") { _, context -> Response in
            let view = try desk.view()
            return .page(
                ExplanationView(
                    desk: desk, view: view, say: context.say, indicator: try Self.indicator(view, context),
                    period: try ReportRoutes.period(view, context), tenant: try Self.unit(view, context)
                ).page())
        }
        router.get("/trail") { request, context -> Response in
            let place = TrailPlace(query: Form(query: request))
            return .page(TrailView(desk: desk, view: try desk.view(), say: context.say, place: place).page())
        }
    }

    /// The published ranking where there is one, unless what it comes to now is asked for.
    private func ranking(_ request: Request, _ context: PageContext) throws -> RankingView {
        let view = try desk.view()
        let period = try ReportRoutes.period(view, context)
        return RankingView(
            desk: desk, view: view, say: context.say, period: period,
            published: view.publishedRanking(of: period.id.rawValue, desk.host.cryptography),
            isPresent: Form(query: request)["now"] != nil)
    }

    static func unit(_ view: LocalView, _ context: PageContext) throws -> TenantID {
        let text = Place.decoded(context.parameters.get("tenant") ?? "")
        guard let found = view.plan.tenants.first(where: { $0.id.rawValue == text }) else { throw HTTPError(.notFound) }
        return found.id
    }

    static func indicator(_ view: LocalView, _ context: PageContext) throws -> Indicator {
        let text = Place.decoded(context.parameters.get("indicator") ?? "")
        guard let found = view.plan.indicators.first(where: { $0.id.rawValue == text }) else {
            throw HTTPError(.notFound)
        }
        return found
    }
}
