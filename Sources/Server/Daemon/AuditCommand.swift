import ArgumentParser
import Glibc
import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire

/// `plansyncd audit`: whether what the server holds is what the devices signed.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Verifies the journals, or lists what the city should know.",
        subcommands: [Verify.self, Notices.self])

    /// `plansyncd audit verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verifies the audit log and the journals, and replays these; names the first bad line or record.",
            discussion: """
                Works on the files, also while the daemon runs. Ends with 1 when something does not hold.

                Example:
                  plansyncd audit verify --data /srv/plansync
                """)

        @Option(help: "The data folder.")
        var data: String

        @Flag(help: "One JSON value.")
        var json = false

        func run() async throws {
            let folder = DataFolder(data)
            try folder.requireInitialised()
            let store = try SQLitePlanStore(readingOnly: folder.database)
            defer { try? store.close() }
            let scratch = folder.database + ".replay-\(getpid())"
            defer { for suffix in ["", "-wal", "-shm"] { unlink(scratch + suffix) } }
            let copy = try SQLitePlanStore(path: scratch)
            defer { try? copy.close() }
            let environment = try OpenedEngine.environment(of: folder)
            do {
                // First the log, for its mark is written after its lines.
                let noted = try store.read { try $0.setting(AuditMark.setting) }.flatMap { AuditMark(text: $0) }
                let lines = try Self.verifyLog(folder.audit, noted: noted, environment.cryptography)
                let summary = try ServerEngine.audit(store, copy: copy, environment: environment) { step, count in
                    if count > 0, count % 10_000 == 0 { Exits.say("\(step): \(count) changes") }
                }
                say(summary, lines)
            } catch let finding as AuditFinding {
                if json { say(finding) }
                throw Exits.Failure(finding.description)
            }
        }

        /// Goes through the lines of the audit log; gives how many there are.
        private static func verifyLog(
            _ audit: String, noted: AuditMark?, _ cryptography: any Cryptography
        ) throws -> UInt64 {
            var verification = AuditLogVerification(cryptography: cryptography, noted: noted)
            let names = access(audit, F_OK) == 0 ? try AuditFile.files(in: audit) : []
            for name in names {
                let lines = try AuditFile.lines(of: audit + "/" + name).lines
                for (index, line) in lines.enumerated() {
                    try verification.take(line, place: "line \(index + 1) of '\(name)'")
                }
            }
            try verification.finish()
            return verification.lines
        }

        private func say(_ summary: AuditSummary, _ lines: UInt64) {
            guard json else {
                print(
                    "\(summary.changes) changes of \(summary.tenants) tenants, \(summary.chains) chains, "
                        + "\(summary.signatures) signatures, \(summary.cells) cells, \(summary.rankings) rankings, "
                        + "\(lines) lines of the audit log: everything holds")
                return
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("ok", true)
                writer.member("changes", summary.changes)
                writer.member("tenants", summary.tenants)
                writer.member("chains", summary.chains)
                writer.member("signatures", summary.signatures)
                writer.member("cells", summary.cells)
                writer.member("rankings", summary.rankings)
                writer.member("lines", lines)
            }
            print(String(decoding: writer.bytes, as: UTF8.self))
        }

        private func say(_ finding: AuditFinding) {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("ok", false)
                if let tenant = finding.tenant { writer.member("tenant", tenant.rawValue) }
                if let seq = finding.seq { writer.member("seq", seq) }
                if let change = finding.change { writer.member("id", change.rawValue) }
                writer.member("what", finding.what)
            }
            print(String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    /// `plansyncd audit notices`.
    struct Notices: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists forks, holes, changes that were set aside, restored backups, retired and revoked devices.",
            discussion: """
                Example:
                  plansyncd audit notices --data /srv/plansync
                """)

        @Option(help: "The data folder.")
        var data: String

        @Flag(help: "One JSON value.")
        var json = false

        func run() async throws {
            let result = try await OperatorChannel(DataFolder(data)).call(AdminNoticeList.self, RPCEmpty())
            if json {
                print(String(decoding: result.jsonBytes, as: UTF8.self))
                return
            }
            for row in result.notices {
                print("\(row.at)\t\(row.kind)\t\(row.device?.rawValue ?? "-")\t\(row.detail)")
            }
        }
    }
}
