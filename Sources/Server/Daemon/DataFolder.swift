import Glibc
import PlanSyncTLS

// The daemon's folder: 0700; keys 0600. One process owns the database: it holds the lock; the others ask it
// over the control socket.

/// The folder that holds everything a server needs.
struct DataFolder {
    let path: String

    var database: String { path + "/plansync.sqlite" }
    var authorityCertificate: String { path + "/ca.crt" }
    var authorityKey: String { path + "/ca.key" }
    /// The authority before this one, while it is trusted.
    var formerAuthority: String { path + "/ca.former.crt" }
    /// Authorities that are trusted no more, whose signatures under seals and system changes still count.
    var retiredAuthorities: String { path + "/ca.retired.crt" }
    /// Key and certificate of an authority that is about to take over.
    var nextAuthority: String { path + "/ca.next" }
    var audit: String { path + "/audit" }
    var serverCertificate: String { path + "/server.crt" }
    var serverKey: String { path + "/server.key" }
    var controlSocket: String { path + "/control.sock" }
    var inFlight: String { path + "/in-flight" }
    private var lockFile: String { path + "/lock" }

    init(_ path: String) {
        var plain = path
        while plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
        self.path = plain
    }

    /// Makes a new, empty folder.
    ///
    /// - Throws: when something is there already; nothing of it is touched.
    func create() throws {
        if mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw Self.failure("'\(path)' cannot be made") }
        guard let folder = opendir(path) else { throw Self.failure("'\(path)' cannot be read") }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." {
                throw Exits.Failure("'\(path)' is not empty; init never overwrites. Choose another folder.")
            }
        }
        guard chmod(path, 0o700) == 0 else { throw Self.failure("'\(path)' cannot be protected") }
    }

    /// Makes sure that the folder was made by init.
    func requireInitialised() throws {
        guard access(database, F_OK) == 0, access(serverKey, F_OK) == 0 else {
            throw Exits.Failure(
                "'\(path)' is not a data folder; make one with 'plansyncd init --data \(path) --plan FILE'.")
        }
        try finishNextAuthority()
    }

    /// The authorities before this one that are still trusted.
    func formerAuthorities() throws -> [Certificate] {
        guard access(formerAuthority, F_OK) == 0 else { return [] }
        let present = try Certificate(pem: try Self.read(authorityCertificate))
        return try Certificate.list(pem: try Self.read(formerAuthority)).filter { $0 != present }
    }

    /// The authorities that are trusted no more.
    func pastAuthorities() throws -> [Certificate] {
        guard access(retiredAuthorities, F_OK) == 0 else { return [] }
        return try Certificate.list(pem: try Self.read(retiredAuthorities))
    }

    /// Takes up an authority that was made; goes on where a cut may have ended it.
    func finishNextAuthority() throws {
        guard access(nextAuthority, F_OK) == 0 else { return }
        let both = try Self.read(nextAuthority)
        let next = try CertificateAuthority(certificatePEM: both, keyPEM: both)
        try write(try next.key.pem(), to: authorityKey, mode: 0o600)
        try write(try next.certificate.pem(), to: authorityCertificate, mode: 0o644)
        guard unlink(nextAuthority) == 0 else { throw Self.failure("'\(nextAuthority)' cannot be removed") }
    }

    /// Takes the former authority out of those that are trusted.
    func retireFormerAuthority() throws {
        let past = access(retiredAuthorities, F_OK) == 0 ? try Self.read(retiredAuthorities) : ""
        try write(past + (try Self.read(formerAuthority)), to: retiredAuthorities, mode: 0o644)
        guard unlink(formerAuthority) == 0 else { throw Self.failure("'\(formerAuthority)' cannot be removed") }
    }

    /// Writes a file durably under its name, or not at all.
    func write(_ text: String, to file: String, mode: mode_t) throws {
        let temporary = file + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw Self.failure("'\(file)' cannot be written") }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(descriptor)
                throw Self.failure("'\(file)' cannot be written")
            }
            written += count
        }
        let isSafe = fsync(descriptor) == 0
        close(descriptor)
        guard isSafe, rename(temporary, file) == 0 else { throw Self.failure("'\(file)' cannot be written") }
    }

    /// Reads a file of at most 16 MiB.
    static func bytes(of file: String) throws -> [UInt8] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("'\(file)' cannot be read") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw failure("'\(file)' cannot be read") }
            if count == 0 { break }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= 16_777_216 else { throw Exits.Failure("'\(file)' is larger than 16 MiB.") }
        }
        return bytes
    }

    /// Reads a text file of at most 16 MiB.
    static func read(_ file: String) throws -> String {
        let bytes = try bytes(of: file)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Exits.Failure("'\(file)' is not UTF-8 text; save it as UTF-8.")
        }
        return text
    }

    /// Takes the lock of the database's owner; `nil` when another process has it.
    func lock() throws -> Lock? {
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("'\(lockFile)' cannot be opened") }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return Lock(descriptor: descriptor) }
        close(descriptor)
        return nil
    }

    /// Ownership of the database, until the process ends.
    final class Lock: Sendable {
        private let descriptor: Int32

        init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    private static func failure(_ what: String) -> Exits.Failure {
        Exits.Failure("\(what): \(String(cString: strerror(errno))).")
    }
}
