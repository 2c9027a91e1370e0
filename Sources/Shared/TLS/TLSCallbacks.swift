// The C callbacks of a context. They capture nothing, call nothing that throws, and
// answer "refused" whenever something is missing.

import COpenSSL

/// Accepts what OpenSSL accepted, and a client's certificate whose only fault is an end
/// within the grace time, which then may renew and nothing else.
let verifyWithGrace: @convention(c) (Int32, OpaquePointer?) -> Int32 = { accepted, store in
    guard accepted != 1 else { return 1 }
    guard let store, X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED,
        X509_STORE_CTX_get_error_depth(store) == 0,
        let certificate = X509_STORE_CTX_get_current_cert(store),
        let session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let context = SSL_get_SSL_CTX(OpaquePointer(session)),
        let stored = SSL_CTX_get_ex_data(context, 0)
    else { return 0 }
    let grace = stored.assumingMemoryBound(to: VerifyPolicy.self).pointee.expiryGraceSeconds
    let parameters = X509_STORE_CTX_get0_param(store)
    let isFixed = X509_VERIFY_PARAM_get_flags(parameters) & UInt(X509_V_FLAG_USE_CHECK_TIME) != 0
    let now = isFixed ? X509_VERIFY_PARAM_get_time(parameters) : time(nil)
    var (latest, overflow) = now.subtractingReportingOverflow(Int(grace))
    guard grace > 0, !overflow, X509_cmp_time(X509_get0_notAfter(certificate), &latest) > 0 else { return 0 }
    X509_STORE_CTX_set_error(store, X509_V_OK)
    return 1
}

/// Verifies a server's chain with the one CA in it that has the known hash as its anchor.
let verifyByAuthorityHash: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { store, stored in
    guard let store, let stored else { return 0 }
    let expected = stored.assumingMemoryBound(to: VerifyPolicy.self).pointee.authorityHash
    let chain = X509_STORE_CTX_get0_untrusted(store)
    for index in 0..<max(shim_sk_X509_num(chain), 0) {
        guard let candidate = shim_sk_X509_value(chain, index) else { continue }
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(candidate, EVP_sha256(), &hash, &length) == 1,
            Digest.constantTimeEqual(Array(hash.prefix(Int(length))), expected),
            let anchors = shim_sk_X509_new()
        else { continue }
        // The list lives for this verification only; the store context must not keep it.
        defer { shim_sk_X509_free(anchors) }
        guard shim_sk_X509_push(anchors, candidate) > 0 else { return 0 }
        X509_STORE_CTX_set0_trusted_stack(store, anchors)
        return X509_verify_cert(store) == 1 ? 1 : 0
    }
    X509_STORE_CTX_set_error(store, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)
    return 0
}

/// Picks `plansync/1` from the client's list, or ends the handshake with an alert.
let selectApplicationProtocol:
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
        UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
    ) -> Int32 = { _, selected, selectedLength, offered, offeredLength, _ in
        guard let selected, let selectedLength, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        let list = UnsafeBufferPointer(start: offered, count: Int(offeredLength))
        let wanted = applicationProtocolOnWire
        var position = 0
        while position < list.count {
            let end = position + 1 + Int(list[position])
            guard end <= list.count else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            if list[position..<end].elementsEqual(wanted) {
                // Into the client's own list, which outlives this call, as OpenSSL allows.
                selected.pointee = offered + position + 1
                selectedLength.pointee = list[position]
                return SSL_TLSEXT_ERR_OK
            }
            position = end
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }

/// Ends the handshake of a client that offers no application protocol at all.
///
/// OpenSSL asks ``selectApplicationProtocol`` only when the extension is there.
let requireApplicationProtocol:
    @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32 = {
        session, alert, _ in
        var value: UnsafePointer<UInt8>?
        var length = 0
        let kind = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
        if SSL_client_hello_get0_ext(session, kind, &value, &length) == 1 { return SSL_CLIENT_HELLO_SUCCESS }
        alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
        return SSL_CLIENT_HELLO_ERROR
    }

/// Counts the KeyUpdate messages that the peer sends.
let countKeyUpdates:
    @convention(c) (
        Int32, Int32, Int32, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?
    ) -> Void = { isWrite, _, contentType, bytes, length, _, transfer in
        guard isWrite == 0, contentType == SSL3_RT_HANDSHAKE, length > 0, let bytes, let transfer,
            bytes.load(as: UInt8.self) == UInt8(SSL3_MT_KEY_UPDATE)
        else { return }
        transfer.assumingMemoryBound(to: Transfer.self).pointee.keyUpdates &+= 1
    }
