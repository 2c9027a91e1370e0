import ArgumentParser
import PlanSyncCore
import PlanSyncTLS

/// `plansyncd authority`: the certificate authority's end, and the one that follows it.
struct AuthorityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Shows the certificate authorities, and lets one follow another.",
        discussion: """
            A new authority takes over without anybody enrolling anew, in three steps, each while the daemon is down:
              1. 'next': the new one issues from now on, the old one is trusted beside it. Devices get to know it with \
            their next renewal, which the server asks them for at their next synchronisation.
              2. 'certify': the server shows a certificate of the new one. A device that did not synchronise between \
            the two steps needs a token ('plansyncd token --device').
              3. 'retire': the old one is trusted no more.
            'certify' also renews the server's own certificate before its end.
            """,
        subcommands: [List.self, Next.self, Certify.self, Retire.self])

    private struct Opened {
        let folder: DataFolder
        let authority: Authority
        let lock: DataFolder.Lock

        init(_ data: String) throws {
            folder = DataFolder(data)
            try folder.requireInitialised()
            guard let lock = try folder.lock() else {
                throw Exits.Failure("The daemon works on '\(data)'; end it first, then start it again.")
            }
            self.lock = lock
            authority = try Authority(of: folder)
        }
    }

    private static func day(_ second: Int64?) -> String {
        second.map { String(Timestamp(milliseconds: $0 * 1_000).description.prefix(10)) } ?? "-"
    }

    /// `plansyncd authority list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the authorities that are trusted, the issuing one first, and the server's certificate.",
            discussion: """
                Example:
                  plansyncd authority list --data /srv/plansync
                """)

        @Option(help: "The data folder.")
        var data: String

        func run() throws {
            let folder = DataFolder(data)
            try folder.requireInitialised()
            let authority = try Authority(of: folder)
            for (index, certificate) in authority.trusted.enumerated() {
                let hash = Base64URL.encode(certificate.sha256)
                let state = index == 0 ? "issues" : "trusted"
                let shown = hash == authority.authorityHash ? "\tsigned the server's certificate" : ""
                print("\(hash)\t\(state)\tuntil \(AuthorityCommand.day(certificate.notAfter))\(shown)")
            }
            let server = try Certificate(pem: try DataFolder.read(folder.serverCertificate))
            print("server\t\(server.serial)\tuntil \(AuthorityCommand.day(server.notAfter))")
        }
    }

    /// `plansyncd authority next`.
    struct Next: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new authority, which issues from now on; the old one is trusted beside it.",
            discussion: """
                Example:
                  plansyncd authority next --data /srv/plansync
                """)

        @Option(help: "The data folder.")
        var data: String

        func run() throws {
            let opened = try Opened(data)
            guard opened.authority.former.isEmpty else {
                throw Exits.Failure("There are two authorities already; 'authority retire' ends the old one.")
            }
            let now = WallClock.now().milliseconds / 1_000
            let number = Base64URL.encode(try Digest.randomBytes(6))
            let next = try CertificateAuthority.create(
                name: "PlanSync CA \(number)", notBefore: now - 3_600, notAfter: now + 3_650 * 86_400)
            let folder = opened.folder
            // The old one first: whatever a cut leaves behind, nobody is shut out.
            let old = try opened.authority.authority.certificate.pem()
            try folder.write(old, to: folder.formerAuthority, mode: 0o644)
            try folder.write(
                try next.key.pem() + (try next.certificate.pem()), to: folder.nextAuthority, mode: 0o600)
            try folder.finishNextAuthority()
            print("CA fingerprint (SHA-256): \(Base64URL.encode(next.certificate.sha256))")
        }
    }

    /// `plansyncd authority certify`.
    struct Certify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new certificate for the server, signed by the issuing authority.",
            discussion: """
                Example:
                  plansyncd authority certify --data /srv/plansync --name plans.example.cn
                """)

        @Option(help: "The data folder.")
        var data: String

        @Option(help: "A host name or address under which clients reach the server; may be given several times.")
        var name: [String] = []

        func run() throws {
            let folder = DataFolder(data)
            try folder.requireInitialised()
            guard let lock = try folder.lock() else {
                throw Exits.Failure("The daemon works on '\(data)'; end it first, then start it again.")
            }
            defer { withExtendedLifetime(lock) {} }
            let authority = try CertificateAuthority(
                certificatePEM: try DataFolder.read(folder.authorityCertificate),
                keyPEM: try DataFolder.read(folder.authorityKey))
            let key = try PrivateKey(pem: try DataFolder.read(folder.serverKey))
            let now = WallClock.now().milliseconds / 1_000
            let certificate = try InitCommand.serverCertificate(authority, key, names: name, now: now)
            try folder.write(try certificate.pem(), to: folder.serverCertificate, mode: 0o644)
            print("The server's certificate holds until \(AuthorityCommand.day(certificate.notAfter))")
        }
    }

    /// `plansyncd authority retire`.
    struct Retire: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Trusts the old authority no more.",
            discussion: """
                Example:
                  plansyncd authority retire --data /srv/plansync
                """)

        @Option(help: "The data folder.")
        var data: String

        func run() throws {
            let opened = try Opened(data)
            guard let old = opened.authority.former.first else {
                throw Exits.Failure("There is one authority only.")
            }
            guard opened.authority.authorityHash != Base64URL.encode(old.sha256) else {
                throw Exits.Failure(
                    "The server's certificate is still signed by the old authority; run 'authority certify' first.")
            }
            try opened.folder.retireFormerAuthority()
            print("\(Base64URL.encode(old.sha256)) is trusted no more")
        }
    }
}
