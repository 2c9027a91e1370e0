import Foundation
import Testing

/// The county's and the city's job, through the built binaries and a real daemon.
@Suite("plansync", .serialized)
struct ClientStoryTests {
    private let record = "values/201905B"

    @Test("Edits made while the server is down arrive once; a counter merges, a conflict is decided, the city ranks")
    func story() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "approver")
        try bench.enrol("two", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        try bench.plansync("city", "set", "411724:targets/g07:2019", "target=7", "baseline=3")
        try bench.plansync("one", "set", record, "etrc_provincial=3", "patents=5")
        #expect(try bench.plansync("city", "sync").code == 0)
        for machine in ["one", "two"] { #expect(try bench.plansync(machine, "sync").code == 0) }

        #expect(try bench.stop() == 0)
        #expect(try bench.plansync("one", "set", record, "etrc_provincial=4", "high_tech=4", "--note", "new").code == 0)
        #expect(try bench.plansync("one", "add", record, "patents=12").code == 0)
        #expect(try bench.plansync("two", "set", record, "etrc_provincial=5").code == 0)
        #expect(try bench.plansync("two", "add", record, "patents=7").code == 0)
        let offline = try bench.plansync("one", "sync")
        #expect(offline.code == 3 && offline.errors.contains("2 edits wait"))
        #expect(try bench.plansync("one", "show", record).output.contains("pending"))

        try bench.start()
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("two", "sync").code == 4)
        let list = try bench.plansync("two", "conflicts")
        #expect(list.code == 4 && list.output.contains("ours=4 theirs=5"))
        let id = try #require(list.output.split(separator: "\n").last?.split(separator: " ").first.map(String.init))
        let sides = try bench.plansync("two", "conflicts", "show", id)
        #expect(sides.output.contains("one") && sides.output.contains("two") && sides.output.contains("new"))
        let decided = try bench.plansync("two", "conflicts", "resolve", id, "--take", "theirs", "--reason", "checked")
        #expect(decided.code == 0)
        #expect(try bench.plansync("two", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        let shown = try bench.plansync("city", "show", "411724:\(record)").output
        let patents = try #require(shown.split(separator: "\n").first { $0.hasPrefix("patents ") })
        #expect(patents.split(separator: " ").contains("24"))

        let aggregate = try bench.json("city", "aggregate", "201905B")
        let indicators = try #require(aggregate["indicators"] as? [[String: Any]])
        let centres = try #require(indicators.first { $0["indicator"] as? String == "g03" })
        #expect(centres["value"] as? String == "5")
        let ranking = try bench.json("city", "rank", "201905B")
        let units = try #require(ranking["units"] as? [[String: Any]])
        #expect(units.first?["tenant"] as? String == "411724" && units.first?["rank"] as? Int == 1)
        #expect(units.count == 13)
    }

    @Test("A token works once, for its server alone, until its end")
    func tokens() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let address = "127.0.0.1:\(bench.port)"
        let token = try bench.token("411724", "editor")
        #expect(try bench.plansync("one", "enrol", address, token).code == 0)
        let used = try bench.plansync("two", "enrol", address, token)
        #expect(used.code == 1 && used.errors.contains("used"))
        let parts = try bench.token("411724", "editor").split(separator: ".").map(String.init)
        let other = "ps1.\(String(parts[1].reversed())).\(parts[2])"
        let foreign = try bench.plansync("two", "enrol", address, other)
        #expect(foreign.code == 1, "\(foreign.errors)")
        #expect(try bench.plansync("two", "enrol", address, parts.joined(separator: ".")).code == 0)
        #expect(try bench.plansync("three", "enrol", address, "ps1.x").code != 0)
        // The server's clock ends a token of one second; each try costs a connection, so few are needed.
        let brief = try bench.token("411724", "editor", "--ttl", "1s")
        let made = ContinuousClock.now
        while ContinuousClock.now - made < .milliseconds(1_100) {
            _ = try bench.plansyncd("device", "list", "--data", bench.data)
        }
        let expired = try bench.plansync("four", "enrol", address, brief)
        #expect(expired.code == 1 && expired.errors.contains("expired"), "\(expired.errors)")
        try bench.stop()
        let unreachable = try bench.plansync("four", "enrol", address, brief)
        #expect(unreachable.code == 3)
    }

    @Test("What the plan's rules refuse is told at once, offline, and nothing is saved")
    func offlineRefusals() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("viewer", "411724", "viewer")
        try bench.stop()
        let cases: [(String, String)] = [
            ("high_tech=six", "not a figure"), ("high_tech=-1", "less than 0"),
            ("high_tech=1.5", "whole number"),
            ("batch_sales=3亿元", "万元"), ("hightech=3", "did you mean 'high_tech'"), ("gdp=1", "department of the city"),
        ]
        for (typed, sentence) in cases {
            let ended = try bench.plansync("one", "set", record, typed)
            #expect(ended.code == 1 && ended.errors.contains(sentence), "\(typed): \(ended.errors)")
        }
        let period = try bench.plansync("one", "set", "values/201906B", "high_tech=3")
        #expect(period.code == 1 && period.errors.contains("201905B or 201907B"))
        #expect(try bench.plansync("one", "set", "411702:\(record)", "high_tech=3").code == 1)
        #expect(try bench.plansync("viewer", "set", record, "high_tech=3").code == 1)
        #expect(try bench.json("one", "status")["pending"] as? Int == 0)
        #expect(try bench.plansync("one", "set", record, "batch_sales=１,234.5万元").code == 0)
        #expect(try bench.plansync("one", "show", record).output.contains("1234.5"))
    }

    @Test("A revoked device is refused, and keeps what it had not sent")
    func revoked() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        let device = try #require(
            try bench.plansyncd("device", "list", "--data", bench.data).output.split(separator: "\t").first)
        #expect(try bench.plansyncd("device", "revoke", String(device), "--data", bench.data).code == 0)
        try bench.plansync("one", "set", record, "high_tech=3")
        let refused = try bench.plansync("one", "sync")
        #expect(refused.code == 1, "\(refused.errors)")
        #expect(try bench.json("one", "status")["pending"] as? Int == 1)
    }

    @Test("kill -9 of the client at any moment of a sync: every saved edit arrives once")
    func clientStorm() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("storm", "411724", "editor")
        let seed = ProcessInfo.processInfo.environment["PLANSYNC_SEED"] ?? "20180507"
        let ended = try bench.script(
            "client_storm.py",
            [Workbench.binaries.appending(path: "plansync").path, bench.path("home-storm"), seed, "60"], seconds: 120)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
    }

    @Test("A client that watches fetches a new revision of the plan while it stays connected")
    func revisionWhileWatching() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("a", "411724", "editor")
        #expect(try bench.plansync("a", "sync").code == 0)
        let watch = Process()
        watch.executableURL = Workbench.binaries.appending(path: "plansync")
        watch.arguments = ["sync", "--watch", "--home", bench.path("home-a"), "--lang", "en"]
        let said = Pipe()
        watch.standardError = said
        watch.standardOutput = FileHandle.nullDevice
        try watch.run()
        defer {
            watch.terminate()
            watch.waitUntilExit()
        }
        // The first words say that it is connected.
        #expect(!said.fileHandleForReading.availableData.isEmpty)
        let file = bench.path("revised.yaml")
        try String(contentsOfFile: Workbench.planFile, encoding: .utf8)
            .replacing("zh: 驻马店市产业创新升级工作方案", with: "zh: 驻马店市产业创新升级工作方案(修订)")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let loaded = try bench.plansyncd("plan", "load", "--data", bench.data, file)
        #expect(loaded.code == 0, "\(loaded.errors)")
        var revision: Int?
        let end = Date(timeIntervalSinceNow: 20)
        while revision != 2, Date() < end { revision = try bench.json("a", "plan")["revision"] as? Int }
        #expect(revision == 2)
        #expect(watch.isRunning)
        #expect(try bench.stop() == 0)
    }
}
