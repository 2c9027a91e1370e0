import Foundation
import Testing

/// The daemon's command line, on real folders and sockets.
@Suite("plansyncd", .serialized)
struct DaemonTests {
    @Test("init makes a protected folder, prints the fingerprint, and never overwrites")
    func initialise() throws {
        let bench = try Workbench()
        let made = try bench.plansyncd("init", "--data", bench.data, "--plan", Workbench.planFile)
        #expect(made.code == 0 && made.output.hasPrefix("CA fingerprint (SHA-256): "))
        let manager = FileManager.default
        func mode(_ path: String) throws -> Int {
            try #require(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        }
        #expect(try mode(bench.data) == 0o700)
        #expect(try mode(bench.data + "/ca.key") == 0o600)
        #expect(try mode(bench.data + "/server.key") == 0o600)
        let before = try Data(contentsOf: URL(filePath: bench.data + "/ca.key"))
        let again = try bench.plansyncd("init", "--data", bench.data, "--plan", Workbench.planFile)
        #expect(again.code == 1 && again.errors.contains("never overwrites"))
        #expect(try Data(contentsOf: URL(filePath: bench.data + "/ca.key")) == before)
    }

    @Test("plan check passes the plan of Zhumadian without a warning, and names a typing error's place")
    func planCheck() throws {
        let bench = try Workbench()
        let good = try bench.plansyncd("plan", "check", Workbench.planFile)
        #expect(good.code == 0 && good.output.contains("0 warnings"))
        var lines = try String(contentsOfFile: Workbench.planFile, encoding: .utf8).components(separatedBy: "\n")
        let line = try #require(lines.firstIndex { $0.contains("filled_by: county") })
        lines[line] = lines[line].replacingOccurrences(of: "filled_by: county", with: "filled_by: conuty")
        let file = bench.path("typo.yaml")
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let bad = try bench.plansyncd("plan", "check", file)
        #expect(bad.code == 1)
        #expect(bad.errors.contains("\(file):\(line + 1):"), "\(bad.errors)")
        #expect(bad.errors.contains("did you mean 'county'?"))
        let refused = try bench.plansyncd("init", "--data", bench.data, "--plan", file)
        #expect(refused.code == 1 && !FileManager.default.fileExists(atPath: bench.data))
    }

    @Test("Only one process serves a folder; SIGTERM ends it with 0; the commands work beside it and without it")
    func oneOwner() throws {
        let bench = try Workbench()
        try bench.makeServer()
        #expect(try bench.token("411724", "editor").hasPrefix("ps1."))
        try bench.start()
        #expect(try bench.token("city", "supervisor").split(separator: ".").count == 3)
        let second = try bench.plansyncd("serve", "--data", bench.data, "--listen", "127.0.0.1:0")
        #expect(second.code == 1 && second.errors.contains("only one may own the database"))
        #expect(try bench.stop() == 0)
    }

    @Test("Tokens are refused for strangers and unfit roles; wrong usage ends with 2; help with 0")
    func usage() throws {
        let bench = try Workbench()
        try bench.makeServer()
        let stranger = try bench.plansyncd("token", "--data", bench.data, "--tenant", "999999", "--role", "editor")
        #expect(stranger.code == 1 && stranger.errors.contains("999999"))
        let unfit = try bench.plansyncd("token", "--data", bench.data, "--tenant", "411724", "--role", "supervisor")
        #expect(unfit.code == 1 && unfit.errors.contains("viewer, editor, approver"))
        #expect(try bench.plansyncd("token", "--data", bench.data).code == 2)
        #expect(try bench.plansyncd("sreve").code == 2)
        for command in [
            ["--help"], ["init", "--help"], ["serve", "--help"], ["token", "--help"], ["plan", "check", "--help"],
        ] {
            let help = try bench.run(Workbench.binaries.appending(path: "plansyncd").path, command)
            #expect(help.code == 0 && help.output.contains("plansyncd"))
        }
    }

    @Test("With synchronous below FULL the daemon refuses to serve")
    func powerLoss() throws {
        let bench = try Workbench()
        try bench.makeServer()
        let shim = bench.path("weak_sync.so")
        let source = Workbench.repository.appending(path: "Tests/Acceptance/weak_sync.c").path
        let compiler = try #require(
            ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first { FileManager.default.isExecutableFile(atPath: $0) }
        )
        let compiled = try bench.run(compiler, ["-shared", "-fPIC", "-o", shim, source, "-ldl"])
        try #require(compiled.code == 0, "\(compiled.errors)")
        let weak = try bench.plansyncd(
            "serve", "--data", bench.data, "--listen", "127.0.0.1:0", environment: ["LD_PRELOAD": shim])
        #expect(weak.code == 1 && weak.errors.contains("synchronous=1"), "\(weak.output)\(weak.errors)")
        try bench.start()
        #expect(try bench.stop() == 0)
    }
}
