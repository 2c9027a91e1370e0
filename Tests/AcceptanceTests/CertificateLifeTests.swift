import Foundation
import Testing

/// Revocation, renewal, the roll-over of authorities and the audit log, through the binaries.
@Suite("The life of a certificate", .serialized)
struct CertificateLifeTests {
    private func story(_ name: String, _ bench: Workbench, _ arguments: [String] = []) throws {
        let folder = bench.path("devices")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let ended = try bench.script(
            "certificate_life.py",
            [
                name, "127.0.0.1", "\(bench.port)", bench.data, folder,
                Workbench.binaries.appending(path: "plansyncd").path,
            ] + arguments, seconds: 120)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }

    @Test("A revoked device's live connection ends within a second, new ones are refused, also after kill -9")
    func revocation() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try story("revocation", bench)
        try bench.kill()
        try bench.start()
        try story("still-revoked", bench)
        #expect(try bench.stop() == 0)
    }

    @Test("A supervisor's device revokes another over the wire, with the same effect")
    func overTheWire() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try story("supervisor", bench)
        #expect(try bench.stop() == 0)
    }

    @Test("Certificates renew by themselves inside sync and sync --watch, and after their end within the grace time")
    func renewal() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start(["--certificate-life", "9s", "--grace", "1h"])
        try bench.enrol("a", "411724", "editor")
        func end() throws -> String { try #require(try bench.json("a", "status")["certificateEnd"] as? String) }
        let first = try end()
        // Past its end, not its grace time: the next sync renews first, and then sends what was saved meanwhile.
        try bench.wait(until: first, seconds: 30)
        try bench.plansync("a", "set", "values/201905B", "etrc_provincial=4")
        let synchronised = try bench.plansync("a", "sync")
        #expect(synchronised.code == 0 && synchronised.errors.contains("was renewed"), "\(synchronised.errors)")
        let second = try end()
        #expect(second > first)
        // A watch stays over two renewals.
        let watched = try bench.run(
            Workbench.binaries.appending(path: "plansync").path,
            ["sync", "--watch", "--home", bench.path("home-a"), "--lang", "zh"], seconds: 16)
        #expect(watched.errors.components(separatedBy: "证书已更新").count > 2, "\(watched.errors)")
        #expect(try end() > second)
        let replaced = try bench.plansync("a", "renew", "--new-key")
        #expect(replaced.code == 0, "\(replaced.errors)")
        #expect(try bench.plansync("a", "sync").code == 0)
        #expect(try bench.stop() == 0)
    }

    @Test("Past the grace time the clerk is told what to do, and a token for the device keeps what waits")
    func pastGrace() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start(["--certificate-life", "3s", "--grace", "1s"])
        try bench.enrol("a", "411724", "editor")
        let status = try bench.json("a", "status")
        let end = try #require(status["certificateEnd"] as? String)
        try bench.plansync("a", "set", "values/201905B", "etrc_provincial=7")
        try bench.wait(until: end, seconds: 10, more: 2.5)
        let refused = try bench.plansync("a", "sync")
        #expect(refused.code == 1 && refused.errors.contains("enrol --again"), "\(refused.errors)")
        #expect(refused.errors.contains("1 edit waits here; nothing is lost"), "\(refused.errors)")
        let list = try bench.plansyncd("device", "list", "--data", bench.data, "--json").output
        let device = try #require(list.firstMatch(of: /411724\.[a-z0-9]+/)).output
        let token = try bench.token("411724", "editor", "--device", String(device))
        let back = try bench.plansync("a", "enrol", "127.0.0.1:\(bench.port)", token, "--again")
        #expect(back.code == 0 && back.output.contains(device), "\(back.errors)")
        #expect(try bench.json("a", "status")["pending"] as? Int == 0)
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
        #expect(try bench.stop() == 0)
    }

    @Test("A new authority takes over while devices go on, and the old one ends")
    func rollOver() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("a", "411724", "editor")
        try bench.enrol("away", "411721", "editor")
        #expect(try bench.plansyncd("authority", "next", "--data", bench.data).code == 1, "the daemon runs")
        #expect(try bench.stop() == 0)
        let made = try bench.plansyncd("authority", "next", "--data", bench.data)
        #expect(made.code == 0, "\(made.errors)")
        try bench.start()
        // The server asks for a renewal, in which the device gets to know the new authority.
        let asked = try bench.plansync("a", "sync")
        #expect(asked.code == 0 && asked.errors.contains("was renewed"), "\(asked.errors)")
        try bench.enrol("new", "411722", "editor")
        #expect(try bench.stop() == 0)
        #expect(try bench.plansyncd("authority", "retire", "--data", bench.data).code == 1, "not yet certified")
        #expect(try bench.plansyncd("authority", "certify", "--data", bench.data).code == 0)
        try bench.start()
        for machine in ["a", "new"] {
            let ended = try bench.plansync(machine, "sync")
            #expect(ended.code == 0, "\(machine): \(ended.errors)")
        }
        // Who was away during all of it sends nothing to a server that it cannot verify.
        let away = try bench.plansync("away", "sync")
        #expect(away.code == 1 && away.errors.contains("Nothing was sent"), "\(away.errors)")
        #expect(try bench.stop() == 0)
        #expect(try bench.plansyncd("authority", "retire", "--data", bench.data).code == 0)
        try bench.start()
        #expect(try bench.plansync("a", "sync").code == 0)
        try bench.enrol("later", "411723", "editor")
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
        #expect(try bench.stop() == 0)
    }

    @Test("The audit log is verified, and a line that is changed or cut off is named")
    func auditLog() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("a", "411724", "editor")
        #expect(try bench.stop() == 0)
        let file = bench.data + "/audit/000000000001.log"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for event in ["started", "administered", "enrolled", "signed_on", "ended"] {
            #expect(text.contains("\"event\":\"\(event)\""), "\(text)")
        }
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
        try text.replacing("\"role\"", with: "\"rule\"").replacing("signed_on", with: "signed_in")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let changed = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(changed.code == 1 && changed.errors.contains("of the audit log"), "\(changed.errors)")
        let lines = text.split(separator: "\n")
        try (lines.dropLast().joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let cut = try bench.plansyncd("audit", "verify", "--data", bench.data)
        #expect(cut.code == 1 && cut.errors.contains("the database noted line \(lines.count)"), "\(cut.errors)")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try bench.plansyncd("audit", "verify", "--data", bench.data).code == 0)
    }
}
