import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

// Files as rows: what is known of each, and its content in the pieces in which it came.

extension Schema {
    static let blobs = [
        // `orphaned`: since when no record has named it.
        """
        CREATE TABLE blobs (tenant TEXT NOT NULL, hash TEXT NOT NULL, size INTEGER NOT NULL, received INTEGER NOT NULL,
            complete INTEGER NOT NULL, orphaned INTEGER, PRIMARY KEY (tenant, hash)) WITHOUT ROWID
        """,
        // `start`: where the piece begins in the file. With rows of this size a table with a rowid is the right one.
        """
        CREATE TABLE blob_parts (tenant TEXT NOT NULL, hash TEXT NOT NULL, start INTEGER NOT NULL,
            content BLOB NOT NULL, PRIMARY KEY (tenant, hash, start))
        """,
    ]
}

extension SQLiteReading: BlobReading {
    private static let columns = "tenant, hash, size, received, complete, orphaned"

    func blob(_ hash: String, of tenant: TenantID) throws -> BlobRecord? {
        try database.first(
            "SELECT \(Self.columns) FROM blobs WHERE tenant = ? AND hash = ?", [.text(tenant.rawValue), .text(hash)],
            Self.blob)
    }

    func blobs(of tenant: TenantID) throws -> [BlobRecord] {
        try database.list(
            "SELECT \(Self.columns) FROM blobs WHERE tenant = ? ORDER BY hash", [.text(tenant.rawValue)], Self.blob)
    }

    func blobBytes(of tenant: TenantID) throws -> UInt64 {
        try database.first("SELECT SUM(size) FROM blobs WHERE tenant = ?", [.text(tenant.rawValue)]) { $0.number(0) }
            ?? 0
    }

    func blobContent(_ hash: String, of tenant: TenantID, from offset: UInt64, count: Int) throws -> [UInt8] {
        let (end, overflow) = offset.addingReportingOverflow(UInt64(max(0, count)))
        var bytes: [UInt8] = []
        try database.rows(
            """
            SELECT start, content FROM blob_parts WHERE tenant = ? AND hash = ? AND start < ? \
            AND start + length(content) > ? ORDER BY start
            """, [.text(tenant.rawValue), .text(hash), .number(overflow ? .max : end), .number(offset)]
        ) { row in
            guard let start = row.number(0), let content = row.bytes(1) else {
                throw SQLiteStoreError.damagedRow(table: "blob_parts")
            }
            let skipped = offset > start ? Int(clamping: offset - start) : 0
            // A hole would give bytes of another place.
            guard max(start, offset) == offset + UInt64(bytes.count), skipped <= content.count else {
                throw SQLiteStoreError.damagedRow(table: "blob_parts")
            }
            bytes += content.dropFirst(skipped).prefix(count - bytes.count)
        }
        return bytes
    }

    private static func blob(_ row: Columns) throws -> BlobRecord {
        guard let tenant = row.text(0), let hash = row.text(1), let size = row.number(2), let received = row.number(3),
            let isComplete = row.flag(4)
        else { throw SQLiteStoreError.damagedRow(table: "blobs") }
        return BlobRecord(
            tenant: try TenantID(tenant), hash: hash, size: size, received: received, isComplete: isComplete,
            orphaned: row.moment(5))
    }
}

extension SQLiteWriting: BlobWriting {
    func put(_ blob: BlobRecord) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO blobs (tenant, hash, size, received, complete, orphaned) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(blob.tenant.rawValue), .text(blob.hash), .number(blob.size), .number(blob.received),
                .flag(blob.isComplete), Argument(blob.orphaned?.milliseconds),
            ])
    }

    func appendBlobContent(_ bytes: [UInt8], _ hash: String, of tenant: TenantID, at offset: UInt64) throws {
        try database.run(
            "INSERT INTO blob_parts (tenant, hash, start, content) VALUES (?, ?, ?, ?)",
            [.text(tenant.rawValue), .text(hash), .number(offset), .blob(bytes)])
    }

    func deleteBlob(_ hash: String, of tenant: TenantID) throws {
        let place: [Argument] = [.text(tenant.rawValue), .text(hash)]
        try database.run("DELETE FROM blob_parts WHERE tenant = ? AND hash = ?", place)
        try database.run("DELETE FROM blobs WHERE tenant = ? AND hash = ?", place)
    }
}
