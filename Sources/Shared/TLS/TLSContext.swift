// One SSL_CTX with every default set and read back (docs: security, the pitfalls of
// OpenSSL). A context is complete when `init` returns and is never changed after, so
// all event loops share it. To change trust or certificates, make a new one and
// swap the reference: sessions keep the one that they began with.

import COpenSSL

/// What all TLS sessions of one role have in common.
// Sendable because the SSL_CTX and the verify policy are complete at the end of `init`,
// nothing changes them after, and OpenSSL counts references and locks caches itself.
package final class TLSContext: @unchecked Sendable {
    /// The side of the handshake.
    package enum Role: Sendable {
        case server, client
    }

    /// The ALPN identifier, the only one that is spoken.
    package static let applicationProtocol = "plansync/1"

    /// The side of the handshake.
    package let role: Role
    let raw: OpaquePointer
    private let policy: UnsafeMutablePointer<VerifyPolicy>

    /// A context that presents the certificate and verifies a client's, if one is sent.
    ///
    /// A client that sends none is let in: the caller decides by ``TLSSession/peerCertificate``
    /// what it may do.
    ///
    /// - Parameters:
    ///   - certificate: The server's certificate.
    ///   - key: Its private key.
    ///   - chain: Certificates to send with it: the CA's, which a client that enrols knows
    ///     by its hash alone.
    ///   - clientCA: The CAs that may have signed a client's certificate.
    ///   - clientExpiryGraceSeconds: How long after its end a client's certificate still passes
    ///     the handshake; the caller then checks `notAfter` and lets it do no more than renew.
    ///   - verificationTime: The time to verify at, in seconds since 1970; `nil`: the clock's.
    /// - Throws: ``TLSError/keyNotOfCertificate``, ``TLSError/settingNotInForce(_:)``.
    package static func server(
        certificate: Certificate, key: PrivateKey, chain: [Certificate], clientCA: [Certificate],
        clientExpiryGraceSeconds: Int64 = 0, verificationTime: Int64? = nil
    ) throws(TLSError) -> TLSContext {
        let policy = VerifyPolicy(expiryGraceSeconds: max(clientExpiryGraceSeconds, 0), authorityHash: [])
        let context = try TLSContext(role: .server, policy: policy)
        try context.present(certificate, key: key, chain: chain)
        try context.trust(clientCA, verificationTime: verificationTime)
        for authority in clientCA {
            try OpenSSL.check(SSL_CTX_add_client_CA(context.raw, authority.owned.raw), "SSL_CTX_add_client_CA")
        }
        try context.readBack()
        return context
    }

    /// A context that trusts these CAs only and presents the certificate, if there is one.
    ///
    /// - Throws: ``TLSError/keyNotOfCertificate``, ``TLSError/settingNotInForce(_:)``.
    package static func client(
        trust: [Certificate], certificate: Certificate? = nil, key: PrivateKey? = nil, verificationTime: Int64? = nil
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(role: .client, policy: VerifyPolicy(expiryGraceSeconds: 0, authorityHash: []))
        if let certificate, let key { try context.present(certificate, key: key, chain: []) }
        guard (certificate == nil) == (key == nil) else { throw .misuse("a certificate and its key go together") }
        try context.trust(trust, verificationTime: verificationTime)
        try context.readBack()
        return context
    }

    /// A context for enrolment, which knows the CA by the SHA-256 of its DER alone.
    ///
    /// The server has to send that CA in its chain; it is then the only trust anchor, and
    /// everything else is verified as ever.
    ///
    /// - Throws: ``TLSError/misuse(_:)`` unless the hash has 32 bytes.
    package static func client(
        authorityHash: [UInt8], verificationTime: Int64? = nil
    ) throws(TLSError) -> TLSContext {
        guard authorityHash.count == Digest.length else { throw .misuse("a CA hash that is not a SHA-256") }
        let policy = VerifyPolicy(expiryGraceSeconds: 0, authorityHash: authorityHash)
        let context = try TLSContext(role: .client, policy: policy)
        try context.trust([], verificationTime: verificationTime)
        SSL_CTX_set_cert_verify_callback(context.raw, verifyByAuthorityHash, context.policy)
        try context.readBack()
        return context
    }

    private init(role: Role, policy: VerifyPolicy) throws(TLSError) {
        try OpenSSL.start()
        ERR_clear_error()
        guard let raw = SSL_CTX_new(role == .server ? TLS_server_method() : TLS_client_method()) else {
            throw OpenSSL.failure("SSL_CTX_new")
        }
        self.role = role
        self.raw = raw
        self.policy = .allocate(capacity: 1)
        self.policy.initialize(to: policy)
        try restrict()
    }

    deinit {
        SSL_CTX_free(raw)
        policy.deinitialize(count: 1)
        policy.deallocate()
    }

    private func restrict() throws(TLSError) {
        SSL_CTX_set_security_level(raw, Setting.securityLevel)
        try OpenSSL.check(shim_SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION), "set_min_proto_version")
        try OpenSSL.check(shim_SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION), "set_max_proto_version")
        try OpenSSL.check(SSL_CTX_set_ciphersuites(raw, Setting.cipherSuites), "SSL_CTX_set_ciphersuites")
        // OpenSSL 3.0 has no way to read a context's own groups back: this result is the evidence.
        try OpenSSL.check(shim_SSL_CTX_set1_groups_list(raw, Setting.groups), "SSL_CTX_set1_groups_list")
        SSL_CTX_clear_options(raw, shim_OP_IGNORE_UNEXPECTED_EOF)
        SSL_CTX_set_options(raw, Setting.options)
        _ = shim_SSL_CTX_set_mode(raw, Setting.modes)
        // A resumed session skips the certificate check, and so a revocation.
        _ = shim_SSL_CTX_set_session_cache_mode(raw, Setting.sessionCache)
        try OpenSSL.check(SSL_CTX_set_num_tickets(raw, 0), "SSL_CTX_set_num_tickets")
        try OpenSSL.check(SSL_CTX_set_max_early_data(raw, 0), "SSL_CTX_set_max_early_data")
        try OpenSSL.check(SSL_CTX_set_recv_max_early_data(raw, 0), "SSL_CTX_set_recv_max_early_data")
        _ = shim_SSL_CTX_set_max_cert_list(raw, Setting.certificateListBytesMax)
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, role == .server ? verifyWithGrace : nil)
        try OpenSSL.check(SSL_CTX_set_ex_data(raw, 0, policy), "SSL_CTX_set_ex_data")
        switch role {
        case .server:
            SSL_CTX_set_alpn_select_cb(raw, selectApplicationProtocol, nil)
            SSL_CTX_set_client_hello_cb(raw, requireApplicationProtocol, nil)
        case .client:
            let wire = applicationProtocolOnWire
            // This one answers 0 when it is done.
            guard SSL_CTX_set_alpn_protos(raw, wire, UInt32(wire.count)) == 0 else {
                throw OpenSSL.failure("SSL_CTX_set_alpn_protos")
            }
        }
    }

    private func present(_ certificate: Certificate, key: PrivateKey, chain: [Certificate]) throws(TLSError) {
        guard try certificate.publicKey() == key.publicKey else { throw .keyNotOfCertificate }
        try OpenSSL.check(SSL_CTX_use_certificate(raw, certificate.owned.raw), "SSL_CTX_use_certificate")
        try OpenSSL.check(SSL_CTX_use_PrivateKey(raw, key.owned.raw), "SSL_CTX_use_PrivateKey")
        try OpenSSL.check(SSL_CTX_check_private_key(raw), "SSL_CTX_check_private_key")
        for link in chain {
            try OpenSSL.check(shim_SSL_CTX_add1_chain_cert(raw, link.owned.raw), "SSL_CTX_add1_chain_cert")
        }
    }

    /// Makes a store with these CAs alone; the system's are never loaded.
    private func trust(_ authorities: [Certificate], verificationTime: Int64?) throws(TLSError) {
        guard let store = X509_STORE_new() else { throw OpenSSL.failure("X509_STORE_new") }
        SSL_CTX_set_cert_store(raw, store)
        for authority in authorities {
            try OpenSSL.check(X509_STORE_add_cert(store, authority.owned.raw), "X509_STORE_add_cert")
        }
        let parameters = SSL_CTX_get0_param(raw)
        try OpenSSL.check(
            X509_VERIFY_PARAM_set_flags(parameters, Setting.verifyFlags), "X509_VERIFY_PARAM_set_flags")
        SSL_CTX_set_verify_depth(raw, Setting.verifyDepth)
        // What the peer's certificate must be good for: the other side's role.
        let purpose = role == .server ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER
        try OpenSSL.check(SSL_CTX_set_purpose(raw, purpose), "SSL_CTX_set_purpose")
        if let verificationTime { X509_VERIFY_PARAM_set_time(parameters, Int(verificationTime)) }
    }
}

/// What the verify callbacks need to know; read by C through a pointer.
struct VerifyPolicy {
    let expiryGraceSeconds: Int64
    let authorityHash: [UInt8]
}

/// The ALPN identifier as the handshake carries it: its length and its bytes.
let applicationProtocolOnWire =
    [UInt8(TLSContext.applicationProtocol.utf8.count)]
    + Array(TLSContext.applicationProtocol.utf8)
