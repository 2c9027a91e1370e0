import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS

/// What an enrolled device shows and trusts: its key, its certificate, the server's authorities.
struct DeviceIdentity {
    /// The private key.
    let key: PrivateKey
    /// The device's certificate.
    let certificate: Certificate
    /// The authorities that a server's certificate may be of.
    let authorities: [Certificate]

    /// Reads them from a home folder; finishes the change of keys that a cut has left half done.
    ///
    /// - Throws: ``ToolError``, TLS errors for a damaged file.
    init(folder: HomeFolder) throws {
        certificate = try Certificate(pem: try folder.read(.certificate))
        authorities = try Certificate.list(pem: try folder.read(.authority))
        let present = try PrivateKey(pem: try folder.read(.key))
        if present.publicKey != (try certificate.publicKey()), folder.has(.nextKey) {
            let next = try PrivateKey(pem: try folder.read(.nextKey))
            if next.publicKey == (try certificate.publicKey()) {
                try folder.promoteNextKey()
                key = next
                return
            }
        }
        key = present
    }

    /// What to trust and to present.
    ///
    /// - Throws: TLS errors.
    func context() throws -> TLSContext {
        try TLSContext.client(trust: authorities, certificate: certificate, key: key)
    }

    /// From when to when the certificate holds.
    var life: CertificateLife? {
        guard let begin = certificate.notBefore, let end = certificate.notAfter else { return nil }
        return CertificateLife(notBefore: begin, notAfter: end)
    }

    /// The certificate's last day, for people.
    var lastDay: String {
        certificate.notAfter.map { LocalTime.day(Timestamp(milliseconds: $0 * 1_000), nil) } ?? "-"
    }

    /// Whether two thirds of the certificate's life are over.
    func isDue(at now: Timestamp) -> Bool { life?.isDue(at: now.milliseconds / 1_000) ?? false }

    /// Whether the certificate is past its end.
    func isOver(at now: Timestamp) -> Bool { life?.isOver(at: now.milliseconds / 1_000) ?? false }
}
