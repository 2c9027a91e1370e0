import Foundation
import Testing

/// A ranking from the reports to the sealed one, through the binaries.
@Suite("Rankings are published, objected to, sealed and printed", .serialized)
struct RankingStoryTests {
    private static let plan = "zhumadian-2018-25"
    private static let period = "201905B"

    /// One county reports in time, one after the close, eleven not at all.
    private func reported() throws -> Workbench {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "approver")
        try bench.enrol("two", "411721", "approver")
        try bench.enrol("city", "city", "supervisor")
        for unit in ["411724", "411721"] {
            #expect(try bench.plansync("city", "set", "\(unit):targets/g13:2019", "target=240").code == 0)
            let made = try bench.plansync(
                "city", "set", "\(unit):milestones/m08:plan", "text=制定培育计划", "due=2019-05-31")
            #expect(made.code == 0, "\(made.errors)")
        }
        #expect(try bench.plansync("city", "sync").code == 0)
        for (machine, patents) in [("one", "96"), ("two", "60")] {
            #expect(try bench.plansync(machine, "sync").code == 0)
            let figures = ["patents=\(patents)", "patents_invention=6"]
            #expect(try bench.plansync(machine, "set", "values/\(Self.period)", figures[0], figures[1]).code == 0)
        }
        let claimed = try bench.plansync("one", "set", "milestones/m08:plan", "done_on=2019-05-20", "state=claimed")
        #expect(claimed.code == 0, "\(claimed.errors)")
        try handIn(bench, "one")
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try bench.plansync("city", "set", "411724:milestones/m08:plan", "state=accepted").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        let early = try bench.plansync("city", "rank", "publish", Self.period)
        #expect(early.code == 1 && early.errors.contains("is open"), "\(early.errors)")
        #expect(try bench.plansyncd("period", "close", Self.plan, Self.period, "--data", bench.data).code == 0)
        try handIn(bench, "two")
        #expect(try bench.plansync("city", "sync").code == 0)
        for unit in ["411724", "411721"] {
            #expect(try bench.plansync("city", "review", "accept", unit, Self.period).code == 0)
        }
        #expect(try bench.plansync("city", "sync").code == 0)
        return bench
    }

    private func handIn(_ bench: Workbench, _ machine: String) throws {
        let submitted = try bench.plansync(machine, "submit", Self.period)
        #expect(submitted.code == 0, "\(submitted.errors)")
        let synced = try bench.plansync(machine, "sync")
        #expect(synced.code == 0, "\(synced.output)\(synced.errors)")
    }

    private func sync(_ bench: Workbench) throws {
        for machine in ["city", "one", "two"] { #expect(try bench.plansync(machine, "sync").code == 0) }
    }

    private func unit(_ answer: [String: Any], _ tenant: String) throws -> [String: Any] {
        let units = try #require(answer["units"] as? [[String: Any]])
        return try #require(units.first { $0["tenant"] as? String == tenant })
    }

    private func part(_ unit: [String: Any], _ id: String) throws -> [String: Any] {
        let parts = try #require(unit["components"] as? [[String: Any]])
        return try #require(parts.first { $0["id"] as? String == id })
    }

    @Test("A county objects to the preliminary ranking, the city answers, and the sealed one stays")
    func story() throws {
        let bench = try reported()
        let refused = try bench.plansync("one", "set", "objections/\(Self.period):a", "item=patents")
        #expect(refused.code == 1 && refused.errors.contains("No ranking of the period is published"))
        let forbidden = try bench.plansync("one", "rank", "publish", Self.period)
        #expect(forbidden.code == 1 && forbidden.errors.contains("supervision office"))
        let published = try bench.plansync("city", "rank", "publish", Self.period)
        #expect(published.code == 0 && published.output.contains("objections until"), "\(published.errors)")
        try sync(bench)
        let preliminary = try bench.json("two", "rank", Self.period, "--preliminary")
        #expect(preliminary["state"] as? String == "preliminary")
        let late = try unit(preliminary, "411721")
        #expect(late["rank"] as? Int == 2)
        #expect(try part(late, "timeliness")["achieved"] as? String == "0.7")
        #expect(try part(late, "measures")["achieved"] as? String == "0")
        #expect(try #require(try part(late, "targets")["entries"] as? [Any]).isEmpty == false)
        let other = try unit(preliminary, "411724")
        #expect(other["rank"] as? Int == 1, "all units' places are told")
        #expect(try #require(try part(other, "targets")["entries"] as? [Any]).isEmpty, "nobody else's figures")
        let objected = try bench.plansync(
            "two", "set", "objections/\(Self.period):patents", "item=专利申请", "facts=受理通知书共72件,见附件(演示数据)")
        #expect(objected.code == 0, "\(objected.errors)")
        try sync(bench)
        let open = try bench.plansyncd("period", "finalise", Self.plan, Self.period, "--data", bench.data)
        #expect(open.code == 1 && open.errors.contains("units may object until"), "\(open.errors)")
        #expect(open.errors.contains("411721:objections/\(Self.period):patents has no answer"), "\(open.errors)")
        let answered = try bench.plansync(
            "city", "set", "411721:objections/\(Self.period):patents", "answer=以专利局数据为准", "state=dismissed")
        #expect(answered.code == 0, "\(answered.errors)")
        try sync(bench)
        let sealed = try bench.plansyncd(
            "period", "finalise", Self.plan, Self.period, "--data", bench.data, "--force", "--reason", "异议已答复")
        #expect(sealed.code == 0, "\(sealed.errors)")
        try sync(bench)
        try stays(bench)
    }

    /// The sealed ranking is not changed by what comes later, and its digest leads back to the journal.
    private func stays(_ bench: Workbench) throws {
        let frozen = try bench.json("city", "rank", Self.period, "--frozen")
        let equal = try bench.plansync("city", "rank", Self.period, "--check")
        #expect(equal.code == 0 && equal.output.contains("equal"), "\(equal.output)\(equal.errors)")
        try bench.plansync("city", "set", "411721:targets/g13:2019", "target=100")
        try sync(bench)
        let again = try bench.json("city", "rank", Self.period, "--frozen")
        #expect(again["digest"] as? String == frozen["digest"] as? String)
        #expect(try unit(again, "411721")["score"] as? String == unit(frozen, "411721")["score"] as? String)
        let live = try bench.json("city", "rank", Self.period)
        #expect(try unit(live, "411721")["score"] as? String != unit(frozen, "411721")["score"] as? String)
        let different = try bench.plansync("city", "rank", Self.period, "--check")
        #expect(different.code == 1 && different.output.contains("different"), "\(different.output)")
        let second = try bench.plansync("city", "rank", "publish", Self.period)
        #expect(second.code == 1 && second.errors.contains("sealed"), "\(second.errors)")
        try bench.stop()
        let audit = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(audit.code == 0 && audit.output.contains("2 rankings"), "\(audit.output)\(audit.errors)")
    }

    @Test("explain leads from a score to the changes that made it")
    func explained() throws {
        let bench = try reported()
        let score = try bench.json("city", "explain", "score", Self.period, "411724")
        let targets = try part(score, "targets")
        let entries = try #require(targets["entries"] as? [[String: Any]])
        let patents = try #require(
            entries.first { ($0["figure"] as? [String: Any])?["indicator"] as? String == "g13" })
        let input = try #require((patents["inputs"] as? [[String: Any]])?.first)
        #expect(input["element"] as? String == "patents" && input["author"] as? String == "one")
        let rev = try #require(input["rev"] as? String)
        let history = try bench.plansync("city", "history", "411724:values/\(Self.period)", "patents")
        #expect(history.output.contains(rev) && history.output.contains("holds"), "\(history.output)\(history.errors)")
        let measures = try part(score, "measures")
        let records = try #require(measures["records"] as? [[String: Any]])
        #expect(records.contains { $0["record"] as? String == "milestones/m08:plan" })
        #expect(try #require(records.first?["changes"] as? [[String: Any]]).allSatisfy { $0["rev"] is String })
        #expect(try part(score, "timeliness")["report"] as? String == "submissions/\(Self.period)")
        let points = try #require(score["components"] as? [[String: Any]])
            .compactMap { ($0["points"] as? String).flatMap(Double.init) }.reduce(0, +)
        #expect(abs(points - (Double(try #require(score["score"] as? String)) ?? 0)) < 0.01)
        let own = try bench.plansync("one", "explain", "score", Self.period)
        #expect(own.code == 0 && own.output.contains("on time"), "\(own.output)\(own.errors)")
        #expect(try bench.plansync("one", "explain", "score", Self.period, "411721").code == 1)
    }

    @Test("Bulletins are filled in from the published ranking and say from which; the year is judged")
    func bulletins() throws {
        let bench = try reported()
        let none = try bench.plansync("city", "bulletin", Self.period, "--to", bench.path("a.html"))
        #expect(none.code == 1 && none.errors.contains("publish"), "\(none.errors)")
        #expect(try bench.plansync("city", "rank", "publish", Self.period).code == 0)
        try sync(bench)
        let page = bench.path("brief.html")
        let made = try bench.plansync(
            "city", "bulletin", Self.period, "--red-header", "--date", "2019-07-22", "--number", "3", "--to", page)
        #expect(made.code == 0, "\(made.errors)")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        for part in [
            "size: A4; margin: 37mm 26mm 35mm 28mm", "class=\"brief red\"", "第3期", "2019年7月22日", "2019年5—6月",
            "初步排名", "正阳县", "西平县",
        ] { #expect(html.contains(part), "\(part)") }
        #expect(!html.contains("<script") && !html.contains("http"))
        let digest = try #require(try bench.json("city", "rank", Self.period, "--preliminary")["digest"] as? String)
        #expect(html.contains(digest))
        let text = bench.path("notice.txt")
        #expect(
            try bench.plansync(
                "city", "bulletin", Self.period, "--kind", "通报", "--number", "12", "--date", "2019-07-22", "--to", text
            ).code == 0)
        let notice = try String(contentsOfFile: text, encoding: .utf8)
        #expect(notice.contains("驻政〔2019〕12号") && notice.contains("对正阳县"), "\(notice)")
        let unknown = try bench.plansync("city", "bulletin", Self.period, "--kind", "x", "--to", text)
        #expect(unknown.code == 1 && unknown.errors.contains("brief, notice"))
        let year = try bench.json("city", "yearend", "2019")
        let unit = try unit(year, "411724")
        let periods = try #require(unit["periods"] as? [[String: Any]])
        #expect(periods.count == 6 && periods.filter { $0["score"] is String }.count == 1)
        let shown = try bench.plansync("city", "yearend", "2019", "--explain", "411724")
        #expect(shown.code == 0 && shown.output.contains("no ranking, 0"), "\(shown.output)")
        #expect(try bench.plansync("city", "yearend", "2017").code == 1)
    }

    @Test("A plan of another shape ranks, publishes and prints in its own language")
    func secondPlan() throws {
        let bench = try Workbench()
        let file = Workbench.repository.appending(path: "Plans/harbour-bay-water.yaml").path
        #expect(try bench.plansyncd("init", "--data", bench.data, "--plan", file).code == 0)
        try bench.start()
        try bench.enrol("town", "northpier", "approver")
        try bench.enrol("council", "city", "supervisor")
        #expect(try bench.plansync("town", "set", "values/2024Q2", "running_cost=1,250").code == 0)
        #expect(try bench.plansync("town", "submit", "2024Q2").code == 0)
        #expect(try bench.plansync("town", "sync").code == 0)
        #expect(try bench.plansync("council", "sync").code == 0)
        #expect(try bench.plansync("council", "review", "accept", "northpier", "2024Q2").code == 0)
        #expect(try bench.plansync("council", "sync").code == 0)
        #expect(try bench.plansyncd("period", "close", "harbour-bay-water", "2024Q2", "--data", bench.data).code == 0)
        #expect(try bench.plansync("council", "rank", "publish", "2024Q2").code == 0)
        for machine in ["council", "town"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        #expect(try bench.plansync("town", "set", "appeals/2024Q2:a", "reason=The meter was broken.").code == 0)
        #expect(try bench.plansync("town", "sync").code == 0)
        let letter = try bench.plansync("town", "bulletin", "2024Q2", "--date", "2024-08-01", "--to", "-")
        #expect(letter.code == 0, "\(letter.errors)")
        for part in [
            "Letter 2/2024", "This is the preliminary ranking of 3 towns", "Not reported: Saltmarsh, West Quay.",
        ] {
            #expect(letter.output.contains(part), "\(letter.output)")
        }
        #expect(!letter.output.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) })
        #expect(try bench.plansync("council", "yearend", "2024").code == 0)
    }
}
