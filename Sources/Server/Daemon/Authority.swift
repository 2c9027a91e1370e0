import PlanSyncCore
import PlanSyncServer
import PlanSyncTLS

/// The certificate authority of a data folder, as the engine uses it, with those before it that are still trusted.
struct Authority: CertificateIssuer {
    /// The one that issues.
    let authority: CertificateAuthority
    /// Those before it.
    let former: [Certificate]
    let authorityHash: String
    let authorityPEM: String
    let authorityPEMs: [String]
    let publicKey: [UInt8]
    let formerPublicKeys: [[UInt8]]

    /// `presented`: the authority that signed the server's certificate, which tokens pin.
    init(_ authority: CertificateAuthority, former: [Certificate], presented: Certificate, past: [Certificate]) throws {
        self.authority = authority
        self.former = former
        authorityHash = Base64URL.encode(presented.sha256)
        authorityPEM = try presented.pem()
        authorityPEMs = try ([authority.certificate] + former).map { try $0.pem() }
        publicKey = authority.key.publicKey.spki
        formerPublicKeys = try (former + past).map { try $0.publicKey().spki }
    }

    /// Reads the authorities of a data folder.
    init(of folder: DataFolder) throws {
        let authority = try CertificateAuthority(
            certificatePEM: try DataFolder.read(folder.authorityCertificate),
            keyPEM: try DataFolder.read(folder.authorityKey))
        let former = try folder.formerAuthorities()
        let server = try Certificate(pem: try DataFolder.read(folder.serverCertificate))
        let presented = ([authority.certificate] + former).first { server.isSigned(by: $0) }
        guard let presented else {
            throw Exits.Failure(
                "The server's certificate is signed by none of its authorities; 'plansyncd authority certify' "
                    + "makes a new one.")
        }
        try self.init(authority, former: former, presented: presented, past: try folder.pastAuthorities())
    }

    /// All that are trusted.
    var trusted: [Certificate] { [authority.certificate] + former }

    func publicKey(ofRequest pem: String) -> [UInt8]? { (try? SigningRequest.parse(pem: pem))?.spki }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] {
        try authority.issueDevice(
            publicKey: try PublicKey(spki: publicKey), uri: uri, notBefore: notBefore, notAfter: notAfter
        ).der
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] { try authority.key.sign(message) }

    func pem(ofCertificate der: [UInt8]) -> String { (try? Certificate(der: der).pem()) ?? "" }

    func serial(ofCertificate der: [UInt8]) -> String { (try? Certificate(der: der).serial) ?? "" }

    func issued(_ der: [UInt8]) -> IssuedCertificate? {
        guard let certificate = try? Certificate(der: der), let begin = certificate.notBefore,
            let end = certificate.notAfter
        else { return nil }
        return IssuedCertificate(
            life: CertificateLife(notBefore: begin, notAfter: end),
            isOfFormerAuthority: !certificate.isSigned(by: authority.certificate))
    }
}
