import Foundation
import PlanSyncSeeds
package import PlanSyncServerSQLite

/// The disks of a run: in memory for paths under ``memory``, else the machine's own.
package struct Disk: BackupDisk {
    /// A folder in memory; what is not synced there is at risk when the power goes.
    package static let memory = MemoryVFS.root

    /// Makes ready what ``memory`` needs.
    package init() { _ = MemoryVFS.isRegistered }

    private func isInMemory(_ path: String) -> Bool { path.hasPrefix(MemoryVFS.root) }

    // MARK: Backups

    package func obstacle(at path: String) -> BackupFault? {
        guard isInMemory(path) else { return SystemDisk().obstacle(at: path) }
        return MemoryVFS.file(at: path) == nil ? .file(path, code: ENOENT) : nil
    }

    package func remove(_ path: String) {
        if isInMemory(path) { MemoryVFS.remove(path) } else { try? FileManager.default.removeItem(atPath: path) }
    }

    package func link(_ path: String, as name: String) throws(BackupFault) {
        guard isInMemory(path) else { return try SystemDisk().link(path, as: name) }
        guard MemoryVFS.link(path, as: name) else { throw .exists(name) }
    }

    package func sync(_ path: String) throws(BackupFault) {
        guard isInMemory(path) else { return try SystemDisk().sync(path) }
        MemoryVFS.file(at: path)?.sync()
    }

    // MARK: Files

    /// Makes an empty folder.
    func makeFolder(_ path: String) throws {
        remove(path)
        guard !isInMemory(path) else { return }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Removes a database with its log.
    func removeDatabase(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { remove(path + suffix) }
    }

    func bytes(of path: String) throws -> [UInt8] {
        guard isInMemory(path) else { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
        guard let file = MemoryVFS.file(at: path) else { throw BackupFault.file(path, code: ENOENT) }
        return file.bytes
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        guard isInMemory(path) else { return try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        MemoryVFS.put(MemoryFile(bytes), at: path)
    }

    /// Copies a file over whatever stands there.
    func copy(_ path: String, to target: String) throws { try write(try bytes(of: path), to: target) }

    /// Moves a file over whatever stands there.
    func move(_ path: String, to target: String) throws {
        try copy(path, to: target)
        remove(path)
    }

    /// Copies a database as it is found when the power comes back, while its process still has it open.
    ///
    /// In memory: what was synced, and of what was written later some whole, some in part, some not at all.
    func leave(_ path: String, at target: String, _ random: inout SplitMix64) throws {
        removeDatabase(target)
        for suffix in ["", "-wal"] where holds(path + suffix) {
            var bytes: [UInt8]
            if let file = MemoryVFS.file(at: path + suffix) {
                bytes = file.afterPowerLoss { random.below($0) }
            } else {
                bytes = try self.bytes(of: path + suffix)
            }
            // Half a frame of a transaction that nobody was told of.
            if suffix == "-wal" { bytes += [UInt8](repeating: 0xA5, count: 1_700) }
            try write(bytes, to: target + suffix)
        }
    }
}
