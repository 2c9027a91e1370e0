import GRDBSQLite
import Glibc
import PlanSyncStore
import Synchronization

/// SQLite's way to files in memory (https://sqlite.org/vfs.html): any path under ``root`` leads there, whoever opens
/// it; all others lead to the system's files, as without it.
enum MemoryVFS {
    /// What the paths of files in memory begin with.
    static let root = "/plansync-memory"

    private static let files = Mutex<[String: MemoryFile]>([:])

    static func file(at path: String) -> MemoryFile? { files.withLock { $0[path] } }

    /// Puts a file at a path, or takes away what is there.
    static func put(_ file: MemoryFile?, at path: String) { files.withLock { $0[path] = file } }

    /// The file at a path, made when there is none and `isWanted`.
    private static func file(at path: String, isWanted: Bool) -> MemoryFile? {
        files.withLock { files in
            if let file = files[path] { return file }
            guard isWanted else { return nil }
            let file = MemoryFile()
            files[path] = file
            return file
        }
    }

    /// Gives a file a second name; `false` when there is no such file, or another one has the name.
    static func link(_ path: String, as name: String) -> Bool {
        files.withLock { files in
            guard let file = files[path], files[name] == nil else { return false }
            files[name] = file
            return true
        }
    }

    /// Removes a file, or all files of a folder.
    static func remove(_ path: String) {
        files.withLock { files in
            if files.removeValue(forKey: path) != nil { return }
            for name in files.keys where name.hasPrefix(path + "/") { files[name] = nil }
        }
    }

    static func isInMemory(_ path: UnsafePointer<CChar>) -> Bool {
        root.withCString { strncmp(path, $0, root.utf8.count) == 0 }
    }

    // Sendable because what they point to is made once, and never changed or freed.
    private struct Tables: @unchecked Sendable {
        let system: UnsafeMutablePointer<sqlite3_vfs>
        let own: UnsafeMutablePointer<sqlite3_vfs>
        let files: UnsafeMutablePointer<sqlite3_io_methods>
    }

    private static let tables: Tables? = sqlite3_vfs_find(nil).map { system in
        let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        own.initialize(to: system.pointee)
        let files = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        files.initialize(to: MemoryConnection.methods)
        return Tables(system: system, own: own, files: files)
    }

    /// Whether SQLite knows the way; asking brings it into SQLite, once in a process.
    static let isRegistered: Bool = {
        // To ask for the tables begins SQLite, and then it would be too late.
        _ = StoreFile.isMemoryUncounted
        guard let own = tables?.own else { return false }
        own.pointee.pNext = nil
        own.pointee.zName = UnsafePointer(strdup("plansync-memory"))
        own.pointee.szOsFile = max(own.pointee.szOsFile, Int32(MemoryLayout<MemoryConnection.Handle>.size))
        own.pointee.xOpen = { _, path, handle, flags, taken in
            guard let tables = MemoryVFS.tables, let handle else { return SQLITE_CANTOPEN }
            guard let path, MemoryVFS.isInMemory(path) else {
                return tables.system.pointee.xOpen(tables.system, path, handle, flags, taken)
            }
            handle.pointee.pMethods = nil
            let isWanted = flags & SQLITE_OPEN_CREATE != 0
            guard let file = MemoryVFS.file(at: String(cString: path), isWanted: isWanted),
                let connection = MemoryConnection(file)
            else { return SQLITE_CANTOPEN }
            connection.attach(to: handle, methods: tables.files)
            taken?.pointee = flags
            return SQLITE_OK
        }
        own.pointee.xDelete = { _, path, isSynced in
            guard let tables = MemoryVFS.tables else { return SQLITE_IOERR }
            guard let path, MemoryVFS.isInMemory(path) else {
                return tables.system.pointee.xDelete(tables.system, path, isSynced)
            }
            MemoryVFS.put(nil, at: String(cString: path))
            return SQLITE_OK
        }
        own.pointee.xAccess = { _, path, wanted, answer in
            guard let tables = MemoryVFS.tables else { return SQLITE_IOERR }
            guard let path, MemoryVFS.isInMemory(path) else {
                return tables.system.pointee.xAccess(tables.system, path, wanted, answer)
            }
            // As with the system's files: one without content does not exist.
            let count = MemoryVFS.file(at: String(cString: path))?.count
            answer?.pointee = count.map { wanted != SQLITE_ACCESS_EXISTS || $0 > 0 } == true ? 1 : 0
            return SQLITE_OK
        }
        own.pointee.xFullPathname = { _, path, count, full in
            guard let tables = MemoryVFS.tables else { return SQLITE_CANTOPEN }
            guard let path, let full, MemoryVFS.isInMemory(path) else {
                return tables.system.pointee.xFullPathname(tables.system, path, count, full)
            }
            guard strlen(path) < Int(count) else { return SQLITE_CANTOPEN }
            strcpy(full, path)
            return SQLITE_OK
        }
        return sqlite3_vfs_register(own, 1) == SQLITE_OK
    }()
}
