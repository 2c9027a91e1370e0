import Foundation
import PlanSyncClient
import PlanSyncServerSQLite

/// Empty databases, made by the engines once in a process: a run begins with copies of them, because the making of
/// the tables would be a tenth of all that a short run does.
enum Blank {
    /// An empty server's file.
    static let server = make { try SQLitePlanStore(path: $0).close() }

    /// An empty client's file.
    static let client = make { path in
        try Replica(path: path, lock: FaultyLock(), cryptography: SimulatedCryptography()).close()
    }

    /// Puts a copy at a place where nothing is yet.
    static func put(_ blank: Data?, at path: String) throws {
        guard let blank, !FileManager.default.fileExists(atPath: path) else { return }
        try blank.write(to: URL(fileURLWithPath: path))
    }

    private static func make(_ body: (String) throws -> Void) -> Data? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plansync-\(UUID().uuidString)")
        defer { Scratch.remove(folder.path) }
        do {
            try Scratch.make(folder.path)
            let file = folder.appendingPathComponent("blank.sqlite")
            try body(file.path)
            return try Data(contentsOf: file)
        } catch {
            // Then each run makes its own.
            return nil
        }
    }
}
