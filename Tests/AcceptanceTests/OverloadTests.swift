import Foundation
import Testing

/// The daemon under floods: it stays, serves others, and takes up again by itself.
@Suite("Overload", .serialized)
struct OverloadTests {
    private func flood(_ name: String, limits: [String] = []) throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start(limits: limits)
        let folder = bench.path("clients")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let ended = try bench.script(
            "overload.py",
            [
                name, "127.0.0.1", "\(bench.port)", bench.data, folder,
                Workbench.binaries.appending(path: "plansyncd").path,
            ], seconds: 120)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
        #expect(try bench.stop() == 0)
    }

    @Test("A flood of empty records inside the keys ends that connection alone")
    func emptyRecords() throws { try flood("empty") }

    @Test("A crowd over the limit of descriptors is sent away, those inside are served, and it goes on by itself")
    func descriptors() throws { try flood("descriptors", limits: ["--nofile=200"]) }

    @Test("A flood of ChangeCipherSpec records, and one of nothing but alerts, ends that connection alone")
    func changeCipherSpec() throws { try flood("ccs") }

    @Test("A county that floods is told to come back, and another's change is committed meanwhile")
    func fairness() throws { try flood("fairness") }
}
