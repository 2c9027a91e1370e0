package import PlanSyncCore

/// What the engine is given from outside: chance, digests, certificates.
///
/// Time comes with each call.
package struct EngineEnvironment: Sendable {
    /// Digests and signatures.
    package let cryptography: any Cryptography
    /// Issues device certificates.
    package let issuer: any CertificateIssuer
    /// So many random bytes.
    package let randomBytes: @Sendable (Int) -> [UInt8]
    /// The release that is told to clients.
    package let version: String
    /// The greatest frame after authentication, in bytes.
    package let frameBytesMax: Int
    /// How long a device certificate lives, in seconds.
    package let certificateSeconds: Int64
    /// How long after its end a certificate that was not revoked may still be renewed, in seconds.
    package let graceSeconds: Int64
    /// Keeps who came, who was refused and what was administered.
    package let audit: any AuditTrail
    /// Remembers over a death of the process what it was about.
    package let flights: any FlightRecorder

    package init(
        cryptography: any Cryptography, issuer: any CertificateIssuer,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        version: String, frameBytesMax: Int, certificateSeconds: Int64 = 90 * 86_400,
        graceSeconds: Int64 = 400 * 86_400, flights: any FlightRecorder = NoFlightRecorder(),
        audit: any AuditTrail = NoAuditTrail()
    ) {
        self.cryptography = cryptography
        self.issuer = issuer
        self.randomBytes = randomBytes
        self.version = version
        self.frameBytesMax = frameBytesMax
        self.certificateSeconds = certificateSeconds
        self.graceSeconds = graceSeconds
        self.audit = audit
        self.flights = flights
    }
}

/// Remembers over a death of the process which changes were being decided (merge rules, section 1).
///
/// It need not survive a loss of power: a change that kills the process does so with the power on.
package protocol FlightRecorder: Sendable {
    /// The hashes of the changes that are being decided from now on.
    func began(_ hashes: [String])
    /// They were decided.
    func ended()
    /// What was begun and not ended by the process before.
    func unfinished() -> [String]
}

/// Remembers nothing: for stores that nobody serves from.
package struct NoFlightRecorder: FlightRecorder {
    package init() {}

    package func began(_ hashes: [String]) {}

    package func ended() {}

    package func unfinished() -> [String] { [] }
}

/// The certificate authority, as the engine sees it.
package protocol CertificateIssuer: Sendable {
    /// The SHA-256 of the authority's certificate (DER), base64url: what a token pins.
    var authorityHash: String { get }
    /// The authority's certificate, PEM.
    var authorityPEM: String { get }

    /// The public key (SubjectPublicKeyInfo, DER) of a signing request whose proof of possession holds; else `nil`.
    func publicKey(ofRequest pem: String) -> [UInt8]?

    /// A device certificate (DER) for a key and name; times in seconds since 1970.
    ///
    /// - Throws: when the certificate cannot be made.
    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8]

    /// The authority's public key (SubjectPublicKeyInfo, DER): it verifies what ``sign(_:)`` gives.
    var publicKey: [UInt8] { get }

    /// The authority's signature over a message: seals and system changes.
    ///
    /// - Throws: when the key cannot be used.
    func sign(_ message: [UInt8]) throws -> [UInt8]

    /// The PEM of a certificate.
    func pem(ofCertificate der: [UInt8]) -> String

    /// How long a certificate (DER) holds, and whether its authority is followed by another; `nil`: it cannot be read.
    func issued(_ der: [UInt8]) -> IssuedCertificate?

    /// The serial of a certificate (DER) in hexadecimal, for the audit log.
    func serial(ofCertificate der: [UInt8]) -> String

    /// All authorities that are trusted now, PEM, the issuing one first: what a device is to trust.
    var authorityPEMs: [String] { get }

    /// The public keys of authorities before this one, which signed earlier seals and system changes.
    var formerPublicKeys: [[UInt8]] { get }
}

extension CertificateIssuer {
    package func issued(_ der: [UInt8]) -> IssuedCertificate? { nil }

    package func serial(ofCertificate der: [UInt8]) -> String { "" }

    package var authorityPEMs: [String] { [authorityPEM] }

    package var formerPublicKeys: [[UInt8]] { [] }
}

/// What the engine asks of a certificate that was issued.
package struct IssuedCertificate: Sendable, Equatable {
    /// From when to when it holds.
    package let life: CertificateLife
    /// Whether another authority issues now.
    package let isOfFormerAuthority: Bool

    package init(life: CertificateLife, isOfFormerAuthority: Bool) {
        self.life = life
        self.isOfFormerAuthority = isOfFormerAuthority
    }

    /// Whether the device is to have a new one.
    package func isDue(at now: Timestamp) -> Bool {
        isOfFormerAuthority || life.isDue(at: now.milliseconds / 1_000)
    }
}
