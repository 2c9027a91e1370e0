import Foundation
import Testing

/// What stood when a period opened, through the binaries: targets, weights, and what is said about them.
@Suite("What stood when a period opened", .serialized)
struct FreezeStoryTests {
    private static let rule = "What was in force when a period opened stays for it"

    /// A server that has had the plan since before its first period; the plan goes on to the end of 2039.
    private func bench() throws -> (bench: Workbench, plan: String) {
        let bench = try Workbench()
        let text = try String(contentsOfFile: Workbench.planFile, encoding: .utf8)
        let plan = bench.path("plan.yaml")
        try text.replacing("last: 202011B", with: "last: 203911B").write(
            toFile: plan, atomically: true, encoding: .utf8)
        #expect(try bench.plansyncd("init", "--data", bench.data, "--plan", plan).code == 0)
        let since =
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('UPDATE plans SET loaded=0'); c.commit()"
        #expect(try bench.run("/usr/bin/python3", ["-c", since, bench.data + "/plansync.sqlite"]).code == 0)
        try bench.start()
        return (bench, plan)
    }

    @Test("The city's edit of a frozen target comes back with what to do; a version of a later period stands")
    func targets() throws {
        let (bench, _) = try bench()
        try bench.enrol("one", "411724", "approver")
        try bench.enrol("city", "city", "supervisor")
        // A ratio has the plan's own target, so another is a change; a count had none, so one may be entered.
        for (record, field) in [
            ("411724:targets/g12:2019", "target=3"), ("411724:targets/g13:201907B", "target=90"),
        ] {
            #expect(try bench.plansync("city", "set", record, field).code == 0)
        }
        let refused = try bench.plansync("city", "sync")
        #expect(refused.code == 4 && refused.output.contains(Self.rule), "\(refused.output)")
        let waiting = try bench.plansync("city", "attention")
        #expect(waiting.output.contains("targets/g12:2019") && waiting.output.contains(Self.rule), "\(waiting.output)")
        let told = try #require(try bench.json("city", "attention", "list")["rejected"] as? [[String: Any]])
        let reasons = told.compactMap { ($0["ops"] as? [[String: Any]])?.first?["reason"] as? String }
        #expect(reasons == ["frozen", "frozen"])
        for entry in told {
            let position = try #require(entry["position"] as? Int)
            #expect(try bench.plansync("city", "attention", "drop", "\(position)").code == 0)
        }
        for (record, field) in [
            ("411724:targets/g13:2039", "target=60"), ("411724:targets/g13:203907B", "target=90"),
        ] {
            #expect(try bench.plansync("city", "set", record, field).code == 0)
        }
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        func standing(_ period: String) throws -> [String?] {
            let rows = try bench.json("one", "targets", period)["targets"] as? [[String: Any]]
            let row = rows?.first { $0["indicator"] as? String == "g13" }
            return [row?["target"] as? String, row?["targetFrom"] as? String]
        }
        #expect(try standing("203905B") == ["60", nil])
        #expect(try standing("203909B") == ["90", "203907B"])
        #expect(try bench.plansync("one", "targets", "203909B").output.contains("90 (from 203907B on)"))
        let explained = try bench.plansync("one", "explain", "g13", "203909B")
        #expect(explained.output.contains("(from 203907B on)"), "\(explained.output)\(explained.errors)")
        let key = try bench.plansync("city", "set", "411724:targets/g13:201906B", "target=1")
        #expect(key.code == 1 && key.errors.contains("neither a year of this plan"), "\(key.errors)")
        try bench.stop()
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
    }

    @Test("A revision that changes a frozen weight is refused at its line; from a later period on it is taken")
    func revision() throws {
        let (bench, plan) = try bench()
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        // g07 has the weight 15, g08 the weight 4.
        let weights = [
            ("path: [\"0\", \"0\", \"1/4\", \"1/4\", \"1/2\", \"1\"]\n    weight: \"15\"", "14"),
            ("weight: \"4\"", "5"),
        ]
        func revised(_ change: (String, String) -> String) throws -> String {
            var revised = text
            for (old, new) in weights {
                let place = try #require(revised.range(of: old))
                revised.replaceSubrange(place, with: change(old, new))
            }
            let file = bench.path("revised.yaml")
            try revised.write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }
        let frozen = try revised { old, new in
            old.replacing("weight: \"15\"", with: "weight: \"\(new)\"").replacing(
                "weight: \"4\"", with: "weight: \"5\"")
        }
        let line = try #require(
            text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("weight: \"15\"") })
        let refused = try bench.plansyncd("plan", "load", "--data", bench.data, frozen)
        let place =
            "revised.yaml:\(line + 1):13: error: 'weight' of the indicator 'g07' stands since 201805B opened (15)"
        #expect(refused.code == 1 && refused.errors.contains(place), "\(refused.errors)")
        #expect(refused.errors.contains("with from: ") && refused.errors.contains("nothing was loaded"))
        let chinese = try bench.plansyncd("plan", "load", "--lang", "zh", "--data", bench.data, frozen)
        #expect(chinese.errors.contains("“weight”（指标“g07”）在 201805B 开始时已冻结（为 15）"), "\(chinese.errors)")
        let later = try revised { old, new in "\(old)\n    changes: [{from: 203907B, weight: \"\(new)\"}]" }
        let taken = try bench.plansyncd("plan", "load", "--data", bench.data, later)
        #expect(taken.code == 0 && taken.output.contains("revision 2"), "\(taken.errors)")
    }
}
