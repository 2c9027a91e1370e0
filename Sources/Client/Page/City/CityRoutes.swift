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
        addReview(to: router)
        addFigures(to: router)
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

    private func addReview(to router: Router<PageContext>) {
        router.get("/review") { request, context -> Response in
            let query = Form(query: request)
            return .page(
                ReviewView(
                    desk: desk, view: try desk.view(), say: context.say, isAll: query["all"] != nil,
                    year: query["year"].flatMap(Int.init)
                ).page())
        }
        router.post("/review") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let picked = form.fields(ReviewView.pick).map(\.name)
            let verdict = Editing.Verdict(rawValue: form["verdict"] ?? "") ?? .accepted
            do {
                guard !picked.isEmpty else {
                    throw PageFault(zh: "请先选择要审核的上报。", en: "Choose the reports first.")
                }
                for (name, digest) in form.fields(ReviewView.seen) where picked.contains(name) {
                    try Self.checkSeen(name, digest, view)
                }
                try desk.review(picked, verdict, reason: form["reason"] ?? "", view)
                return .seeOther("/review")
            } catch {
                let page = ReviewView(
                    desk: desk, view: view, say: context.say, fault: PageSentence.of(error, context.say),
                    picked: Set(picked.map { ReviewView.pick + $0 }), reason: form["reason"] ?? "")
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// One unit's figures of a period: to look at, and what departments of the city enter for it.
    private func addFigures(to router: Router<PageContext>) {
        router.get("/review/:period/:tenant") { request, context -> Response in
            let view = try desk.view()
            let period = try ReportRoutes.period(view, context)
            let tenant = try Self.unit(view, context)
            var page = ReportReview(desk: desk, view: view, say: context.say, tenant: tenant, period: period)
            if Form(query: request)["saved"] != nil {
                page.said = context.say("已保存在本机。", "Saved on this machine.")
            }
            return .page(page.page())
        }
        // What departments of the city enter for a unit, such as official statistics.
        router.post("/review/:period/:tenant") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let period = try ReportRoutes.period(view, context)
            let tenant = try Self.unit(view, context)
            do {
                let isSaved = try desk.fill("\(tenant):\(CollectionRule.values)/\(period.id)", form)
                return .seeOther("/review/\(period.id)/\(tenant)" + (isSaved ? "?saved=1" : ""))
            } catch let error as FormError {
                let page = ReportReview(
                    desk: desk, view: view, say: context.say, tenant: tenant, period: period, typed: form.typed,
                    faults: error.sentences(context.say))
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// A report is answered as it was seen.
    ///
    /// - Throws: ``PageFault`` when it was handed in anew since.
    private static func checkSeen(_ name: String, _ digest: String, _ view: LocalView) throws {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let unit = view.plan.units.first(where: { $0.id.rawValue == parts[0] }),
            let period = view.plan.periods.period(parts[1])
        else { return }
        guard (view.report(of: period, tenant: unit.id).digest?.value?.shown ?? "") == digest else {
            throw PageFault(
                zh: "\(unit.name.zh)的这份上报在您查看之后又有变动,请重新核对后再审核。",
                en: "\(unit.name.en) has handed in other figures since you looked; look at them again first.")
        }
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

extension Desk {
    /// Answers several reports at once: all of them or, where one cannot be answered, none.
    ///
    /// A report is `UNIT:PERIOD`.
    fileprivate func review(
        _ picked: [String], _ verdict: Editing.Verdict, reason: String, _ view: LocalView
    ) throws {
        let editing = try Editing(view: view, author: host.person, note: reason.isEmpty ? nil : reason)
        var faults: [EditFault] = []
        var drafts: [ChangeDraft] = []
        for name in picked {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            do throws(EditError) {
                drafts.append(try editing.review(parts.first ?? "", parts.last ?? "", verdict))
            } catch {
                for fault in error.faults where !faults.contains(fault) { faults.append(fault) }
            }
        }
        guard faults.isEmpty else { throw EditError(faults) }
        var random = HostRandom(host: host)
        _ = try replica().save(drafts, now: host.now(), random: &random)
        sync.nudge()
    }
}
