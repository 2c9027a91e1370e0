import Foundation
import Testing

/// A whole year through the binaries, every figure of it computed a second time by a script that reads raw data alone.
@Suite("The scripted year", .serialized)
struct ScriptedYearTests {
    @Test("2019 of Zhumadian's plan: every figure is that of an independent computation")
    func year() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let ended = try bench.script(
            "scripted_year.py",
            [Workbench.binaries.path, bench.data, "127.0.0.1:\(bench.port)", bench.path(""), Workbench.planFile],
            seconds: 300)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
