import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire

/// Makes this machine a device of the plan's server.
struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Enrol this device with a token from the city, then fetch the first snapshot.",
        discussion: """
            The private key is made here and never leaves this folder. The server's CA is compared with the token \
            before the token's secret is sent.

            EXAMPLES:
              plansync enrol plan.example.gov.cn:7443 ps1.….…
              plansync enrol 10.1.2.3:7443 ps1.….… --name "Suiping, desk 2"
              plansync enrol 10.1.2.3:7443 ps1.….… --again
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "HOST:PORT of the server.")
    var server: ServerAddress

    @Argument(help: "The token.")
    var token: String

    @Option(help: "A name for this device, for the server's log.")
    var name: String?

    @Flag(help: "Bring this device back under its name, with a token for it; what waits here is kept.")
    var again = false

    mutating func run() async throws {
        let code = try EnrolmentCode(token)
        let folder = options.folder
        if folder.has(.certificate), !again { throw ToolError.alreadyEnrolled(home: folder.path) }
        try folder.prepare()
        let key = try Self.key(in: folder)
        let granted: EnrolRequest.Result
        do {
            granted = try await request(code, key)
        } catch let error as RPCError {
            throw ToolError.tokenRefused(reason: error.reason, message: error.message)
        } catch TransportError.tls(.peerNotTrusted) {
            throw ToolError.otherAuthority(host: server.text)
        } catch {
            throw LineFailure.error(error, address: server, pending: 0)
        }
        let replica = try keep(granted, code, key, folder)
        let say = options.wording
        Console.message(say("注册成功:设备 \(granted.device)", "Enrolled as device \(granted.device)"))
        try await synchronise(folder, replica, granted.device)
    }

    /// The key of an enrolment that was cut off is used again.
    private static func key(in folder: HomeFolder) throws -> PrivateKey {
        if folder.has(.key) { return try PrivateKey(pem: try folder.read(.key)) }
        let key = try PrivateKey.generate()
        try folder.write(try key.pem(), to: .key)
        return key
    }

    /// The secret leaves only after the handshake has proven the CA that the token names.
    private func request(_ code: EnrolmentCode, _ key: PrivateKey) async throws -> EnrolRequest.Result {
        let context = try TLSContext.client(authorityHash: code.authorityHash)
        let connection = try await Dialer().connect(host: server.host, port: server.port, context: context)
        let csr = try SigningRequest.make(key: key)
        let client = ClientRelease.name + (name.map { " (\($0.prefix(60)))" } ?? "")
        let language = options.wording.code
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
        _ granted: EnrolRequest.Result, _ code: EnrolmentCode, _ key: PrivateKey, _ folder: HomeFolder
    ) throws -> Replica {
        let certificate = try Certificate(pem: granted.certificate)
        let chain = try granted.chain.flatMap { try Certificate.list(pem: $0) }
        guard chain.contains(where: { $0.sha256 == code.authorityHash }),
            chain.contains(where: { certificate.isSigned(by: $0) }), try certificate.publicKey() == key.publicKey
        else { throw ToolError.sync(.protocolBroken("enrol.request")) }
        let replica = try CommandOptions.replica(in: folder, options.wording)
        if let mine = try replica.state().device, mine != granted.device {
            throw ToolError.otherDevice(expected: mine.rawValue, found: granted.device.rawValue)
        }
        try folder.write(try chain.map { try $0.pem() }.joined(), to: .authority)
        try replica.setServer(host: server.host, port: server.port)
        try folder.write(try certificate.pem(), to: .certificate)
        return replica
    }

    private func synchronise(_ folder: HomeFolder, _ replica: Replica, _ device: DeviceID) async throws {
        let line = try EnrolledLine(folder: folder, replica: replica)
        let report = SyncReport(say: options.wording, json: false)
        var driving = SyncDriver.Options()
        driving.client = ClientRelease.name
        driving.language = options.wording.code
        guard case .finished(let summary) = try await line.run(driving, report) else { return }
        let state = try replica.state()
        if options.json {
            Console.json { writer in
                writer.member("device", device.rawValue)
                writer.member("tenant", ifPresent: state.tenant?.rawValue)
                writer.member("role", ifPresent: state.role?.rawValue)
                writer.member("pulledCells", summary.pulledCells)
            }
        } else {
            Console.line("\(device)  \(state.tenant?.rawValue ?? "-")  \(state.role?.rawValue ?? "-")")
        }
        if summary.warnsOfClock {
            Console.message(SyncReport.clockWarning(summary.clockDriftMilliseconds, options.wording))
        }
    }
}
