package import PlanSyncCore
import PlanSyncWire

/// A cell as the server last told it.
package struct ReplicaCell: Sendable, Equatable {
    /// Its place.
    package let key: CellKey
    /// Its value; `nil`: cleared.
    package let value: FieldValue?
    /// The change that wrote it.
    package let rev: ChangeID
    /// That change's place in the tenant's order.
    package let seq: UInt64
    /// The device.
    package let by: DeviceID
    /// The person.
    package let author: String
    /// The person's clock.
    package let at: Timestamp
    /// Whether the record was deleted.
    package let deleted: Bool

    package init(
        key: CellKey, value: FieldValue?, rev: ChangeID, seq: UInt64, by: DeviceID, author: String, at: Timestamp,
        deleted: Bool = false
    ) {
        self.key = key
        self.value = value
        self.rev = rev
        self.seq = seq
        self.by = by
        self.author = author
        self.at = at
        self.deleted = deleted
    }
}
