import Foundation
import GRDB
import GRDBSQLite
import PlanSyncStore
import Testing

/// A folder of one test, gone when the test is over.
private final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    var path: String { url.appendingPathComponent("store.sqlite").path }

    deinit { try? FileManager.default.removeItem(at: url) }
}

@Suite("Files that keep what they acknowledge")
struct StoreFileTests {
    private func settings(_ database: Database) throws -> (synchronous: Int?, journal: String?, checkpoint: Int?) {
        (
            try Int.fetchOne(database, sql: "PRAGMA synchronous"),
            try String.fetchOne(database, sql: "PRAGMA journal_mode"),
            try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint")
        )
    }

    @Test("SQLite does not count the memory of a process that begins with a store: that is one lock for all its work")
    func memoryIsUncounted() async {
        await #expect(processExitsWith: .success) {
            let path = NSTemporaryDirectory() + "/plansync-uncounted-\(UUID().uuidString).sqlite"
            defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
            let queue = try StoreFile.openQueue(at: path)
            try queue.write { try $0.execute(sql: "CREATE TABLE t(x); INSERT INTO t VALUES (randomblob(100000))") }
            #expect(sqlite3_memory_highwater(0) == 0)
            try queue.close()
        }
    }

    @Test("A pool's writer runs with FULL and a write-ahead log")
    func pool() throws {
        let folder = try Folder()
        let pool = try StoreFile.openPool(at: folder.path)
        let found = try pool.writeWithoutTransaction { try settings($0) }
        #expect(found.synchronous == 2)
        #expect(found.journal == "wal")
        #expect(found.checkpoint == 10_000)
        try pool.close()
    }

    @Test("A queue runs with FULL and a write-ahead log, also after a second opening")
    func queue() throws {
        let folder = try Folder()
        for _ in 0..<2 {
            let queue = try StoreFile.openQueue(at: folder.path)
            let found = try queue.writeWithoutTransaction { try settings($0) }
            #expect(found.synchronous == 2)
            #expect(found.journal == "wal")
            try queue.close()
        }
    }

    @Test("The options reach the connection")
    func options() throws {
        let folder = try Folder()
        var options = StoreFile.Options()
        options.checkpointPages = 77
        options.cacheKibibytes = 1_024
        let queue = try StoreFile.openQueue(at: folder.path, options: options)
        let found = try queue.writeWithoutTransaction { database in
            try ["wal_autocheckpoint", "cache_size", "mmap_size", "foreign_keys"].map { name in
                try Int.fetchOne(database, sql: "PRAGMA \(name)")
            }
        }
        #expect(found == [77, -1_024, 0, 1])
        try queue.close()
    }

    @Test("Settings under which an acknowledged write could vanish are refused")
    func verify() throws {
        #expect(throws: StoreFileError.synchronousTooLow(found: 1)) {
            try StoreFile.verify(synchronous: 1, journal: "wal")
        }
        #expect(throws: StoreFileError.synchronousTooLow(found: 0)) {
            try StoreFile.verify(synchronous: 0, journal: "wal")
        }
        #expect(throws: StoreFileError.notWriteAhead(found: "delete")) {
            try StoreFile.verify(synchronous: 2, journal: "delete")
        }
        try StoreFile.verify(synchronous: 2, journal: "WAL")
        try StoreFile.verify(synchronous: 3, journal: "wal")
        #expect(StoreFileError.synchronousTooLow(found: 1).description.contains("synchronous=1"))
        #expect(StoreFileError.notWriteAhead(found: "delete").description.contains("'delete'"))
    }

    @Test("A database in memory is refused, because it keeps nothing")
    func memory() {
        #expect(throws: (any Error).self) { try StoreFile.openQueue(at: ":memory:") }
    }

    @Test("A committed row is there after reopening, and one that was rolled back is not")
    func durable() throws {
        let folder = try Folder()
        struct Interruption: Error {}
        let pool = try StoreFile.openPool(at: folder.path)
        try pool.write { database in
            try database.execute(sql: "CREATE TABLE figures (value TEXT NOT NULL)")
            try database.execute(sql: "INSERT INTO figures VALUES ('15')")
        }
        #expect(throws: Interruption.self) {
            try pool.write { database in
                try database.execute(sql: "INSERT INTO figures VALUES ('16')")
                throw Interruption()
            }
        }
        try pool.close()
        let again = try StoreFile.openQueue(at: folder.path)
        #expect(try again.read { try String.fetchAll($0, sql: "SELECT value FROM figures") } == ["15"])
        try again.close()
    }

    @Test("A committed row is in the log even when the file was never closed")
    func copiedWhileOpen() throws {
        let folder = try Folder()
        let pool = try StoreFile.openPool(at: folder.path)
        try pool.write { database in
            try database.execute(sql: "CREATE TABLE figures (value TEXT NOT NULL)")
            try database.execute(sql: "INSERT INTO figures VALUES ('15')")
        }
        let copy = try Folder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.path + suffix, toPath: copy.path + suffix)
        }
        let queue = try StoreFile.openQueue(at: copy.path)
        #expect(try queue.read { try String.fetchAll($0, sql: "SELECT value FROM figures") } == ["15"])
        try queue.close()
        try pool.close()
    }
}
