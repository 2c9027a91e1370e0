import Foundation
import Testing

/// A clerk's machine that breaks, has no network, or is taken out of service, through the built binaries.
@Suite("plansync: second file, bundles, dry runs, retirement", .serialized)
struct CarryingStoryTests {
    private let record = "values/201905B"

    private func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        return bench
    }

    @Test("A broken or lost replica is rebuilt from the second file, and what counted before counts once")
    func recovery() throws {
        let bench = try bench()
        try bench.plansync("one", "add", record, "patents=5")
        #expect(try bench.plansync("one", "sync").code == 0)
        try bench.plansync("one", "add", record, "patents=2")
        let sound = try bench.plansync("one", "recover")
        #expect(sound.code == 1 && sound.errors.contains("1 edit waits"))
        let home = bench.path("home-one")
        let mode = try FileManager.default.attributesOfItem(atPath: home + "/outbox.jsonl")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try Data(repeating: 0x5A, count: 20_000).write(to: URL(filePath: home + "/replica.sqlite"))
        let broken = try bench.plansync("one", "status")
        #expect(broken.code == 1 && broken.errors.contains("plansync recover"), "\(broken.errors)")
        let recovered = try bench.plansync("one", "recover")
        #expect(recovered.code == 0 && recovered.output.contains("2 changes were recovered"), "\(recovered.errors)")
        #expect(FileManager.default.fileExists(atPath: home + "/replica.sqlite.damaged-1"))
        #expect(try bench.plansync("one", "sync").code == 0)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: home + "/replica.sqlite" + suffix)
        }
        let lost = try bench.plansync("one", "status")
        #expect(lost.code == 1 && lost.errors.contains("plansync recover"), "\(lost.errors)")
        #expect(try bench.plansync("one", "recover").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        let shown = try bench.plansync("one", "show", record).output
        let patents = try #require(shown.split(separator: "\n").first { $0.hasPrefix("patents ") })
        #expect(patents.split(separator: " ").contains("7"))
    }

    @Test("A bundle counts once with the network; a dry run tells what comes and leaves nothing")
    func bundle() throws {
        let bench = try bench()
        try bench.enrol("two", "411724", "editor")
        try bench.plansync("one", "add", record, "patents=5")
        let dry = try bench.plansync("one", "sync", "--dry-run")
        #expect(dry.code == 0 && dry.output.hasPrefix("would be sent 1: applied 1"), "\(dry.output)\(dry.errors)")
        #expect(dry.errors.contains("nothing was sent for good"))
        #expect(try bench.json("one", "status")["pending"] as? Int == 1)
        let file = bench.path("stick.jsonl")
        #expect(try bench.plansync("one", "bundle", "export", file).code == 0)
        #expect(try bench.plansync("one", "bundle", "export", file).code == 1)
        for _ in 0..<2 {
            let carried = try bench.plansync("two", "bundle", "import", file)
            #expect(carried.code == 0 && carried.output.contains("applied 1"), "\(carried.output)\(carried.errors)")
        }
        #expect(try bench.plansync("one", "sync").code == 0)
        let shown = try bench.plansync("one", "show", record).output
        let patents = try #require(shown.split(separator: "\n").first { $0.hasPrefix("patents ") })
        #expect(patents.split(separator: " ").contains("5"))
        try bench.stop()
        #expect(try bench.plansync("two", "bundle", "import", file).code == 3)
    }

    @Test("A retired device hands in what it holds, loses its data, and says so from then on")
    func retired() throws {
        let bench = try bench()
        try bench.plansync("one", "set", record, "high_tech=3")
        let device = try #require(try bench.json("one", "status")["device"] as? String)
        #expect(try bench.plansyncd("device", "retire", device, "--data", bench.data).code == 0)
        let last = try bench.plansync("one", "sync")
        #expect(last.code == 0 && last.output.contains("1 changes"), "\(last.output)\(last.errors)")
        let after = try bench.plansync("one", "sync")
        #expect(after.code == 1 && after.errors.contains("out of service"), "\(after.errors)")
        let status = try bench.json("one", "status")
        #expect(status["retired"] as? Bool == true && status["pending"] as? Int == 0)
    }
}
