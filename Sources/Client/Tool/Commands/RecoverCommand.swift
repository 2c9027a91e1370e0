import ArgumentParser
import Glibc
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Rebuilds a broken replica from the second file.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Rebuild a broken or lost replica from the second file, outbox.jsonl.",
        discussion: """
            The broken file is kept as replica.sqlite.damaged-N. Every change that the second file holds waits to be \
            sent again, under its old id, so that what the server has already is not applied twice. Run 'plansync \
            sync' afterwards.

            EXAMPLES:
              plansync recover
              plansync recover --from outbox.jsonl.old-1 --force
            """)

    @OptionGroup var options: CommandOptions

    @Option(help: "Another file than outbox.jsonl to take the changes from.")
    var from: String?

    @Flag(help: "Rebuild also a replica that can be read.")
    var force = false

    func run() throws {
        let folder = options.folder
        guard folder.has(.certificate) else { throw ToolError.notEnrolled(home: folder.path) }
        if !force, let pending = soundPending(folder) { throw ToolError.replicaSound(pending: pending) }
        let path = from ?? folder.path(of: .log)
        let carried = CarriedChanges(
            try PlainFile.read(path, bytesMax: FileOutboxLog.bytesMax), cryptography: OpenSSLCryptography())
        guard carried.header?.host != nil else { throw ToolError.notCarried(path) }
        let lock = try FileLock(path: folder.path(of: .lock))
        let taken = try build(carried, in: folder)
        let aside = try lock.withLock { try exchange(folder) }
        // What could not be read stays beside the new file.
        let isWhole = carried.damagedLines.isEmpty && carried.alteredLines.isEmpty && !carried.isTruncated
        var kept: String?
        if folder.has(.log), !isWhole || from != nil {
            kept = try PlainFile.setAside(folder.path(of: .log), suffix: "damaged")
        }
        try Self.open(folder).rewrite(FileOutboxLog(path: folder.path(of: .log), say: options.wording))
        report(carried, taken, aside, kept)
    }

    /// The replica without its second file, which nothing may touch before it was read.
    private static func open(_ folder: HomeFolder) throws -> Replica {
        try Replica(
            path: folder.path(of: .replica), lock: try FileLock(path: folder.path(of: .lock)),
            cryptography: OpenSSLCryptography())
    }

    /// How many changes wait in a replica that can be read; `nil` when it cannot.
    private func soundPending(_ folder: HomeFolder) -> Int? {
        guard folder.has(.replica), let replica = try? Self.open(folder), let state = try? replica.state(),
            state.device != nil, (try? replica.isReadable()) == true
        else { return nil }
        return try? replica.counts().pending
    }

    /// The new replica under another name, whole before it takes the old one's place.
    private func build(_ carried: CarriedChanges, in folder: HomeFolder) throws -> Int {
        let path = folder.path(of: .replica) + ".new"
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        let replica = try Replica(path: path, lock: SoleOwnerLock(), cryptography: OpenSSLCryptography())
        let taken = try replica.adopt(carried)
        try replica.close()
        return taken
    }

    private func exchange(_ folder: HomeFolder) throws -> String? {
        let path = folder.path(of: .replica)
        var aside: String?
        if folder.has(.replica) {
            let name = try PlainFile.setAside(path, suffix: "damaged")
            // A log of the old file must not be read as one of the new.
            for suffix in ["-wal", "-shm"] { rename(path + suffix, name + suffix) }
            aside = name
        }
        guard rename(path + ".new", path) == 0 else { throw ToolError.file(path, reason: PlainFile.reason(errno)) }
        return aside
    }

    private func report(_ carried: CarriedChanges, _ taken: Int, _ aside: String?, _ kept: String?) {
        let say = options.wording
        if options.json {
            Console.json { writer in
                writer.member("recovered", taken)
                writer.member("damagedLines", carried.damagedLines)
                writer.member("alteredLines", carried.alteredLines)
                writer.member("truncated", carried.isTruncated)
                writer.member("replicaAside", ifPresent: aside)
                writer.member("fileAside", ifPresent: kept)
            }
            return
        }
        Console.line(say("已恢复 \(taken) 项更改，等待上报。", "\(taken) changes were recovered and wait to be sent."))
        for line in carried.damagedLines {
            Console.line(say("第 \(line) 行无法读取，已跳过。", "Line \(line) cannot be read and was passed over."))
        }
        for line in carried.alteredLines {
            Console.line(
                say(
                    "第 \(line) 行与后一行的校验不符，内容可能已改变，请核对。",
                    "Line \(line) does not fit the link of the line behind it; compare its figures with your papers."))
        }
        if carried.isTruncated {
            Console.line(
                say(
                    "最后一行不完整（保存时中断），已跳过。",
                    "The last line ends in the middle (a crash while saving) and was passed over."))
        }
        if let aside { Console.message(say("原文件保留为 \(aside)", "The old replica is kept as \(aside)")) }
        if let kept { Console.message(say("原第二份文件保留为 \(kept)", "The old second file is kept as \(kept)")) }
        Console.message(say("请运行 plansync sync。", "Run 'plansync sync' now."))
    }
}
