import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Gets a new certificate now.
struct RenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Renew this device's certificate now; 'sync' does so by itself when it is time.",
        discussion: """
            With --new-key the device gets a new private key as well, and the old one opens no connection any more.

            EXAMPLES:
              plansync renew
              plansync renew --new-key
            """)

    @OptionGroup var options: CommandOptions

    @Flag(name: .customLong("new-key"), help: "Also make a new private key.")
    var newKey = false

    mutating func run() async throws {
        let replica = try options.openReplica()
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let renewal = Renewal(folder: options.folder, say: options.wording)
        let renewed = try await renewal.renewed(line, now: Environment.now(), newKey: newKey)
        if options.json {
            Console.json { writer in
                writer.member("certificateEnd", renewed.identity.life.map { Self.moment($0).description })
                writer.member("renewed", renewed.identity.certificate != line.identity.certificate)
            }
        } else {
            Console.line(options.wording("证书有效至 ", "Certificate until ") + renewed.identity.lastDay)
        }
    }

    private static func moment(_ life: CertificateLife) -> Timestamp { Timestamp(milliseconds: life.notAfter * 1_000) }
}
