import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire

/// Makes this machine a device of a server.
struct Enrolment {
    let folder: HomeFolder
    let server: ServerAddress
    let say: Wording

    /// Turns a token into a certificate and an empty replica; `again`: the device comes back under its name.
    ///
    /// - Throws: ``ToolError`` with the sentence for the person.
    func enrol(token: String, name: String?, again: Bool) async throws -> (replica: Replica, device: DeviceID) {
        let code = try EnrolmentCode(token)
        if folder.has(.certificate), !again { throw ToolError.alreadyEnrolled(home: folder.path) }
        try folder.prepare()
        let key = try Self.key(in: folder)
        let granted: EnrolRequest.Result
        do {
            granted = try await request(code, key, name)
        } catch let error as RPCError {
            throw ToolError.tokenRefused(reason: error.reason, message: error.message)
        } catch TransportError.tls(.peerNotTrusted) {
            throw ToolError.otherAuthority(host: server.text)
        } catch {
            throw LineFailure.error(error, address: server, pending: 0)
        }
        return (try keep(granted, code, key), granted.device)
    }

    /// The key of an enrolment that was cut off is used again.
    private static func key(in folder: HomeFolder) throws -> PrivateKey {
        if folder.has(.key) { return try PrivateKey(pem: try folder.read(.key)) }
        let key = try PrivateKey.generate()
        try folder.write(try key.pem(), to: .key)
        return key
    }

    /// The secret leaves only after the handshake has proven the CA that the token names.
    private func request(_ code: EnrolmentCode, _ key: PrivateKey, _ name: String?) async throws -> EnrolRequest.Result
    {
        let context = try TLSContext.client(authorityHash: code.authorityHash)
        let connection = try await Dialer().connect(host: server.host, port: server.port, context: context)
        let csr = try SigningRequest.make(key: key)
        let client = ClientRelease.name + (name.map { " (\($0.prefix(60)))" } ?? "")
        let language = say.code
        return try await withThrowingTaskGroup(of: Void.self) { group in
            // A server that never answers is hung up on.
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                await connection.close()
            }
            defer { group.cancelAll() }
            var caller = Caller(connection)
            _ = try await caller.call(
                SessionHello.self, SessionHello.Params(client: client, language: language, incarnation: nil))
            let granted = try await caller.call(
                EnrolRequest.self, EnrolRequest.Params(token: code.text, signingRequest: csr))
            await connection.close()
            return granted
        }
    }

    /// Checks and keeps what the server gave; the device's certificate last, for it says that all is there.
    private func keep(
        _ granted: EnrolRequest.Result, _ code: EnrolmentCode, _ key: PrivateKey
    ) throws -> Replica {
        let certificate = try Certificate(pem: granted.certificate)
        let chain = try granted.chain.flatMap { try Certificate.list(pem: $0) }
        guard chain.contains(where: { $0.sha256 == code.authorityHash }),
            chain.contains(where: { certificate.isSigned(by: $0) }), try certificate.publicKey() == key.publicKey
        else { throw ToolError.sync(.protocolBroken("enrol.request")) }
        let replica = try CommandOptions.replica(in: folder, say)
        if let mine = try replica.state().device, mine != granted.device {
            throw ToolError.otherDevice(expected: mine.rawValue, found: granted.device.rawValue)
        }
        try folder.write(try chain.map { try $0.pem() }.joined(), to: .authority)
        try replica.setServer(host: server.host, port: server.port)
        try folder.write(try certificate.pem(), to: .certificate)
        return replica
    }
}
