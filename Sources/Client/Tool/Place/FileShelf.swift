import Glibc
import PlanSyncCore
import PlanSyncTLS

/// The files of this device by the hashes of their contents, in a folder of its home.
///
/// A file that is still coming has another name; it gets its own when its hash was verified.
struct FileShelf {
    private let folder: String

    init(_ home: HomeFolder) { folder = home.path + "/files" }

    /// Whether a whole file is here.
    func has(_ hash: String) -> Bool { access(path(hash), F_OK) == 0 }

    /// Puts a content in; what is there already is left.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func put(_ content: [UInt8], hash: String) throws(ToolError) {
        if has(hash) { return }
        try prepare()
        try PlainFile.replace(path(hash), content)
    }

    /// A file's content; `nil` when it is not here, or is no longer what it was.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func content(of attachment: Attachment) throws(ToolError) -> [UInt8]? {
        guard has(attachment.hash) else { return nil }
        let content = try PlainFile.read(path(attachment.hash), bytesMax: Attachment.bytesMax, followsLinks: false)
        guard Attachment.hex(Digest.sha256(content)) == attachment.hash else { return nil }
        return content
    }

    /// What has come of a file that is not whole.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func part(_ hash: String) throws(ToolError) -> [UInt8] {
        guard access(part(of: hash), F_OK) == 0 else { return [] }
        return try PlainFile.read(part(of: hash), bytesMax: Attachment.bytesMax, followsLinks: false)
    }

    /// Appends to a file that is coming.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func append(_ bytes: [UInt8], hash: String) throws(ToolError) {
        try prepare()
        try PlainFile.appendBytes(part(of: hash), bytes)
    }

    /// Gives a file that has come whole its name.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func finishPart(_ hash: String) throws(ToolError) {
        guard rename(part(of: hash), path(hash)) == 0 else {
            throw .file(path(hash), reason: PlainFile.reason(errno))
        }
    }

    /// Throws away what has come of a file.
    func dropPart(_ hash: String) { unlink(part(of: hash)) }

    /// Takes everything out, for a device that may keep nothing.
    func clear() {
        guard let entries = opendir(folder) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink(folder + "/" + name) }
        }
    }

    private func prepare() throws(ToolError) {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        throw .file(folder, reason: PlainFile.reason(errno))
    }

    private func path(_ hash: String) -> String { folder + "/" + hash }

    private func part(of hash: String) -> String { folder + "/" + hash + ".part" }
}
