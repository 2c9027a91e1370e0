import NIOCore
package import PlanSyncTLS

/// A client's connection: frames out, frames in.
package final class RPCConnection: Sendable {
    /// The payloads of the frames that come in; one consumer only.
    package let incoming: IncomingFrames
    /// The server's certificates, its own first; empty without TLS.
    package let peerChain: [Certificate]

    private let channel: any Channel

    init(channel: any Channel, incoming: IncomingFrames, peerChain: [Certificate]) {
        self.channel = channel
        self.incoming = incoming
        self.peerChain = peerChain
    }

    /// Whether frames can still be sent.
    package var isOpen: Bool { channel.isActive }

    /// Sends one frame; returns when it has been given to the network.
    ///
    /// - Throws: ``TransportError``; `closed` when the connection has ended, for which
    ///   ``incoming`` tells the reason.
    package func send(_ payload: [UInt8]) async throws(TransportError) {
        do {
            try await channel.writeAndFlush(payload)
        } catch let error as FrameError {
            throw .frame(error)
        } catch let error as TLSError {
            throw .tls(error)
        } catch {
            throw .closed
        }
    }

    /// Sends one frame, unless the connection has ended: ``incoming`` then tells why.
    ///
    /// - Throws: ``TransportError``, never `closed`.
    package func sendUnlessClosed(_ payload: [UInt8]) async throws(TransportError) {
        do throws(TransportError) {
            try await send(payload)
        } catch {
            if error != .closed { throw error }
        }
    }

    /// Says goodbye and closes; ``incoming`` ends without an error.
    package func close() async {
        channel.pipeline.fireUserInboundEventTriggered(ClientRelay.Command.endQuietly)
        try? await channel.close().get()
    }
}

/// The payloads of the frames that come in, in order.
///
/// Reading from the network stops while too many wait. Ends with `nil` after
/// ``RPCConnection/close()``, and otherwise by throwing a ``TransportError``. The connection
/// is closed when the consumer goes away or its task is cancelled.
package struct IncomingFrames: AsyncSequence, Sendable {
    package typealias Element = [UInt8]

    typealias Producer = NIOThrowingAsyncSequenceProducer<
        [UInt8], any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, ClientRelay.Demand
    >

    let producer: Producer

    /// The one iterator.
    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: Producer.AsyncIterator

        /// The next payload.
        ///
        /// - Throws: ``TransportError``.
        package mutating func next() async throws -> [UInt8]? {
            try await base.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: producer.makeAsyncIterator())
    }
}

/// The end of a client's pipeline: hands frames to an async sequence and tells of the handshake.
final class ClientRelay: ChannelDuplexHandler {
    typealias InboundIn = [UInt8]
    typealias OutboundIn = [UInt8]
    typealias OutboundOut = [UInt8]

    /// What the other side of the sequence asks for.
    enum Command: Sendable {
        case readOn, endQuietly
    }

    /// Carries the sequence's wishes to the event loop.
    struct Demand: NIOAsyncSequenceProducerDelegate {
        let channel: any Channel

        func produceMore() {
            channel.pipeline.fireUserInboundEventTriggered(Command.readOn)
        }

        func didTerminate() {
            channel.close(promise: nil)
        }
    }

    private let channel: any Channel
    private let source: IncomingFrames.Producer.Source
    private var sequence: IncomingFrames.Producer?
    private var established: EventLoopPromise<RPCConnection>
    private var isEstablished = false
    private var isEnded = false
    private var isFull = false
    private var isReadHeld = false

    /// - Parameter isTLS: Whether the connection is ready only after a TLS handshake.
    init(channel: any Channel, isTLS: Bool, framesMax: Int) {
        self.channel = channel
        let high = max(framesMax, 1)
        let made = IncomingFrames.Producer.makeSequence(
            backPressureStrategy: .init(lowWatermark: high / 2, highWatermark: high), finishOnDeinit: true,
            delegate: Demand(channel: channel))
        source = made.source
        sequence = made.sequence
        established = channel.eventLoop.makePromise()
        if !isTLS { establish(chain: []) }
    }

    /// The connection, when it is ready.
    var connection: EventLoopFuture<RPCConnection> { established.futureResult }

    private func establish(chain: [Certificate]) {
        guard !isEstablished, let sequence else { return }
        isEstablished = true
        // From here on the connection alone holds the sequence: when it is dropped, the channel closes.
        self.sequence = nil
        established.succeed(
            RPCConnection(channel: channel, incoming: IncomingFrames(producer: sequence), peerChain: chain))
    }

    private func end(_ error: TransportError?) {
        guard !isEnded else { return }
        isEnded = true
        if !isEstablished {
            isEstablished = true
            established.fail(error ?? .closed)
        }
        if let error { source.finish(error) } else { source.finish() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted: establish(chain: event.peerChain)
        case Command.readOn:
            isFull = false
            if isReadHeld {
                isReadHeld = false
                context.read()
            }
        case Command.endQuietly: end(nil)
        case ChannelEvent.inputClosed:
            // The server has said goodbye and answers nothing more.
            end(.closedByPeer)
            context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnded else { return }
        switch source.yield(unwrapInboundIn(data)) {
        case .produceMore: break
        case .stopProducing: isFull = true
        case .dropped: context.close(promise: nil)
        }
    }

    func read(context: ChannelHandlerContext) {
        if isFull { isReadHeld = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(TransportError(channelFailure: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closedByPeer)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.closedByPeer)
    }
}
