import Glibc
import NIOCore
import NIOPosix
package import PlanSyncTLS
import Synchronization

/// Makes connections to a server.
package struct Dialer: Sendable {
    private let settings: TransportSettings

    /// A dialer on the process's shared event loops.
    package init(settings: TransportSettings = TransportSettings()) {
        self.settings = settings
    }

    /// Connects over TCP and TLS.
    ///
    /// In TLS 1.3 a client learns only from the first answer whether its own certificate was
    /// taken: an alert about it comes out of ``RPCConnection/incoming``.
    ///
    /// - Parameters:
    ///   - host: A host name or an IP address, which the server's certificate must be made out for.
    ///   - port: The TCP port.
    ///   - context: What to trust and to present.
    ///   - timeout: For the TCP connection, and again for the handshake.
    /// - Throws: ``TransportError``.
    package func connect(
        host: String, port: Int, context: TLSContext, timeout: Duration = .seconds(10)
    ) async throws(TransportError) -> RPCConnection {
        guard (1...65_535).contains(port) else { throw .unreachable(.other, detail: "port \(port)") }
        var settings = settings
        settings.handshakeTime = timeout
        let handshakeSettings = settings
        return try await open(isTLS: true, timeout: timeout) { channel in
            TLSHandler(client: context, serverName: host, settings: handshakeSettings)
        } connect: { bootstrap in
            var tcp = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
            for (option, value) in KeepAlive.options { tcp = tcp.channelOption(option, value: value) }
            return tcp.connect(host: host, port: port)
        }
    }

    /// Connects to a socket in the file system, without TLS.
    ///
    /// - Throws: ``TransportError``.
    package func connect(
        socketPath: String, timeout: Duration = .seconds(5)
    ) async throws(TransportError) -> RPCConnection {
        try await open(isTLS: false, timeout: timeout) { _ in
            nil
        } connect: { bootstrap in
            bootstrap.connect(unixDomainSocketPath: socketPath)
        }
    }

    private func open(
        isTLS: Bool, timeout: Duration, makeTLS: @escaping @Sendable (any Channel) -> TLSHandler?,
        connect: (ClientBootstrap) -> EventLoopFuture<any Channel>
    ) async throws(TransportError) -> RPCConnection {
        let settings = settings
        let attempts = Attempts()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(
                .writeBufferWaterMark, value: .init(low: settings.unwrittenBytesLow, high: settings.unwrittenBytesHigh)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls = makeTLS(channel) { try pipeline.addHandler(tls) }
                    try pipeline.addHandler(FrameHandler(limit: settings.frameBytesMax * 2, settings: settings))
                    let relay = ClientRelay(channel: channel, isTLS: isTLS, framesMax: settings.incomingFramesMax)
                    try pipeline.addHandler(relay)
                    attempts.add(relay.connection, of: channel)
                }
            }
        let channel: any Channel
        do {
            channel = try await connect(bootstrap).get()
        } catch {
            throw Self.unreachable(error)
        }
        do {
            guard let connection = attempts.connection(of: channel) else { throw TransportError.closed }
            return try await connection.get()
        } catch {
            throw TransportError(channelFailure: error)
        }
    }
}

/// The connections to be, one for each address that is tried at once.
///
/// Kept outside the pipeline, for a channel that failed quickly has no handlers left to ask why.
private final class Attempts: Sendable {
    private let connections = Mutex<[ObjectIdentifier: EventLoopFuture<RPCConnection>]>([:])

    func add(_ connection: EventLoopFuture<RPCConnection>, of channel: any Channel) {
        connections.withLock { $0[ObjectIdentifier(channel)] = connection }
    }

    func connection(of channel: any Channel) -> EventLoopFuture<RPCConnection>? {
        connections.withLock { $0[ObjectIdentifier(channel)] }
    }
}

extension Dialer {
    /// The cause of a connection that did not come about.
    static func unreachable(_ error: any Error) -> TransportError {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return unreachable(first.error) }
            if let name = error.dnsAError ?? error.dnsAAAAError {
                return .unreachable(.nameNotFound, detail: "\(error.host): \(words(for: name))")
            }
            return .unreachable(.other, detail: "\(error.host) has no address")
        case ChannelError.connectTimeout: return .unreachable(.timeout, detail: "")
        case let error as IOError:
            let text = words(for: error)
            switch error.errnoCode {
            case ECONNREFUSED: return .unreachable(.refused, detail: text)
            case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN: return .unreachable(.noRoute, detail: text)
            case ETIMEDOUT: return .unreachable(.timeout, detail: text)
            case ENOENT, ENOTSOCK: return .unreachable(.noSuchSocket, detail: text)
            default: return .unreachable(.other, detail: text)
            }
        default: return .unreachable(.other, detail: words(for: error))
        }
    }

    /// A failure in words, without the names of calls.
    static func words(for error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return strerror(error.errnoCode).map { String(cString: $0) } ?? "error \(error.errnoCode)"
    }
}
