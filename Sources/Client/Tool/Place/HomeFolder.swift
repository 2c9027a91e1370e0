import Glibc

/// The folder of one enrolled device: key, certificates, replica.
struct HomeFolder {
    /// Its path.
    let path: String

    enum File: String {
        case key = "device.key"
        /// The key of a renewal that is under way.
        case nextKey = "device.next.key"
        case certificate = "device.crt"
        case authority = "ca.crt"
        case replica = "replica.sqlite"
        case lock
        case log = "outbox.jsonl"
        /// The name of the person who works here, as the page asked for it.
        case person = "person.txt"
    }

    /// `--home`, else `$PLANSYNC_HOME`, else the XDG data folder.
    static func chosen(_ option: String?) -> HomeFolder {
        if let option, !option.isEmpty { return HomeFolder(path: option) }
        if let home = Environment.value("PLANSYNC_HOME") { return HomeFolder(path: home) }
        if let data = Environment.value("XDG_DATA_HOME") { return HomeFolder(path: data + "/plansync") }
        return HomeFolder(path: (Environment.value("HOME") ?? ".") + "/.local/share/plansync")
    }

    /// The path of a file in it.
    func path(of file: File) -> String { path + "/" + file.rawValue }

    /// Whether a file is there.
    func has(_ file: File) -> Bool { access(path(of: file), F_OK) == 0 }

    /// Makes the folder, readable by its owner alone.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func prepare() throws(ToolError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            guard mkdir(made, 0o700) != 0 else { continue }
            let reason = errno
            var status = stat()
            guard stat(made, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .file(made, reason: PlainFile.reason(reason))
            }
        }
        guard chmod(path, 0o700) == 0 else { throw .file(path, reason: PlainFile.reason(errno)) }
    }

    /// Puts the key of a renewal in the place of the one before.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func promoteNextKey() throws(ToolError) {
        guard rename(path(of: .nextKey), path(of: .key)) == 0 else {
            throw .file(path(of: .key), reason: PlainFile.reason(errno))
        }
        PlainFile.syncFolder(of: path(of: .key))
    }

    /// Reads a file of at most 1 MiB.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func read(_ file: File) throws(ToolError) -> String {
        String(decoding: try PlainFile.read(path(of: file), bytesMax: 1_048_576), as: UTF8.self)
    }

    /// Writes a file whole or not at all, readable by its owner alone.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func write(_ content: String, to file: File) throws(ToolError) {
        try PlainFile.replace(path(of: file), Array(content.utf8))
    }
}
