import Foundation
import PlanSyncTLS

/// A fixed time for all certificates of the tests: 2026-11-23T00:00:00Z.
let testTime: Int64 = 1_795_392_000
let day: Int64 = 86_400

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

/// A CA, a server "localhost" and a device of one installation.
struct Installation {
    let authority: CertificateAuthority
    let serverKey: PrivateKey
    let server: Certificate
    let deviceKey: PrivateKey
    let device: Certificate

    init(deviceKind: KeyKind = .p256, deviceEnd: Int64 = testTime + 90 * day) throws {
        authority = try CertificateAuthority.create(
            name: "PlanSync test CA", notBefore: testTime - day, notAfter: testTime + 3_650 * day)
        serverKey = try PrivateKey.generate()
        server = try authority.issueServer(
            publicKey: serverKey.publicKey, dnsNames: ["localhost", "*.plan.example"],
            ipAddresses: ["127.0.0.1", "::1"], uri: "spiffe://plan.example/server", notBefore: testTime - day,
            notAfter: testTime + 825 * day)
        deviceKey = try PrivateKey.generate(deviceKind)
        device = try authority.issueDevice(
            publicKey: deviceKey.publicKey, uri: "spiffe://plan.example/tenant/a/device/d1",
            notBefore: testTime - 100 * day, notAfter: deviceEnd)
    }

    func serverContext(
        clientCA: [Certificate]? = nil, grace: Int64 = 0, at time: Int64 = testTime
    ) throws -> TLSContext {
        try TLSContext.server(
            certificate: server, key: serverKey, chain: [authority.certificate],
            clientCA: clientCA ?? [authority.certificate], clientExpiryGraceSeconds: grace, verificationTime: time)
    }

    func clientContext(
        trust: [Certificate]? = nil, withDevice: Bool = true, at time: Int64 = testTime
    ) throws -> TLSContext {
        try TLSContext.client(
            trust: trust ?? [authority.certificate], certificate: withDevice ? device : nil,
            key: withDevice ? deviceKey : nil, verificationTime: time)
    }
}

/// Two sessions joined by byte arrays.
struct Pair {
    let client: TLSSession
    let server: TLSSession
    var clientError: TLSError?
    var serverError: TLSError?
    var clientReceived: [UInt8] = []
    var serverReceived: [UInt8] = []

    init(client: TLSContext, server: TLSContext, name: String = "localhost") throws {
        self.client = try TLSSession(client: client, serverName: name)
        self.server = try TLSSession(server: server)
    }

    /// Lets both talk until neither has anything to say, in portions of `step` bytes.
    mutating func run(step: Int = .max) throws {
        if !client.isHandshakeDone, clientError == nil { try client.startHandshake() }
        while true {
            let toServer = drain(client)
            if serverError == nil { deliver(toServer, step, to: server, &serverReceived, &serverError) }
            let toClient = drain(server)
            if clientError == nil { deliver(toClient, step, to: client, &clientReceived, &clientError) }
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }
}

func drain(_ session: TLSSession) -> [UInt8] {
    var bytes: [UInt8] = []
    session.withOutgoing { bytes = Array($0) }
    return bytes
}

func deliver(
    _ bytes: [UInt8], _ step: Int, to session: TLSSession, _ received: inout [UInt8], _ failure: inout TLSError?
) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let portion = rest.prefix(step)
        rest = rest.dropFirst(portion.count)
        do {
            _ = try portion.withUnsafeBytes { portion in
                try session.receive(portion) { received.append(contentsOf: $0) }
            }
        } catch let error as TLSError {
            failure = error
            return
        } catch {
            return
        }
    }
}

func send(_ bytes: [UInt8], over session: TLSSession) throws {
    try bytes.withUnsafeBytes { try session.send($0) }
}

/// Runs the openssl command in a folder and answers its exit code and all that it printed.
func openssl(_ arguments: [String], in folder: URL) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
}

/// Runs the body with a fresh folder that is removed after.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
