import Logging
import NIOCore
import PlanSyncCore
import PlanSyncServer
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire

/// One connection's calls, between the frames and the engine.
///
/// Never waits: disk work goes to other threads.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = [UInt8]
    typealias OutboundOut = [UInt8]

    /// What all connections share.
    struct Shared: Sendable {
        let engine: ServerEngine
        let writer: WriterQueue
        let readers: ReaderQueue
        let watchers: Watchers
        let connections: LiveConnections
        let budgets: SharedBudgets
        let audit: any AuditTrail
        let logger: Logger
    }

    /// Answers that wait for the peer to read them, in bytes; with more the connection ends.
    private static let unreadBytesMax = 32 * 1_024 * 1_024

    private let shared: Shared
    private var session: SessionStateMachine
    private var holder: CallBudgets.Holder
    private var context: ChannelHandlerContext?
    private var isHandshakeOver = false
    private var isQuiescing = false
    private var unreadBytes = 0
    /// Notifications that wait until the peer has read what was written before, one for each plan.
    private var heldNews: [PlanID: [UInt8]] = [:]

    /// `peer`: who is at the other end before a TLS handshake says otherwise.
    init(_ shared: Shared, peer: SessionStateMachine.Peer = .anonymous) {
        self.shared = shared
        session = SessionStateMachine(peer: peer)
        holder = CallBudgets.Holder(peer, address: "")
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if case .operatorLocal = session.peer { raiseLimit(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        shared.watchers.forget(ObjectIdentifier(self))
        if case .device(let principal) = session.peer {
            shared.connections.left(ObjectIdentifier(self), device: principal.device)
        }
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, !heldNews.isEmpty {
            let news = heldNews
            heldNews = [:]
            for (_, frame) in news.sorted(by: { $0.key < $1.key }) { write(frame) }
            context.flush()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let completed = event as? TLSHandshakeCompleted { handshakeCompleted(completed.peerCertificate, context) }
        // The server ends, or the peer sends no more: what is in flight is answered, then the connection closes.
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed {
            isQuiescing = true
            closeIfDone()
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func handshakeCompleted(_ certificate: Certificate?, _ context: ChannelHandlerContext) {
        isHandshakeOver = true
        let address = context.remoteAddress?.ipAddress ?? ""
        session = session(certificate, address)
        holder = CallBudgets.Holder(session.peer, address: PeerAddress.key(of: context.remoteAddress))
        guard case .device(let principal) = session.peer else { return }
        shared.connections.joined(ObjectIdentifier(self), target(context), device: principal.device)
        // Revoked between the look at the table and now: nobody else would end it.
        guard shared.engine.isStanding(principal.device) else { return cut() }
        raiseLimit(context)
    }

    private func session(_ certificate: Certificate?, _ address: String) -> SessionStateMachine {
        guard let certificate else { return SessionStateMachine(peer: .anonymous, address: address) }
        let uri: String
        let key: [UInt8]
        do {
            uri = try certificate.soleSPIFFEURI()
            key = try certificate.publicKey().spki
        } catch {
            refused("name_malformed", "\(error)", serial: certificate.serial, address)
            return SessionStateMachine(peer: .refused(.certificateExpiredOrRevoked()), address: address)
        }
        let shown = ShownCertificate(
            uri: uri, publicKey: key, notAfter: certificate.notAfter, serial: certificate.serial)
        let peer = shared.engine.peer(of: shown, from: address, now: WallClock.now())
        return SessionStateMachine(peer: peer, certificate: shown, address: address)
    }

    private func refused(_ reason: String, _ detail: String, serial: String = "", _ address: String) {
        shared.audit.record(
            AuditEvent(
                at: WallClock.now(), kind: .refused, address: address, serial: serial, reason: reason, detail: detail))
    }

    private func raiseLimit(_ context: ChannelHandlerContext) {
        let frames = try? context.pipeline.syncOperations.handler(type: FrameHandler.self)
        frames?.limit = session.frameBytesMax(authenticated: Limits.frameBytesMaxDefault)
        frames?.allowIdling()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isQuiescing else { return }
        let frame = unwrapInboundIn(data)
        let size = frame.count
        let refusal = shared.budgets.enter(holder, bytes: size)
        guard
            let work = shared.engine.received(frame, session: &session, now: WallClock.now(), refusal: refusal)
        else {
            if refusal == nil { shared.budgets.leave(holder, bytes: size) }
            return
        }
        switch work {
        case .answer(let frame):
            write(frame)
            if refusal == nil { shared.budgets.leave(holder, bytes: size) }
        case .read(let body):
            let target = began(size, context)
            shared.readers.submit(of: holder.tenant) { ReplyTarget.send([(target, body())]) }
        case .write(let body): shared.writer.write(body, of: holder.tenant, reply: began(size, context))
        case .push(let push): shared.writer.push(push, of: holder.tenant, reply: began(size, context))
        case .watch(let interest, let answer, let isBehind):
            write(answer)
            shared.budgets.leave(holder, bytes: size)
            let target = target(context)
            shared.watchers.watch(ObjectIdentifier(self), target, interest)
            shared.readers.submit(of: holder.tenant) {
                if isBehind() { ReplyTarget.notify([(target, interest)]) }
            }
        }
    }

    /// A call waits from now on; where its answer goes, and its budget with it.
    private func began(_ bytes: Int, _ context: ChannelHandlerContext) -> ReplyTarget {
        session.began()
        let (budgets, holder) = (shared.budgets, holder)
        var target = target(context)
        target.release = { budgets.leave(holder, bytes: bytes) }
        return target
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .length(_, let limit)? = error as? FrameError {
            write(RPCMessage.failure(id: nil, error: .frameTooLarge(bytesMax: limit)))
            context.flush()
        } else {
            if !isHandshakeOver, let refusal = (error as? TLSError)?.refusal {
                refused(refusal.reason, refusal.detail, context.remoteAddress?.ipAddress ?? "")
            }
            shared.logger.debug("connection ended", metadata: ["error": "\(LogText.safe("\(error)"))"])
        }
        isHandshakeOver = true
        context.close(promise: nil)
    }

    private func target(_ context: ChannelHandlerContext) -> ReplyTarget {
        ReplyTarget(eventLoop: context.eventLoop, handler: NIOLoopBound(self, eventLoop: context.eventLoop))
    }

    /// The answer to a call that waited.
    ///
    /// Event loop only.
    func answer(_ frame: [UInt8]) {
        session.answered()
        write(frame)
    }

    /// A frame, not yet flushed.
    ///
    /// Event loop only.
    func write(_ frame: [UInt8]) {
        guard let context else { return }
        unreadBytes += frame.count
        // Whoever asks for more than it reads is not waited for.
        guard unreadBytes <= Self.unreadBytesMax else { return cut() }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in unreadBytes -= frame.count }
        context.write(wrapOutboundOut(frame), promise: written)
    }

    /// A notification; while the peer does not read, one for each plan is kept.
    ///
    /// Event loop only.
    func notify(_ interest: FeedInterest) {
        guard let context else { return }
        if context.channel.isWritable {
            write(interest.notification)
        } else {
            heldNews[interest.plan] = interest.notification
        }
    }

    /// Ends the connection; what was written before may still go out, for half a second.
    ///
    /// Event loop only.
    func cut() {
        guard let context else { return }
        isQuiescing = true
        if case .device(let principal) = session.peer, !shared.engine.isStanding(principal.device) {
            shared.audit.record(
                AuditEvent(
                    at: WallClock.now(), kind: .cut, tenant: principal.tenant, device: principal.device,
                    address: session.address, reason: "revoked"))
        }
        context.flush()
        context.close(promise: nil)
        // The second close does not wait for a peer that does not read.
        context.close(promise: nil)
    }

    /// Sends what was written.
    ///
    /// Event loop only.
    func flush() {
        context?.flush()
        closeIfDone()
    }

    private func closeIfDone() {
        if isQuiescing, session.isIdle { context?.close(promise: nil) }
    }
}

extension TLSError {
    /// Why a handshake that failed leaves a line in the audit log; `nil`: it was no refusal of a certificate.
    fileprivate var refusal: (reason: String, detail: String)? {
        switch self {
        case .peerExpired: ("expired", "")
        case .peerNotYetValid: ("not_yet_valid", "")
        case .peerNotTrusted(let reason): ("not_trusted", reason)
        case .malformed(_, let detail): ("malformed", detail)
        case .keyNotSupported: ("key_not_supported", "")
        case .protocolViolation(let detail): ("handshake_failed", detail)
        default: nil
        }
    }
}
