import Foundation
import Testing

/// Evidence files through the built binaries and a real daemon.
@Suite("Evidence files", .serialized)
struct FileStoryTests {
    private let record = "progress/m14:201905B"

    private func write(_ bench: Workbench, _ name: String, _ bytes: [UInt8]) throws -> String {
        let path = bench.path(name)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// A PDF of so many bytes that repeat in no short run.
    private func pdf(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        let body = (0..<count).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        return Array("%PDF-1.7\n".utf8) + body
    }

    private func files(_ bench: Workbench, _ machine: String) throws -> [[String: Any]] {
        try #require(try bench.json(machine, "attachments")["attachments"] as? [[String: Any]])
    }

    @Test("A file is attached offline, arrives with the next sync, and the city writes out the same bytes")
    func story() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        try bench.stop()
        let content = pdf(2_000_000)
        let path = try write(bench, "批复.pdf", content)
        let attached = try bench.plansync("one", "attach", record, "evidence", path)
        #expect(attached.code == 0, "\(attached.errors)")
        let row = try #require(try files(bench, "one").first)
        let hash = try #require(row["hash"] as? String)
        #expect(row["here"] as? Bool == true && row["sent"] as? Bool == false && row["name"] as? String == "批复.pdf")
        #expect(try bench.plansync("one", "sync").code == 3)
        let carried = try bench.plansync("one", "bundle", "export", bench.path("usb.jsonl"))
        #expect(carried.code == 0 && carried.errors.contains("1 stay here"), "\(carried.errors)")

        try bench.start()
        // A dry run sends neither the edit nor the file.
        #expect(try bench.plansync("one", "sync", "--dry-run").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try files(bench, "city").isEmpty)
        let sent = try bench.plansync("one", "sync")
        #expect(sent.code == 0 && sent.errors.contains("sending 批复.pdf 100%"), "\(sent.errors)")
        #expect(try files(bench, "one").first?["sent"] as? Bool == true)
        // Nothing is sent twice.
        #expect(try !bench.plansync("one", "sync").errors.contains("sending"))

        #expect(try bench.plansync("city", "sync").code == 0)
        let fetched = try bench.plansync("city", "fetch", String(hash.prefix(12)), "--to", bench.path("copy.pdf"))
        #expect(fetched.code == 0, "\(fetched.errors)")
        #expect(try Data(contentsOf: URL(filePath: bench.path("copy.pdf"))) == Data(content))
        // The second time from its own shelf, without a network; what is there is not overwritten.
        try bench.stop()
        #expect(try bench.plansync("city", "fetch", hash, "--to", bench.path("second.pdf")).code == 0)
        let taken = try bench.plansync("city", "fetch", hash, "--to", bench.path("second.pdf"))
        #expect(taken.code == 1 && taken.errors.contains("exists"))
    }

    @Test("A link in the place of a file leads nowhere: nothing is written or read through it")
    func links() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        let path = try write(bench, "批复.pdf", pdf(300_000))
        let secret = try write(bench, "secret.pdf", pdf(1_000, seed: 7))
        let kept = try Data(contentsOf: URL(filePath: secret))
        #expect(try bench.plansync("one", "attach", record, "evidence", path).code == 0)
        let hash = try #require(try files(bench, "one").first?["hash"] as? String)
        let files = FileManager.default
        let held = bench.path("home-one") + "/files/" + hash
        try files.moveItem(atPath: held, toPath: held + ".away")
        try files.createSymbolicLink(atPath: held, withDestinationPath: secret)
        let sent = try bench.plansync("one", "sync")
        #expect(sent.code == 1 && sent.errors.contains(hash), "\(sent.code) \(sent.errors)")
        try files.removeItem(atPath: held)
        try files.moveItem(atPath: held + ".away", toPath: held)
        #expect(try bench.plansync("one", "sync").code == 0)

        #expect(try bench.plansync("city", "sync").code == 0)
        let folder = bench.path("home-city") + "/files"
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: folder + "/\(hash).part", withDestinationPath: secret)
        let target = bench.path("copy.pdf")
        #expect(try bench.plansync("city", "fetch", hash, "--to", target).code == 1)
        #expect(try Data(contentsOf: URL(filePath: secret)) == kept && !files.fileExists(atPath: target))
        try files.removeItem(atPath: folder + "/\(hash).part")
        #expect(try bench.plansync("city", "fetch", hash, "--to", target).code == 0)
    }

    @Test("kill -9 of the client in the middle of a file, again and again: it goes on, and arrives as it was")
    func killedUpload() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        let content = pdf(18_000_000, seed: 3)
        let path = try write(bench, "a.pdf", content)
        #expect(try bench.plansync("one", "attach", record, "evidence", path).code == 0)
        let hash = try #require(try files(bench, "one").first?["hash"] as? String)
        var begins: [String] = []
        for round in 0..<40 {
            let killed = try killSync(bench, "one", afterBytes: 1 + round % 3)
            begins += killed.split(separator: "\n").filter { $0.hasPrefix("sending") }.prefix(1).map(String.init)
            if killed.contains("100%") { break }
            // Half a file is never given out.
            if round == 1 {
                try bench.plansync("city", "sync")
                let early = try bench.plansync("city", "fetch", hash, "--to", bench.path("early.pdf"))
                #expect(early.code == 1 && early.errors.contains("not arrived"), "\(early.errors)")
                #expect(!FileManager.default.fileExists(atPath: bench.path("early.pdf")))
            }
        }
        // It went on where it was: the rounds did not all begin at the beginning.
        #expect(Set(begins).count > 1, "\(begins)")
        #expect(try bench.plansync("one", "sync").code == 0)
        try bench.plansync("city", "sync")
        #expect(try bench.plansync("city", "fetch", hash, "--to", bench.path("copy.pdf")).code == 0)
        #expect(try Data(contentsOf: URL(filePath: bench.path("copy.pdf"))) == Data(content))
    }

    /// Runs a sync and kills it when it has said so many times how far a file is; gives what it said.
    private func killSync(_ bench: Workbench, _ machine: String, afterBytes steps: Int) throws -> String {
        let process = Process()
        process.executableURL = Workbench.binaries.appending(path: "plansync")
        process.arguments = ["sync", "--home", bench.path("home-\(machine)"), "--lang", "en", "--author", machine]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var said = ""
        while true {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            said += String(decoding: data, as: UTF8.self)
            let steps = said.split(separator: "\n").count { $0.hasPrefix("sending") } - steps
            if steps >= 0 { kill(process.processIdentifier, SIGKILL) }
        }
        process.waitUntilExit()
        return said
    }

    @Test("What the plan does not take is refused offline with a sentence, and nothing is saved")
    func refusals() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("viewer", "411724", "viewer")
        try bench.stop()
        let good = try write(bench, "good.pdf", pdf(100))
        let cases: [(arguments: [String], sentence: String)] = [
            ([record, "evidence", try write(bench, "run.exe", pdf(10))], "type 'exe'"),
            ([record, "evidence", try write(bench, "fake.pdf", Array("MZ".utf8))], "not that of a pdf"),
            ([record, "evidence", try write(bench, "empty.txt", [])], "empty"),
            ([record, "evidence", try write(bench, "large.pdf", pdf(20 * 1_048_576))], "at most 20 MB"),
            ([record, "done", good], "these do: evidence"), (["contacts/office", "person", good], "none of this"),
            (["411725:\(record)", "evidence", good], "another unit"),
            ([record, "evidence", bench.path("nothing.pdf")], "cannot be used"),
        ]
        for (arguments, sentence) in cases {
            let ended = try bench.run(
                Workbench.binaries.appending(path: "plansync").path,
                ["attach"] + arguments + ["--home", bench.path("home-one"), "--lang", "en", "--author", "one"])
            #expect(ended.code == 1 && ended.errors.contains(sentence), "\(arguments): \(ended.errors)")
        }
        #expect(try bench.plansync("viewer", "attach", record, "evidence", good).code == 1)
        #expect(try bench.json("one", "status")["pending"] as? Int == 0)
        let shelf = bench.path("home-one") + "/files"
        #expect(
            try !FileManager.default.fileExists(atPath: shelf)
                || FileManager.default.contentsOfDirectory(atPath: shelf).isEmpty)
    }

    @Test("Another unit sees no file of this one; a server restored from a backup is given the files again")
    func foreignAndRestored() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("other", "411725", "editor")
        try bench.enrol("city", "city", "supervisor")
        let first = try write(bench, "first.pdf", pdf(300_000, seed: 5))
        let second = try write(bench, "second.pdf", pdf(300_000, seed: 6))
        #expect(try bench.plansync("one", "attach", record, "evidence", first).code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansyncd("backup", "--data", bench.data, bench.path("copy.sqlite")).code == 0)
        #expect(try bench.plansync("one", "attach", record, "evidence", second).code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        let hashes = try files(bench, "one").compactMap { $0["hash"] as? String }
        #expect(hashes.count == 2)
        try bench.plansync("other", "sync")
        #expect(try files(bench, "other").isEmpty)
        #expect(try bench.plansync("other", "fetch", hashes[0], "--to", bench.path("stolen.pdf")).code == 1)

        #expect(try bench.stop() == 0)
        let restored = try bench.plansyncd("restore", "--data", bench.data, bench.path("copy.sqlite"))
        #expect(restored.code == 0, "\(restored.errors)")
        try bench.start()
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        for (index, hash) in hashes.enumerated() {
            let fetched = try bench.plansync("city", "fetch", hash, "--to", bench.path("\(index).pdf"))
            #expect(fetched.code == 0, "\(fetched.errors)")
        }
        // Taken out again: neither listed nor given out.
        #expect(try bench.plansync("one", "detach", record, "evidence", "first.pdf").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try files(bench, "one").count == 1)
    }
}
