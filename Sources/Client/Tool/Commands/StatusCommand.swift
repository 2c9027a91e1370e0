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
        let lost = try replica.lostCells().count
        options.json
            ? json(state, counts, conflicts, lost, end, views) : text(state, counts, conflicts, lost, end, views)
        if counts.rejected > 0 || conflicts > 0 { throw ToolError.needsDecision }
    }

    private static func chain(_ state: ReplicaState) -> String { "\(state.incarnation ?? 0).\(state.chainNumber)" }

    private func text(
        _ state: ReplicaState, _ counts: OutboxCounts, _ conflicts: Int, _ lost: Int, _ end: Timestamp?,
        _ views: [LocalView]
    ) {
        let say = options.wording
        let server = "\(state.host ?? "-"):\(state.port ?? 0)  \(state.server ?? "")"
        var lines: [(String, String)] = [
            (say("服务器", "Server"), server),
            (say("单位", "Unit"), state.tenant?.rawValue ?? "-"),
            (say("设备", "Device"), state.device?.rawValue ?? "-"),
            (say("角色", "Role"), state.role?.rawValue ?? "-"),
            (
                say("上次同步", "Last sync"),
                state.lastSync.map { LocalTime.shown($0, views.first?.plan) } ?? say("从未", "never")
            ),
            (say("等待上报", "Pending"), "\(counts.pending)"),
            (say("被退回", "Rejected"), "\(counts.rejected)"),
            (say("待裁定", "Conflicts"), "\(conflicts)"),
            (say("备查保留", "Kept until backed up"), "\(counts.retained)"),
            (say("证书有效至", "Certificate until"), end.map { LocalTime.shown($0, views.first?.plan) } ?? "-"),
            // Short enough to be read out on the telephone.
            (say("更改链", "Chain head"), Self.chain(state) + " " + String(state.chainHead.prefix(8))),
        ]
        let reports = ReportText.line(views, say)
        if !reports.isEmpty { lines.append((say("上报", "Reports"), reports)) }
        if lost > 0 {
            lines.append((say("服务器已丢失", "Lost by the server"), say("\(lost) 项", "\(lost) values") + " (attention)"))
        }
        if let handedIn = state.handedIn {
            lines.append((say("停用", "Out of service"), say("已交出 \(handedIn) 项", "\(handedIn) changes handed in")))
        }
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
        _ state: ReplicaState, _ counts: OutboxCounts, _ conflicts: Int, _ lost: Int, _ end: Timestamp?,
        _ views: [LocalView]
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
            writer.member("head", state.chainHead)
            writer.member("headShort", Self.chain(state) + " " + String(state.chainHead.prefix(8)))
            writer.member("retained", counts.retained)
            writer.member("lost", lost)
            writer.member("retired", state.handedIn != nil)
            writer.member("handedIn", ifPresent: state.handedIn)
            writer.member("clockDriftMs", state.clockDriftMilliseconds)
            writer.member(
                "reports",
                array: { writer in
                    for report in views.flatMap(\.reports) { ReportText.write(report, to: &writer) }
                })
        }
    }
}
