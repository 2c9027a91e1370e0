import Glibc
import PlanSyncServer
import Synchronization

/// The changes that are being decided, in a small file of the data folder.
///
/// Written without waiting for the disk: it has to survive the process, not the machine.
final class InFlightFile: FlightRecorder {
    private let path: String
    private let descriptor: Int32

    /// - Throws: when the file cannot be made.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Exits.Failure("'\(path)' cannot be opened: \(String(cString: strerror(errno))).")
        }
    }

    deinit { close(descriptor) }

    func began(_ hashes: [String]) {
        let bytes = Array(hashes.joined(separator: "\n").utf8)
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        _ = ftruncate(descriptor, off_t(bytes.count))
    }

    func ended() { _ = ftruncate(descriptor, 0) }

    func unfinished() -> [String] {
        let text = (try? DataFolder.read(path)) ?? ""
        // A hash is 43 characters of base64url; half a line is no hash.
        return text.split(separator: "\n").filter { $0.utf8.count == 43 }.map(String.init)
    }
}
