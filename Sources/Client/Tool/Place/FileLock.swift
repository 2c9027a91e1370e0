import Glibc
import PlanSyncClient

/// The lock file that all processes of one clerk share.
final class FileLock: ReplicaLock {
    private let descriptor: Int32

    /// Opens the lock file, making it when it is not there.
    ///
    /// - Throws: ``ToolError`` with the system's reason.
    init(path: String) throws(ToolError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
    }

    deinit { close(descriptor) }

    /// Runs the body while no other process holds the lock.
    ///
    /// - Throws: what the body throws; ``ToolError`` when the lock cannot be had.
    func withLock<Answer>(_ body: () throws -> Answer) throws -> Answer {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw ToolError.file("lock", reason: String(cString: strerror(errno))) }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }
}
