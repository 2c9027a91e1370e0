import Glibc

/// A listening socket in the file system that only its owner can open.
enum LocalSocket {
    /// Binds a socket with the mode 0600 from its first moment.
    ///
    /// A socket file that nobody answers behind, such as one left by a crash, is replaced.
    ///
    /// - Throws: ``TransportError/cannotListen(detail:)``.
    static func bind(path: String) throws(TransportError) -> CInt {
        guard isAbandonedOrAbsent(path) else { throw .cannotListen(detail: "\(path) is in use") }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .cannotListen(detail: words()) }
        // Linux gives the file the socket's own mode, so there is no moment in which it is open to all.
        guard fchmod(descriptor, 0o600) == 0,
            withAddress(of: path, { Glibc.bind(descriptor, $0, $1) }) == 0
        else {
            let reason = words()
            close(descriptor)
            throw .cannotListen(detail: "\(path): \(reason)")
        }
        return descriptor
    }

    /// Removes the socket file.
    static func remove(path: String) {
        unlink(path)
    }

    /// Whether nothing is there, or was a socket without a listener, which is removed.
    private static func isAbandonedOrAbsent(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        let isRefused = withAddress(of: path) { connect(probe, $0, $1) } != 0 && errno == ECONNREFUSED
        return isRefused && unlink(path) == 0
    }

    /// Calls with the address of the path; -1 when the path is too long for one.
    private static func withAddress(
        of path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < room, !bytes.contains(0) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                call(generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func words() -> String {
        strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    }
}
