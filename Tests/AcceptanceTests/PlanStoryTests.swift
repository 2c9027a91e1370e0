import Foundation
import Testing

/// From a certificate to the city's count, through the binaries.
@Suite("Records make figures", .serialized)
struct PlanStoryTests {
    private static let company = "91411724MA44DEM016"
    private static let period = "201905B"

    private func indicator(_ bench: Workbench, _ machine: String, _ id: String) throws -> [String: Any] {
        let answer = try bench.json(machine, "aggregate", Self.period)
        let rows = try #require(answer["indicators"] as? [[String: Any]])
        return try #require(rows.first { $0["indicator"] as? String == id })
    }

    private func key(_ ended: Workbench.Ended) throws -> String {
        let text = try #require(ended.output.split(separator: " ").first)
        return String(text.split(separator: "/").last ?? "")
    }

    @Test("A recognised company raises its county's count and the city's; explain leads back to who did what")
    func recognition() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("county", "411724", "approver")
        try bench.enrol("department", "city", "reviewer")
        #expect(try bench.plansync("county", "set", "values/\(Self.period)", "high_tech=3").code == 0)
        #expect(try indicator(bench, "county", "g07")["value"] as? String == "3")
        let wrong = try bench.plansync("county", "set", "companies/91411724MA44DEM01X", "name=x")
        #expect(wrong.code == 1 && wrong.errors.contains("check digit"))
        #expect(try bench.plansync("county", "set", "companies/\(Self.company)", "name=演示公司").code == 0)
        let saved = try bench.plansync(
            "county", "set", "certificates/new", "company=\(Self.company)", "track=high_tech", "number=GR201941000001",
            "recognised_on=2019-05-20", "valid_from=2019-05-20", "valid_to=2022-05-19", "doc_no=演示〔2019〕1号")
        #expect(saved.code == 0, "\(saved.errors)")
        let record = "certificates/\(try key(saved))"
        // The county's own word is not enough.
        #expect(try indicator(bench, "county", "g07")["value"] as? String == "0")
        let own = try bench.plansync("county", "set", record, "state=in_force")
        #expect(own.code == 1 && own.errors.contains("reviewer"), "\(own.errors)")
        #expect(try bench.plansync("county", "sync").code == 0)
        #expect(try bench.plansync("department", "sync").code == 0)
        let step = try bench.plansync("department", "set", "411724:\(record)", "state=in_force")
        #expect(step.code == 0 && step.errors.contains("0家 → 1家"), "\(step.errors)")
        #expect(try bench.plansync("department", "sync").code == 0)
        #expect(try bench.plansync("county", "sync").code == 0)
        let counted = try indicator(bench, "county", "g07")
        #expect(counted["value"] as? String == "1" && counted["beside"] as? String == "3")
        #expect(counted["difference"] as? String == "-2")
        #expect(try indicator(bench, "department", "g07")["value"] as? String == "1")
        let explained = try bench.json("department", "explain", "g07", Self.period)
        let records = try #require(explained["records"] as? [[String: Any]])
        #expect(records.map { $0["record"] as? String } == [record])
        #expect(
            records.first?["standing"] as? String == "counted" && records.first?["author"] as? String == "department")
    }

    @Test("What is wrong keeps a report from being handed in, and an explanation lets the soft one stand")
    func checks() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("county", "411724", "approver")
        let values = "values/\(Self.period)"
        #expect(try bench.plansync("county", "set", "values/201903B", "patents=40").code == 0)
        #expect(try bench.plansync("county", "set", values, "patents=25", "patents_invention=30").code == 0)
        let checked = try bench.plansync("county", "check", Self.period)
        #expect(checked.code == 1 && checked.output.contains("patents"), "\(checked.output)")
        let faults = try #require(try bench.json("county", "check", Self.period)["faults"] as? [[String: Any]])
        #expect(faults.map { $0["check"] as? String } == ["falls", "g14_part_of_g13"])
        let refused = try bench.plansync("county", "submit", Self.period)
        #expect(refused.code == 1 && refused.errors.contains("2 faults"), "\(refused.errors)")
        #expect(try bench.plansync("county", "set", values, "patents_invention=20").code == 0)
        let place = try #require(faults.first?["explain"] as? String)
        let empty = try bench.plansync("county", "set", place, "text=核实无误")
        #expect(empty.code == 1 && empty.errors.contains("explain nothing"), "\(empty.errors)")
        #expect(try bench.plansync("county", "set", place, "text=上期误将预申请计入,已核对受理单").code == 0)
        #expect(try bench.plansync("county", "check", Self.period).code == 0)
        #expect(try bench.plansync("county", "submit", Self.period).code == 0)
        let synced = try bench.plansync("county", "sync")
        #expect(synced.code == 0, "\(synced.output)\(synced.errors)")
        let targets = try #require(try bench.json("county", "targets", Self.period)["targets"] as? [[String: Any]])
        #expect(targets.count == 18)
    }

    @Test("Milestones say who has to report on a measure; what is missing or overdue is listed, by department, too")
    func measures() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "approver")
        try bench.enrol("city", "city", "supervisor")
        func rows(_ machine: String, _ more: String...) throws -> [[String: Any]] {
            let answer = try bench.run(
                Workbench.binaries.appending(path: "plansync").path,
                ["measures", Self.period, "--on", "2019-07-01", "--json", "--home", bench.path("home-\(machine)")]
                    + more)
            #expect(answer.code == 0, "\(answer.errors)")
            let value = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
            return try #require(value?["measures"] as? [[String: Any]])
        }
        for (unit, due) in [("411724", "2019-06-20"), ("411728", "2019-09-30")] {
            let given = try bench.plansync(
                "city", "set", "\(unit):milestones/m14:a", "text=挂牌一家", "due=\(due)")
            #expect(given.code == 0, "\(given.errors)")
        }
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        // The unit sees its own; the city sees both, and whom it waits for.
        #expect(try rows("one").map { $0["tenant"] as? String } == ["411724"])
        #expect(try rows("city", "--missing").count == 2)
        #expect(try bench.plansync("one", "set", "progress/m14:\(Self.period)", "percent=40", "done=挂牌").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try rows("city", "--missing").map { $0["tenant"] as? String } == ["411728"])
        let reported = try #require(try rows("city", "--tenant", "411724").first)
        #expect(reported["percent"] as? String == "40" && reported["author"] as? String == "one")
        let overdue = try rows("city", "--overdue")
        let milestones = try #require(overdue.first?["milestones"] as? [[String: Any]])
        #expect(overdue.count == 1 && milestones.first?["daysOverdue"] as? Int == 11)
        #expect(try rows("city").map { $0["pace"] as? String } == ["behind", "on_track"])
        // The department that leads sees it, one that has nothing to do with it does not.
        #expect(try rows("city", "--department", "kjj").count == 2)
        #expect(try rows("city", "--department", "swj").isEmpty)
        let unknown = try bench.plansync("city", "measures", Self.period, "--department", "kj")
        #expect(unknown.code == 1 && unknown.errors.contains("kjj"))
        // Reached, and accepted by the department: no longer overdue.
        #expect(try bench.plansync("one", "set", "milestones/m14:a", "done_on=2019-06-25").code == 0)
        #expect(try bench.plansync("one", "set", "milestones/m14:a", "state=claimed").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try bench.plansync("city", "set", "411724:milestones/m14:a", "state=accepted").code == 0)
        #expect(try rows("city", "--overdue").isEmpty)
        let table = try bench.plansync("city", "measures", Self.period)
        #expect(table.code == 0 && table.output.contains("m14") && table.output.contains("m25"))
        #expect(table.output.contains("completed 1 (50.0%)"), "\(table.output)")
    }

    @Test("A plan of another shape runs through the same binaries")
    func secondPlan() throws {
        let bench = try Workbench()
        let file = Workbench.repository.appending(path: "Plans/harbour-bay-water.yaml").path
        #expect(try bench.plansyncd("init", "--data", bench.data, "--plan", file).code == 0)
        try bench.start()
        try bench.enrol("town", "northpier", "approver")
        try bench.enrol("council", "city", "supervisor")
        let saved = try bench.plansync(
            "town", "set", "repairs/new", "street=Dock Road", "state=digging")
        let record = "repairs/\(try key(saved))"
        let done = try bench.plansync(
            "town", "set", record, "metres=420.5", "finished_on=2024-05-31", "state=finished")
        #expect(done.code == 0, "\(done.errors)")
        #expect(try bench.plansync("town", "set", "values/2024Q2", "running_cost=1,250").code == 0)
        #expect(try bench.plansync("town", "sync").code == 0)
        #expect(try bench.plansync("council", "sync").code == 0)
        #expect(try bench.plansync("council", "set", "northpier:\(record)", "state=accepted").code == 0)
        #expect(try bench.plansync("council", "sync").code == 0)
        let rows = try #require(
            try bench.json("council", "targets", "2024Q2", "--tenant", "northpier")["targets"] as? [[String: Any]])
        let repaired = try #require(rows.first { $0["indicator"] as? String == "repaired" })
        #expect(repaired["reported"] as? String == "420.5" && repaired["light"] as? String == "behind")
        #expect(try bench.plansync("council", "rank", "2024Q2").code == 0)
    }
}
