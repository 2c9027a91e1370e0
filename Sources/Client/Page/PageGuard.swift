// Who may talk to the page: the person's own browser, from the page itself. Any program of any user of the machine,
// and any page that the browser shows, can reach the port (threat model, B6).

import HTTPTypes
import Hummingbird
import PlanSyncClient

/// Refuses whatever is not a request of the page's own from the person's browser, and puts the headers on every answer.
struct PageGuard: RouterMiddleware {
    /// The path that turns the key of the printed address into a cookie.
    static let entrance = "/enter"

    let bound: BoundPort
    let secrets: PageSecrets
    let isChinese: Bool
    private let executor = BlockingExecutor()

    init(bound: BoundPort, secrets: PageSecrets, isChinese: Bool) {
        self.bound = bound
        self.secrets = secrets
        self.isChinese = isChinese
    }

    /// Cookies are sent to every port of a host, so their names tell the port.
    static func cookieName(_ port: Int) -> String { "plansync-\(port)" }
    static func languageCookie(_ port: Int) -> String { "plansync-language-\(port)" }

    private var port: Int { bound.number }
    private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

    func handle(
        _ request: Request, context: PageContext, next: (Request, PageContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.say = say(request)
        var response: Response
        if let refusal = refusal(request) {
            response = Refusal.response(refusal, context.say)
        } else {
            do {
                let admitted = context
                response = try await withTaskExecutorPreference(executor) { try await next(request, admitted) }
            } catch let error as any HTTPResponseError where error.status == .notFound {
                response = Refusal.response(.notFound, context.say)
            } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
                response = Refusal.response(.tooLarge, context.say)
            } catch {
                response = Refusal.response(.failed(PageSentence.of(error, context.say)), context.say)
            }
        }
        for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func say(_ request: Request) -> Wording {
        let chosen = request.cookies[Self.languageCookie(port)]?.value
        return Wording(chinese: chosen.map { $0 == "zh" } ?? isChinese)
    }

    /// Why a request is refused, or `nil`.
    private func refusal(_ request: Request) -> Refusal? {
        // A name that an attacker's DNS points here is another host.
        guard let host = request.head.authority, hosts.contains(host) else { return .host }
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { return .origin }
        let isPost = request.method == .post
        guard isPost || request.method == .get || request.method == .head else { return .method }
        if isPost {
            let origin = request.headers[.origin]
            let isOwn = origin.map { $0 == "http://\(host)" } ?? (request.headers[.secFetchSite] == "same-origin")
            guard isOwn else { return .origin }
            let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
            guard type == "application/x-www-form-urlencoded" || type == "multipart/form-data" else { return .form }
        } else if let origin = request.headers[.origin], origin != "http://\(host)" {
            return .origin
        }
        if request.uri.path == Self.entrance || Asset.isOne(request.uri.path) { return nil }
        guard let cookie = request.cookies[Self.cookieName(port)]?.value, PageSecrets.isEqual(cookie, secrets.key)
        else {
            return .stranger
        }
        return nil
    }

    private static let headers: [(HTTPField.Name, String)] = [
        (
            .contentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "same-origin"), (.xFrameOptions, "DENY"),
        (.crossOriginResourcePolicy, "same-origin"), (.crossOriginOpenerPolicy, "same-origin"),
    ]
}

extension HTTPField.Name {
    static let secFetchSite = ours("Sec-Fetch-Site")
    static let referrerPolicy = ours("Referrer-Policy")
    static let xFrameOptions = ours("X-Frame-Options")
    static let crossOriginOpenerPolicy = ours("Cross-Origin-Opener-Policy")

    /// A name that is a token by its look; `x-` for one that is none.
    private static func ours(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .xContentTypeOptions }
}
