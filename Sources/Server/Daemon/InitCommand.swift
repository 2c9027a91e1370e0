import ArgumentParser
import PlanSyncCore
import PlanSyncPlanFile
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncTLS
import PlanSyncWire

/// `plansyncd init`: a data folder with certificate authority, server certificate and the first plan.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes a data folder: settings, certificate authority, database with the plan.",
        discussion: """
            Refuses to overwrite. Prints the fingerprint of the certificate authority.

            Example:
              plansyncd init --data /srv/plansync --plan Plans/zhumadian-2018-25.yaml --name plans.example.cn
            """)

    @Option(help: "The folder to make (mode 0700).")
    var data: String

    @Option(help: "The plan file (YAML).")
    var plan: String

    @Option(help: "A host name or address under which clients reach the server; may be given several times.")
    var name: [String] = []

    @Option(help: "The trust domain of the devices' names (SPIFFE).")
    var trustDomain = "plansync.local"

    func run() async throws {
        guard (try? SPIFFEID(trustDomain: trustDomain, tenant: .city, device: try DeviceID("x"))) != nil else {
            throw ValidationError("'\(trustDomain)' is not a trust domain: a-z, 0-9 and . - _ are allowed.")
        }
        // The plan first: a typing error in it must not leave half a folder behind.
        let document = try PlanFileLoading.read(plan)
        let folder = DataFolder(data)
        try folder.create()
        let now = WallClock.now().milliseconds / 1_000
        let authority = try CertificateAuthority.create(
            name: "PlanSync CA \(trustDomain)", notBefore: now - 3_600, notAfter: now + 3_650 * 86_400)
        let key = try PrivateKey.generate()
        let certificate = try Self.serverCertificate(authority, key, names: name, now: now)
        try folder.write(try authority.key.pem(), to: folder.authorityKey, mode: 0o600)
        try folder.write(try authority.certificate.pem(), to: folder.authorityCertificate, mode: 0o644)
        try folder.write(try key.pem(), to: folder.serverKey, mode: 0o600)
        try folder.write(try certificate.pem(), to: folder.serverCertificate, mode: 0o644)
        guard let lock = try folder.lock() else { throw Exits.Failure("Another process works on '\(data)'.") }
        let store = try SQLitePlanStore(path: folder.database)
        let environment = try OpenedEngine.environment(of: folder)
        try ServerEngine.initialise(store, trustDomain: trustDomain, environment: environment)
        try store.commit {
            try $0.insert(
                PlanRecord(plan: document.plan.id, revision: 1, document: document.json, loaded: WallClock.now()))
        }
        try store.close()
        withExtendedLifetime(lock) {}
        print("CA fingerprint (SHA-256): \(Self.hex(authority.certificate.sha256))")
        Exits.say("Made '\(data)' with the plan \(document.plan.id): \(document.plan.title.zh).")
        Exits.say("Next: plansyncd serve --data \(data)")
    }

    /// A certificate for the server under these names, and under those of its own machine.
    static func serverCertificate(
        _ authority: CertificateAuthority, _ key: PrivateKey, names: [String], now: Int64
    ) throws -> Certificate {
        let hosts = (names + ["localhost"]).filter { !isAddress($0) }
        let addresses = names.filter(isAddress) + ["127.0.0.1", "::1"]
        return try authority.issueServer(
            publicKey: key.publicKey, dnsNames: unique(hosts), ipAddresses: unique(addresses), uri: nil,
            notBefore: now - 3_600, notAfter: now + 820 * 86_400)
    }

    private static func isAddress(_ name: String) -> Bool {
        name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }
}
