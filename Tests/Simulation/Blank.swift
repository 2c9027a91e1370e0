import PlanSyncClient
import PlanSyncServerSQLite

/// Empty databases, made by the engines once in a process: a run begins with copies of them, because the making of
/// the tables would be a tenth of all that a short run does.
enum Blank {
    /// An empty server's file.
    static let server = make("server") { try SQLitePlanStore(path: $0).close() }

    /// An empty client's file.
    static let client = make("client") { path in
        try Replica(path: path, lock: FaultyLock(), cryptography: SimulatedCryptography()).close()
    }

    /// Puts a copy at a place where nothing is yet.
    static func put(_ blank: [UInt8]?, at path: String) throws {
        guard let blank, !Disk().holds(path) else { return }
        try Disk().write(blank, to: path)
    }

    private static func make(_ name: String, _ body: (String) throws -> Void) -> [UInt8]? {
        let path = "\(Disk.memory)/blank/\(name).sqlite"
        let disk = Disk()
        defer { disk.removeDatabase(path) }
        do {
            try body(path)
            return try disk.bytes(of: path)
        } catch {
            // Then each run makes its own.
            return nil
        }
    }
}
