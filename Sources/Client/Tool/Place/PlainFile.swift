import Glibc

/// Files by path, read and written so that what was acknowledged is on the disk.
enum PlainFile {
    /// Reads a file of at most so many bytes.
    ///
    /// `followsLinks`: whether it may lie elsewhere, as a file may that a person names.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func read(_ path: String, bytesMax: Int, followsLinks: Bool = true) throws(ToolError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw .file(path, reason: reason(errno)) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while content.count <= bytesMax {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count >= 0 else { throw .file(path, reason: reason(errno)) }
            if count == 0 { return content }
            content += part.prefix(count)
        }
        throw .file(path, reason: "it has over \(bytesMax) bytes")
    }

    /// Makes a file that is not there yet, readable by its owner alone.
    ///
    /// - Throws: ``ToolError`` with the system's reason, also when the file is there.
    static func create(_ path: String, _ content: [UInt8]) throws(ToolError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path, reason: reason(errno)) }
        do throws(ToolError) {
            try write(content, to: descriptor, path)
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        close(descriptor)
        syncFolder(of: path)
    }

    /// Writes a file whole or not at all, readable by its owner alone.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func replace(_ path: String, _ content: [UInt8]) throws(ToolError) {
        let temporary = path + ".new"
        unlink(temporary)
        try create(temporary, content)
        guard rename(temporary, path) == 0 else { throw .file(path, reason: reason(errno)) }
        syncFolder(of: path)
    }

    /// Appends to a file, making it when it is not there, and gives its size then.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func append(_ path: String, lines: [[UInt8]]) throws(ToolError) -> Int {
        let newline = UInt8(ascii: "\n")
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path, reason: reason(errno)) }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw .file(path, reason: reason(errno)) }
        var content: [UInt8] = []
        var last: UInt8 = newline
        if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != newline { content.append(newline) }
        for line in lines { content += line + [newline] }
        try write(content, to: descriptor, path)
        if size == 0 { syncFolder(of: path) }
        return Int(size) + content.count
    }

    /// Appends bytes to a file, making it when it is not there; never through a link.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func appendBytes(_ path: String, _ bytes: [UInt8]) throws(ToolError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file(path, reason: reason(errno)) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path)
    }

    /// How many bytes a file has; `nil` when it is not there.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func size(_ path: String) throws(ToolError) -> Int? {
        var status = stat()
        if stat(path, &status) == 0 { return Int(status.st_size) }
        if errno == ENOENT { return nil }
        throw .file(path, reason: reason(errno))
    }

    /// Gives a file the first name `PATH.SUFFIX-N` that is free, and says which.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    static func setAside(_ path: String, suffix: String) throws(ToolError) -> String {
        for number in 1...Self.namesMax {
            let name = "\(path).\(suffix)-\(number)"
            if access(name, F_OK) == 0 { continue }
            guard rename(path, name) == 0 else { throw .file(path, reason: reason(errno)) }
            syncFolder(of: path)
            return name
        }
        throw .file(path, reason: "there are \(Self.namesMax) files '\(suffix)' already")
    }

    private static let namesMax = 1_000

    static func write(_ content: [UInt8], to descriptor: Int32, _ path: String) throws(ToolError) {
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .file(path, reason: reason(errno)) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw .file(path, reason: reason(errno)) }
    }

    static func syncFolder(of path: String) {
        let name = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = open(name.isEmpty ? "/" : name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
