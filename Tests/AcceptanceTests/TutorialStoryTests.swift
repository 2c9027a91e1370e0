import Foundation
import Testing

/// The tutorial's claim, through the binaries: an indicator is a few lines of the plan; nothing is built or stopped.
@Suite("The tutorial", .serialized)
struct TutorialStoryTests {
    private func blocks() throws -> [String] {
        let page = try String(
            contentsOf: Workbench.repository.appending(path: "docs/plan-tutorial.md"), encoding: .utf8)
        return page.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first.map { $0 + "\n" }
        }
    }

    @Test("An indicator is added while the daemon serves, and counts what was recorded before it was there")
    func added() throws {
        let bench = try Workbench()
        let steps = try blocks()
        try #require(steps.count == 3)
        let file = bench.path("trees.yaml")
        try (steps[0] + steps[1]).write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try bench.plansyncd("init", "--data", bench.data, "--plan", file).code == 0)
        try bench.start()
        try bench.enrol("east", "east", "editor")
        try bench.enrol("office", "city", "reviewer")
        #expect(try bench.plansync("east", "set", "parks/lake", "name=北湖公园", "area=120").code == 0)
        #expect(try bench.plansync("east", "sync").code == 0)
        #expect(try bench.plansync("office", "sync").code == 0)
        let opened = try bench.plansync("office", "set", "east:parks/lake", "opened_on=2024-05-01", "state=open")
        #expect(opened.code == 0, "\(opened.errors)")
        #expect(try bench.plansync("office", "sync").code == 0)
        // Ten lines of the plan, and the weights.
        #expect(steps[2].split(separator: "\n").count <= 10)
        try (steps[0] + steps[1]).replacing("weight: \"100\"", with: "weight: \"60\"")
            .replacing("ranking:\n", with: steps[2] + "ranking:\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let checked = try bench.plansyncd("plan", "check", file)
        #expect(checked.code == 0 && checked.output.contains("2 indicators, 0 measures, 0 warnings"))
        let loaded = try bench.plansyncd("plan", "load", "--data", bench.data, file)
        #expect(loaded.code == 0, "\(loaded.errors)")
        #expect(try bench.plansync("east", "sync").code == 0)
        let rows = try #require(try bench.json("east", "targets", "2024Q2")["targets"] as? [[String: Any]])
        let parks = try #require(rows.first { $0["indicator"] as? String == "open_parks" })
        #expect(parks["reported"] as? String == "1" && parks["target"] is NSNull)
        let later = try #require(try bench.json("east", "targets", "2025Q2")["targets"] as? [[String: Any]])
        #expect(later.first { $0["indicator"] as? String == "open_parks" }?["target"] as? String == "7")
        let explained = try bench.json("east", "explain", "open_parks", "2024Q2")
        let records = try #require(explained["records"] as? [[String: Any]])
        #expect(records.map { $0["record"] as? String } == ["parks/lake"])
    }
}
