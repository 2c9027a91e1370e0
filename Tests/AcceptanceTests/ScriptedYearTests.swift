import Foundation
import Testing

/// Plans played through the binaries, every figure computed a second time by scripts that read raw data alone.
@Suite("The scripted year", .serialized)
struct ScriptedYearTests {
    private func play(_ script: String, plan: String, rankings: Int?, seconds: Double) throws {
        let bench = try Workbench()
        #expect(try bench.plansyncd("init", "--data", bench.data, "--plan", plan).code == 0)
        try bench.start()
        let ended = try bench.script(
            script,
            [Workbench.binaries.path, bench.data, "127.0.0.1:\(bench.port)", bench.path(""), plan], seconds: seconds)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
        guard let rankings else { return }
        // Every ranking that was published is worked out again from what stood in the journal at its time.
        try bench.stop()
        let audit = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(audit.code == 0 && audit.output.contains("\(rankings) rankings"), "\(audit.output)\(audit.errors)")
    }

    @Test("2019 of Zhumadian's plan: every figure, score, rank and the year are those of an independent computation")
    func year() throws {
        // Six preliminary ones, one that was published again after an objection, six sealed ones.
        try play("scripted_year.py", plan: Workbench.planFile, rankings: 13, seconds: 600)
    }

    @Test("Two quarters of a plan of another shape, against the same computation")
    func quarters() throws {
        let plan = Workbench.repository.appending(path: "Plans/harbour-bay-water.yaml").path
        try play("scripted_quarters.py", plan: plan, rankings: 4, seconds: 300)
    }

    @Test("Each system of Zhumadian's plan: its records, steps, checks and lists")
    func systems() throws {
        try play("systems.py", plan: Workbench.planFile, rankings: nil, seconds: 400)
    }
}
