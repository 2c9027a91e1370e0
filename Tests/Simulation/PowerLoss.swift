import Foundation

/// What a disk holds when the power goes: all that was synced, and a torn piece of what came after it.
enum PowerLoss {
    /// Copies a database as it would be found, while its process still has it open.
    static func leave(_ path: String, at target: String) throws {
        let files = FileManager.default
        for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: target + suffix) }
        try files.copyItem(atPath: path, toPath: target)
        guard files.fileExists(atPath: path + "-wal") else { return }
        try files.copyItem(atPath: path + "-wal", toPath: target + "-wal")
        guard let log = FileHandle(forWritingAtPath: target + "-wal") else { return }
        defer { try? log.close() }
        // Half a frame of a transaction that nobody was told of.
        try log.seekToEnd()
        try log.write(contentsOf: Data(repeating: 0xA5, count: 1_700))
    }
}
