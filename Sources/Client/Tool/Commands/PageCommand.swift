import ArgumentParser
import Logging
import PlanSyncClient
import PlanSyncCore
import PlanSyncPage
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire
import Synchronization

/// Serves the local page.
struct PageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: "Serve the local web page on 127.0.0.1, for one's own browser; works offline.",
        discussion: """
            Prints the address to open; the key in it is new at each start. Synchronises by itself while it runs. On a \
            machine that is not enrolled the page asks for server and token, and for the name of the person. Ends with \
            Ctrl-C.

            EXAMPLES:
              plansync page
              plansync page --port 8020 --lang zh --author 王敏
            """)

    @OptionGroup var options: CommandOptions

    @Option(help: "The port; 0: any free one.")
    var port = 8_019

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
    }

    mutating func run() async throws {
        let say = options.wording
        var logger = Logger(label: "plansync", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .error
        let host = LocalHost(options: options)
        let server = PageServer(host: host, say: say, logger: logger)
        let isJSON = options.json
        do {
            try await server.run(port: port) { address in
                if isJSON {
                    Console.json { $0.member("address", address) }
                } else {
                    Console.line(say("请在浏览器中打开：", "Open in the browser: ") + address)
                }
                Console.flush()
            }
        } catch {
            throw ToolError.notFound(
                zh: "端口 \(port) 不能使用；请换一个：plansync page --port 0。",
                en: "Port \(port) cannot be used; try another one: plansync page --port 0.")
        }
    }
}

/// This machine, for the page.
private final class LocalHost: PageHost {
    private let options: CommandOptions
    private let opened = Mutex<Replica?>(nil)
    private let named: Mutex<String>

    init(options: CommandOptions) {
        self.options = options
        named = Mutex(options.keptPerson())
    }

    var person: String { named.withLock { $0 } }

    func setPerson(_ name: String) throws {
        do throws(ToolError) {
            try options.folder.prepare()
            try options.folder.write(name, to: .person)
        } catch {
            throw Self.fault(error)
        }
        named.withLock { $0 = name }
    }

    var cryptography: any Cryptography { OpenSSLCryptography() }

    func replica() throws -> Replica? {
        try opened.withLock { opened in
            if let opened { return opened }
            guard options.folder.has(.certificate) else { return nil }
            do {
                opened = try options.openReplica()
            } catch let error as ToolError {
                throw Self.fault(error)
            }
            return opened
        }
    }

    func now() -> Timestamp { Environment.now() }

    func certificateEnd() -> Timestamp? {
        guard let pem = try? options.folder.read(.certificate), let certificate = try? Certificate(pem: pem) else {
            return nil
        }
        return certificate.notAfter.map { Timestamp(milliseconds: $0 * 1_000) }
    }

    func randomBytes(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    func pause(_ duration: Duration) async throws { try await Task.sleep(for: duration) }

    func synchronise(_ progress: @escaping @Sendable (SyncProgress) -> Void) async throws -> SyncSummary {
        do {
            guard let replica = try replica() else { throw ToolError.notEnrolled(home: options.folder.path) }
            var driving = SyncDriver.Options()
            driving.client = ClientRelease.name
            driving.language = options.wording.code
            let renewal = Renewal(folder: options.folder, say: options.wording)
            var line = try await renewal.ifDue(
                try EnrolledLine(folder: options.folder, replica: replica), now: now())
            let report = SyncReport(say: options.wording, json: false, onStep: progress)
            let end: SyncRun.End
            do {
                end = try await line.run(driving, report)
            } catch ToolError.sync(let fault) where Renewal.helps(fault) {
                line = try await renewal.renewed(line, now: now())
                end = try await line.run(driving, report)
            }
            guard case .finished(let summary, _) = end else { throw CancellationError() }
            if summary.isRenewalAsked { _ = try await renewal.renewed(line, now: now()) }
            return summary
        } catch let error as ToolError {
            throw Self.fault(error)
        }
    }

    func call<Method: RPCMethod>(_ method: Method.Type, _ params: Method.Params) async throws -> Method.Result {
        do {
            guard let replica = try replica() else { throw ToolError.notEnrolled(home: options.folder.path) }
            let line = try EnrolledLine(folder: options.folder, replica: replica)
            return try await line.talk(language: options.wording.code) { caller, _, _ in
                try await caller.call(method, params)
            }
        } catch let error as ToolError {
            throw Self.fault(error)
        }
    }

    func keep(file content: [UInt8], hash: String) throws {
        do throws(ToolError) {
            try FileShelf(options.folder).put(content, hash: hash)
        } catch {
            throw Self.fault(error)
        }
    }

    func content(of file: LocalAttachment, in plan: PlanID) async throws -> [UInt8] {
        do {
            guard let replica = try replica() else { throw ToolError.notEnrolled(home: options.folder.path) }
            let line = try EnrolledLine(folder: options.folder, replica: replica)
            return try await FileCarrier(line: line, say: options.wording).fetch(file, of: plan)
        } catch let error as ToolError {
            throw Self.fault(error)
        }
    }

    func enrol(server: String, token: String, name: String?) async throws {
        do {
            guard let address = ServerAddress(argument: server) else {
                throw PageFault(
                    zh: "服务器的写法是“主机:端口”，例如 plan.example.gov.cn:7443。",
                    en: "Write the server as HOST:PORT, such as plan.example.gov.cn:7443.")
            }
            let enrolment = Enrolment(folder: options.folder, server: address, say: options.wording)
            _ = try await enrolment.enrol(token: token, name: name, again: false)
        } catch let error as ToolError {
            throw Self.fault(error)
        }
    }

    private static func fault(_ error: ToolError) -> PageFault {
        var isOffline = false
        if case .unreachable = error { isOffline = true }
        var refusal: RPCError?
        if case .sync(.refused(let answer)) = error { refusal = answer }
        return PageFault(
            zh: error.sentence(Wording(chinese: true)) ?? "未能完成。",
            en: error.sentence(Wording(chinese: false)) ?? "It was not done.", isOffline: isOffline, refusal: refusal)
    }
}
