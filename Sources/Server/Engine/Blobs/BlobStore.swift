package import PlanSyncCore

// Files that stand as evidence are rows of the database, not files beside it: a file becomes visible in the
// transaction that verified it, a kill leaves no half of one, one lock and one access mode guard all, and a backup
// holds every file that its records name. The price, a larger database, is bounded by the tenants' quotas.

/// A tenant's file, whole or as far as it has come.
package struct BlobRecord: Sendable, Equatable {
    /// Whose it is.
    package let tenant: TenantID
    /// The SHA-256 of the content in hexadecimal.
    package let hash: String
    /// Bytes of the whole.
    package let size: UInt64
    /// Bytes that are there.
    package let received: UInt64
    /// Whether the whole is there and its hash was verified.
    package let isComplete: Bool
    /// Since when no record has named it; `nil`: one does, or nobody has looked.
    package let orphaned: Timestamp?

    package init(
        tenant: TenantID, hash: String, size: UInt64, received: UInt64, isComplete: Bool, orphaned: Timestamp? = nil
    ) {
        self.tenant = tenant
        self.hash = hash
        self.size = size
        self.received = received
        self.isComplete = isComplete
        self.orphaned = orphaned
    }
}

/// Questions about files, within one view of the store.
package protocol BlobReading {
    /// A tenant's file; `nil`: not a byte of it is there.
    func blob(_ hash: String, of tenant: TenantID) throws -> BlobRecord?
    /// All files of a tenant, in the order of their hashes.
    func blobs(of tenant: TenantID) throws -> [BlobRecord]
    /// The bytes that a tenant's files take when all are whole.
    func blobBytes(of tenant: TenantID) throws -> UInt64
    /// Bytes of a file from an offset, whether it is whole or not.
    func blobContent(_ hash: String, of tenant: TenantID, from offset: UInt64, count: Int) throws -> [UInt8]
}

/// Writes of files, within one transaction.
package protocol BlobWriting: BlobReading {
    /// Puts in or replaces what is known of a file.
    func put(_ blob: BlobRecord) throws
    /// Appends bytes to a file; `offset`: where they begin.
    func appendBlobContent(_ bytes: [UInt8], _ hash: String, of tenant: TenantID, at offset: UInt64) throws
    /// Takes a file out with all its bytes.
    func deleteBlob(_ hash: String, of tenant: TenantID) throws
}
