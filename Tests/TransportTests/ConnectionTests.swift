import Foundation
import NIOCore
import NIOPosix
import PlanSyncTLS
import PlanSyncTransport
import Testing

@Suite("Connections", .timeLimit(.minutes(2)))
struct ConnectionTests {
    let installation: Installation

    init() throws {
        installation = try Installation()
    }

    private func listen(settings: TransportSettings = TransportSettings()) async throws -> Listener {
        let context = try installation.serverContext()
        return try await Listener.start(
            at: .tls(host: "127.0.0.1", port: 0, context: { context }), on: MultiThreadedEventLoopGroup.singleton,
            settings: settings
        ) { _, frames in EchoHandler(frames: frames) }
    }

    /// The error that the expression throws, as a transport's.
    private func failure(_ body: () async throws -> Void) async -> TransportError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? TransportError
        }
    }

    @Test("Frames go to a server over TLS and come back, small ones and large ones")
    func echo() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let connection = try await Dialer().connect(
            host: "localhost", port: port, context: installation.clientContext())
        #expect(connection.peerChain == [installation.server, installation.authority.certificate])
        var incoming = connection.incoming.makeAsyncIterator()
        for size in [1, 100, 65_536, 3_000_000] {
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await connection.send(payload)
            #expect(try await incoming.next() == payload)
        }
        for index in 0..<500 { try await connection.send([UInt8(truncatingIfNeeded: index), 1]) }
        for index in 0..<500 { #expect(try await incoming.next() == [UInt8(truncatingIfNeeded: index), 1]) }
        #expect(listener.load == (1, 0))
        await connection.close()
        #expect(try await incoming.next() == nil)
        #expect(await failure { try await connection.send([1]) } == .closed)
        await listener.shutDown(grace: .seconds(1))
        #expect(listener.load == (0, 0))
    }

    @Test("Many connections at once are all served")
    func many() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let context = try installation.clientContext()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let connection = try await Dialer().connect(host: "127.0.0.1", port: port, context: context)
                    var incoming = connection.incoming.makeAsyncIterator()
                    for round in 0..<10 {
                        let payload = [UInt8(number), UInt8(round)]
                        try await connection.send(payload)
                        #expect(try await incoming.next() == payload)
                    }
                    await connection.close()
                }
            }
            try await group.waitForAll()
        }
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("A frame over the limit of an anonymous peer gets one answer, and then the end")
    func anonymousLimit() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let connection = try await Dialer().connect(
            host: "localhost", port: port, context: installation.clientContext(withDevice: false))
        var incoming = connection.incoming.makeAsyncIterator()
        try await connection.send([UInt8](repeating: 1, count: 65_536))
        #expect(try await incoming.next()?.count == 65_536)
        try await connection.send([UInt8](repeating: 1, count: 65_537))
        #expect(try await incoming.next() == Array("bad".utf8))
        let end = await failure { _ = try await incoming.next() }
        #expect(end == .closedByPeer)
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("A server of another CA is refused in a sentence that says so")
    func wrongCA() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let other = try Installation().authority.certificate
        let context = try installation.clientContext(trust: other)
        let error = await failure { _ = try await Dialer().connect(host: "localhost", port: port, context: context) }
        guard case .tls(.peerNotTrusted) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect("\(try #require(error))".contains("not signed by the expected CA"))
        let wrongName = await failure {
            let port = try #require(listener.port)
            _ = try await Dialer().connect(host: "127.0.0.2", port: port, context: installation.clientContext())
        }
        // Nothing of the listener is on that address, or its certificate does not name it.
        #expect(wrongName != nil)
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("A device of another CA is refused, and its client learns why")
    func wrongDevice() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let other = try Installation()
        let context = try TLSContext.client(
            trust: [installation.authority.certificate], certificate: other.device, key: other.deviceKey)
        let error = await failure {
            let connection = try await Dialer().connect(host: "localhost", port: port, context: context)
            // As a real client does: its first request is on its way before the alert comes.
            try? await connection.send([1, 2, 3])
            for try await _ in connection.incoming {}
        }
        guard case .tls(.alertReceived(let alert)) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(alert.isAboutOurCertificate)
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("What cannot be reached is told apart")
    func unreachable() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        await listener.shutDown(grace: .zero)
        let context = try installation.clientContext()
        let refused = await failure { _ = try await Dialer().connect(host: "127.0.0.1", port: port, context: context) }
        guard case .unreachable(.refused, _) = refused else {
            Issue.record("got \(String(describing: refused))")
            return
        }
        let noName = await failure {
            _ = try await Dialer().connect(host: "no-such-host.invalid", port: port, context: context)
        }
        guard case .unreachable(.nameNotFound, _) = noName else {
            Issue.record("got \(String(describing: noName))")
            return
        }
        let noSocket = await failure { _ = try await Dialer().connect(socketPath: "/tmp/no-such-folder/control.sock") }
        guard case .unreachable(.noSuchSocket, _) = noSocket else {
            Issue.record("got \(String(describing: noSocket))")
            return
        }
        #expect(await failure { _ = try await Dialer().connect(host: "localhost", port: 0, context: context) } != nil)
    }

    @Test("A peer that never says anything, or half a ClientHello, is dropped and holds no handshake place")
    func silentPeers() async throws {
        var settings = TransportSettings()
        settings.handshakeTime = .milliseconds(300)
        let listener = try await listen(settings: settings)
        let port = try #require(listener.port)
        for opening in [[], [22], [22, 3, 1, 2, 0, 1]] as [[UInt8]] {
            let raw = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            // On a busy machine the deadline may come before these bytes; then the peer is dropped all the same.
            if !opening.isEmpty { try? await raw.writeAndFlush(ByteBuffer(bytes: opening)).get() }
            #expect(listener.load.handshakes == 0)
            try await raw.closeFuture.get()
        }
        await listener.shutDown(grace: .seconds(1))
        #expect(listener.load == (0, 0))
    }

    @Test("A client gives up on a server that accepts and says nothing")
    func silentServer() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let context = try installation.clientContext()
        let error = await failure {
            _ = try await Dialer().connect(host: "127.0.0.1", port: port, context: context, timeout: .milliseconds(200))
        }
        #expect(error == .handshakeLate)
        try await server.close()
    }

    @Test("Rubbish instead of TLS ends the connection, and the others are served on")
    func rubbish() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        for opening in ["GET / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{5}hello", "\0\0\0\u{1}x"] {
            let raw = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            try? await raw.writeAndFlush(ByteBuffer(string: opening)).get()
            try await raw.closeFuture.get()
        }
        let connection = try await Dialer().connect(
            host: "localhost", port: port, context: installation.clientContext())
        try await connection.send([1])
        var incoming = connection.incoming.makeAsyncIterator()
        #expect(try await incoming.next() == [1])
        await connection.close()
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("One connection too many is closed; when another leaves there is room again")
    func connectionsMax() async throws {
        var settings = TransportSettings()
        settings.connectionsMax = 1
        let listener = try await listen(settings: settings)
        let port = try #require(listener.port)
        let context = try installation.clientContext()
        let first = try await Dialer().connect(host: "localhost", port: port, context: context)
        let refused = await failure { _ = try await Dialer().connect(host: "localhost", port: port, context: context) }
        #expect(refused != nil)
        await first.close()
        while listener.load.connections > 0 { await Task.yield() }
        let second = try await Dialer().connect(host: "localhost", port: port, context: context)
        await second.close()
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("Connections from one address have a bound of their own")
    func connectionsPerAddress() async throws {
        var settings = TransportSettings()
        settings.connectionsPerAddressMax = 2
        let listener = try await listen(settings: settings)
        let port = try #require(listener.port)
        let context = try installation.clientContext()
        let first = try await Dialer().connect(host: "127.0.0.1", port: port, context: context)
        let second = try await Dialer().connect(host: "127.0.0.1", port: port, context: context)
        let refused = await failure { _ = try await Dialer().connect(host: "127.0.0.1", port: port, context: context) }
        #expect(refused != nil && listener.load.connections == 2)
        await first.close()
        while listener.load.connections > 1 { await Task.yield() }
        let third = try await Dialer().connect(host: "127.0.0.1", port: port, context: context)
        await second.close()
        await third.close()
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("Addresses are counted by the network that one household has")
    func addressKeys() throws {
        func key(_ text: String) throws -> String { PeerAddress.key(of: try SocketAddress(ipAddress: text, port: 1)) }
        #expect(try key("10.0.0.1") == "10.0.0.1" && key("::ffff:10.0.0.1") == "10.0.0.1")
        #expect(try key("2001:db8:1:2:3::1") == key("2001:db8:1:2:ffff::9"))
        #expect(try key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        #expect(PeerAddress.key(of: nil).isEmpty)
    }

    @Test("A client that does not end its first record in time is dropped long before the handshake's own deadline")
    func helloTime() async throws {
        var settings = TransportSettings()
        settings.helloTime = .milliseconds(200)
        settings.handshakeTime = .seconds(60)
        let listener = try await listen(settings: settings)
        let port = try #require(listener.port)
        let raw = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try? await raw.writeAndFlush(ByteBuffer(bytes: [22, 3, 1, 2, 0, 1])).get()
        try await raw.closeFuture.get()
        #expect(listener.load.handshakes == 0)
        // A good one is not hurried afterwards.
        let context = try installation.clientContext()
        let good = try await Dialer().connect(host: "127.0.0.1", port: port, context: context)
        try await Task.sleep(for: .milliseconds(300))
        #expect(good.isOpen)
        await good.close()
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("A peer that does not read its answers is disconnected, and memory stays bounded")
    func slowReader() async throws {
        var settings = TransportSettings()
        settings.unreadTime = .milliseconds(400)
        let listener = try await listen(settings: settings)
        let port = try #require(listener.port)
        var clientSettings = TransportSettings()
        clientSettings.incomingFramesMax = 1
        clientSettings.unreadTime = .seconds(60)
        let connection = try await Dialer(settings: clientSettings).connect(
            host: "localhost", port: port, context: installation.clientContext())
        // Nobody takes the incoming frames, so the client stops reading and the server's writes pile up.
        let error = await failure {
            for _ in 0..<200 { try await connection.send([UInt8](repeating: 1, count: 1_000_000)) }
        }
        #expect(error != nil)
        while listener.load.connections > 0 { await Task.yield() }
        await connection.close()
        await listener.shutDown(grace: .seconds(1))
    }

    @Test("The control socket carries the same frames and is its owner's alone")
    func controlSocket() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("control.sock").path
        func start() async throws -> Listener {
            try await Listener.start(at: .socket(path: path), on: MultiThreadedEventLoopGroup.singleton) { _, frames in
                EchoHandler(frames: frames)
            }
        }
        let listener = try await start()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let connection = try await Dialer().connect(socketPath: path)
        var incoming = connection.incoming.makeAsyncIterator()
        let payload = [UInt8](repeating: 7, count: 1_000_000)
        try await connection.send(payload)
        #expect(try await incoming.next() == payload)
        let inUse = await failure { _ = try await start() }
        #expect(inUse == .cannotListen(detail: "\(path) is in use"))
        await connection.close()
        await listener.shutDown(grace: .seconds(1))
        #expect(!FileManager.default.fileExists(atPath: path))
        // A socket file that a crash left behind is replaced; a file of another kind is not.
        let abandoned = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(abandoned, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        Glibc.close(abandoned)
        await (try start()).shutDown(grace: .zero)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(await failure { _ = try await start() } != nil)
    }

    @Test("A shut down asks open connections to finish, and ends those that do not")
    func shutDown() async throws {
        let listener = try await listen()
        let port = try #require(listener.port)
        let connection = try await Dialer().connect(
            host: "localhost", port: port, context: installation.clientContext())
        await listener.shutDown(grace: .seconds(5))
        let end = await failure { for try await _ in connection.incoming {} }
        #expect(end == .closedByPeer)
        #expect(listener.load == (0, 0))
    }
}
