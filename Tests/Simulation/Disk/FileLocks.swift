import GRDBSQLite

/// Some of the connections that have a file open, a bit for each.
struct Holders: OptionSet {
    let rawValue: UInt64

    /// The first one that is not among these; `nil`: all of 64 are.
    var firstAbsent: Holders? {
        ~rawValue == 0 ? nil : Holders(rawValue: 1 << UInt64((~rawValue).trailingZeroBitCount))
    }
}

/// Who holds which lock of a database file (https://sqlite.org/lockingv3.html).
struct FileLocks {
    private var readers: Holders = []
    private var reserved: Holders = []
    private var pending: Holders = []
    private var exclusive: Holders = []

    /// Takes a lock, or says that somebody is in the way; `level`: the one held, moved on as far as it goes.
    mutating func lock(_ who: Holders, _ level: inout Int32, to wanted: Int32) -> Int32 {
        guard level < wanted else { return SQLITE_OK }
        if level < SQLITE_LOCK_SHARED {
            guard pending.isEmpty, exclusive.isEmpty else { return SQLITE_BUSY }
            readers.insert(who)
            level = SQLITE_LOCK_SHARED
        }
        guard wanted > SQLITE_LOCK_SHARED else { return SQLITE_OK }
        guard reserved.isSubset(of: who), pending.isSubset(of: who) else { return SQLITE_BUSY }
        if wanted == SQLITE_LOCK_RESERVED {
            reserved = who
            level = SQLITE_LOCK_RESERVED
            return SQLITE_OK
        }
        // Nobody comes in any more; those who are in may finish.
        pending = who
        level = SQLITE_LOCK_PENDING
        guard readers == [who] else { return SQLITE_BUSY }
        exclusive = who
        level = SQLITE_LOCK_EXCLUSIVE
        return SQLITE_OK
    }

    mutating func unlock(_ who: Holders, _ level: inout Int32, to wanted: Int32) {
        guard level > wanted else { return }
        reserved.subtract(who)
        pending.subtract(who)
        exclusive.subtract(who)
        if wanted == SQLITE_LOCK_NONE { readers.subtract(who) }
        level = wanted
    }

    /// Whether somebody is about to write.
    var isReserved: Bool { !reserved.union(pending).union(exclusive).isEmpty }
}

/// The index of a write-ahead log, in memory that all connections to a file share, with its locks.
struct SharedIndex: ~Copyable {
    private var regions: [UnsafeMutableRawBufferPointer] = []
    private var readers: [Holders] = Array(repeating: [], count: Int(SQLITE_SHM_NLOCK))
    private var writers: [Holders] = Array(repeating: [], count: Int(SQLITE_SHM_NLOCK))
    private var users: Holders = []

    /// A region, made when it is not there and `isWanted`.
    mutating func region(_ number: Int, bytes: Int, isWanted: Bool, for who: Holders) -> UnsafeMutableRawPointer? {
        users.formUnion(who)
        while isWanted, regions.count <= number {
            let region = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 4_096)
            region.initializeMemory(as: UInt8.self, repeating: 0)
            regions.append(region)
        }
        return number < regions.count ? regions[number].baseAddress : nil
    }

    mutating func lock(_ slots: Range<Int>, _ flags: Int32, for who: Holders) -> Int32 {
        guard slots.lowerBound >= 0, slots.upperBound <= writers.count else { return SQLITE_MISUSE }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            for slot in slots {
                readers[slot].subtract(who)
                writers[slot].subtract(who)
            }
            return SQLITE_OK
        }
        let isExclusive = flags & SQLITE_SHM_EXCLUSIVE != 0
        for slot in slots {
            if !writers[slot].isSubset(of: who) { return SQLITE_BUSY }
            if isExclusive, !readers[slot].isSubset(of: who) { return SQLITE_BUSY }
        }
        for slot in slots {
            if isExclusive { writers[slot] = who } else { readers[slot].formUnion(who) }
        }
        return SQLITE_OK
    }

    /// The last one who leaves takes the index away.
    mutating func leave(_ who: Holders) {
        _ = lock(0..<writers.count, SQLITE_SHM_UNLOCK, for: who)
        users.subtract(who)
        if users.isEmpty { free() }
    }

    private mutating func free() {
        for region in regions { region.deallocate() }
        regions = []
    }

    deinit { for region in regions { region.deallocate() } }
}
