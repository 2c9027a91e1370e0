// Hummingbird on the loopback interface. Nothing of it is reachable from another machine, nothing is fetched from one.

package import Hummingbird
package import Logging
package import NIOCore
package import PlanSyncClient
import ServiceLifecycle
import Synchronization

/// The port that was bound; 0 until it is.
package final class BoundPort: Sendable {
    private let bound = Atomic(0)

    package init(_ number: Int = 0) { self.number = number }

    package var number: Int {
        get { bound.load(ordering: .relaxed) }
        set { bound.store(newValue, ordering: .relaxed) }
    }
}

/// The local page of one device.
package struct PageServer: Sendable {
    private let desk: Desk
    private let isChinese: Bool
    private let logger: Logger

    /// A page over a machine.
    ///
    /// `say`: the language until the person chooses one.
    package init(host: any PageHost, say: Wording, logger: Logger) {
        desk = Desk(
            host: host, sync: BackgroundSync(host: host), secrets: PageSecrets(randomBytes: host.randomBytes))
        isChinese = say.chinese
        self.logger = logger
    }

    /// Serves on 127.0.0.1 until the process is told to end.
    ///
    /// `port`: 0 for any free one. `onReady` gets the whole address, with the key.
    /// - Throws: when the port is taken.
    package func run(port: Int, onReady: @escaping @Sendable (String) -> Void) async throws {
        let key = desk.secrets.key
        let bound = BoundPort()
        var app = Application(
            router: router(bound),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                bound.number = channel.localAddress?.port ?? port
                onReady("http://127.0.0.1:\(bound.number)\(PageGuard.entrance)?key=\(key)")
            },
            logger: logger)
        app.addServices(desk.sync)
        try await app.runService()
    }

    /// Answers one request as if it had come over a connection to the port.
    ///
    /// - Throws: what a route does not turn into an answer.
    package func answer(_ request: Request, over channel: any Channel, port: BoundPort) async throws -> Response {
        let context = PageContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        return try await router(port).buildResponder().respond(to: request, context: context)
    }

    /// The routes behind the guard.
    func router(_ port: BoundPort) -> Router<PageContext> {
        let router = Router(context: PageContext.self)
        router.add(middleware: PageGuard(bound: port, secrets: desk.secrets, isChinese: isChinese))
        EntranceRoutes(desk: desk, bound: port).add(to: router)
        PersonRoutes(desk: desk).add(to: router)
        HomeRoutes(desk: desk).add(to: router)
        SyncRoutes(desk: desk).add(to: router)
        ReportRoutes(desk: desk).add(to: router)
        RecordRoutes(desk: desk).add(to: router)
        ConflictRoutes(desk: desk).add(to: router)
        AttentionRoutes(desk: desk).add(to: router)
        FigureRoutes(desk: desk).add(to: router)
        CityRoutes(desk: desk).add(to: router)
        ReviewRoutes(desk: desk).add(to: router)
        ExchangeRoutes(desk: desk).add(to: router)
        HistoryRoutes(desk: desk).add(to: router)
        FileRoutes(desk: desk).add(to: router)
        MeasureRoutes(desk: desk).add(to: router)
        ListRoutes(desk: desk).add(to: router)
        RewardRoutes(desk: desk).add(to: router)
        BulletinRoutes(desk: desk).add(to: router)
        PeriodRoutes(desk: desk).add(to: router)
        PlanFileRoutes(desk: desk).add(to: router)
        DeviceRoutes(desk: desk).add(to: router)
        RemindRoutes(desk: desk).add(to: router)
        return router
    }
}
