import Foundation
import Testing

/// The daemon against certificates that it must not take, and against scanners.
@Suite("TLS from outside", .serialized)
struct AbuseTests {
    @Test("No certificate of the zoo gets more than a stranger does, and a good client is served after each")
    func certificateZoo() throws {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let folder = bench.path("zoo")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let ended = try bench.script(
            "certificate_zoo.py",
            ["127.0.0.1", "\(bench.port)", bench.data, folder, try bench.token("411724", "editor")], seconds: 120)
        #expect(ended.code == 0 && ended.output.hasSuffix("certificates, all OK\n"), "\(ended.output)\(ended.errors)")
        #expect(try bench.stop() == 0)
    }

    /// Where a program of a Debian package is, or `nil` with the reason printed.
    private func tool(_ name: String, package: String) -> String? {
        let path = "/usr/bin/\(name)"
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        print("skipped: \(name) is not here and could not be installed; it is in the Debian package \(package).")
        return nil
    }

    /// A library that makes scanners offer our application protocol, without which they see nothing at all.
    private func protocolShim(_ bench: Workbench) throws -> String {
        let shim = bench.path("offer_alpn.so")
        let source = Workbench.repository.appending(path: "Tests/Acceptance/offer_alpn.c").path
        let compiler = try #require(
            ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first { FileManager.default.isExecutableFile(atPath: $0) }
        )
        let compiled = try bench.run(compiler, ["-shared", "-fPIC", "-o", shim, source, "-ldl"])
        try #require(compiled.code == 0, "\(compiled.errors)")
        return shim
    }

    @Test(
        "sslscan without our application protocol sees no version of TLS; with it, no old one"
    )
    func sslscan() throws {
        guard let scanner = tool("sslscan", package: "sslscan") else { return }
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let address = "127.0.0.1:\(bench.port)"
        let shy = try bench.run(scanner, ["--no-colour", address])
        let scanned = try bench.run(
            scanner, ["--no-colour", address], environment: ["LD_PRELOAD": try protocolShim(bench)])
        for output in [shy.output, scanned.output] {
            for version in ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2"] {
                #expect(
                    output.contains("\(version.padding(toLength: 10, withPad: " ", startingAt: 0))disabled"),
                    "\(output)")
            }
            #expect(output.contains("Session renegotiation not supported"))
            #expect(!output.contains("vulnerable") || output.contains("not vulnerable"))
        }
        #expect(scanned.output.contains("ecdsa-with-SHA256") && scanned.output.contains("plansync server"))
        #expect(try bench.stop() == 0)
    }

    /// What testssl.sh calls a finding and is meant so, by its name, with the reason.
    private static let meant = [
        "cert_revocation": "revocation is the server's own table, asked at every call; no outsider checks a device",
        "cert_chain_of_trust": "the authority is private by design and pinned by its hash",
        "cert_trust": "the authority is private by design and pinned by its hash",
        "DNS_CAArecord": "there is no public name",
        "clientAuth": "client certificates are asked for, which is the point",
        "OCSP_stapling": "see cert_revocation", "overall_grade": "graded as a public web server",
    ]

    private struct Reported: Decodable {
        let id: String
        let severity: String
        let finding: String
    }

    @Test("testssl.sh sees TLS 1.3 alone, and finds nothing that is not meant", .timeLimit(.minutes(6)))
    func testssl() throws {
        guard let scanner = tool("testssl", package: "testssl.sh") else { return }
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        let report = bench.path("testssl.json")
        // Its own ClientHellos cannot offer our protocol, so it goes through the openssl command throughout.
        let ended = try bench.run(
            scanner,
            [
                "--quiet", "--color", "0", "--warnings", "off", "--assume-http", "--ssl-native", "-p", "-S", "-f", "-U",
                "--openssl", "/usr/bin/openssl", "--add-ca", bench.data + "/ca.crt", "--jsonfile", report,
                "127.0.0.1:\(bench.port)",
            ], environment: ["LD_PRELOAD": try protocolShim(bench), "TERM": "dumb"], seconds: 300)
        let data = try #require(FileManager.default.contents(atPath: report), "\(ended.output)\(ended.errors)")
        let all = try JSONDecoder().decode([Reported].self, from: data)
        func state(_ id: String) -> String? { all.first { $0.id == id }?.finding }
        #expect(state("TLS1_3")?.hasPrefix("offered") == true, "\(ended.output)")
        for version in ["TLS1", "TLS1_1", "TLS1_2"] { #expect(state(version) == "not offered", "\(ended.output)") }
        let bad = all.filter {
            ["LOW", "MEDIUM", "HIGH", "CRITICAL"].contains($0.severity) && Self.meant[$0.id] == nil
        }
        #expect(bad.isEmpty, "\(bad)")
        #expect(try bench.stop() == 0)
    }
}
