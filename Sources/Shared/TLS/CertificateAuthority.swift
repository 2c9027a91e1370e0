import COpenSSL

/// The private CA of one installation: its key and its self-signed certificate.
///
/// The profiles are those of Certs/README.md; what comes out passes `openssl verify -x509_strict`.
package struct CertificateAuthority: Sendable {
    /// The self-signed certificate, which every peer trusts and nothing else.
    package let certificate: Certificate
    /// The key, for the one who keeps it (mode 0600).
    package let key: PrivateKey

    /// Makes a new CA with a P-256 key.
    ///
    /// - Parameters:
    ///   - name: The common name, 1 to 64 characters of printable ASCII.
    ///   - notBefore: The first second of its life, since 1970.
    ///   - notAfter: The last second of its life, since 1970.
    package static func create(
        name: String, notBefore: Int64, notAfter: Int64
    ) throws(TLSError) -> CertificateAuthority {
        let key = try PrivateKey.generate(.p256)
        let draft = try CertificateDraft(
            publicKey: key.publicKey, commonName: name, notBefore: notBefore, notAfter: notAfter)
        try draft.setBasicConstraints(isCA: true)
        try draft.setKeyUsage(bits: [5, 6])  // keyCertSign, cRLSign
        try draft.setSubjectKeyIdentifier()
        let certificate = try draft.signed(issuer: nil, key: key)
        return try CertificateAuthority(certificate: certificate, key: key)
    }

    /// Takes up a CA from its two PEM texts.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``, ``TLSError/keyNotOfCertificate``.
    package init(certificatePEM: String, keyPEM: String) throws(TLSError) {
        try self.init(certificate: try Certificate(pem: certificatePEM), key: try PrivateKey(pem: keyPEM))
    }

    private init(certificate: Certificate, key: PrivateKey) throws(TLSError) {
        guard try certificate.publicKey() == key.publicKey else { throw .keyNotOfCertificate }
        guard X509_check_ca(certificate.owned.raw) == 1 else {
            throw .malformed(.certificate, detail: "it is not a CA's")
        }
        self.certificate = certificate
        self.key = key
    }

    /// A certificate for a server with the names, for `serverAuth` only.
    package func issueServer(
        publicKey: PublicKey, dnsNames: [String], ipAddresses: [String], uri: String?, notBefore: Int64, notAfter: Int64
    ) throws(TLSError) -> Certificate {
        let draft = try CertificateDraft(
            publicKey: publicKey, commonName: "plansync server", notBefore: notBefore, notAfter: notAfter)
        try draft.setSubjectNames(dns: dnsNames, addresses: ipAddresses, uri: uri, critical: false)
        return try finish(draft, purpose: NID_server_auth)
    }

    /// A certificate for a device, whose only name is the URI, for `clientAuth` only.
    package func issueDevice(
        publicKey: PublicKey, uri: String, notBefore: Int64, notAfter: Int64
    ) throws(TLSError) -> Certificate {
        let draft = try CertificateDraft(
            publicKey: publicKey, commonName: nil, notBefore: notBefore, notAfter: notAfter)
        // RFC 5280, 4.2.1.6: with an empty subject the alternative name is critical.
        try draft.setSubjectNames(dns: [], addresses: [], uri: uri, critical: true)
        return try finish(draft, purpose: NID_client_auth)
    }

    private func finish(_ draft: CertificateDraft, purpose: Int32) throws(TLSError) -> Certificate {
        try draft.setBasicConstraints(isCA: false)
        try draft.setKeyUsage(bits: [0])  // digitalSignature
        try draft.setExtendedKeyUsage(purpose)
        try draft.setSubjectKeyIdentifier()
        try draft.setAuthorityKeyIdentifier(of: certificate)
        return try draft.signed(issuer: certificate, key: key)
    }
}
