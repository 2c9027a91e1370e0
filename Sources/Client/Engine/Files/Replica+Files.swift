import GRDB
package import PlanSyncCore
import PlanSyncStore

// Which files the server has said it holds, and in which epoch: a server that was restored from a backup may have
// lost some, so what another epoch said does not count.

extension Replica {
    /// Notes that the server holds a file.
    ///
    /// - Throws: SQLite's errors.
    package func noteSent(_ hash: String, of tenant: TenantID, epoch: String) throws {
        try write { database in
            try database.run(
                """
                INSERT INTO files(tenant, hash, epoch) VALUES (?, ?, ?)
                ON CONFLICT(tenant, hash) DO UPDATE SET epoch = excluded.epoch
                """, [.text(tenant.rawValue), .text(hash), .text(epoch)])
        }
    }

    /// The files that the server of an epoch is known to hold, by tenant.
    ///
    /// - Throws: SQLite's errors.
    package func sentFiles(epoch: String?) throws -> [TenantID: Set<String>] {
        try read { database in
            var sent: [TenantID: Set<String>] = [:]
            try database.rows("SELECT tenant, hash FROM files WHERE epoch = ?", [.text(epoch ?? "")]) { row in
                guard let tenant = row.text(0).flatMap({ try? TenantID($0) }), let hash = row.text(1) else { return }
                sent[tenant, default: []].insert(hash)
            }
            return sent
        }
    }
}
