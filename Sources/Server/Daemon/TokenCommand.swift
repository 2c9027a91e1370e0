import ArgumentParser
import PlanSyncCore
import PlanSyncWire

/// `plansyncd token`: one enrolment token, and nothing else, on standard output.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Prints one enrolment token; it works once, until it expires.",
        discussion: """
            Examples:
              plansyncd token --data /srv/plansync --tenant 411724 --role editor --name "正阳县科技局 1号机"
              plansyncd token --data /srv/plansync --tenant city --role supervisor --ttl 2h
              plansyncd token --data /srv/plansync --tenant 411724 --role editor --device 411724.k7mq2xwz
            """)

    @Option(help: "The data folder.")
    var data: String

    @Option(help: "The county or city that the device will belong to.")
    var tenant: String

    @Option(help: "viewer, editor, approver (county); reviewer, supervisor (city).")
    var role: String

    @Option(help: "How long the token lives: a number with s, m, h or d.")
    var ttl = TimeSpan(seconds: 86_400)

    @Option(help: "What people call the device.")
    var name = ""

    @Option(help: "A device that is to come back under its name, with 'plansync enrol --again'.")
    var device: String?

    func run() async throws {
        guard let tenantID = try? TenantID(tenant) else {
            throw ValidationError("'\(tenant)' is not the name of a tenant, such as 411724 or city.")
        }
        guard let role = Role(rawValue: role) else {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(self.role)' is not a role; the roles are \(roles).")
        }
        let again = try device.map { text in
            guard let id = try? DeviceID(text) else { throw ValidationError("'\(text)' is not a device's name.") }
            return id
        }
        let params = AdminTokenCreate.Params(
            tenant: tenantID, role: role, name: name, seconds: ttl.seconds, device: again)
        print(try await OperatorChannel(DataFolder(data)).call(AdminTokenCreate.self, params).token)
    }

}
