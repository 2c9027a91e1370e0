import ArgumentParser
import Glibc

/// The daemon that holds the authoritative state of the plans.
@main
struct Plansyncd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plansyncd",
        abstract: "Holds the authoritative state of work plans and serves the counties and the city.",
        discussion: """
            Examples:
              plansyncd init --data /srv/plansync --plan Plans/zhumadian-2018-25.yaml --name plans.example.cn
              plansyncd serve --data /srv/plansync --listen 0.0.0.0:7443
              plansyncd token --data /srv/plansync --tenant 411724 --role editor
            """,
        version: Release.version,
        subcommands: [
            InitCommand.self, ServeCommand.self, TokenCommand.self, DeviceCommand.self, AuthorityCommand.self,
            PlanCommand.self, PeriodCommand.self, BackupCommand.self, RestoreCommand.self, AuditCommand.self,
        ])

    static func main() async {
        // Whatever is made is for this account only.
        umask(0o077)
        do {
            var command = try parseAsRoot()
            if var running = command as? any AsyncParsableCommand {
                try await running.run()
            } else {
                try command.run()
            }
        } catch {
            Exits.end(error)
        }
    }
}

/// The release of this build.
enum Release {
    static let version = "0.1.0"
}
