import COpenSSL

/// The protective settings of every context, in OpenSSL's terms.
enum Setting {
    static let securityLevel: Int32 = 2
    static let cipherSuites = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
    static let groups = "X25519:P-256"
    static let options =
        shim_OP_NO_TICKET | shim_OP_NO_RENEGOTIATION | shim_OP_NO_COMPRESSION | shim_OP_CIPHER_SERVER_PREFERENCE
    /// Buffers are freed between records; a write may be short and be retried from elsewhere;
    /// the chain is the one that was given, not one found in the store.
    static let modes = Int(
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE
            | SSL_MODE_NO_AUTO_CHAIN)
    static let sessionCache = Int(SSL_SESS_CACHE_OFF)
    static let certificateListBytesMax = 16_384
    static let verifyDepth: Int32 = 2
    static let verifyFlags = UInt(X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE)
}

extension TLSContext {
    /// Asks OpenSSL for each setting that protects us and compares.
    ///
    /// - Throws: ``TLSError/settingNotInForce(_:)``, with the first that differs.
    func readBack() throws(TLSError) {
        let parameters = SSL_CTX_get0_param(raw)
        let options = SSL_CTX_get_options(raw)
        let found: [(name: String, isInForce: Bool)] = [
            ("minimum version", shim_SSL_CTX_get_min_proto_version(raw) == TLS1_3_VERSION),
            ("maximum version", shim_SSL_CTX_get_max_proto_version(raw) == TLS1_3_VERSION),
            ("security level", SSL_CTX_get_security_level(raw) == Setting.securityLevel),
            ("options", options & Setting.options == Setting.options),
            ("unexpected end", options & shim_OP_IGNORE_UNEXPECTED_EOF == 0),
            ("modes", shim_SSL_CTX_get_mode(raw) & Setting.modes == Setting.modes),
            ("session cache", shim_SSL_CTX_get_session_cache_mode(raw) == Setting.sessionCache),
            ("tickets", SSL_CTX_get_num_tickets(raw) == 0),
            ("early data", SSL_CTX_get_max_early_data(raw) == 0 && SSL_CTX_get_recv_max_early_data(raw) == 0),
            ("certificate list", shim_SSL_CTX_get_max_cert_list(raw) == Setting.certificateListBytesMax),
            ("verify mode", SSL_CTX_get_verify_mode(raw) == SSL_VERIFY_PEER),
            ("verify depth", SSL_CTX_get_verify_depth(raw) == Setting.verifyDepth),
            ("verify flags", X509_VERIFY_PARAM_get_flags(parameters) & Setting.verifyFlags == Setting.verifyFlags),
        ]
        for setting in found where !setting.isInForce { throw .settingNotInForce(setting.name) }
        guard try enabledCipherSuites() == Setting.cipherSuites else { throw .settingNotInForce("cipher suites") }
    }

    /// The suites that a session would really offer or accept, in order.
    func enabledCipherSuites() throws(TLSError) -> String {
        guard let session = SSL_new(raw) else { throw OpenSSL.failure("SSL_new") }
        defer { SSL_free(session) }
        guard let suites = SSL_get1_supported_ciphers(session) else { return "" }
        defer { shim_sk_SSL_CIPHER_free(suites) }
        return (0..<max(shim_sk_SSL_CIPHER_num(suites), 0)).map { index in
            SSL_CIPHER_get_name(shim_sk_SSL_CIPHER_value(suites, index)).map { String(cString: $0) } ?? "?"
        }.joined(separator: ":")
    }
}
