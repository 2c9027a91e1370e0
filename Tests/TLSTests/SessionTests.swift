import Foundation
import PlanSyncTLS
import Testing

@Suite("TLS sessions")
struct SessionTests {
    @Test("Two sessions shake hands and exchange bytes, in any portions", arguments: [Int.max, 1, 5, 1_000])
    func handshake(step: Int) throws {
        let all = try Installation()
        var pair = try Pair(client: all.clientContext(), server: all.serverContext())
        try pair.run(step: step)
        #expect(pair.clientError == nil)
        #expect(pair.serverError == nil)
        #expect(pair.server.isHandshakeDone && pair.client.isHandshakeDone)
        #expect(pair.server.negotiatedALPN == "plansync/1")
        #expect(pair.client.negotiatedALPN == "plansync/1")
        #expect(pair.server.peerCertificate == all.device)
        #expect(pair.client.peerCertificate == all.server)
        #expect(try pair.client.peerChain() == [all.server, all.authority.certificate])
        let request = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
        try send(request, over: pair.client)
        try send([1, 2, 3], over: pair.server)
        try pair.run(step: step)
        #expect(pair.serverReceived == request)
        #expect(pair.clientReceived == [1, 2, 3])
    }

    @Test("Every kind of device key works", arguments: KeyKind.allCases)
    func deviceKeys(kind: KeyKind) throws {
        let all = try Installation(deviceKind: kind)
        var pair = try Pair(client: all.clientContext(), server: all.serverContext())
        try pair.run()
        #expect(pair.server.peerCertificate == all.device)
    }

    @Test("A client without a certificate is let in, as nobody")
    func anonymous() throws {
        let all = try Installation()
        var pair = try Pair(client: all.clientContext(withDevice: false), server: all.serverContext())
        try pair.run()
        #expect(pair.server.isHandshakeDone)
        #expect(pair.server.peerCertificate == nil)
    }

    @Test("A client refuses a server of another CA, and the server is told so")
    func wrongServerCA() throws {
        let all = try Installation()
        let other = try Installation()
        let client = try all.clientContext(trust: [other.authority.certificate])
        var pair = try Pair(client: client, server: all.serverContext())
        try pair.run()
        guard case .peerNotTrusted = pair.clientError else {
            Issue.record("got \(String(describing: pair.clientError))")
            return
        }
        guard case .alertReceived(let alert) = pair.serverError else {
            Issue.record("got \(String(describing: pair.serverError))")
            return
        }
        #expect(alert.code == 48)
        #expect(alert.isAboutOurCertificate)
        #expect(alert.name.contains("CA"))
    }

    @Test("A server refuses a device of another CA, and the device is told so")
    func wrongDeviceCA() throws {
        let all = try Installation()
        let other = try Installation()
        let server = try all.serverContext(clientCA: [other.authority.certificate])
        var pair = try Pair(client: all.clientContext(), server: server)
        try pair.run()
        guard case .peerNotTrusted = pair.serverError, case .alertReceived(let alert) = pair.clientError else {
            Issue.record("got \(String(describing: pair.serverError)), \(String(describing: pair.clientError))")
            return
        }
        #expect(alert.isAboutOurCertificate)
    }

    @Test("A server's certificate is no device's, and a device's no server's")
    func wrongPurpose() throws {
        let all = try Installation()
        let client = try TLSContext.client(
            trust: [all.authority.certificate], certificate: all.server, key: all.serverKey,
            verificationTime: testTime)
        var pair = try Pair(client: client, server: all.serverContext())
        try pair.run()
        guard case .peerNotTrusted(let reason) = pair.serverError else {
            Issue.record("got \(String(describing: pair.serverError))")
            return
        }
        #expect(reason.contains("purpose"))
    }

    @Test(
        "Names are checked: host, wildcard, address",
        arguments: [
            ("localhost", true), ("127.0.0.1", true), ("::1", true), ("a.plan.example", true), ("127.0.0.2", false),
            ("plan.example", false), ("a.b.plan.example", false), ("localhost.evil.example", false),
            ("plansync server", false),
        ])
    func names(name: String, isGood: Bool) throws {
        let all = try Installation()
        var pair = try Pair(client: all.clientContext(), server: all.serverContext(), name: name)
        try pair.run()
        #expect(pair.client.isHandshakeDone == isGood)
        #expect(pair.clientError == (isGood ? nil : .peerNameMismatch(name)))
    }

    @Test("Certificates out of their time are told apart")
    func times() throws {
        let all = try Installation()
        var late = try Pair(client: all.clientContext(at: testTime + 900 * day), server: all.serverContext())
        try late.run()
        #expect(late.clientError == .peerExpired)
        var early = try Pair(client: all.clientContext(at: testTime - 2 * day), server: all.serverContext())
        try early.run()
        #expect(early.clientError == .peerNotYetValid)
        var old = try Pair(client: all.clientContext(), server: all.serverContext(at: testTime + 91 * day))
        try old.run()
        #expect(old.serverError == .peerExpired)
    }

    @Test("A device whose certificate ended within the grace time may come in to renew it")
    func grace() throws {
        let all = try Installation(deviceEnd: testTime - 5 * day)
        var pair = try Pair(client: all.clientContext(), server: all.serverContext(grace: 6 * day))
        try pair.run()
        #expect(pair.server.peerCertificate == all.device)
        var tooLate = try Pair(client: all.clientContext(), server: all.serverContext(grace: 4 * day))
        try tooLate.run()
        #expect(tooLate.serverError == .peerExpired)
        let other = try Installation()
        let foreign = try other.serverContext(grace: 6 * day)
        let client = try all.clientContext(trust: [other.authority.certificate])
        var wrongCA = try Pair(client: client, server: foreign)
        try wrongCA.run()
        #expect(wrongCA.server.peerCertificate == nil && wrongCA.serverError != nil)
    }

    @Test("A client that knows the CA by its hash finds it in the chain, and no other")
    func authorityHash() throws {
        let all = try Installation()
        let good = try TLSContext.client(authorityHash: all.authority.certificate.sha256, verificationTime: testTime)
        var pair = try Pair(client: good, server: all.serverContext())
        try pair.run()
        #expect(pair.clientError == nil)
        #expect(pair.client.isHandshakeDone)
        // The hash of the server's own certificate makes it no CA.
        for hash in [Digest.sha256([1]), try Installation().authority.certificate.sha256, all.server.sha256] {
            let bad = try TLSContext.client(authorityHash: hash, verificationTime: testTime)
            var refused = try Pair(client: bad, server: all.serverContext())
            try refused.run()
            #expect(!refused.client.isHandshakeDone)
            #expect(refused.clientError != nil)
        }
        var wrongName = try Pair(client: good, server: all.serverContext(), name: "other.example")
        try wrongName.run()
        #expect(wrongName.clientError == .peerNameMismatch("other.example"))
        #expect(throws: TLSError.self) { try TLSContext.client(authorityHash: [1, 2]) }
    }

    @Test("A stream that ends without a goodbye is truncated; one with it is not")
    func ends() throws {
        let all = try Installation()
        var pair = try Pair(client: all.clientContext(), server: all.serverContext())
        try pair.run()
        pair.client.close()
        pair.client.close()
        let goodbye = drain(pair.client)
        #expect(!goodbye.isEmpty)
        let progress = try goodbye.withUnsafeBytes { try pair.server.receive($0) { _ in } }
        #expect(progress.didPeerClose)
        try pair.server.receiveEnd()
        try pair.client.receiveEnd()
        var cut = try Pair(client: all.clientContext(), server: all.serverContext())
        try cut.run()
        #expect(throws: TLSError.truncated) { try cut.server.receiveEnd() }
        #expect(throws: TLSError.truncated) { try cut.server.receiveEnd() }
    }

    @Test("Rubbish, plain text and a changed record end the session with an error")
    func rubbish() throws {
        let all = try Installation()
        for bytes in [
            Array("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0xFF, count: 100), [22, 3, 1, 255, 255],
        ] {
            let server = try TLSSession(server: all.serverContext())
            #expect(throws: TLSError.self) { try bytes.withUnsafeBytes { _ = try server.receive($0) { _ in } } }
            #expect(throws: TLSError.self) { try bytes.withUnsafeBytes { _ = try server.receive($0) { _ in } } }
        }
        var pair = try Pair(client: all.clientContext(), server: all.serverContext())
        try pair.run()
        try send([1, 2, 3], over: pair.client)
        var record = drain(pair.client)
        record[10] ^= 1
        #expect(throws: TLSError.self) { try record.withUnsafeBytes { _ = try pair.server.receive($0) { _ in } } }
        #expect(throws: TLSError.self) { try send([1], over: pair.server) }
        #expect(!drain(pair.server).isEmpty, "the alert waits to be sent")
    }

    @Test("Sending before the handshake is refused")
    func tooEarly() throws {
        let all = try Installation()
        let session = try TLSSession(client: all.clientContext(), serverName: "localhost")
        #expect(throws: TLSError.self) { try send([1], over: session) }
        #expect(throws: TLSError.self) { try TLSSession(server: all.clientContext()) }
        #expect(throws: TLSError.self) { try TLSSession(client: all.serverContext(), serverName: "localhost") }
        #expect(throws: TLSError.self) { try TLSSession(client: all.clientContext(), serverName: "") }
    }

    @Test("A context refuses a key that is not its certificate's")
    func wrongKey() throws {
        let all = try Installation()
        #expect(throws: TLSError.keyNotOfCertificate) {
            try TLSContext.server(
                certificate: all.server, key: all.deviceKey, chain: [], clientCA: [all.authority.certificate])
        }
        #expect(throws: TLSError.misuse("a certificate and its key go together")) {
            try TLSContext.client(trust: [all.authority.certificate], certificate: all.device, key: nil)
        }
    }

    @Test("Hundreds of handshakes, good and bad, leave no memory behind")
    func noLeak() throws {
        let all = try Installation()
        let good = try all.clientContext()
        let bad = try all.clientContext(trust: [Installation().authority.certificate])
        let server = try all.serverContext()
        func rounds(_ count: Int) throws {
            for index in 0..<count {
                var pair = try Pair(client: index % 3 == 0 ? bad : good, server: server)
                try pair.run()
                #expect(pair.client.isHandshakeDone == (index % 3 != 0))
            }
        }
        try rounds(50)
        // Two sessions weigh some 60 KiB: a leak makes every batch grow by megabytes. The other
        // tests of the process grow it as well, for a while; one batch without growth is proof.
        var growth: [Int] = []
        repeat {
            let before = residentKiB()
            try rounds(60)
            growth.append(residentKiB() - before)
        } while growth.min() ?? 0 > 512 && growth.count < 40
        #expect(growth.min() ?? 0 <= 512, "\(growth)")
    }

    private func residentKiB() -> Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
    }
}
