import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Shows where this device stands.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show server, device, last sync, what waits, and the certificate's end.",
        discussion: """
            Ends with 4 when a conflict or a rejected edit waits for a person.

            EXAMPLES:
              plansync status
              plansync status --json
            """)

    @OptionGroup var options: CommandOptions

    func run() throws {
        let replica = try options.openReplica()
        let state = try replica.state()
        let counts = try replica.counts()
        let views = try replica.plans().map { try replica.view(of: $0.id) }
        let conflicts = views.reduce(0) { $0 + $1.undecided.count }
        let certificate = try Certificate(pem: try options.folder.read(.certificate))
        let end = certificate.notAfter.map { Timestamp(milliseconds: $0 * 1_000) }
        let head = String(state.chainHead.prefix(10))
        options.json
            ? json(state, counts, conflicts, end, head) : text(state, counts, conflicts, end, head)
        if counts.rejected > 0 || conflicts > 0 { throw ToolError.needsDecision }
    }

    private func text(
        _ state: ReplicaState, _ counts: OutboxCounts, _ conflicts: Int, _ end: Timestamp?, _ head: String
    ) {
        let say = options.wording
        let server = "\(state.host ?? "-"):\(state.port ?? 0)  \(state.server ?? "")"
        let lines: [(String, String)] = [
            (say("服务器", "Server"), server),
            (say("单位", "Unit"), state.tenant?.rawValue ?? "-"),
            (say("设备", "Device"), state.device?.rawValue ?? "-"),
            (say("角色", "Role"), state.role?.rawValue ?? "-"),
            (say("上次同步", "Last sync"), state.lastSync?.description ?? say("从未", "never")),
            (say("等待上报", "Pending"), "\(counts.pending)"),
            (say("被退回", "Rejected"), "\(counts.rejected)"),
            (say("待裁定", "Conflicts"), "\(conflicts)"),
            (say("证书有效至", "Certificate until"), end?.description ?? "-"),
            (say("更改链", "Chain head"), "\(state.incarnation ?? 0)/\(state.chainNumber) \(head)"),
        ]
        let width = lines.map { TextTable.width($0.0) }.max() ?? 0
        for (name, value) in lines {
            let padding = String(repeating: " ", count: width - TextTable.width(name))
            Console.line("\(name)\(padding)  \(TextTable.plain(value))")
        }
        if state.clockDriftMilliseconds.magnitude > 300_000 {
            Console.message(SyncReport.clockWarning(state.clockDriftMilliseconds, say))
        }
    }

    private func json(
        _ state: ReplicaState, _ counts: OutboxCounts, _ conflicts: Int, _ end: Timestamp?, _ head: String
    ) {
        Console.json { writer in
            writer.member("host", ifPresent: state.host)
            writer.member("port", ifPresent: state.port)
            writer.member("server", ifPresent: state.server)
            writer.member("tenant", ifPresent: state.tenant?.rawValue)
            writer.member("device", ifPresent: state.device?.rawValue)
            writer.member("role", ifPresent: state.role?.rawValue)
            writer.member("lastSync", state.lastSync?.description)
            writer.member("pending", counts.pending)
            writer.member("rejected", counts.rejected)
            writer.member("conflicts", conflicts)
            writer.member("certificateEnd", end?.description)
            writer.member("inc", state.incarnation)
            writer.member("n", state.chainNumber)
            writer.member("head", head)
            writer.member("clockDriftMs", state.clockDriftMilliseconds)
        }
    }
}
