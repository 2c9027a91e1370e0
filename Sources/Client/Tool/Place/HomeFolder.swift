import Glibc

/// The folder of one enrolled device: key, certificates, replica.
struct HomeFolder {
    /// Its path.
    let path: String

    enum File: String {
        case key = "device.key"
        case certificate = "device.crt"
        case authority = "ca.crt"
        case replica = "replica.sqlite"
        case lock
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
                throw .file(made, reason: Self.reason(reason))
            }
        }
        guard chmod(path, 0o700) == 0 else { throw .file(path, reason: Self.reason(errno)) }
    }

    /// Reads a file of at most 1 MiB.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func read(_ file: File) throws(ToolError) -> String {
        let name = path(of: file)
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(name, reason: Self.reason(errno)) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while content.count <= 1_048_576 {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count >= 0 else { throw .file(name, reason: Self.reason(errno)) }
            if count == 0 { return String(decoding: content, as: UTF8.self) }
            content += part.prefix(count)
        }
        throw .file(name, reason: "it is over 1 MiB")
    }

    /// Writes a file whole or not at all, readable by its owner alone.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    func write(_ content: String, to file: File) throws(ToolError) {
        let name = path(of: file)
        let temporary = name + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(temporary, reason: Self.reason(errno)) }
        var rest = Array(content.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let reason = errno
                close(descriptor)
                throw .file(temporary, reason: Self.reason(reason))
            }
            rest = rest.dropFirst(count)
        }
        let isDurable = fsync(descriptor) == 0
        close(descriptor)
        guard isDurable, rename(temporary, name) == 0 else { throw .file(name, reason: Self.reason(errno)) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
