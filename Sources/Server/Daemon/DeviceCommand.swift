import ArgumentParser
import PlanSyncCore
import PlanSyncWire

/// `plansyncd device`: lists and revokes devices.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Lists the enrolled devices, or revokes one.",
        subcommands: [List.self, Revoke.self])

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
                let state = row.revoked.map { "revoked \($0)" } ?? "active"
                print("\(row.device)\t\(row.tenant)\t\(row.role)\t\(state)\t\(row.enrolled)\t\(row.name)")
            }
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
