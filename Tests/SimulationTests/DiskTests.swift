import Foundation
import GRDB
import GRDBSQLite
import PlanSyncSeeds
import Testing

@testable import PlanSyncSimulation

/// The disk in memory under the simulation's databases: files, locks, and what a loss of power leaves.
@Suite("Disk")
struct DiskTests {
    private static let sector = 512

    @Test("SQLite does not count memory beside the disk in memory either: two runs at once would wait for its lock")
    func memoryIsUncounted() async {
        await #expect(processExitsWith: .success) {
            let outcome = Simulation(events: 20, folder: "\(Disk.memory)/uncounted").run(seed: 1)
            #expect(outcome.violations.isEmpty && outcome.isWhole)
            #expect(sqlite3_memory_highwater(0) == 0)
        }
    }

    private static func write(_ bytes: [UInt8], to file: MemoryFile, at offset: Int) {
        bytes.withUnsafeBytes { file.write($0, at: offset) }
    }

    private static func read(_ count: Int, from file: MemoryFile, at offset: Int) -> (found: Int, bytes: [UInt8]) {
        var bytes = [UInt8](repeating: 0xEE, count: count)
        let found = bytes.withUnsafeMutableBytes { file.read(into: $0, at: offset) }
        return (found, bytes)
    }

    private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(1 + random.below(255)) }
    }

    /// A folder in memory.
    private static func withFolder<Answer>(_ body: (String) throws -> Answer) rethrows -> Answer {
        // SQLite knows the way there once there is a disk.
        let disk = Disk()
        let folder = "\(Disk.memory)/\(UUID().uuidString)"
        defer { disk.remove(folder) }
        return try body(folder)
    }

    // MARK: Files

    @Test("A file gives back what was written last, also beyond its old end and after it was cut")
    func readsBack() {
        for seed in UInt64(1)...40 { Self.readBack(seed) }
    }

    private static func readBack(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let file = MemoryFile()
        var expected: [UInt8] = []
        for _ in 0..<60 {
            switch random.below(4) {
            case 0:
                let count = random.below(expected.count + 200)
                file.truncate(to: count)
                // A file does not grow by being cut.
                expected = Array(expected.prefix(count))
            case 1: file.sync()
            default:
                let bytes = bytes(1 + random.below(2_000), &random)
                let offset = random.below(expected.count + 700)
                write(bytes, to: file, at: offset)
                let missing = max(0, offset + bytes.count - expected.count)
                expected += [UInt8](repeating: 0, count: missing)
                expected.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            }
            #expect(file.count == expected.count && file.bytes == expected, "seed \(seed)")
            let (offset, count) = (random.below(expected.count + 100), random.below(900))
            let there = Array(expected.dropFirst(offset).prefix(count))
            let read = read(count, from: file, at: offset)
            #expect(read.found == there.count)
            #expect(read.bytes == there + [UInt8](repeating: 0, count: count - there.count))
        }
    }

    // MARK: Losses of power

    @Test("What was synced survives every loss of power")
    func syncedSurvives() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let file = MemoryFile(Self.bytes(random.below(3_000), &random))
            for _ in 0..<5 { Self.write(Self.bytes(700, &random), to: file, at: random.below(file.count + 1)) }
            file.truncate(to: file.count - random.below(700))
            file.sync()
            #expect(file.afterPowerLoss { random.below($0) } == file.bytes)
        }
    }

    @Test("A write that was not synced is there, is lost, or is torn after whole sectors")
    func lostTornOrKept() {
        var (kept, lost, torn) = (0, 0, 0)
        for seed in UInt64(1)...400 {
            var random = SplitMix64(seed: seed)
            let before = Self.bytes(4_096, &random)
            let file = MemoryFile(before)
            let written = Self.bytes(4_096, &random)
            // Within the file, over its end, or behind it.
            let offset = [0, 1_000, 4_096][random.below(3)]
            Self.write(written, to: file, at: offset)
            let after = file.afterPowerLoss { random.below($0) }
            let possible = (0...8).map { sectors in
                let part = written.prefix(sectors * Self.sector)
                let rest = before.dropFirst(offset + part.count)
                return before.prefix(offset) + part + rest
            }
            guard let sectors = possible.firstIndex(of: after[...]) else {
                Issue.record("seed \(seed): \(after.count) bytes are no part of the write")
                continue
            }
            if sectors == 0 { lost += 1 } else if sectors == 8 { kept += 1 } else { torn += 1 }
        }
        #expect(kept > 80 && lost > 80 && torn > 60)
    }

    @Test("Of many writes each has its own fate, and nothing stands there that nobody wrote")
    func manyWrites() {
        var outcomes: Set<[UInt8]> = []
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let file = MemoryFile([UInt8](repeating: 1, count: 8_192))
            var possible = [Set<UInt8>](repeating: [1], count: 8_192)
            for value in UInt8(2)...9 {
                let (offset, count) = (random.below(9_000), 1 + random.below(1_500))
                Self.write([UInt8](repeating: value, count: count), to: file, at: offset)
                // A hole behind the old end reads as zeros.
                while possible.count < offset + count { possible.append([0]) }
                for place in offset..<offset + count { possible[place].insert(value) }
            }
            let after = file.afterPowerLoss { random.below($0) }
            #expect(after.count >= 8_192 && after.count <= possible.count)
            #expect(zip(after, possible).allSatisfy { $1.contains($0) }, "seed \(seed)")
            outcomes.insert(after)
        }
        #expect(outcomes.count > 190)
    }

    @Test("A cut that was not synced took place, or did not")
    func cuts() {
        var counts: Set<Int> = []
        for seed in UInt64(1)...40 {
            var random = SplitMix64(seed: seed)
            let before = Self.bytes(3_000, &random)
            let file = MemoryFile(before)
            file.truncate(to: 100)
            let after = file.afterPowerLoss { random.below($0) }
            #expect(after == before || after == Array(before.prefix(100)))
            counts.insert(after.count)
        }
        #expect(counts == [100, 3_000])
    }

    // MARK: Locks

    @Test("Many read, one writes, and who waits for the readers to go lets no new ones in")
    func locks() {
        var locks = FileLocks()
        let (one, two, three) = (Holders(rawValue: 1), Holders(rawValue: 2), Holders(rawValue: 4))
        var (first, second, third) = (SQLITE_LOCK_NONE, SQLITE_LOCK_NONE, SQLITE_LOCK_NONE)
        #expect(locks.lock(one, &first, to: SQLITE_LOCK_SHARED) == SQLITE_OK)
        #expect(locks.lock(two, &second, to: SQLITE_LOCK_SHARED) == SQLITE_OK)
        #expect(!locks.isReserved)
        #expect(locks.lock(one, &first, to: SQLITE_LOCK_RESERVED) == SQLITE_OK)
        #expect(locks.isReserved)
        #expect(locks.lock(two, &second, to: SQLITE_LOCK_RESERVED) == SQLITE_BUSY && second == SQLITE_LOCK_SHARED)
        // Beside one who means to write others still begin to read.
        #expect(locks.lock(three, &third, to: SQLITE_LOCK_SHARED) == SQLITE_OK)
        locks.unlock(three, &third, to: SQLITE_LOCK_NONE)
        #expect(locks.lock(one, &first, to: SQLITE_LOCK_EXCLUSIVE) == SQLITE_BUSY && first == SQLITE_LOCK_PENDING)
        #expect(locks.lock(three, &third, to: SQLITE_LOCK_SHARED) == SQLITE_BUSY && third == SQLITE_LOCK_NONE)
        locks.unlock(two, &second, to: SQLITE_LOCK_NONE)
        #expect(locks.lock(one, &first, to: SQLITE_LOCK_EXCLUSIVE) == SQLITE_OK && first == SQLITE_LOCK_EXCLUSIVE)
        #expect(locks.lock(two, &second, to: SQLITE_LOCK_SHARED) == SQLITE_BUSY)
        locks.unlock(one, &first, to: SQLITE_LOCK_SHARED)
        #expect(locks.lock(two, &second, to: SQLITE_LOCK_SHARED) == SQLITE_OK && !locks.isReserved)
        #expect(locks.lock(two, &second, to: SQLITE_LOCK_RESERVED) == SQLITE_OK)
    }

    @Test("The index of a log has locks to share and locks to have alone, and goes with the last one who uses it")
    func indexLocks() {
        let file = MemoryFile()
        let (one, two) = (Holders(rawValue: 1), Holders(rawValue: 2))
        let (shared, alone) = (SQLITE_SHM_LOCK | SQLITE_SHM_SHARED, SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)
        #expect(file.region(0, bytes: 32_768, isWanted: false, for: one) == nil)
        let region = file.region(0, bytes: 32_768, isWanted: true, for: one)
        #expect(region != nil && file.region(0, bytes: 32_768, isWanted: false, for: two) == region)
        #expect(file.lockIndex(3..<4, shared, for: one) == SQLITE_OK)
        #expect(file.lockIndex(3..<4, shared, for: two) == SQLITE_OK)
        #expect(file.lockIndex(2..<5, alone, for: two) == SQLITE_BUSY)
        #expect(file.lockIndex(3..<4, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED, for: one) == SQLITE_OK)
        #expect(file.lockIndex(2..<5, alone, for: two) == SQLITE_OK)
        #expect(file.lockIndex(4..<5, shared, for: one) == SQLITE_BUSY)
        file.leaveIndex(two)
        #expect(file.lockIndex(4..<5, alone, for: one) == SQLITE_OK)
        #expect(file.region(0, bytes: 32_768, isWanted: false, for: one) == region)
        file.leaveIndex(one)
        #expect(file.region(0, bytes: 32_768, isWanted: false, for: one) == nil)
        #expect(file.lockIndex(7..<9, alone, for: one) == SQLITE_MISUSE)
    }

    // MARK: Databases

    /// How many of some losses of power take a commit that was made with this setting; what is left is sound.
    private static func losses(synchronous: String) throws -> Int {
        try withFolder { folder in
            let path = folder + "/notes.sqlite"
            let pool = try DatabasePool(path: path)
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "CREATE TABLE notes (text TEXT)")
                try database.execute(sql: "PRAGMA synchronous = \(synchronous)")
            }
            try pool.write { try $0.execute(sql: "INSERT INTO notes VALUES ('kept')") }
            // The second connection.
            #expect(try pool.read { try String.fetchAll($0, sql: "SELECT text FROM notes") } == ["kept"])
            var lost = 0
            for seed in UInt64(1)...40 {
                var random = SplitMix64(seed: seed)
                let left = "\(folder)/left\(seed).sqlite"
                try Disk().leave(path, at: left, &random)
                let queue = try DatabaseQueue(path: left)
                let (state, texts) = try queue.read { database in
                    (
                        try String.fetchOne(database, sql: "PRAGMA integrity_check"),
                        try String.fetchAll(database, sql: "SELECT text FROM notes")
                    )
                }
                #expect(state == "ok")
                if texts != ["kept"] { lost += 1 }
                try queue.close()
            }
            try pool.close()
            return lost
        }
    }

    @Test("A commit that was synced is there after a loss of power, and one that was not may be gone")
    func commits() throws {
        #expect(try Self.losses(synchronous: "FULL") == 0)
        #expect(try Self.losses(synchronous: "OFF") > 10)
    }

    @Test("Two connections to one file see one moment each, and one of them writes at a time")
    func connections() throws {
        try Self.withFolder { folder in
            let path = folder + "/notes.sqlite"
            let pool = try DatabasePool(path: path)
            try pool.write { try $0.execute(sql: "CREATE TABLE notes (text TEXT)") }
            let other = try DatabaseQueue(path: path)
            func count(_ database: Database) throws -> Int? {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM notes")
            }
            try other.read { reading in
                #expect(try count(reading) == 0)
                try pool.write { try $0.execute(sql: "INSERT INTO notes VALUES ('new')") }
                #expect(try count(reading) == 0)
            }
            #expect(try other.read(count) == 1)
            try other.inTransaction(.immediate) { _ in
                let refused = #expect(throws: DatabaseError.self) {
                    try pool.write { try $0.execute(sql: "INSERT INTO notes VALUES ('two')") }
                }
                #expect(refused?.resultCode == .SQLITE_BUSY)
                return .rollback
            }
            try other.close()
            try pool.close()
            // Who leaves last folds the log into the file.
            #expect(MemoryVFS.file(at: path + "-wal") == nil)
            #expect(try DatabaseQueue(path: path).read(count) == 1)
        }
    }

    @Test("A run is the same in memory and on the machine's own disk")
    func sameRun() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plansync-disk-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let runs = Self.withFolder { folder in
            (UInt64(1)...40).lazy.map { Simulation(events: 200, folder: folder).run(seed: $0) }
                .filter { $0.reached[.powerLosses] > 0 }.prefix(2).map(\.self)
        }
        #expect(runs.count == 2)
        for inMemory in runs {
            let real = Simulation(events: 200, folder: folder.path).run(seed: inMemory.seed)
            #expect(real.violations.isEmpty && real.logHash == inMemory.logHash, "seed \(inMemory.seed)")
        }
    }
}
