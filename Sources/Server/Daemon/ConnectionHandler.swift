import Logging
import NIOCore
import NIOPosix
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
        let readers: NIOThreadPool
        let watchers: Watchers
        let logger: Logger
    }

    private let shared: Shared
    private var session: SessionStateMachine
    private var context: ChannelHandlerContext?
    private var isQuiescing = false

    /// `peer`: who is at the other end before a TLS handshake says otherwise.
    init(_ shared: Shared, peer: SessionStateMachine.Peer = .anonymous) {
        self.shared = shared
        session = SessionStateMachine(peer: peer)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if case .operatorLocal = session.peer { raiseLimit(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        shared.watchers.forget(ObjectIdentifier(self))
        context.fireChannelInactive()
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
        guard let certificate else { return }
        guard let uri = try? certificate.soleSPIFFEURI(), let key = try? certificate.publicKey().spki else {
            shared.logger.notice("certificate without our name", metadata: ["serial": "\(certificate.serial)"])
            session = SessionStateMachine(peer: .refused(.certificateExpiredOrRevoked()))
            return
        }
        session = SessionStateMachine(peer: shared.engine.peer(uri: uri, publicKey: key))
        if case .device = session.peer { raiseLimit(context) }
    }

    private func raiseLimit(_ context: ChannelHandlerContext) {
        let frames = try? context.pipeline.syncOperations.handler(type: FrameHandler.self)
        frames?.limit = session.frameBytesMax(authenticated: Limits.frameBytesMaxDefault)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isQuiescing else { return }
        let frame = unwrapInboundIn(data)
        guard let work = shared.engine.received(frame, session: &session, now: WallClock.now()) else { return }
        switch work {
        case .answer(let frame): write(frame)
        case .read(let body):
            let target = self.target(context)
            session.began()
            shared.readers.submit { _ in ReplyTarget.send([(target, body())]) }
        case .write(let body):
            session.began()
            shared.writer.write(body, reply: target(context))
        case .push(let push):
            session.began()
            shared.writer.push(push, reply: target(context))
        case .watch(let interest, let answer, let isBehind):
            write(answer)
            let target = target(context)
            shared.watchers.watch(ObjectIdentifier(self), target, interest)
            shared.readers.submit { _ in
                if isBehind() { ReplyTarget.notify([(target, interest.notification)]) }
            }
        }
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
            shared.logger.debug("connection ended", metadata: ["error": "\(error)"])
        }
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
    func write(_ frame: [UInt8]) { context?.write(wrapOutboundOut(frame), promise: nil) }

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
