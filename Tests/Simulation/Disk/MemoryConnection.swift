import GRDBSQLite

/// One connection's hold on a file in memory, as SQLite asks for it (https://sqlite.org/c3ref/io_methods.html).
final class MemoryConnection {
    /// What SQLite keeps for an open file.
    struct Handle {
        /// SQLite's own part, which comes first.
        var base: sqlite3_file
        var connection: Unmanaged<MemoryConnection>?
    }

    /// SQLITE_IOERR_SHORT_READ, a macro that Swift cannot read.
    private static let shortRead = SQLITE_IOERR | (2 << 8)

    private let file: MemoryFile
    private let holder: Holders
    private var level = SQLITE_LOCK_NONE

    init?(_ file: MemoryFile) {
        guard let holder = file.open() else { return nil }
        self.file = file
        self.holder = holder
    }

    func attach(to handle: UnsafeMutablePointer<sqlite3_file>, methods: UnsafePointer<sqlite3_io_methods>) {
        UnsafeMutableRawPointer(handle).storeBytes(
            of: Handle(base: sqlite3_file(pMethods: methods), connection: Unmanaged.passRetained(self)),
            as: Handle.self)
    }

    private static func of(_ handle: UnsafeMutablePointer<sqlite3_file>?) -> MemoryConnection? {
        guard let handle else { return nil }
        return UnsafeMutableRawPointer(handle).load(as: Handle.self).connection?.takeUnretainedValue()
    }

    private func detach(from handle: UnsafeMutablePointer<sqlite3_file>) {
        file.withLocks { $0.unlock(holder, &level, to: SQLITE_LOCK_NONE) }
        file.close(holder)
        let raw = UnsafeMutableRawPointer(handle)
        let connection = raw.load(as: Handle.self).connection
        raw.storeBytes(of: Handle(base: sqlite3_file(pMethods: nil), connection: nil), as: Handle.self)
        connection?.release()
    }

    /// What SQLite calls for an open file.
    static var methods: sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        // The second version: with the index of a write-ahead log, without mapped pages.
        methods.iVersion = 2
        setReadingAndWriting(&methods)
        setLocks(&methods)
        setIndex(&methods)
        return methods
    }

    private static func setReadingAndWriting(_ methods: inout sqlite3_io_methods) {
        methods.xClose = { handle in
            if let handle { MemoryConnection.of(handle)?.detach(from: handle) }
            return SQLITE_OK
        }
        methods.xRead = { handle, buffer, count, offset in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            let buffer = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
            return connection.file.read(into: buffer, at: Int(offset)) == buffer.count
                ? SQLITE_OK : MemoryConnection.shortRead
        }
        methods.xWrite = { handle, bytes, count, offset in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            connection.file.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: Int(offset))
            return SQLITE_OK
        }
        methods.xTruncate = { handle, count in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            connection.file.truncate(to: Int(count))
            return SQLITE_OK
        }
        methods.xSync = { handle, _ in
            MemoryConnection.of(handle)?.file.sync()
            return SQLITE_OK
        }
        methods.xFileSize = { handle, count in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            count?.pointee = Int64(connection.file.count)
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in 4_096 }
        // A write leaves what is beside it as it was, also when the power goes; SQLite takes it so for its own files.
        methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
    }

    private static func setLocks(_ methods: inout sqlite3_io_methods) {
        methods.xLock = { handle, wanted in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            return connection.file.withLocks { $0.lock(connection.holder, &connection.level, to: wanted) }
        }
        methods.xUnlock = { handle, wanted in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            connection.file.withLocks { $0.unlock(connection.holder, &connection.level, to: wanted) }
            return SQLITE_OK
        }
        methods.xCheckReservedLock = { handle, answer in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            answer?.pointee = connection.file.withLocks { $0.isReserved } ? 1 : 0
            return SQLITE_OK
        }
    }

    private static func setIndex(_ methods: inout sqlite3_io_methods) {
        methods.xShmMap = { handle, number, bytes, isWanted, region in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            region?.pointee = connection.file.region(
                Int(number), bytes: Int(bytes), isWanted: isWanted != 0, for: connection.holder)
            return SQLITE_OK
        }
        methods.xShmLock = { handle, first, count, flags in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_IOERR }
            return connection.file.lockIndex(Int(first)..<Int(first) + Int(count), flags, for: connection.holder)
        }
        methods.xShmBarrier = { handle in
            // Taking the lock and giving it back orders what was written before it.
            _ = MemoryConnection.of(handle)?.file.count
        }
        methods.xShmUnmap = { handle, _ in
            guard let connection = MemoryConnection.of(handle) else { return SQLITE_OK }
            connection.file.leaveIndex(connection.holder)
            return SQLITE_OK
        }
    }
}
