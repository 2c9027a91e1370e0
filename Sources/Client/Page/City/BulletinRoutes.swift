import HTTPTypes
import Hummingbird
import NIOCore
import PlanSyncClient
import PlanSyncCore

/// The bulletin of a period: to read, to print, to keep.
struct BulletinRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/bulletin") { _, _ -> Response in
            let view = try desk.view()
            let published = view.plan.periods.all.last {
                view.publishedRanking(of: $0.id.rawValue, desk.host.cryptography) != nil
            }
            guard let period = published ?? CityPeriod.newest(view) else { throw HTTPError(.notFound) }
            return .seeOther("/bulletin/\(period.id)")
        }
        router.get("/bulletin/:period") { request, context -> Response in
            let view = try desk.view()
            let page = BulletinView(
                desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context),
                choice: BulletinChoice(query: Form(query: request)))
            return .page(page.page())
        }
        router.get("/bulletin/:period/print") { request, context -> Response in
            let (text, _) = try written("html", request, context)
            // The page is a whole document with its own style, which its policy names by its hash; no script.
            let hash = Base64URL.encode(desk.host.cryptography.sha256(Array(BulletinPage.style.utf8))) + "="
            let policy =
                "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'"
            return Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("/bulletin/:period/file/:format") { request, context -> Response in
            let format = context.parameters.get("format") ?? ""
            guard ["html", "txt"].contains(format) else { throw HTTPError(.notFound) }
            let (text, period) = try written(format, request, context)
            let name = "bulletin-\(period.id).\(format)"
            return Response(
                status: .ok,
                headers: [
                    .contentType: format == "txt" ? "text/plain; charset=utf-8" : "text/html; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"\(name)\"",
                ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    private func written(_ format: String, _ request: Request, _ context: PageContext) throws -> (String, Period) {
        let view = try desk.view()
        let period = try ReportRoutes.period(view, context)
        let choice = BulletinChoice(query: Form(query: request))
        let bulletin = try choice.bulletin(of: period, view, desk)
        let text =
            format == "txt"
            ? BulletinText.text(of: bulletin) : BulletinPage.html(of: bulletin, redHeader: choice.isRed)
        return (text, period)
    }
}
