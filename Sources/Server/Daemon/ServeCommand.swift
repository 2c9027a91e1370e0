import ArgumentParser
import Glibc
import Logging
import NIOCore
import NIOPosix
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire
import ServiceLifecycle
import UnixSignals

/// `plansyncd serve`: the composition root; every object of the daemon is made here.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves in the foreground until SIGTERM or SIGINT.",
        discussion: """
            Prints 'listening on HOST:PORT' on standard output when it accepts connections; the log goes to standard
            error. SIGTERM: answers what is in flight, then exits 0.

            Examples:
              plansyncd serve --data /srv/plansync
              plansyncd serve --data /srv/plansync --listen 0.0.0.0:7443
            """)

    @Option(help: "The data folder.")
    var data: String

    @Option(help: "Where to listen; port 0: any free one.")
    var listen = "127.0.0.1:7443"

    @Option(help: "How long a device's certificate holds; it is renewed by itself at two thirds of that.")
    var certificateLife = TimeSpan(seconds: 90 * 86_400)

    @Option(help: "How long after its end a certificate that was not revoked may still be renewed.")
    var grace = TimeSpan(seconds: 400 * 86_400)

    @Option(help: "How many days the lines of the audit log are kept, at least 180.")
    var auditDays = 400

    @Option(help: "The most connections from one address; many counties may share one behind a gateway.")
    var connectionsPerAddress = 2_048

    func validate() throws {
        guard auditDays >= AuditFile.daysMin else {
            throw ValidationError("The audit log is kept for \(AuditFile.daysMin) days at least.")
        }
        guard connectionsPerAddress > 0 else { throw ValidationError("One connection at least is needed.") }
    }

    func run() async throws {
        let place = try Self.hostAndPort(listen)
        let folder = DataFolder(data)
        try folder.requireInitialised()
        guard let lock = try folder.lock() else {
            throw Exits.Failure("Another process works on '\(data)'; only one may own the database.")
        }
        signal(SIGPIPE, SIG_IGN)
        var logger = Logger(label: "plansyncd", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        let auditThread = NIOThreadPool(numberOfThreads: 1)
        auditThread.start()
        let audit = try AuditFile(folder: folder.audit, pool: auditThread, days: auditDays, now: WallClock.now())
        let terms = CertificateTerms(
            lifeSeconds: Int64(clamping: certificateLife.seconds), graceSeconds: Int64(clamping: grace.seconds))
        let opened = try OpenedEngine(folder, lock: lock, audit: audit, terms: terms)
        let context = try Self.context(of: folder, terms)
        logger.info("opened", metadata: ["release": "\(Release.version)", "tls": "\(OpenSSL.version)"])
        audit.record(AuditEvent(at: WallClock.now(), kind: .started, detail: Release.version))

        let readers = NIOThreadPool(numberOfThreads: Self.readerThreads)
        let writerThread = NIOThreadPool(numberOfThreads: 1)
        readers.start()
        writerThread.start()
        let watchers = Watchers()
        let connections = LiveConnections()
        let writer = WriterQueue(
            engine: opened.engine, pool: writerThread, onCommit: { watchers.committed($0) },
            onRevocation: { connections.cut($0) })
        let shared = ConnectionHandler.Shared(
            engine: opened.engine, writer: writer,
            readers: ReaderQueue(pool: readers, threads: Self.readerThreads), watchers: watchers,
            connections: connections, budgets: SharedBudgets(), audit: audit, logger: logger)
        var settings = TransportSettings()
        settings.connectionsPerAddressMax = connectionsPerAddress
        settings.connectionsMax = min(settings.connectionsMax, FileDescriptors.spare())
        settings.idleTime = .seconds(Limits.idleSecondsMaxAnonymous)
        let server = ListeningService(
            shared: shared, context: context, place: place, control: folder.controlSocket, settings: settings)
        let upkeep = UpkeepService(engine: opened.engine, writer: writer, logger: logger)
        let marks = AuditMarkService(opened: opened, writer: writer, logger: logger)
        var group = ServiceGroupConfiguration(
            services: [server, upkeep, marks], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(15)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as TransportError {
            throw Exits.Failure(error.description)
        }
        try await writerThread.shutdownGracefully()
        try await readers.shutdownGracefully()
        audit.record(AuditEvent(at: WallClock.now(), kind: .ended))
        try await auditThread.shutdownGracefully()
        audit.write()
        try opened.noteAuditMark()
        try opened.store.close()
        logger.info("ended")
    }

    private static let readerThreads = 4

    private static func hostAndPort(_ text: String) throws -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else { throw ValidationError("'\(text)' is not HOST:PORT, such as 127.0.0.1:7443.") }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return (String(host), port)
    }

    private static func context(of folder: DataFolder, _ terms: CertificateTerms) throws -> TLSContext {
        let authority = try Authority(of: folder)
        let certificate = try Certificate(pem: try DataFolder.read(folder.serverCertificate))
        // A client that enrols finds the authority of its token in the chain.
        return try TLSContext.server(
            certificate: certificate, key: try PrivateKey(pem: try DataFolder.read(folder.serverKey)),
            chain: authority.trusted.filter { certificate.isSigned(by: $0) }, clientCA: authority.trusted,
            clientExpiryGraceSeconds: terms.graceSeconds)
    }
}

/// Accepts connections from the network and from the operator, until the daemon ends.
private struct ListeningService: Service {
    let shared: ConnectionHandler.Shared
    let context: TLSContext
    let place: (host: String, port: Int)
    let control: String
    let settings: TransportSettings

    func run() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let shared = shared
        let context = context
        let network = try await Listener.start(
            at: .tls(host: place.host, port: place.port, context: { context }), on: group, settings: settings
        ) { _, _ in ConnectionHandler(shared) }
        let local = try await Listener.start(at: .socket(path: control), on: group) { _, _ in
            ConnectionHandler(shared, peer: .operatorLocal)
        }
        print("listening on \(place.host):\(network.port ?? place.port)")
        fflush(nil)
        try? await gracefulShutdown()
        await network.shutDown(grace: .seconds(10))
        await local.shutDown(grace: .seconds(1))
    }
}
