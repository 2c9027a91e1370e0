import Foundation
import Testing

/// What happens when things go wrong: a lost server, a retired machine, a broken replica, a USB stick.
@Suite("When things go wrong", .serialized)
struct EvidenceStoryTests {
    private let record = "values/201905B"

    private func patents(_ bench: Workbench, _ machine: String) throws -> String? {
        let shown = try bench.json(machine, "show", record)
        let fields = try #require(shown["fields"] as? [[String: Any]])
        return fields.first { $0["field"] as? String == "patents" }?["value"] as? String
    }

    @Test("After an older backup was restored, the counties' machines bring back what it lacks; the audit holds")
    func restore() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("two", "411724", "approver")
        try bench.plansync("one", "add", record, "patents=5")
        #expect(try bench.plansync("one", "sync").code == 0)
        let backup = bench.path("backup.sqlite")
        #expect(try bench.plansyncd("backup", "--data", bench.data, backup).code == 0)
        #expect(try bench.plansyncd("backup", "--data", bench.data, backup).code == 1, "never overwritten")
        try bench.plansync("one", "add", record, "patents=12")
        try bench.plansync("two", "add", record, "patents=7")
        for machine in ["one", "two"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        #expect(try bench.plansyncd("restore", "--data", bench.data, backup).code == 1, "the daemon runs")
        #expect(try bench.stop() == 0)
        #expect(try bench.plansyncd("restore", "--data", bench.data, backup).code == 0)
        try bench.start()
        for machine in ["one", "two", "one"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        for machine in ["one", "two"] { #expect(try patents(bench, machine) == "24") }
        #expect(try bench.plansyncd("audit", "notices", "--data", bench.data).output.contains("restored"))
        let audit = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(audit.code == 0 && audit.output.contains("everything holds"), "\(audit.errors)")
        #expect(try bench.stop() == 0)
        let tamper =
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); "
            + "c.execute(\"UPDATE cells SET value='\\\"99\\\"' WHERE field='patents'\"); c.commit()"
        #expect(try bench.run("/usr/bin/python3", ["-c", tamper, bench.data + "/plansync.sqlite"]).code == 0)
        let tampered = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(tampered.code == 1 && tampered.errors.contains("patents"), "\(tampered.errors)")
    }

    @Test("A machine that was enrolled after the backup comes back under its name, and brings what the server lost")
    func restoreBeforeEnrolment() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("early", "411724", "editor")
        let backup = bench.path("backup.sqlite")
        #expect(try bench.plansyncd("backup", "--data", bench.data, backup).code == 0)
        try bench.enrol("late", "411724", "editor")
        try bench.plansync("late", "add", record, "patents=5")
        #expect(try bench.plansync("late", "sync").code == 0)
        try bench.plansync("late", "add", record, "patents=12")
        let device = try #require(try bench.json("late", "status")["device"] as? String)
        #expect(try bench.stop() == 0)
        let restored = try bench.plansyncd("restore", "--data", bench.data, backup)
        #expect(restored.code == 0 && restored.errors.contains("--device \(device)"), "\(restored.errors)")
        try bench.start()
        let refused = try bench.plansync("late", "sync")
        #expect(refused.code == 1 && refused.errors.contains("--again"), "\(refused.errors)")
        #expect(try bench.json("late", "status")["pending"] as? Int == 1)
        let made = try bench.plansyncd(
            "token", "--data", bench.data, "--tenant", "411724", "--role", "editor", "--device", device)
        let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let back = try bench.plansync("late", "enrol", "127.0.0.1:\(bench.port)", token, "--again")
        #expect(back.code == 0 && back.output.contains(device), "\(back.errors)")
        for machine in ["late", "early"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        for machine in ["late", "early"] { #expect(try patents(bench, machine) == "17") }
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
    }

    @Test("A USB stick and the network together bring each change once; a dry run told before what would become of it")
    func stick() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        for number in 1...5 { try bench.plansync("one", "add", record, "patents=\(number)") }
        let predicted = try bench.plansync("one", "sync", "--dry-run")
        #expect(predicted.code == 0 && predicted.output.contains("applied 5"), "\(predicted.output)")
        #expect(try bench.json("one", "status")["pending"] as? Int == 5)
        let stick = bench.path("stick.jsonl")
        #expect(try bench.plansync("one", "bundle", "export", stick).code == 0)
        #expect(try bench.plansync("city", "bundle", "import", stick).code == 0)
        #expect(try bench.plansync("city", "bundle", "import", stick).code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try patents(bench, "one") == "15")
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
    }

    @Test("A replica that cannot be read is rebuilt from the second file, and nothing that was saved is lost")
    func recover() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.plansync("one", "add", record, "patents=5")
        #expect(try bench.plansync("one", "sync").code == 0)
        try bench.plansync("one", "add", record, "patents=12")
        let replica = bench.path("home-one") + "/replica.sqlite"
        try Data("broken".utf8).write(to: URL(filePath: replica))
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: replica + suffix) }
        #expect(try bench.plansync("one", "status").code == 1)
        let recovered = try bench.plansync("one", "recover")
        #expect(recovered.code == 0, "\(recovered.errors)")
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try patents(bench, "one") == "17")
    }

    @Test("A retired machine hands in what it holds for the city to decide, and then keeps nothing")
    func retire() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        try bench.plansync("one", "add", record, "patents=5")
        let device = try #require(try bench.json("one", "status")["device"] as? String)
        #expect(try bench.plansyncd("device", "retire", device, "--data", bench.data).code == 0)
        let handed = try bench.plansync("one", "sync")
        #expect(handed.output.contains("out of service") || handed.errors.contains("out of service"))
        #expect(try bench.plansync("one", "show", record).code != 0, "its data is gone")
        #expect(try bench.plansync("city", "sync").code == 4)
        let list = try bench.plansync("city", "conflicts").output
        let id = try #require(list.split(separator: "\n").last?.split(separator: " ").first.map(String.init))
        let taken = try bench.plansync("city", "conflicts", "resolve", id, "--take", "theirs", "--reason", "taken")
        #expect(taken.code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        let shown = try bench.plansync("city", "show", "411724:\(record)").output
        #expect(shown.split(separator: "\n").contains { $0.hasPrefix("patents ") && $0.contains(" 5 ") })
    }

    @Test("A report is submitted, accepted and sealed; what comes later waits apart for the city's amendment")
    func workflow() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "approver")
        try bench.enrol("city", "city", "supervisor")
        try bench.plansync("one", "add", record, "patents=5")
        let lacking = try bench.plansync("one", "submit", "201905B")
        #expect(lacking.code == 1 && lacking.errors.contains("plansync check"), "\(lacking.errors)")
        try bench.plansync("one", "add", record, "patents_invention=1")
        #expect(try bench.plansync("one", "submit", "201905B").code == 0)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try bench.plansync("city", "review", "accept", "411724", "201905B").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        let plan = "zhumadian-2018-25"
        let sealed = try bench.plansyncd(
            "period", "finalise", plan, "201905B", "--data", bench.data, "--force", "--reason",
            "no ranking is published")
        #expect(sealed.code == 0, "\(sealed.errors)")
        try bench.plansync("one", "add", record, "patents=2")
        let late = try bench.plansync("one", "sync")
        #expect(late.output.contains("late 1"), "\(late.output)")
        #expect(try patents(bench, "one") == "5")
        #expect(try bench.plansync("city", "sync").code == 4)
        let list = try bench.plansync("city", "conflicts").output
        let id = try #require(list.split(separator: "\n").last?.split(separator: " ").first.map(String.init))
        try bench.plansync("city", "conflicts", "resolve", id, "--take", "theirs", "--reason", "amended")
        for machine in ["city", "one"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        #expect(try patents(bench, "one") == "7")
    }
}
