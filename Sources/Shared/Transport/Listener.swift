// Accepts connections and builds their pipelines: TLS, framing, and the owner's handler.
// When file descriptors run out, accepting pauses: a bare listening channel would be readable
// and fail without end, at the cost of a whole core. What is accepted beyond the bounds is
// closed at once.

package import NIOCore
import NIOPosix
package import PlanSyncTLS
import Synchronization

/// A place where connections are accepted.
package final class Listener: Sendable {
    /// Where to listen.
    package enum Place: Sendable {
        /// A TCP port with TLS; port 0: any free one. The context is asked for at each
        /// connection, so a new one takes effect without a restart.
        case tls(host: String, port: Int, context: @Sendable () -> TLSContext)
        /// A socket in the file system, without TLS, for the same user only (mode 0600).
        case socket(path: String)
    }

    /// Makes the last handler of a connection, on its event loop.
    ///
    /// The handler gets `[UInt8]` for each frame, ``TLSHandshakeCompleted``, and errors, upon which
    /// it closes; it writes `[UInt8]`. With the ``FrameHandler`` it raises the frame limit.
    package typealias MakeHandler = @Sendable (any Channel, FrameHandler) throws -> any ChannelHandler

    private let server: any Channel
    private let children: Children
    private let gate: ConnectionGate
    private let socketPath: String?

    /// Listens; accepts connections from here on.
    ///
    /// - Throws: ``TransportError/cannotListen(detail:)``.
    package static func start(
        at place: Place, on group: any EventLoopGroup, settings: TransportSettings = TransportSettings(),
        makeHandler: @escaping MakeHandler
    ) async throws(TransportError) -> Listener {
        let gate = ConnectionGate(settings: settings)
        let children = Children()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(AcceptPauseHandler())
                }
            }
            .childChannelOption(
                .writeBufferWaterMark, value: .init(low: settings.unwrittenBytesLow, high: settings.unwrittenBytesHigh)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let address = PeerAddress.key(of: channel.remoteAddress)
                    guard gate.enterConnection(from: address) else { throw TransportError.overloaded }
                    children.add(channel)
                    channel.closeFuture.whenComplete { _ in
                        children.remove(channel)
                        gate.leaveConnection(from: address)
                    }
                    try addHandlers(to: channel, place: place, settings: settings, gate: gate, makeHandler: makeHandler)
                }
            }
        do {
            switch place {
            case .tls(let host, let port, _):
                var tcp = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                for (option, value) in KeepAlive.options { tcp = tcp.childChannelOption(option, value: value) }
                let server = try await tcp.bind(host: host, port: port).get()
                return Listener(server: server, children: children, gate: gate, socketPath: nil)
            case .socket(let path):
                let server = try await bootstrap.withBoundSocket(try LocalSocket.bind(path: path)).get()
                return Listener(server: server, children: children, gate: gate, socketPath: path)
            }
        } catch let error as TransportError {
            throw error
        } catch {
            throw .cannotListen(detail: Dialer.words(for: error))
        }
    }

    private static func addHandlers(
        to channel: any Channel, place: Place, settings: TransportSettings, gate: ConnectionGate,
        makeHandler: MakeHandler
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        var limit = settings.frameBytesMax
        if case .tls(_, _, let context) = place {
            limit = settings.frameBytesMaxAnonymous
            try pipeline.addHandler(TLSHandler(server: context(), settings: settings, gate: gate))
        }
        let frames = FrameHandler(limit: limit, settings: settings)
        try pipeline.addHandler(frames)
        try pipeline.addHandler(try makeHandler(channel, frames))
    }

    private init(server: any Channel, children: Children, gate: ConnectionGate, socketPath: String?) {
        self.server = server
        self.children = children
        self.gate = gate
        self.socketPath = socketPath
    }

    /// The TCP port that was bound; `nil` for a socket in the file system.
    package var port: Int? { server.localAddress?.port }

    /// The connections that are open, and the TLS handshakes under way.
    package var load: (connections: Int, handshakes: Int) { gate.current }

    /// Stops accepting, asks every connection to finish, and closes the rest after the grace time.
    ///
    /// A connection is asked by NIO's `ChannelShouldQuiesceEvent`; its handler closes the channel
    /// when all that is in flight has been answered. Returns when all are closed.
    package func shutDown(grace: Duration) async {
        try? await server.close().get()
        if let socketPath { LocalSocket.remove(path: socketPath) }
        let open = children.all
        for child in open { child.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let force = server.eventLoop.scheduleTask(in: TimeAmount(grace)) {
            for child in open {
                child.close(promise: nil)
                // The second close does not wait for a peer that does not read.
                child.close(promise: nil)
            }
        }
        for child in open { try? await child.closeFuture.get() }
        force.cancel()
    }
}

/// The open connections of a listener.
private final class Children: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = channel }
    }

    func remove(_ channel: any Channel) {
        _ = channels.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    var all: [any Channel] {
        channels.withLock { Array($0.values) }
    }
}

/// Stops accepting for a moment after the system had no descriptor for a connection.
///
/// NIO's own AcceptBackoffHandler waits for a `read` that never comes: after a failed accept the
/// channel counts its read as pending still, stays registered and fails again at once (2.101).
private final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(200)
    private var timer: Scheduled<Void>?

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, let options = context.channel.syncOptions else {
            return context.fireErrorCaught(error)
        }
        guard timer == nil else { return }
        try? options.setOption(.autoRead, value: false)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
            timer = nil
            try? options.setOption(.autoRead, value: true)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }
}
