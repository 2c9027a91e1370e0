import HTTPTypes
import Hummingbird
import PlanSyncClient

/// The door: the printed key for a cookie, the language, and the files of the page.
struct EntranceRoutes {
    let desk: Desk
    let bound: BoundPort

    func add(to router: Router<PageContext>) {
        router.get(RouterPath(PageGuard.entrance)) { request, context -> Response in
            guard let key = Form(query: request)["key"], PageSecrets.isEqual(key, desk.secrets.key) else {
                return Refusal.response(.stranger, context.say)
            }
            var response = Response.seeOther("/")
            response.setCookie(
                Cookie(
                    name: PageGuard.cookieName(bound.number), value: key, path: "/", httpOnly: true,
                    sameSite: .strict))
            return response
        }
        router.post("/language") { request, _ -> Response in
            let form = try await Form(request, desk.secrets)
            let language = form["language"] == "en" ? "en" : "zh"
            var response = Response.seeOther(Back.place(form["back"]))
            response.setCookie(
                Cookie(
                    name: PageGuard.languageCookie(bound.number), value: language, maxAge: 31_536_000, path: "/",
                    httpOnly: true, sameSite: .strict))
            return response
        }
        for asset in Asset.all {
            router.get(RouterPath(asset.path)) { _, _ -> Response in
                Response(
                    status: .ok, headers: [.contentType: asset.type, .cacheControl: "max-age=3600"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: asset.content)))
            }
        }
        router.get("/setup") { _, context -> Response in
            .page(SetupView(desk: desk, say: context.say, person: desk.host.person).page())
        }
        router.post("/setup") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let name = form["name"].flatMap { $0.isEmpty ? nil : $0 }
            do {
                try desk.name(form["person"] ?? "")
                try await desk.host.enrol(server: form["server"] ?? "", token: form["code"] ?? "", name: name)
            } catch {
                let fault = PageSentence.of(error, context.say)
                let view = SetupView(
                    desk: desk, say: context.say, server: form["server"] ?? "", code: form["code"] ?? "",
                    person: form["person"] ?? "", fault: fault)
                return .page(view.page(), status: .unprocessableContent)
            }
            desk.sync.nudge()
            return .seeOther("/")
        }
    }
}

/// Where a form leads back to: a place of this page, and no other.
enum Back {
    static func place(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
        else { return "/" }
        return text
    }
}
