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
        let enrolment = Enrolment(folder: options.folder, server: server, say: options.wording)
        let (replica, device) = try await enrolment.enrol(token: token, name: name, again: again)
        let say = options.wording
        Console.message(say("注册成功：设备 \(device)", "Enrolled as device \(device)"))
        try await synchronise(options.folder, replica, device)
    }

    private func synchronise(_ folder: HomeFolder, _ replica: Replica, _ device: DeviceID) async throws {
        let line = try EnrolledLine(folder: folder, replica: replica)
        let report = SyncReport(say: options.wording, json: false)
        var driving = SyncDriver.Options()
        driving.client = ClientRelease.name
        driving.language = options.wording.code
        guard case .finished(let summary, _) = try await line.run(driving, report) else { return }
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
