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
            """)

    @Option(help: "The data folder.")
    var data: String

    @Option(help: "The county or city that the device will belong to.")
    var tenant: String

    @Option(help: "viewer, editor, approver (county); reviewer, supervisor (city).")
    var role: String

    @Option(help: "How long the token lives: a number with s, m, h or d.")
    var ttl = "24h"

    @Option(help: "What people call the device.")
    var name = ""

    func run() async throws {
        guard let tenantID = try? TenantID(tenant) else {
            throw ValidationError("'\(tenant)' is not the name of a tenant, such as 411724 or city.")
        }
        guard let role = Role(rawValue: role) else {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(self.role)' is not a role; the roles are \(roles).")
        }
        let params = AdminTokenCreate.Params(tenant: tenantID, role: role, name: name, seconds: try seconds())
        print(try await OperatorChannel(DataFolder(data)).call(AdminTokenCreate.self, params).token)
    }

    private func seconds() throws -> UInt64 {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = ttl.last, let unit = units[last], let count = UInt64(ttl.dropLast()), count > 0,
            case (let total, false) = count.multipliedReportingOverflow(by: unit)
        else { throw ValidationError("'\(ttl)' is not a time like 30m, 24h or 7d.") }
        return total
    }
}
