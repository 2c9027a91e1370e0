import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import PlanSyncClient
import PlanSyncCore
import PlanSyncPage
import Testing

/// Who gets in: the rows of the threat model's B6.
@Suite("The page's guard")
struct GuardTests {
    private struct Answer {
        let status: Int
        let headers: HTTPFields
        let body: String
    }

    private static let secret = Base64URL.encode([UInt8](repeating: BareHost.byte, count: 20))
    private static let cookie = "plansync-8019=\(secret)"
    private static let form = ["Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1:8019"]

    private func ask(
        _ method: HTTPRequest.Method = .get, _ path: String = "/setup", host: String? = "127.0.0.1:8019",
        headers: [String: String] = [:], cookie: String? = GuardTests.cookie, body: String = ""
    ) async throws -> Answer {
        let server = PageServer(host: BareHost(), say: Wording(chinese: false), logger: Logger(label: "test"))
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        if let cookie { fields[.cookie] = cookie }
        let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body)))
        let response = try await server.answer(request, over: EmbeddedChannel(), port: BoundPort(8_019))
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return Answer(status: response.status.code, headers: response.headers, body: writer.text)
    }

    @Test(
        "The page is served to its own host names with the port, and to no other name",
        arguments: [
            ("127.0.0.1:8019", true), ("localhost:8019", true), ("127.0.0.1", false), ("127.0.0.1:80190", false),
            ("127.0.0.1:8019.evil.com", false), ("127.0.0.1.evil.com:8019", false), ("evil.com:8019", false),
            ("LOCALHOST:8019 ", false), ("[::1]:8019", false), ("0.0.0.0:8019", false), ("", false),
            ("127.0.0.1:8019.", false), ("127.0.0.1.:8019", false), ("127.0.0.2:8019", false), ("127.1:8019", false),
            ("0x7f000001:8019", false), ("2130706433:8019", false), ("0177.0.0.1:8019", false),
            ("127.0.0.1:08019", false),
            ("127.0.0.1:8019/", false), ("http://127.0.0.1:8019", false), ("127.0.0.1: 8019", false),
            ("127.0.0.1:", false),
            ("localhost", false), ("localhost:80", false), ("localhost.:8019", false), ("localhost:8019:8019", false),
            ("xlocalhost:8019", false), ("localhost.evil.com:8019", false), ("evil.com#localhost:8019", false),
            ("evil.com@127.0.0.1:8019", false), ("127.0.0.1:8019@evil.com", false), ("127.0.0.1:8019,evil.com", false),
            ("127.0.0.1%3A8019", false), ("127.0.0.1:8019%00", false), ("[::ffff:127.0.0.1]:8019", false),
            ("[0:0:0:0:0:0:0:1]:8019", false), ("*", false), ("null", false), ("printer.local:8019", false),
            ("192.168.1.5:8019", false), ("plansync:8019", false),
        ])
    func hosts(host: String, isServed: Bool) async throws {
        #expect(try await ask(host: host).status == (isServed ? 200 : 421))
    }

    @Test("Without a host nothing is served")
    func noHost() async throws { #expect(try await ask(host: nil).status == 421) }

    @Test("Without the cookie of this start and this port only the door is open")
    func strangers() async throws {
        for cookie in [nil, "plansync-8019=", "plansync-8019=\(Self.secret)x", "plansync-8020=\(Self.secret)", "a=b"] {
            #expect(try await ask(cookie: cookie).status == 401)
            #expect(try await ask(.get, "/", cookie: cookie).status == 401)
            #expect(try await ask(.get, "/sync/state", cookie: cookie).status == 401)
        }
        #expect(try await ask(.get, "/page.css", cookie: nil).status == 200)
        #expect(try await ask(.get, "/enter?key=wrong", cookie: nil).status == 401)
        let entered = try await ask(.get, "/enter?key=\(Self.secret)", cookie: nil)
        #expect(entered.status == 303 && entered.headers[.location] == "/")
        let cookie = try #require(entered.headers[.setCookie])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    }

    @Test(
        "A request that another page brought about is refused",
        arguments: [
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "same-origin"], 200), (["Sec-Fetch-Site": "none"], 200), ([:], 200),
            (["Origin": "http://evil.com"], 403), (["Origin": "null"], 403), (["Origin": "http://127.0.0.1:8019"], 200),
            (["Origin": "http://127.0.0.1:8020"], 403),
        ])
    func origins(headers: [String: String], status: Int) async throws {
        #expect(try await ask(headers: headers).status == status)
    }

    @Test("A form counts only with the page's own origin, its kind and its token")
    func forms() async throws {
        let body = "token=\(Self.secret)&server=x&code=y&person=%E7%8E%8B"
        func post(_ headers: [String: String], _ body: String) async throws -> Int {
            try await ask(.post, "/setup", headers: headers, body: body).status
        }
        // Everything is right, so it gets as far as the host, which has no server.
        let right = try await ask(.post, "/setup", headers: Self.form, body: body)
        #expect(right.status == 422 && right.body.contains("The token &lt;y&gt; is not valid."))
        #expect(try await post(["Content-Type": "application/x-www-form-urlencoded"], body) == 403)
        #expect(try await post(Self.form.merging(["Origin": "http://evil.com"]) { $1 }, body) == 403)
        #expect(try await post(Self.form.merging(["Content-Type": "text/plain"]) { $1 }, body) == 403)
        #expect(try await post(Self.form.merging(["Content-Type": "application/json"]) { $1 }, body) == 403)
        #expect(try await post(Self.form.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }, body) == 403)
        for forged in ["server=x&code=y", "token=&server=x", "token=\(Self.secret)x&code=y"] {
            let answer = try await ask(.post, "/setup", headers: Self.form, body: forged)
            #expect(answer.status == 422 && answer.body.contains("out of date"))
        }
    }

    @Test("Other methods are refused", arguments: [HTTPRequest.Method.put, .delete, .options, .patch, .trace])
    func methods(method: HTTPRequest.Method) async throws { #expect(try await ask(method).status == 405) }

    @Test("A form that is too large is refused before it is read whole")
    func large() async throws {
        let body = "token=\(Self.secret)&server=" + String(repeating: "x", count: 1_100_000)
        #expect(try await ask(.post, "/setup", headers: Self.form, body: body).status == 413)
    }

    @Test(
        "Paths are names in a table: no file is ever read by one",
        arguments: [
            "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "//etc/passwd", "/page.css%00",
            "/page.css/..", "/nothing",
        ])
    func paths(path: String) async throws {
        let answer = try await ask(.get, path)
        #expect(answer.status == 404 && !answer.body.contains("root:"))
    }

    @Test("Every answer, also a refusal, has the headers that keep scripts, frames and other pages out")
    func headers() async throws {
        for answer in [
            try await ask(), try await ask(host: "evil.com"), try await ask(.get, "/nothing"),
            try await ask(cookie: nil), try await ask(.get, "/page.js"),
        ] {
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[try #require(HTTPField.Name("X-Frame-Options"))] == "DENY")
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
            #expect(
                !answer.body.contains("<style") && !answer.body.contains("onclick") && !answer.body.contains("style="))
        }
        #expect(try await ask().headers[.cacheControl] == "no-store")
    }

    @Test(
        "A range, however wild, brings the whole file: none is served in parts",
        arguments: [
            "bytes=0-9223372036854775807", "bytes=-9223372036854775808", "bytes=18446744073709551615-", "bytes=5-1",
        ])
    func ranges(range: String) async throws {
        let whole = try await ask(.get, "/page.css")
        let answer = try await ask(.get, "/page.css", headers: ["Range": range])
        #expect(answer.status == 200 && answer.body == whole.body)
    }

    @Test("A form leads back to a place of this page only")
    func back() async throws {
        for (back, place) in [
            ("/report/201905B", "/report/201905B"), ("//evil.com", "/"), ("https://evil.com", "/"),
            ("/\\evil.com", "/"),
            ("/a%0d%0aSet-Cookie:x=1", "/"), ("", "/"),
        ] {
            let body = "token=\(Self.secret)&language=en&back=\(back)"
            let answer = try await ask(.post, "/language", headers: Self.form, body: body)
            #expect(answer.status == 303 && answer.headers[.location] == place, "\(back)")
        }
    }
}

/// Keeps what a body writes.
private final class CollectingWriter: ResponseBodyWriter {
    private(set) var text = ""

    func write(_ buffer: ByteBuffer) async throws { text += String(buffer: buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
