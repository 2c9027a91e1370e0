import Glibc

/// What the making of backups asks of a disk, beside what SQLite asks of it.
package protocol BackupDisk: Sendable {
    /// Why a file cannot be read; `nil`: it is there and can be.
    func obstacle(at path: String) -> BackupFault?
    /// Removes a file, where there is one.
    func remove(_ path: String)
    /// Gives a file a second name, never that of another file.
    ///
    /// - Throws: ``BackupFault``.
    func link(_ path: String, as name: String) throws(BackupFault)
    /// Brings a file, or the names in a folder, to the disk.
    ///
    /// - Throws: ``BackupFault``.
    func sync(_ path: String) throws(BackupFault)
}

extension BackupDisk {
    /// Whether something is there that can be read.
    package func holds(_ path: String) -> Bool { obstacle(at: path) == nil }
}

/// The file system of the machine.
package struct SystemDisk: BackupDisk {
    package init() {}

    package func obstacle(at path: String) -> BackupFault? {
        access(path, R_OK) == 0 ? nil : .file(path, code: errno)
    }

    package func remove(_ path: String) { unlink(path) }

    package func link(_ path: String, as name: String) throws(BackupFault) {
        guard Glibc.link(path, name) == 0 else {
            throw errno == EEXIST ? BackupFault.exists(name) : BackupFault.file(name, code: errno)
        }
    }

    package func sync(_ path: String) throws(BackupFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupFault.file(path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BackupFault.file(path, code: errno) }
    }
}
