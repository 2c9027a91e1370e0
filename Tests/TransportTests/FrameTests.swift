import NIOCore
import NIOEmbedded
import PlanSyncTransport
import Testing

@Suite("Frames")
struct FrameTests {
    /// Remembers what comes out of the frame handler.
    final class Recorder: ChannelInboundHandler {
        typealias InboundIn = [UInt8]
        var frames: [[UInt8]] = []
        var errors: [FrameError] = []
        var onFrame: (([UInt8], ChannelHandlerContext) -> Void)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            frames.append(frame)
            onFrame?(frame, context)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? FrameError { errors.append(error) }
        }
    }

    /// An embedded channel with a frame handler and a recorder.
    struct Bench {
        let channel = EmbeddedChannel()
        let frames: FrameHandler
        let recorder = Recorder()

        init(limit: Int = 1_000, settings: TransportSettings = TransportSettings()) throws {
            frames = FrameHandler(limit: limit, settings: settings)
            try channel.pipeline.syncOperations.addHandlers([frames, recorder])
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        }

        func receive(_ bytes: [UInt8]) throws {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        }

        func sent() throws -> [UInt8] {
            var all: [UInt8] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { all += Array(buffer.readableBytesView) }
            return all
        }
    }

    static func frame(_ payload: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(payload.count).bigEndian) { Array($0) } + payload
    }

    @Test("A frame is found whatever the portions it comes in")
    func everySplit() throws {
        let payloads: [[UInt8]] = [[1], Array(0..<200), [7, 8, 9]]
        let stream = payloads.flatMap(Self.frame)
        for first in 0...stream.count {
            let bench = try Bench()
            try bench.receive(Array(stream[..<first]))
            try bench.receive(Array(stream[first...]))
            #expect(bench.recorder.frames == payloads)
        }
        let bench = try Bench()
        for byte in stream { try bench.receive([byte]) }
        #expect(bench.recorder.frames == payloads)
    }

    @Test("A thousand frames in one read are a thousand frames")
    func manyInOneRead() throws {
        let bench = try Bench()
        let payloads = (0..<1_000).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: $0 % 17 + 1) }
        try bench.receive(payloads.flatMap(Self.frame))
        #expect(bench.recorder.frames == payloads)
    }

    @Test(
        "A length of 0 or over the limit is refused on its four bytes",
        arguments: [0, 1_001, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func badLength(length: UInt32) throws {
        for step in [1, 4] {
            let bench = try Bench()
            let header = withUnsafeBytes(of: length.bigEndian) { Array($0) }
            for start in stride(from: 0, to: 4, by: step) { try bench.receive(Array(header[start..<(start + step)])) }
            #expect(bench.recorder.errors == [.length(length, limit: 1_000)])
            try bench.receive(Self.frame([1, 2]))
            #expect(bench.recorder.frames.isEmpty, "nothing is read after a broken frame")
            #expect(bench.recorder.errors.count == 1)
            // The owner can still answer.
            bench.channel.writeAndFlush([9] as [UInt8], promise: nil)
            #expect(try bench.sent() == [0, 0, 0, 1, 9])
        }
    }

    @Test("A frame of just the limit passes, and the owner may raise the limit between two frames")
    func limit() throws {
        let bench = try Bench(limit: 10)
        bench.recorder.onFrame = { [frames = bench.frames] _, _ in frames.limit = 100 }
        let payloads = [[UInt8](repeating: 1, count: 10), [UInt8](repeating: 2, count: 100)]
        try bench.receive(payloads.flatMap(Self.frame))
        #expect(bench.recorder.frames == payloads)
        #expect(bench.recorder.errors.isEmpty)
    }

    @Test("A frame that was begun must end in 30 seconds; an idle connection may wait for ever")
    func frameDeadline() throws {
        let bench = try Bench()
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(1_000))
        try bench.receive([0, 0])
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        try bench.receive([0, 3, 1, 2])
        #expect(bench.recorder.errors.isEmpty)
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(bench.recorder.errors == [.late])
        #expect(!bench.channel.isActive)
    }

    @Test("A long frame may take as long as a slow line needs, and no longer")
    func longFrameDeadline() throws {
        let bench = try Bench(limit: 8 * 1_024 * 1_024)
        // 1 MiB at 4 KiB a second: 256 seconds.
        try bench.receive([0, 0x10, 0, 0, 1])
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(255))
        #expect(bench.recorder.errors.isEmpty)
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(bench.recorder.errors == [.late])
    }

    @Test("Who has shown no certificate and says nothing for a minute is gone; a device may rest")
    func idleDeadline() throws {
        var settings = TransportSettings()
        settings.idleTime = .seconds(60)
        let bench = try Bench(settings: settings)
        for _ in 0..<3 {
            bench.channel.embeddedEventLoop.advanceTime(by: .seconds(50))
            try bench.receive(Self.frame([1]))
        }
        #expect(bench.recorder.errors.isEmpty)
        bench.channel.embeddedEventLoop.advanceTime(by: .seconds(61))
        #expect(bench.recorder.errors == [.idle])
        #expect(!bench.channel.isActive)
        let device = try Bench(settings: settings)
        device.frames.allowIdling()
        device.channel.embeddedEventLoop.advanceTime(by: .hours(1_000))
        #expect(device.recorder.errors.isEmpty && device.channel.isActive)
    }

    @Test("The deadline begins anew with each frame")
    func frameDeadlineRestarts() throws {
        let bench = try Bench()
        for _ in 0..<10 {
            try bench.receive([0, 0])
            bench.channel.embeddedEventLoop.advanceTime(by: .seconds(20))
            try bench.receive([0, 1, 5])
        }
        #expect(bench.recorder.errors.isEmpty)
        #expect(bench.recorder.frames.count == 10)
    }

    @Test("The replies of one read go out in one write")
    func coalescing() throws {
        let bench = try Bench()
        bench.recorder.onFrame = { frame, context in
            context.writeAndFlush(NIOAny(frame), promise: nil)
        }
        try bench.receive(Self.frame([1]) + Self.frame([2]) + Self.frame([3]))
        let buffer = try #require(try bench.channel.readOutbound(as: ByteBuffer.self))
        #expect(Array(buffer.readableBytesView) == Self.frame([1]) + Self.frame([2]) + Self.frame([3]))
        #expect(try bench.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("An empty payload cannot be sent")
    func emptyPayload() throws {
        let bench = try Bench()
        #expect(throws: FrameError.payload(0)) { try bench.channel.writeAndFlush([] as [UInt8]).wait() }
        #expect(try bench.sent().isEmpty)
    }

    @Test("A large answer goes out whole, and its promise is kept")
    func largeAnswer() throws {
        let bench = try Bench()
        let payload = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        try bench.channel.writeAndFlush(payload).wait()
        #expect(try bench.sent() == Self.frame(payload))
    }

    @Test("A decoder takes memory as bytes come, not as they are announced")
    func noEarlyMemory() throws {
        var decoder = FrameDecoder(limit: 8 * 1_024 * 1_024)
        var buffer = ByteBuffer(bytes: [0, 0x7F, 0xFF, 0xFF, 1])
        #expect(try decoder.next(&buffer) == nil)
        #expect(decoder.isAmidFrame)
        #expect(buffer.readableBytes == 0)
    }
}
