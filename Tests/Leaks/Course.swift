import PlanSyncTLS

/// The ways in which two sessions meet, one after the other.
struct Course {
    private static let now: Int64 = 1_795_392_000
    private static let day: Int64 = 86_400

    private(set) var good = 0
    private(set) var bad = 0
    private(set) var counts: [String: Int] = [:]

    private let ours: Installation
    private let others: Installation
    private let server: TLSContext
    private let lateServer: TLSContext
    private let strangeServer: TLSContext
    private let device: TLSContext
    private let anonymous: TLSContext
    private let pinned: TLSContext
    private let distrustful: TLSContext
    private let wrongPurpose: TLSContext
    private var chance: UInt64 = 1

    init() throws {
        ours = try Installation(now: Self.now)
        others = try Installation(now: Self.now)
        server = try ours.serverContext(clientCA: ours.authority.certificate, at: Self.now)
        lateServer = try ours.serverContext(clientCA: ours.authority.certificate, at: Self.now + 100 * Self.day)
        strangeServer = try ours.serverContext(clientCA: others.authority.certificate, at: Self.now)
        device = try TLSContext.client(
            trust: [ours.authority.certificate], certificate: ours.device, key: ours.deviceKey,
            verificationTime: Self.now)
        anonymous = try TLSContext.client(trust: [ours.authority.certificate], verificationTime: Self.now)
        pinned = try TLSContext.client(authorityHash: ours.authority.certificate.sha256, verificationTime: Self.now)
        distrustful = try TLSContext.client(trust: [others.authority.certificate], verificationTime: Self.now)
        wrongPurpose = try TLSContext.client(
            trust: [ours.authority.certificate], certificate: ours.server, key: ours.serverKey,
            verificationTime: Self.now)
    }

    mutating func run(_ number: Int) throws {
        var meeting: Meeting
        let name: String
        switch number % 12 {
        case 0: (name, meeting) = ("device", try Meeting(device, server))
        case 1: (name, meeting) = ("device, a byte at a time", try Meeting(device, server, step: 1))
        case 2: (name, meeting) = ("nobody", try Meeting(anonymous, server))
        case 3: (name, meeting) = ("pinned authority", try Meeting(pinned, server))
        case 4: (name, meeting) = ("expired device", try Meeting(device, lateServer))
        case 5: (name, meeting) = ("device of another authority", try Meeting(device, strangeServer))
        case 6: (name, meeting) = ("server of another authority", try Meeting(distrustful, server))
        case 7: (name, meeting) = ("wrong purpose", try Meeting(wrongPurpose, server))
        case 8: (name, meeting) = ("wrong host name", try Meeting(device, server, host: "elsewhere.example"))
        case 9: (name, meeting) = ("cut short", try Meeting(device, server, cutAfter: random() % 4_096))
        case 10: (name, meeting) = ("flipped byte", try Meeting(device, server, flipAt: random() % 2_048))
        default:
            (name, meeting) = ("new context and certificates", try freshMeeting(number))
        }
        try meeting.run()
        counts[name, default: 0] += 1
        if meeting.isGood { good += 1 } else { bad += 1 }
    }

    /// Contexts, keys, requests and certificates are made and dropped as well, not too often: keys take time.
    private func freshMeeting(_ number: Int) throws -> Meeting {
        guard number % 120 == 11 else { return try Meeting(anonymous, strangeServer) }
        let fresh = try Installation(now: Self.now)
        let request = try SigningRequest.make(key: fresh.deviceKey)
        _ = try SigningRequest.parse(pem: request)
        _ = try? SigningRequest.parse(pem: request.replacing("M", with: "N"))
        _ = try Certificate.list(pem: fresh.device.pem() + fresh.server.pem())
        _ = try? Certificate(pem: fresh.device.pem().replacing("A", with: "B"))
        _ = try fresh.device.soleSPIFFEURI()
        _ = try PrivateKey(pem: fresh.deviceKey.pem())
        let signature = try fresh.deviceKey.sign([1, 2, 3])
        _ = fresh.deviceKey.publicKey.isValidSignature(signature, for: [1, 2, 3])
        return try Meeting(
            try TLSContext.client(
                trust: [fresh.authority.certificate], certificate: fresh.device, key: fresh.deviceKey,
                verificationTime: Self.now),
            try fresh.serverContext(clientCA: fresh.authority.certificate, at: Self.now))
    }

    private mutating func random() -> Int {
        chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(chance >> 33)
    }
}

/// A CA with a server and a device.
struct Installation {
    let authority: CertificateAuthority
    let serverKey: PrivateKey
    let server: Certificate
    let deviceKey: PrivateKey
    let device: Certificate

    init(now: Int64) throws {
        let day: Int64 = 86_400
        authority = try CertificateAuthority.create(
            name: "leaks", notBefore: now - day, notAfter: now + 3_650 * day)
        serverKey = try PrivateKey.generate()
        server = try authority.issueServer(
            publicKey: serverKey.publicKey, dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"], uri: nil,
            notBefore: now - day, notAfter: now + 800 * day)
        deviceKey = try PrivateKey.generate(.ed25519)
        device = try authority.issueDevice(
            publicKey: deviceKey.publicKey, uri: "spiffe://plan.example/tenant/a/device/d1", notBefore: now - day,
            notAfter: now + 90 * day)
    }

    func serverContext(clientCA: Certificate, at time: Int64) throws -> TLSContext {
        try TLSContext.server(
            certificate: server, key: serverKey, chain: [authority.certificate], clientCA: [clientCA],
            verificationTime: time)
    }
}

/// Two sessions joined by byte arrays, with what a network may do to the bytes.
struct Meeting {
    private let client: TLSSession
    private let server: TLSSession
    private let step: Int
    private let cutAfter: Int
    private let flipAt: Int
    private var delivered = 0
    private var clientFailed = false
    private var serverFailed = false
    /// Whether both sides shook hands, exchanged bytes and said goodbye without a fault.
    private(set) var isGood = false

    init(
        _ client: TLSContext, _ server: TLSContext, host: String = "localhost", step: Int = .max, cutAfter: Int = .max,
        flipAt: Int = .max
    ) throws {
        self.client = try TLSSession(client: client, serverName: host)
        self.server = try TLSSession(server: server)
        self.step = step
        self.cutAfter = cutAfter
        self.flipAt = flipAt
    }

    mutating func run() throws {
        try client.startHandshake()
        exchange()
        guard client.isHandshakeDone, server.isHandshakeDone, !clientFailed, !serverFailed else {
            try? client.receiveEnd()
            try? server.receiveEnd()
            return
        }
        let request = [UInt8](repeating: 7, count: 20_000)
        try request.withUnsafeBytes { try client.send($0) }
        try request.withUnsafeBytes { try server.send($0) }
        exchange()
        client.close()
        exchange()
        server.close()
        exchange()
        isGood = !clientFailed && !serverFailed
    }

    private mutating func exchange() {
        while true {
            let toServer = Self.drain(client)
            serverFailed = deliver(toServer, to: server, failed: serverFailed)
            let toClient = Self.drain(server)
            clientFailed = deliver(toClient, to: client, failed: clientFailed)
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }

    /// Hands bytes over; whether the session has failed, now or before.
    private mutating func deliver(_ bytes: [UInt8], to session: TLSSession, failed: Bool) -> Bool {
        var bytes = bytes
        let room = cutAfter - delivered
        if bytes.count > room { bytes.removeLast(bytes.count - room) }
        let place = flipAt - delivered
        if bytes.indices.contains(place) { bytes[place] ^= 0x20 }
        delivered += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            if failed { return true }
            let portion = rest.prefix(step)
            rest = rest.dropFirst(portion.count)
            do {
                _ = try portion.withUnsafeBytes { try session.receive($0) { _ in } }
            } catch { return true }
        }
        return failed
    }

    private static func drain(_ session: TLSSession) -> [UInt8] {
        var bytes: [UInt8] = []
        session.withOutgoing { bytes = Array($0) }
        return bytes
    }
}
