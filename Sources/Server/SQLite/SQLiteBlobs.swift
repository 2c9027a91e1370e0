import GRDB
import PlanSyncCore
import PlanSyncServer

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
    func blob(_ hash: String, of tenant: TenantID) throws -> BlobRecord? {
        try Row.fetchOne(
            statement("SELECT * FROM blobs WHERE tenant = ? AND hash = ?"), arguments: [tenant.rawValue, hash]
        ).map { try Self.blob($0) }
    }

    func blobs(of tenant: TenantID) throws -> [BlobRecord] {
        try Row.fetchAll(
            statement("SELECT * FROM blobs WHERE tenant = ? ORDER BY hash"), arguments: [tenant.rawValue]
        ).map { try Self.blob($0) }
    }

    func blobBytes(of tenant: TenantID) throws -> UInt64 {
        let sum = try Int64.fetchOne(
            statement("SELECT SUM(size) FROM blobs WHERE tenant = ?"), arguments: [tenant.rawValue])
        return Column.unsigned(sum ?? 0)
    }

    func blobContent(_ hash: String, of tenant: TenantID, from offset: UInt64, count: Int) throws -> [UInt8] {
        let rows = try Row.fetchCursor(
            statement(
                """
                SELECT start, content FROM blob_parts WHERE tenant = ? AND hash = ? AND start < ? \
                AND start + length(content) > ? ORDER BY start
                """),
            arguments: [
                tenant.rawValue, hash, Column.signed(offset) + Int64(count), Column.signed(offset),
            ])
        var bytes: [UInt8] = []
        while let row = try rows.next() {
            let content = Column.bytes(row, "content")
            let start = Column.unsigned(row["start"])
            let skipped = offset > start ? Int(clamping: offset - start) : 0
            // A hole would give bytes of another place.
            guard start + UInt64(skipped) == offset + UInt64(bytes.count) else {
                throw SQLiteStoreError.damagedRow(table: "blob_parts")
            }
            bytes += content.dropFirst(skipped).prefix(count - bytes.count)
        }
        return bytes
    }

    private static func blob(_ row: Row) throws -> BlobRecord {
        BlobRecord(
            tenant: try TenantID(row["tenant"] as String), hash: row["hash"], size: Column.unsigned(row["size"]),
            received: Column.unsigned(row["received"]), isComplete: row["complete"],
            orphaned: (row["orphaned"] as Int64?).map { Timestamp(milliseconds: $0) })
    }
}

extension SQLiteWriting: BlobWriting {
    func put(_ blob: BlobRecord) throws {
        try statement(
            """
            INSERT OR REPLACE INTO blobs (tenant, hash, size, received, complete, orphaned) VALUES (?, ?, ?, ?, ?, ?)
            """
        ).execute(
            arguments: [
                blob.tenant.rawValue, blob.hash, Column.signed(blob.size), Column.signed(blob.received),
                blob.isComplete, blob.orphaned?.milliseconds,
            ])
    }

    func appendBlobContent(_ bytes: [UInt8], _ hash: String, of tenant: TenantID, at offset: UInt64) throws {
        try statement("INSERT INTO blob_parts (tenant, hash, start, content) VALUES (?, ?, ?, ?)").execute(
            arguments: [tenant.rawValue, hash, Column.signed(offset), DatabaseValue(bytes: bytes)])
    }

    func deleteBlob(_ hash: String, of tenant: TenantID) throws {
        try statement("DELETE FROM blob_parts WHERE tenant = ? AND hash = ?")
            .execute(arguments: [tenant.rawValue, hash])
        try statement("DELETE FROM blobs WHERE tenant = ? AND hash = ?").execute(arguments: [tenant.rawValue, hash])
    }
}
