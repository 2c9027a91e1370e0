import NIOCore
import PlanSyncTLS
import PlanSyncTransport

/// A CA with a server for "localhost" and a device, valid at the time of the test run's year.
struct Installation {
    let authority: CertificateAuthority
    let serverKey: PrivateKey
    let server: Certificate
    let deviceKey: PrivateKey
    let device: Certificate

    init() throws {
        let (begin, end): (Int64, Int64) = (1_600_000_000, 4_102_444_800)
        authority = try CertificateAuthority.create(name: "PlanSync test CA", notBefore: begin, notAfter: end)
        serverKey = try PrivateKey.generate()
        server = try authority.issueServer(
            publicKey: serverKey.publicKey, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], uri: nil,
            notBefore: begin, notAfter: end)
        deviceKey = try PrivateKey.generate()
        device = try authority.issueDevice(
            publicKey: deviceKey.publicKey, uri: "spiffe://plan.example/tenant/a/device/d1", notBefore: begin,
            notAfter: end)
    }

    func serverContext() throws -> TLSContext {
        try TLSContext.server(
            certificate: server, key: serverKey, chain: [authority.certificate], clientCA: [authority.certificate])
    }

    func clientContext(trust: Certificate? = nil, withDevice: Bool = true) throws -> TLSContext {
        try TLSContext.client(
            trust: [trust ?? authority.certificate], certificate: withDevice ? device : nil,
            key: withDevice ? deviceKey : nil)
    }
}

/// Answers each frame with the same bytes, and a broken one with "bad" and the end.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = [UInt8]
    typealias OutboundOut = [UInt8]

    private let frames: FrameHandler
    private let limitAfter: Int

    init(frames: FrameHandler, limitAfter: Int = 8 * 1_024 * 1_024) {
        self.frames = frames
        self.limitAfter = limitAfter
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSHandshakeCompleted:
            if event.peerCertificate != nil { frames.limit = limitAfter }
        case is ChannelShouldQuiesceEvent, ChannelEvent.inputClosed:
            context.close(promise: nil)
        default: break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case FrameError.length = error {
            context.writeAndFlush(wrapOutboundOut(Array("bad".utf8)), promise: nil)
        }
        context.close(promise: nil)
    }
}
