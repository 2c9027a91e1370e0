import GRDB
package import PlanSyncCore

// Which files the server has said it holds, and in which epoch: a server that was restored from a backup may have
// lost some, so what another epoch said does not count.

extension Replica {
    /// Notes that the server holds a file.
    ///
    /// - Throws: SQLite's errors.
    package func noteSent(_ hash: String, of tenant: TenantID, epoch: String) throws {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO files(tenant, hash, epoch) VALUES (?, ?, ?)
                    ON CONFLICT(tenant, hash) DO UPDATE SET epoch = excluded.epoch
                    """, arguments: [tenant.rawValue, hash, epoch])
        }
    }

    /// The files that the server of an epoch is known to hold, by tenant.
    ///
    /// - Throws: SQLite's errors.
    package func sentFiles(epoch: String?) throws -> [TenantID: Set<String>] {
        try read { database in
            var sent: [TenantID: Set<String>] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT tenant, hash FROM files WHERE epoch = ?", arguments: [epoch ?? ""])
            while let row = try rows.next() {
                guard let tenant = try? TenantID(row[0] as String) else { continue }
                sent[tenant, default: []].insert(row[1])
            }
            return sent
        }
    }
}
