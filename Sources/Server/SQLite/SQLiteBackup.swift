import GRDB
import Glibc
package import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

/// Why a backup cannot be made, or a file is no backup.
package enum BackupFault: Error, Sendable, CustomStringConvertible {
    /// Something is there already.
    case exists(String)
    /// The file system refused.
    case file(String, code: Int32)
    /// The copy is not whole.
    case damaged(String, finding: String)
    /// The file is not a database of this server.
    case foreign(String)

    /// One sentence for an operator.
    package var description: String {
        switch self {
        case .exists(let path): "'\(path)' is there already; a backup never overwrites. Choose another name."
        case .file(let path, let code): "'\(path)' cannot be written: \(String(cString: strerror(code)))."
        case .damaged(let path, let finding): "'\(path)' is damaged: \(finding)."
        case .foreign(let path): "'\(path)' is not a backup of plansyncd."
        }
    }
}

/// Copies of the database, made while it is in use.
package enum SQLiteBackup {
    /// Copies a database into a new file by SQLite's online backup.
    ///
    /// - Throws: ``BackupFault``, SQLite's errors; then the file is not there.
    static func make(
        of source: any DatabaseReader, at path: String, on disk: any BackupDisk
    ) throws -> [ChainKey: UInt64] {
        if disk.holds(path) { throw BackupFault.exists(path) }
        let partial = path + ".partial"
        disk.remove(partial)
        defer { disk.remove(partial) }
        let copy = try DatabaseQueue(path: partial)
        try source.backup(to: copy)
        let numbers = try copy.writeWithoutTransaction { database in
            // One file, so that it can be carried away without its log.
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            return try check(database, path)
        }
        try copy.close()
        try disk.sync(partial)
        // Fails where somebody else made the file meanwhile.
        try disk.link(partial, as: path)
        try disk.sync(folder(of: path))
        return numbers
    }

    /// Makes a checked, durable copy of a backup that begins a new epoch, ready to be put in the database's place.
    ///
    /// `epoch`: the new one. Incarnations that were issued after the backup are never issued again: the next is
    /// later than `now` in milliseconds.
    /// - Throws: ``BackupFault``, ``SQLiteStoreError/laterSchema``, SQLite's errors; then the copy is not there.
    package static func restore(
        from path: String, to target: String, epoch: String, now: Timestamp, on disk: any BackupDisk = SystemDisk()
    ) throws {
        if let obstacle = disk.obstacle(at: path) { throw obstacle }
        disk.remove(target)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let source: DatabaseQueue
            do {
                source = try DatabaseQueue(path: path, configuration: configuration)
                _ = try source.read { try check($0, path) }
            } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
                throw BackupFault.foreign(path)
            }
            let copy = try DatabaseQueue(path: target)
            try source.backup(to: copy)
            try source.close()
            try begin(epoch, in: copy, now: now)
            try copy.close()
            try disk.sync(target)
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { disk.remove(target + suffix) }
            throw error
        }
    }

    /// The restored copy's own beginning.
    private static func begin(_ epoch: String, in copy: DatabaseQueue, now: Timestamp) throws {
        // One file, which is the database without a log beside it.
        try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try Schema.migrate(copy)
        try copy.writeWithoutTransaction { database in
            try database.transacting(.immediate) { database in
                let writing = SQLiteWriting(database: database)
                let before = try writing.setting("epoch") ?? ""
                try writing.put("epoch", epoch)
                let floor = max(UInt64(clamping: now.milliseconds), UInt64(try writing.setting("inc_floor") ?? "") ?? 0)
                try writing.put("inc_floor", String(floor))
                // What the backup holds is backed up, by itself.
                try writing.putBackups(try writing.allChainEnds().mapValues(\.number))
                try writing.append(
                    Notice(
                        at: now, kind: .restored, tenant: nil, device: nil,
                        detail: "epoch \(before) ended, \(epoch) begins"))
            }
        }
    }

    /// Whether the database is whole and ours; gives the ends of its chains.
    private static func check(_ database: Database, _ path: String) throws -> [ChainKey: UInt64] {
        let finding = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        guard finding == "ok" else { throw BackupFault.damaged(path, finding: finding) }
        guard try database.tableExists("settings"), try database.tableExists("changes"),
            try database.tableExists("chains")
        else { throw BackupFault.foreign(path) }
        return try SQLiteReading(database: database).allChainEnds().mapValues(\.number)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
