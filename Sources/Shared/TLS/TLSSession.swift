// One TLS connection without a socket: ciphertext goes in and comes out as bytes. A session
// belongs to one event loop. Its loop is always the same: take ciphertext, go on with the
// handshake, read plaintext until OpenSSL wants more, and let the caller drain what is to be
// sent, also after a failure, because the alert is there. The error queue is cleared before
// each call and read directly after it, with nothing between.

import COpenSSL

/// One TLS connection: bytes in, bytes out.
package final class TLSSession {
    /// What one call of ``receive(_:plaintext:)`` brought about.
    package struct Progress: Equatable {
        /// The handshake was completed in this call.
        package var didCompleteHandshake = false
        /// The peer has said that it sends no more.
        package var didPeerClose = false
    }

    private enum State {
        case handshaking, open, peerClosed, closed
        case failed(TLSError)
    }

    private let context: TLSContext
    private let session: OpaquePointer
    private let transfer: UnsafeMutablePointer<Transfer>
    private let peerName: String
    private var state = State.handshaking
    private var isBusy = false
    /// Plaintext that OpenSSL could not take yet, which happens only amid a change of keys.
    private var unsent: [UInt8] = []
    private var plaintextSinceAllowance = 0

    /// The peer's certificate, verified; `nil` before the handshake is done and when it sent none.
    package private(set) var peerCertificate: Certificate?

    /// A session of a server.
    package convenience init(server context: TLSContext) throws(TLSError) {
        guard context.role == .server else { throw .misuse("a server's session of a client's context") }
        try self.init(context: context, peerName: "")
        SSL_set_accept_state(session)
    }

    /// A session of a client, which insists on a certificate for this host name or IP address.
    package convenience init(client context: TLSContext, serverName: String) throws(TLSError) {
        guard context.role == .client else { throw .misuse("a client's session of a server's context") }
        try self.init(context: context, peerName: serverName)
        SSL_set_connect_state(session)
        try insist(on: serverName)
    }

    private init(context: TLSContext, peerName: String) throws(TLSError) {
        ERR_clear_error()
        guard let method = TransferMethod.only.raw, let session = SSL_new(context.raw) else {
            throw OpenSSL.failure("SSL_new")
        }
        guard let bio = BIO_new(method) else {
            SSL_free(session)
            throw OpenSSL.failure("BIO_new")
        }
        self.context = context
        self.peerName = peerName
        self.session = session
        transfer = .allocate(capacity: 1)
        transfer.initialize(to: Transfer())
        BIO_set_data(bio, transfer)
        // One BIO for both directions: this takes over the one reference and frees it once.
        SSL_set_bio(session, bio, bio)
        SSL_set_msg_callback(session, countKeyUpdates)
        shim_SSL_set_msg_callback_arg(session, transfer)
    }

    deinit {
        SSL_free(session)
        transfer.pointee.releaseOutgoing()
        transfer.deinitialize(count: 1)
        transfer.deallocate()
    }

    private func insist(on name: String) throws(TLSError) {
        guard !name.isEmpty, name.utf8.count <= 253, !name.utf8.contains(0) else { throw .nameNotUsable(name) }
        let parameters = SSL_get0_param(session)
        // The certificate check has no use for an address in brackets or for SNI with an address.
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        ERR_clear_error()
        let flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
        X509_VERIFY_PARAM_set_hostflags(parameters, flags)
        try OpenSSL.check(SSL_set1_host(session, name), "SSL_set1_host")
        try OpenSSL.check(shim_SSL_set_tlsext_host_name(session, name), "SSL_set_tlsext_host_name")
    }

    /// Gives the copy of the peer's certificate back, when its identity has been taken from it.
    package func forgetPeerCertificate() { peerCertificate = nil }

    /// Whether both sides have proven themselves, as far as TLS 1.3 tells this side.
    ///
    /// A client learns only from the server's first answer that its certificate was taken.
    package var isHandshakeDone: Bool {
        switch state {
        case .open, .peerClosed: true
        case .handshaking, .closed, .failed: false
        }
    }

    /// Begins the handshake of a client; its first message then waits in ``withOutgoing(_:)``.
    package func startHandshake() throws(TLSError) {
        try enter()
        defer { isBusy = false }
        _ = try shakeHands()
    }

    /// Takes ciphertext from the peer, all of it, and hands over the plaintext in it.
    ///
    /// - Parameters:
    ///   - ciphertext: Bytes as they came, in any portions.
    ///   - plaintext: Called for each portion of at most 16 KiB; must not call the session.
    /// - Throws: ``TLSError``; the session is of no more use then, but ``withOutgoing(_:)`` may
    ///   still hold an alert to send.
    package func receive(
        _ ciphertext: UnsafeRawBufferPointer, plaintext: (UnsafeRawBufferPointer) -> Void
    ) throws(TLSError) -> Progress {
        try enter()
        transfer.pointee.beginInput(ciphertext)
        defer {
            transfer.pointee.endInput()
            isBusy = false
        }
        var progress = Progress()
        if case .handshaking = state {
            guard try shakeHands() else { return progress }
            progress.didCompleteHandshake = true
        }
        try readAll(plaintext)
        if case .peerClosed = state { progress.didPeerClose = true }
        if !unsent.isEmpty { try sendUnsent() }
        return progress
    }

    /// Takes note that the peer's stream has ended.
    ///
    /// - Throws: ``TLSError/truncated`` unless the peer had said so.
    package func receiveEnd() throws(TLSError) {
        try enter()
        defer { isBusy = false }
        switch state {
        case .peerClosed, .closed, .failed: return
        case .handshaking, .open: throw fail(.truncated)
        }
    }

    /// Encrypts the plaintext; the ciphertext then waits in ``withOutgoing(_:)``.
    ///
    /// - Throws: ``TLSError/misuse(_:)`` before the handshake is done and after the end.
    package func send(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        try enter()
        defer { isBusy = false }
        guard isHandshakeDone else { throw .misuse("sending without an open session") }
        guard unsent.isEmpty else {
            unsent.append(contentsOf: plaintext)
            return
        }
        let taken = try write(plaintext)
        if taken < plaintext.count { unsent.append(contentsOf: plaintext.dropFirst(taken)) }
    }

    /// Lends the ciphertext that waits to be sent, if there is any, and forgets it.
    package func withOutgoing(_ body: (UnsafeRawBufferPointer) -> Void) {
        let outgoing = transfer.pointee.outgoing
        guard !outgoing.isEmpty else { return }
        body(outgoing)
        transfer.pointee.clearOutgoing()
    }

    /// Says to the peer that no more will come; once, and never after a failure.
    package func close() {
        guard !isBusy, isHandshakeDone else { return }
        state = .closed
        ERR_clear_error()
        _ = SSL_shutdown(session)
        ERR_clear_error()
    }

    /// The application protocol that both sides agreed on.
    package var negotiatedALPN: String? {
        var bytes: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &bytes, &length)
        guard let bytes, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
    }

    /// The certificates that the peer sent, its own first; some may have had no part in the check.
    package func peerChain() throws(TLSError) -> [Certificate] {
        guard isHandshakeDone, let chain = SSL_get_peer_cert_chain(session) else { return [] }
        var found: [Certificate] = []
        for index in 0..<max(shim_sk_X509_num(chain), 0) {
            guard let raw = shim_sk_X509_value(chain, index) else { continue }
            found.append(try Certificate(retaining: raw))
        }
        return found
    }

    private func enter() throws(TLSError) {
        guard !isBusy else { throw .misuse("a call from inside a call") }
        if case .failed(let error) = state { throw error }
        isBusy = true
    }

    /// Goes on with the handshake; `true` when it is done.
    private func shakeHands() throws(TLSError) -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        guard result == 1 else {
            if SSL_get_error(session, result) == SSL_ERROR_WANT_READ { return false }
            throw fail(classify())
        }
        guard negotiatedALPN == TLSContext.applicationProtocol else { throw fail(.protocolNotAgreed) }
        let raw = SSL_get1_peer_certificate(session)
        if raw != nil {
            let owned = try OwnedPointer(raw, "SSL_get1_peer_certificate") { X509_free($0) }
            peerCertificate = try Certificate(owned: owned)
        }
        // OpenSSL has refused a bad one already; this is the belt to its braces.
        let verdict = SSL_get_verify_result(session)
        guard Int32(truncatingIfNeeded: verdict) == X509_V_OK, peerCertificate != nil || context.role == .server else {
            throw fail(distrust(verdict))
        }
        state = .open
        return true
    }

    /// Reads plaintext until OpenSSL wants more ciphertext.
    private func readAll(_ plaintext: (UnsafeRawBufferPointer) -> Void) throws(TLSError) {
        guard case .open = state, transfer.pointee.hasInput || SSL_has_pending(session) == 1 else { return }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            var count = 0
            ERR_clear_error()
            let result = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
            guard result == 1 else {
                switch SSL_get_error(session, result) {
                case SSL_ERROR_WANT_READ: return
                case SSL_ERROR_ZERO_RETURN:
                    state = .peerClosed
                    return
                default: throw fail(classify())
                }
            }
            allowKeyUpdates(for: count)
            plaintext(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
        }
    }

    /// One more KeyUpdate for each MiB: honest peers send one in many GiB.
    private func allowKeyUpdates(for count: Int) {
        plaintextSinceAllowance += count
        while plaintextSinceAllowance >= 1_048_576 {
            plaintextSinceAllowance -= 1_048_576
            transfer.pointee.keyUpdatesMax += 1
        }
    }

    /// Encrypts as much as OpenSSL takes and answers how much that was.
    private func write(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) -> Int {
        // A record adds 22 bytes to at most 16 KiB.
        transfer.pointee.reserve(plaintext.count + (plaintext.count / 16_384 + 1) * 22)
        var taken = 0
        while taken < plaintext.count {
            var count = 0
            let rest = UnsafeRawBufferPointer(rebasing: plaintext.dropFirst(taken))
            ERR_clear_error()
            let result = SSL_write_ex(session, rest.baseAddress, rest.count, &count)
            guard result == 1 else {
                switch SSL_get_error(session, result) {
                case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return taken
                default: throw fail(classify())
                }
            }
            taken += count
        }
        return taken
    }

    private func sendUnsent() throws(TLSError) {
        guard isHandshakeDone else { return }
        let outcome = unsent.withUnsafeBytes { bytes in
            Result { () throws(TLSError) -> Int in try write(bytes) }
        }
        let taken = try outcome.get()
        unsent.removeFirst(taken)
    }

    private func fail(_ error: TLSError) -> TLSError {
        state = .failed(error)
        return error
    }

    /// The error that OpenSSL's call has just left behind.
    private func classify() -> TLSError {
        let errors = OpenSSL.takeErrors()
        if transfer.pointee.keyUpdates > transfer.pointee.keyUpdatesMax { return .tooManyKeyUpdates }
        for reason in errors.reasons {
            // OpenSSL adds 1,000 to the number of an alert that it received.
            if (1_000...1_255).contains(reason), let code = UInt8(exactly: reason - 1_000) {
                return code == UInt8(SSL_AD_NO_APPLICATION_PROTOCOL) ? .protocolNotAgreed : alert(code)
            }
            switch reason {
            case SSL_R_CERTIFICATE_VERIFY_FAILED: return distrust(SSL_get_verify_result(session))
            case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .truncated
            case SSL_R_NO_APPLICATION_PROTOCOL: return .protocolNotAgreed
            case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_PROTOCOL, SSL_R_WRONG_SSL_VERSION,
                SSL_R_NO_PROTOCOLS_AVAILABLE, SSL_R_VERSION_TOO_LOW:
                return .versionNotAgreed
            default: continue
            }
        }
        return .protocolViolation(detail: errors.text)
    }

    private func alert(_ code: UInt8) -> TLSError {
        if code == UInt8(SSL_AD_PROTOCOL_VERSION) { return .versionNotAgreed }
        let name = SSL_alert_desc_string_long(Int32(code)).map { String(cString: $0) } ?? "alert \(code)"
        return .alertReceived(TLSAlert(code: code, name: name))
    }

    private func distrust(_ verdict: Int) -> TLSError {
        switch Int32(truncatingIfNeeded: verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return .peerExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: return .peerNotYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: return .peerNameMismatch(peerName)
        case X509_V_OK: return .peerNotTrusted(reason: "no certificate was sent")
        default:
            let text = X509_verify_cert_error_string(verdict).map { String(cString: $0) } ?? "code \(verdict)"
            return .peerNotTrusted(reason: text)
        }
    }
}
