import Foundation
import Testing

/// Clients that were written from docs/protocol.md alone, in another language.
@Suite("Independent client", .serialized)
struct IndependentClientTests {
    @Test("A client written from the protocol's page enrols, pushes, pulls and watches")
    func independentClient() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let ended = try bench.script(
            "independent_client.py",
            [
                "127.0.0.1", "\(bench.port)", bench.data + "/ca.crt", bench.path("python"),
                try bench.token("411724", "editor"), try bench.token("411724", "editor"),
            ], seconds: 60)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }

    @Test("Every malformed frame, method and handshake gets its answer, and the server goes on")
    func badFrames() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let ended = try bench.script(
            "bad_frames.py",
            [
                "127.0.0.1", "\(bench.port)", bench.data + "/ca.crt", bench.path("python"),
                try bench.token("411724", "editor"),
            ], seconds: 120)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }

    @Test("50 times kill -9 during pushes from 4 clients: every acknowledged change is there once")
    func killStorm() throws {
        let bench = try Workbench()
        try bench.makeServer()
        let seed = ProcessInfo.processInfo.environment["PLANSYNC_SEED"] ?? "20180507"
        let ended = try bench.script(
            "kill_storm.py",
            [Workbench.binaries.appending(path: "plansyncd").path, bench.data, bench.path("storm"), seed, "50", "4"],
            seconds: 300)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
    }

    @Test("A change over which the daemon dies twice is set aside at the third try; all others go on")
    func poison() throws {
        let bench = try Workbench()
        try bench.makeServer()
        let ended = try bench.script(
            "poison.py", [Workbench.binaries.appending(path: "plansyncd").path, bench.data, bench.path("poison")],
            seconds: 180)
        if ended.output.hasPrefix("UNABLE") { return print("skipped: \(ended.output)") }
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
