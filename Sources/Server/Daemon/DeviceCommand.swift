import ArgumentParser
import PlanSyncCore
import PlanSyncWire

/// `plansyncd device`: lists, retires and revokes devices.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Lists the enrolled devices; retires or revokes one.",
        subcommands: [List.self, Retire.self, Revoke.self])

    /// `plansyncd device list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the enrolled devices.",
            discussion: """
                Example:
                  plansyncd device list --data /srv/plansync --json
                """)

        @Option(help: "The data folder.")
        var data: String

        @Flag(help: "One JSON value.")
        var json = false

        func run() async throws {
            let result = try await OperatorChannel(DataFolder(data)).call(AdminDeviceList.self, RPCEmpty())
            if json {
                print(String(decoding: result.jsonBytes, as: UTF8.self))
                return
            }
            for row in result.devices {
                let state = row.revoked.map { "revoked \($0)" } ?? row.retired.map { "retired \($0)" } ?? "active"
                let chains = row.chains.map { "\($0.incarnation).\($0.number)" }.joined(separator: " ")
                let last = chains.isEmpty ? "-" : chains
                print("\(row.device)\t\(row.tenant)\t\(row.role)\t\(state)\t\(row.enrolled)\t\(last)\t\(row.name)")
                if row.revoked != nil {
                    // What a lost machine had not sent is unknown, but not where it begins.
                    print("  whatever it saved after \(last) was never seen here")
                }
            }
        }
    }

    /// `plansyncd device retire`.
    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a device out of service: it hands in what it holds, and reads nothing.",
            discussion: """
                What it still holds is kept for the city to take or refuse ('plansync conflicts'). For a stolen \
                device use 'revoke'.

                Example:
                  plansyncd device retire 411724.k7mq2xwz --data /srv/plansync
                """)

        @Argument(help: "The device, as 'device list' shows it.")
        var device: String

        @Option(help: "The data folder.")
        var data: String

        func run() async throws {
            guard let id = try? DeviceID(device) else { throw ValidationError("'\(device)' is not a device's name.") }
            _ = try await OperatorChannel(DataFolder(data)).call(
                AdminDeviceRetire.self, AdminDeviceRevoke.Params(device: id))
            print("\(id) is retired")
        }
    }

    /// `plansyncd device revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuses a device from now on.",
            discussion: """
                Example:
                  plansyncd device revoke 411724.k7mq2xwz --data /srv/plansync
                """)

        @Argument(help: "The device, as 'device list' shows it.")
        var device: String

        @Option(help: "The data folder.")
        var data: String

        func run() async throws {
            guard let id = try? DeviceID(device) else { throw ValidationError("'\(device)' is not a device's name.") }
            _ = try await OperatorChannel(DataFolder(data)).call(
                AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: id))
            print("\(id) is revoked")
        }
    }
}
