import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Puts a file into a record.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Put a file into a field of a record, as evidence.",
        discussion: """
            The file is copied into this device's folder and needs no network; 'plansync sync' sends it, in pieces, \
            and goes on where it was cut. The plan says which fields take files, of which types and how large.

            EXAMPLES:
              plansync attach progress/m14:201905B evidence 批复.pdf
              plansync attach progress/m14:201905B evidence photo.jpg --note "挂牌现场"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "The field.")
    var field: String

    @Argument(help: "The file.")
    var file: String

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        let content = try PlainFile.read(file, bytesMax: Attachment.bytesMax)
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let shelf = FileShelf(options.folder)
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.attach(record, field, name: name, content: content, OpenSSLCryptography()).draft
        } before: {
            // Before the edit: an edit never names a file that is not there.
            try shelf.put(content, hash: Attachment.hex(Digest.sha256(content)))
        }
    }
}

/// Takes a file out of a record.
struct DetachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detach", abstract: "Take a file out of a field of a record.",
        discussion: """
            EXAMPLES:
              plansync detach progress/m14:201905B evidence 批复.pdf
              plansync detach progress/m14:201905B evidence 3f9a0c
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "The field.")
    var field: String

    @Argument(help: "The file's name, or at least 6 digits of its hash.")
    var which: String

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.detach(record, field, which)
        }
    }
}

/// Lists files.
struct AttachmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments", abstract: "List the files of a record, or of all records.",
        discussion: """
            'here' is a file that this device holds; 'sent' is one that the server has confirmed to this device.

            EXAMPLES:
              plansync attachments
              plansync attachments progress/m14:201905B --json
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String?

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        var files = view.attachments
        if let record {
            let reference = try RecordReference(record, in: view.plan)
            let tenant = reference.tenant ?? view.principal.tenant
            files = files.filter { $0.place.record == reference.record && $0.place.tenant == tenant }
        }
        let sent = try replica.sentFiles(epoch: try replica.state().epoch)
        let shelf = FileShelf(options.folder)
        let rows = files.map { file in
            (file, shelf.has(file.attachment.hash), sent[file.place.tenant]?.contains(file.attachment.hash) ?? false)
        }
        options.json ? json(rows) : table(rows, view)
    }

    private func table(_ rows: [(file: LocalAttachment, isHere: Bool, isSent: Bool)], _ view: LocalView) {
        let say = options.wording
        var table = TextTable(
            [
                say("单位", "Unit"), say("记录", "Record"), say("字段", "Field"), say("文件名", "Name"),
                say("字节", "Bytes"), say("哈希", "Hash"), say("状态", "State"),
            ], rightAligned: [4])
        for row in rows {
            let attachment = row.file.attachment
            let state = [
                row.isHere ? say("本机有", "here") : "", row.isSent ? say("已上传", "sent") : "",
                row.file.state == .pending ? row.file.state.word(chinese: say.chinese) : "",
            ]
            table.add([
                view.plan.name(of: row.file.place.tenant, say),
                "\(row.file.place.record)", row.file.place.field.rawValue, attachment.name, "\(attachment.size)",
                String(attachment.hash.prefix(12)), state.filter { !$0.isEmpty }.joined(separator: " "),
            ])
        }
        Console.table(table)
        if rows.isEmpty { Console.message(say("没有附件。", "There are no files.")) }
    }

    private func json(_ rows: [(file: LocalAttachment, isHere: Bool, isSent: Bool)]) {
        Console.json { writer in
            writer.member(
                "attachments",
                array: { writer in
                    for row in rows {
                        writer.object { writer in
                            writer.member("tenant", row.file.place.tenant.rawValue)
                            writer.member("record", row.file.place.record.description)
                            writer.member("field", row.file.place.field.rawValue)
                            writer.member("name", row.file.attachment.name)
                            writer.member("type", row.file.attachment.type)
                            writer.member("size", row.file.attachment.size)
                            writer.member("hash", row.file.attachment.hash)
                            writer.member("state", row.file.state.rawValue)
                            writer.member("here", row.isHere)
                            writer.member("sent", row.isSent)
                        }
                    }
                })
        }
    }
}

/// Fetches a file.
struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Write a file that a record names to a place of your choice.",
        discussion: """
            A file that this device holds needs no network. What was cut goes on where it was; nothing is written \
            before the whole has come and its hash is right.

            EXAMPLES:
              plansync fetch 3f9a0c --to 批复.pdf
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "At least 6 digits of the hash, as 'plansync attachments' shows it.")
    var hash: String

    @Option(help: "The file to write; it must not be there yet.")
    var to: String

    func validate() throws {
        guard hash.utf8.count >= 6 else { throw ValidationError("At least 6 digits of the hash are needed.") }
    }

    mutating func run() async throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let wanted = hash.lowercased()
        let found = view.attachments.filter { $0.attachment.hash.hasPrefix(wanted) }
        guard let file = found.first, Set(found.map(\.attachment.hash)).count == 1 else {
            throw ToolError.notFound(
                zh: found.isEmpty ? "没有哈希以 \(hash) 开头的附件。" : "有多个附件的哈希以 \(hash) 开头，请多写几位。",
                en: found.isEmpty
                    ? "No file has a hash that begins with \(hash)."
                    : "Several files have hashes that begin with \(hash); give more digits.")
        }
        // What exists is told before anything travels.
        if try PlainFile.size(to) != nil { throw ToolError.file(to, reason: PlainFile.reason(17)) }
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let content = try await FileCarrier(line: line, say: options.wording).fetch(file, of: view.plan.id)
        try PlainFile.create(to, content)
        if options.json {
            Console.json { writer in
                writer.member("hash", file.attachment.hash)
                writer.member("name", file.attachment.name)
                writer.member("size", content.count)
                writer.member("file", to)
            }
        } else {
            let say = options.wording
            Console.line(
                TextTable.plain(
                    say("已写入 \(to)（\(content.count) 字节）", "\(to) was written (\(content.count) bytes)")))
        }
    }
}
