import Foundation
import FoundationNetworking
import Testing

/// A browser as far as the page needs one: it keeps cookies, follows redirections and names its origin.
private final class Browser {
    private let session: URLSession
    private let base: String

    struct Answer {
        let status: Int
        let text: String
        let data: Data
    }

    init(address: String) async throws {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieAcceptPolicy = .always
        session = URLSession(configuration: configuration)
        base = String(address.prefix(upTo: try #require(address.range(of: "/enter")).lowerBound))
        _ = try await send(URLRequest(url: try #require(URL(string: address))))
    }

    private func send(_ request: URLRequest) async throws -> Answer {
        let (data, response) = try await session.data(for: request)
        let status = try #require(response as? HTTPURLResponse).statusCode
        return Answer(status: status, text: String(decoding: data, as: UTF8.self), data: data)
    }

    func get(_ place: String) async throws -> Answer {
        try await send(URLRequest(url: try #require(URL(string: base + place))))
    }

    func post(_ place: String, _ type: String, _ body: Data) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: base + place)))
        request.httpMethod = "POST"
        request.httpBody = body
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        request.setValue(base, forHTTPHeaderField: "Origin")
        return try await send(request)
    }

    func form(_ place: String, _ fields: [String: String]) async throws -> Answer {
        let allowed = CharacterSet.alphanumerics
        let body = try fields.map { key, value in
            try #require(key.addingPercentEncoding(withAllowedCharacters: allowed)) + "="
                + #require(value.addingPercentEncoding(withAllowedCharacters: allowed))
        }
        return try await post(place, "application/x-www-form-urlencoded", Data(body.joined(separator: "&").utf8))
    }

    func upload(_ place: String, _ fields: [String: String], name: String, _ file: Data) async throws -> Answer {
        var body = Data()
        for (key, value) in fields {
            body += Data("--xyz\r\nContent-Disposition: form-data; name=\"\(key)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Data("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8)
        body += Data("Content-Type: application/octet-stream\r\n\r\n".utf8) + file + Data("\r\n--xyz--\r\n".utf8)
        return try await post(place, "multipart/form-data; boundary=xyz", body)
    }

    /// The value of the first hidden field of this name.
    static func hidden(_ name: String, in page: String) throws -> String {
        let parts = page.components(separatedBy: "name=\"\(name)\" value=\"")
        return try #require(
            parts.count > 1 ? parts[1].components(separatedBy: "\"").first : nil, "no \(name) in \(page)")
    }
}

@Suite("The city's page", .serialized)
struct CityPageTests {
    private let period = "201905B"

    /// Serves the page of a machine while the body runs.
    private func serving(
        _ bench: Workbench, _ machine: String, _ body: (Browser) async throws -> Void
    ) async throws {
        let process = Process()
        process.executableURL = Workbench.binaries.appending(path: "plansync")
        process.arguments = [
            "page", "--port", "0", "--json", "--home", bench.path("home-\(machine)"), "--lang", "zh", "--author",
            machine,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { break }
            line += byte
        }
        let value = try #require(try JSONSerialization.jsonObject(with: line) as? [String: String])
        try await body(try await Browser(address: try #require(value["address"])))
    }

    private func made() throws -> Workbench {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("city", "city", "supervisor")
        try bench.enrol("one", "411724", "approver")
        try bench.plansync("city", "set", "411724:targets/g03:2019", "target=6", "baseline=1")
        #expect(try bench.plansync("city", "sync").code == 0)
        try bench.plansync(
            "one", "set", "values/\(period)", "etrc_provincial=3", "patents=40", "patents_invention=4")
        #expect(try bench.plansync("one", "submit", period).code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        return bench
    }

    @Test("The overview, the ranking and an indicator lead from a tile to the signed edit behind a figure")
    func drillDown() async throws {
        let bench = try made()
        try await serving(bench, "city") { browser in
            let overview = try await browser.get("/overview/\(period)")
            #expect(overview.status == 200 && overview.text.contains("<svg") && overview.text.contains("已上报，待审核 1"))
            #expect(overview.text.contains("href=\"/ranking/\(period)/411724\""))
            #expect(!overview.text.contains("style=\""), "the policy forbids it")
            let unit = try await browser.get("/ranking/\(period)/411724")
            #expect(unit.status == 200 && unit.text.contains("href=\"/explain/g03/\(period)/411724\""))
            let indicator = try await browser.get("/indicator/g03/\(period)")
            #expect(indicator.status == 200 && indicator.text.contains("aria-labelledby=\"units-title units-desc\""))
            let explained = try await browser.get("/explain/g03/\(period)/411724")
            let device = try #require(try bench.json("one", "status")["device"] as? String)
            #expect(
                explained.text.contains(device) && explained.text.contains(">3<") && explained.text.contains(">one<"))
            #expect(try await browser.get("/ranking/\(period)/nobody").status == 404)
            #expect(try await browser.get("/indicator/g99/\(period)").status == 404)
        }
    }

    @Test("A list of the plan is drawn over the records of all units, and leads to each of them")
    func lists() async throws {
        let bench = try made()
        try bench.plansync(
            "one", "set", "events/e1", "series=doctors", "held_on=2019-05-18", "people=80", "companies=15")
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        try await serving(bench, "city") { browser in
            let all = try await browser.get("/lists/\(period)")
            #expect(all.status == 200 && all.text.contains("href=\"/lists/\(period)/expiring\""))
            let events = try await browser.get("/lists/\(period)/events_of_year")
            #expect(events.text.contains("博士进企业") && events.text.contains("href=\"/record/events/e1?tenant=411724\""))
            #expect(events.text.contains(">80<") && events.text.contains("100.0"), "\(events.text)")
            #expect(try await browser.get("/lists/\(period)/nothing").status == 404)
        }
    }

    @Test("Reports are given back with a reason, and without one they are not")
    func review() async throws {
        let bench = try made()
        try await serving(bench, "city") { browser in
            let queue = try await browser.get("/review")
            let token = try Browser.hidden("token", in: queue.text)
            let pick = "pick:411724:\(period)"
            #expect(queue.text.contains("name=\"\(pick)\""))
            let refused = try await browser.form(
                "/review", ["token": token, pick: "on", "verdict": "returned", "reason": ""])
            #expect(refused.status == 422 && refused.text.contains("退回必须写明理由"))
            #expect(try await browser.form("/review", ["token": token, "verdict": "accepted"]).status == 422)
            #expect(try await browser.form("/review", ["token": "x", pick: "on", "verdict": "accepted"]).status == 422)
            let done = try await browser.form(
                "/review", ["token": token, pick: "on", "verdict": "returned", "reason": "请核对专利数"])
            #expect(done.status == 200 && done.text.contains("已退回"))
        }
    }

    @Test("A table is looked at before it is taken in; faults take nothing in; what is exported comes back unchanged")
    func tables() async throws {
        let bench = try made()
        try await serving(bench, "one") { browser in
            let page = try await browser.get("/exchange")
            let token = try Browser.hidden("token", in: page.text)
            let form = ["token": token, "form": "values/\(period)", "note": ""]
            let bad = try await browser.upload(
                "/exchange/import", form, name: "a.csv", Data("element,value\npatents,<b>\ngdp,1\n".utf8))
            #expect(bad.status == 422 && bad.text.contains("2 处问题") && bad.text.contains("&lt;b&gt;"))
            let good = try await browser.upload(
                "/exchange/import", form, name: "表.csv", Data("element,value\npatents,17\n".utf8))
            #expect(good.status == 200 && good.text.contains("将更改 1 个字段"))
            #expect(!(try bench.plansync("one", "show", "values/\(period)").output.contains("17")))
            let key = try Browser.hidden("key", in: good.text)
            let applied = try await browser.form("/exchange/apply", ["token": token, "key": key])
            #expect(applied.status == 200 && applied.text.contains("已保存 1 个字段"))
            #expect(try bench.plansync("one", "show", "values/\(period)").output.contains("17"))
            #expect(try await browser.form("/exchange/apply", ["token": token, "key": key]).status == 422)
            for format in ["xlsx", "csv"] {
                let file = try await browser.get("/exchange/file/\(format)/values/\(period)")
                #expect(file.status == 200)
                let again = try await browser.upload(
                    "/exchange/import", ["token": token, "form": "", "note": ""], name: "a.\(format)", file.data)
                #expect(again.status == 200 && again.text.contains("没有需要更改的内容"), "\(format)")
            }
            #expect(try await browser.get("/exchange/file/exe/values/\(period)").status == 404)
            #expect(try await browser.get("/exchange/file/csv/values/..%2F..%2Fx").status != 200)
            let large = Data(repeating: UInt8(ascii: "a"), count: 33 * 1_024 * 1_024)
            let refused = try? await browser.upload("/exchange/import", form, name: "a.csv", large)
            #expect(refused.map(\.status) == 413, "\(refused?.text ?? "-")")
            #expect(try await browser.upload("/exchange/import", ["token": "x"], name: "a.csv", Data()).status == 422)
        }
    }

    @Test("Review, a table of LibreOffice, ranking, bulletin on paper, reward, plan and devices, in a real browser")
    func supervisorsWeeks() throws {
        let bench = try Workbench()
        let ended = try bench.script("city_page.py", [Workbench.binaries.path, bench.path("page")], seconds: 300)
        if ended.output.hasPrefix("UNABLE") { return print("skipped: \(ended.output)") }
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
