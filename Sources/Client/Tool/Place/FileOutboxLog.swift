import PlanSyncClient

/// The second file in the home folder.
struct FileOutboxLog: OutboxLog {
    /// Bytes of a file that is still read: far more than any outbox has.
    static let bytesMax = 1 << 30

    let path: String
    let say: Wording

    func size() throws -> Int? { try PlainFile.size(path) }

    func append(_ lines: [[UInt8]]) throws -> Int { try PlainFile.append(path, lines: lines) }

    func rewrite(_ lines: [[UInt8]]) throws -> Int {
        let content = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
        try PlainFile.replace(path, content)
        return content.count
    }

    func setAside() throws { _ = try PlainFile.setAside(path, suffix: "old") }

    func read() throws -> [UInt8] { try PlainFile.read(path, bytesMax: Self.bytesMax) }

    func failed(_ error: any Error) {
        let reason = (error as? ToolError)?.sentence(say) ?? "\(error)"
        Console.message(
            say(
                "注意：更改已保存，但第二份文件没有写入：\(reason)",
                "Note: the edit is saved, but its second copy could not be written. \(reason)"))
    }
}
