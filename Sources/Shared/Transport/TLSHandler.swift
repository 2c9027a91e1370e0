// A TLSSession as a channel handler. A server makes its session, and takes one of the places
// for handshakes, only when the whole first record is here: a silent socket costs a channel and
// nothing else, and one that drips a ClientHello holds no place. All of what one read brings is
// decrypted before any of it is passed on, so nothing calls the session from inside itself.

package import NIOCore
package import PlanSyncTLS

/// Fired inbound when the TLS handshake is done, before any plaintext.
package struct TLSHandshakeCompleted: Sendable {
    /// The peer's certificate, verified; `nil` when a client showed none.
    package let peerCertificate: Certificate?
    /// What a server sent, its own certificate first; empty on a server.
    package let peerChain: [Certificate]
}

/// TLS between a channel and the handlers after it.
///
/// Fires ``TLSHandshakeCompleted``, or an error of ``TLSError`` or ``TransportError`` and closes.
package final class TLSHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum State {
        /// Nothing has been done yet.
        case idle
        /// A server waits for the first record.
        case awaitingHello(ByteBuffer)
        case handshaking(TLSSession)
        case open(TLSSession)
        /// Our goodbye is on its way.
        case closing(TLSSession)
        case closed
    }

    private let makeSession: () throws(TLSError) -> TLSSession
    private let isServer: Bool
    private let settings: TransportSettings
    private let gate: ConnectionGate?
    private var heldAddress: String?
    private var state = State.idle
    private var handshakeTimer: Scheduled<Void>?
    private var helloTimer: Scheduled<Void>?
    private var closeTimer: Scheduled<Void>?
    private var waiting: [(plaintext: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    private var isFlushAsked = false

    /// The most of plaintext that is encrypted in one go, in bytes.
    private static let portionBytes = 262_144

    /// The server's side of a connection.
    package convenience init(server context: TLSContext, settings: TransportSettings) {
        self.init(server: context, settings: settings, gate: nil)
    }

    init(server context: TLSContext, settings: TransportSettings, gate: ConnectionGate?) {
        makeSession = { () throws(TLSError) in try TLSSession(server: context) }
        isServer = true
        self.settings = settings
        self.gate = gate
    }

    /// The client's side of a connection to a server of this host name or address.
    package init(client context: TLSContext, serverName: String, settings: TransportSettings) {
        makeSession = { () throws(TLSError) in try TLSSession(client: context, serverName: serverName) }
        isServer = false
        self.settings = settings
        gate = nil
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        tearDown()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        var failure: TLSError?
        switch state {
        case .idle, .closing, .closed: break
        case .awaitingHello(let bytes): failure = bytes.readableBytes > 0 ? .truncated : nil
        case .handshaking(let session), .open(let session):
            do throws(TLSError) { try session.receiveEnd() } catch { failure = error }
        }
        tearDown()
        if let failure { context.fireErrorCaught(failure) }
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.handshakeTime)) {
            [self] in fail(TransportError.handshakeLate, context)
        }
        guard !isServer else {
            state = .awaitingHello(ByteBuffer())
            helloTimer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.helloTime)) {
                [self] in
                if case .awaitingHello = state { fail(TransportError.handshakeLate, context) }
            }
            return
        }
        do throws(TLSError) {
            let session = try makeSession()
            state = .handshaking(session)
            try session.startHandshake()
            send(from: session, context, promise: nil)
            context.flush()
        } catch {
            fail(error, context)
        }
    }

    /// Ends everything that this handler holds; may come more than once.
    private func tearDown() {
        state = .closed
        endHandshake()
        closeTimer?.cancel()
        closeTimer = nil
        let unsent = waiting
        waiting = []
        for (_, promise) in unsent { promise?.fail(ChannelError.ioOnClosedChannel) }
    }

    private func endHandshake() {
        helloTimer?.cancel()
        helloTimer = nil
        handshakeTimer?.cancel()
        handshakeTimer = nil
        if let heldAddress { gate?.leaveHandshake(from: heldAddress) }
        heldAddress = nil
    }

    /// Sends the alert that may wait, tells the owner, and closes.
    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        let alert = context.eventLoop.makePromise(of: Void.self)
        switch state {
        case .closed: return alert.succeed()
        case .idle, .awaitingHello: alert.succeed()
        case .handshaking(let session), .open(let session), .closing(let session):
            send(from: session, context, promise: alert)
            context.flush()
        }
        tearDown()
        context.fireErrorCaught(error)
        closeAfter(alert, context, promise: nil)
    }

    /// Closes the channel when the write is out, or after a short time.
    private func closeAfter(
        _ write: EventLoopPromise<Void>, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?
    ) {
        closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(settings.closeTime)) {
            context.close(promise: nil)
        }
        write.futureResult.assumeIsolated().whenComplete { [self] _ in
            closeTimer?.cancel()
            closeTimer = nil
            context.close(promise: promise)
        }
    }

    /// Writes the ciphertext that waits in the session; the promise is kept when it is out.
    private func send(from session: TLSSession, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        var ciphertext: ByteBuffer?
        session.withOutgoing { bytes in
            var buffer = context.channel.allocator.buffer(capacity: bytes.count)
            buffer.writeBytes(bytes)
            ciphertext = buffer
        }
        guard let ciphertext else {
            promise?.succeed()
            return
        }
        context.write(wrapOutboundOut(ciphertext), promise: promise)
    }
}

// MARK: inbound

extension TLSHandler {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        switch state {
        case .handshaking(let session), .open(let session): receive(buffer, session, context)
        case .awaitingHello(var bytes):
            // Lest the state's reference makes the write a copy.
            state = .awaitingHello(ByteBuffer())
            bytes.writeImmutableBuffer(buffer)
            state = .awaitingHello(bytes)
            if Self.holdsFirstRecord(bytes) { beginSession(bytes, context) }
        case .idle, .closing, .closed: break
        }
    }

    /// Whether the first record is here, or is none, which is the session's to refuse.
    private static func holdsFirstRecord(_ bytes: ByteBuffer) -> Bool {
        guard let kind: UInt8 = bytes.getInteger(at: bytes.readerIndex) else { return false }
        guard kind == 22 else { return true }
        guard let length: UInt16 = bytes.getInteger(at: bytes.readerIndex + 3) else { return false }
        return length > 16_384 || bytes.readableBytes >= Int(length) + 5
    }

    private func beginSession(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        helloTimer?.cancel()
        helloTimer = nil
        if let gate {
            let address = PeerAddress.key(of: context.remoteAddress)
            guard gate.enterHandshake(from: address) else { return fail(TransportError.overloaded, context) }
            heldAddress = address
        }
        do throws(TLSError) {
            let session = try makeSession()
            state = .handshaking(session)
            receive(bytes, session, context)
        } catch {
            fail(error, context)
        }
    }

    private func receive(_ ciphertext: ByteBuffer, _ session: TLSSession, _ context: ChannelHandlerContext) {
        var plaintext: ByteBuffer?
        let result: Result<TLSSession.Progress, TLSError> = ciphertext.withUnsafeReadableBytes { bytes in
            Result { () throws(TLSError) in
                try session.receive(bytes) { portion in
                    if plaintext == nil { plaintext = context.channel.allocator.buffer(capacity: bytes.count) }
                    plaintext?.writeBytes(portion)
                }
            }
        }
        switch result {
        case .failure(let error): fail(error, context)
        case .success(let progress):
            send(from: session, context, promise: nil)
            if progress.didCompleteHandshake { complete(session, context) }
            context.flush()
            if let plaintext, case .open = state { context.fireChannelRead(wrapInboundOut(plaintext)) }
            if progress.didPeerClose { endInput(context) }
        }
    }

    private func complete(_ session: TLSSession, _ context: ChannelHandlerContext) {
        endHandshake()
        state = .open(session)
        let chain = isServer ? [] : ((try? session.peerChain()) ?? [])
        context.fireUserInboundEventTriggered(
            TLSHandshakeCompleted(peerCertificate: session.peerCertificate, peerChain: chain))
        // Ten thousand idle connections need not hold ten thousand certificates.
        session.forgetPeerCertificate()
        if isFlushAsked { encryptWaiting(context) }
    }

    /// The peer sends no more: what is in flight may still be answered, for a short time.
    private func endInput(_ context: ChannelHandlerContext) {
        guard case .open = state, closeTimer == nil else { return }
        closeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }
}

// MARK: outbound

extension TLSHandler {
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .closing, .closed: promise?.fail(ChannelError.ioOnClosedChannel)
        case .idle, .awaitingHello, .handshaking, .open: waiting.append((unwrapOutboundIn(data), promise))
        }
    }

    package func flush(context: ChannelHandlerContext) {
        guard case .open = state else {
            isFlushAsked = true
            return
        }
        encryptWaiting(context)
        context.flush()
    }

    /// Encrypts all that waits; small writes go together into one record.
    private func encryptWaiting(_ context: ChannelHandlerContext) {
        isFlushAsked = false
        var writes = waiting[...]
        waiting = []
        while var (plaintext, promise) = writes.popFirst() {
            while let next = writes.first, plaintext.readableBytes + next.plaintext.readableBytes <= Self.portionBytes {
                plaintext.writeImmutableBuffer(next.plaintext)
                if let other = next.promise {
                    if let promise { promise.futureResult.cascade(to: other) } else { promise = other }
                }
                writes = writes.dropFirst()
            }
            guard case .open(let session) = state else {
                promise?.fail(ChannelError.ioOnClosedChannel)
                continue
            }
            let result: Result<Void, TLSError> = plaintext.withUnsafeReadableBytes { bytes in
                Result { () throws(TLSError) in try session.send(bytes) }
            }
            switch result {
            case .success: send(from: session, context, promise: promise)
            case .failure(let error):
                promise?.fail(error)
                fail(error, context)
            }
        }
    }

    /// Says goodbye to the peer, once, and closes when that is out.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, case .open(let session) = state else {
            if mode == .all { tearDown() }
            return context.close(mode: mode, promise: promise)
        }
        closeTimer?.cancel()
        session.close()
        state = .closing(session)
        let goodbye = context.eventLoop.makePromise(of: Void.self)
        send(from: session, context, promise: goodbye)
        context.flush()
        closeAfter(goodbye, context, promise: promise)
    }
}
