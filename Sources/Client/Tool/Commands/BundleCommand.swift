import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Changes on a USB stick, for a machine without a network.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Carry changes to the server on a USB stick.",
        discussion: """
            EXAMPLES:
              plansync bundle export /media/usb/changes.jsonl
              plansync bundle import /media/usb/changes.jsonl
            """, subcommands: [Export.self, Import.self])

    /// Bytes of a file that is still read.
    private static let bytesMax = 1 << 30
    /// Bytes of one call, about; a bundle of any length is sent in parts.
    private static let callBytesMax = 4 * 1_024 * 1_024

    /// Writes what waits to a file.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write all changes that wait to be sent to a file, signed by this device.",
            discussion: """
                They keep waiting here until this device itself has synchronised; each takes effect once, whichever \
                way it comes first.

                EXAMPLES:
                  plansync bundle export /media/usb/changes.jsonl
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The file; it must not be there yet.")
        var file: String

        func run() throws {
            let replica = try options.openReplica()
            let signer = KeySigner(key: try PrivateKey(pem: try options.folder.read(.key)))
            let driving = SyncDriver.Options()
            let bundle = try replica.bundle(
                signer: signer, countMax: driving.batchCountMax, bytesMax: driving.batchBytesMax)
            try PlainFile.create(file, bundle.lines.flatMap { $0 + [UInt8(ascii: "\n")] })
            let files = try FileCarrier.waitingCount(replica, FileShelf(options.folder))
            if options.json {
                Console.json { writer in
                    writer.member("file", file)
                    writer.member("changes", bundle.changes)
                    writer.member("pushes", bundle.lines.count - 1)
                    writer.member("attachmentsLeft", files)
                }
                return
            }
            let say = options.wording
            if files > 0 {
                Console.message(
                    say(
                        "附件不在其中：\(files) 个附件留在本机，下次联网同步时上传。",
                        "Files are not in it: \(files) stay here and travel with this device's next connection."))
            }
            Console.line(
                say("已把 \(bundle.changes) 项更改写入 \(file)", "\(bundle.changes) changes were written to \(file)"))
            Console.message(
                say(
                    "它们仍在本机等待；请在能联网的电脑上运行 plansync bundle import。",
                    "They keep waiting here too. Run 'plansync bundle import' on a machine with a network."))
        }
    }

    /// Sends what a file holds.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Send the changes in a file to the server, for the device that signed them.",
            discussion: """
                Any device of the same unit, or of the city, may carry them. Ends with 4 when the server keeps one as \
                a conflict or refuses one: its own device shows which.

                EXAMPLES:
                  plansync bundle import /media/usb/changes.jsonl
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The file.")
        var file: String

        mutating func run() async throws {
            let replica = try options.openReplica()
            let carried = CarriedChanges(
                try PlainFile.read(file, bytesMax: BundleCommand.bytesMax), cryptography: OpenSSLCryptography())
            guard let header = carried.header, carried.damagedLines.isEmpty, !carried.isTruncated else {
                throw ToolError.notCarried(file)
            }
            let total = carried.pushes.reduce(0) { $0 + $1.changes.count }
            let line = try EnrolledLine(folder: options.folder, replica: replica)
            var counts = CarriedCounts()
            var refusal: RPCError?
            (counts, refusal) = try await line.talk(language: options.wording.code) { caller, hello, _ in
                var counts = CarriedCounts()
                let bytesMax = min(BundleCommand.callBytesMax, Int(clamping: hello.frameBytesMax))
                for part in try Self.split(carried, header, bytesMax) {
                    let answer = try await Self.call(&caller, part)
                    for push in answer.pushes { counts.count(push) }
                    if let refusal = answer.refusal { return (counts, refusal) }
                }
                return (counts, nil)
            }
            report(counts, of: total, header)
            if let refusal {
                let sentence = SyncFault(refusal).sentence(chinese: options.wording.chinese)
                throw ToolError.bundleRefused(sentence, taken: counts.answered, of: total)
            }
            if counts[.conflict] > 0 || counts[.rejected] > 0 { throw ToolError.needsDecision }
        }

        private static func split(
            _ carried: CarriedChanges, _ header: CarriedHeader, _ bytesMax: Int
        ) throws -> [SyncBundle.Params] {
            do {
                return try BundleFrames.split(carried.pushes, of: header.device, bytesMax: bytesMax)
            } catch {
                throw ToolError.sync(.changeTooLarge)
            }
        }

        /// A busy server is asked again after its time.
        private static func call(_ caller: inout Caller, _ part: SyncBundle.Params) async throws -> SyncBundle.Result {
            for _ in 0..<10 {
                do {
                    return try await caller.call(SyncBundle.self, part)
                } catch let error as RPCError where error.code == .overloaded {
                    try await Task.sleep(for: .milliseconds(min(error.retryAfterMilliseconds ?? 1_000, 60_000)))
                }
            }
            return try await caller.call(SyncBundle.self, part)
        }

        private func report(_ counts: CarriedCounts, of total: Int, _ header: CarriedHeader) {
            if options.json {
                Console.json { writer in
                    writer.member("device", header.device.rawValue)
                    writer.member("tenant", header.tenant.rawValue)
                    writer.member("changes", total)
                    writer.member("answered", counts.answered)
                    for outcome in Outcome.allCases { writer.member(outcome.rawValue, counts[outcome]) }
                }
                return
            }
            let say = options.wording
            Console.line(
                say(
                    "\(header.tenant) \(header.device)：\(total) 项更改，已答复 \(counts.answered)；生效 \(counts[.applied])，"
                        + "合并 \(counts[.merged])，退回 \(counts[.rejected])，待裁定 \(counts[.conflict])，迟报 \(counts[.late])",
                    "\(header.tenant) \(header.device): \(total) changes, \(counts.answered) answered; "
                        + "applied \(counts[.applied]), merged \(counts[.merged]), rejected \(counts[.rejected]), "
                        + "in conflict \(counts[.conflict]), late \(counts[.late])"))
        }
    }
}
