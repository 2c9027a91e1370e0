import PlanSyncCore
import PlanSyncServer
import PlanSyncTLS

/// The certificate authority of a data folder, as the engine uses it.
struct Authority: CertificateIssuer {
    private let authority: CertificateAuthority
    let authorityHash: String
    let authorityPEM: String
    let publicKey: [UInt8]

    init(_ authority: CertificateAuthority) throws {
        self.authority = authority
        authorityHash = Base64URL.encode(authority.certificate.sha256)
        authorityPEM = try authority.certificate.pem()
        publicKey = authority.key.publicKey.spki
    }

    /// Reads the authority of a data folder.
    init(of folder: DataFolder) throws {
        try self.init(
            try CertificateAuthority(
                certificatePEM: try DataFolder.read(folder.authorityCertificate),
                keyPEM: try DataFolder.read(folder.authorityKey)))
    }

    func publicKey(ofRequest pem: String) -> [UInt8]? { (try? SigningRequest.parse(pem: pem))?.spki }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] {
        try authority.issueDevice(
            publicKey: try PublicKey(spki: publicKey), uri: uri, notBefore: notBefore, notAfter: notAfter
        ).der
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] { try authority.key.sign(message) }

    func pem(ofCertificate der: [UInt8]) -> String { (try? Certificate(der: der).pem()) ?? "" }
}
