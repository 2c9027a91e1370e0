/// The current accepted value of a field, and who wrote it.
public struct Cell: Sendable, Equatable {
    /// The value; `nil` when it was cleared.
    public let value: FieldValue?
    /// The change that wrote it: what an edit names as its base.
    public let rev: ChangeID
    /// That change's place in the tenant's order.
    public let seq: UInt64
    /// The device that wrote it.
    public let by: DeviceID
    /// Whether that device is the city's (policies `city-wins`, `county-wins`).
    public let byCity: Bool
    /// The person, a claim.
    public let author: String
    /// The person's clock, a claim.
    public let at: Timestamp
    /// Whether the record was deleted; a tombstone.
    public let deleted: Bool
    /// The person's reason, on the server's side only: a conflict shows it.
    public let note: String?
    /// The key of the open conflict about it, on the server's side only.
    public let conflict: String?
    /// What a merge must remember besides the value.
    public let lineage: Lineage?

    /// Makes a cell.
    public init(
        value: FieldValue?, rev: ChangeID, seq: UInt64, by: DeviceID, byCity: Bool, author: String, at: Timestamp,
        deleted: Bool = false, note: String? = nil, conflict: String? = nil, lineage: Lineage? = nil
    ) {
        self.value = value
        self.rev = rev
        self.seq = seq
        self.by = by
        self.byCity = byCity
        self.author = author
        self.at = at
        self.deleted = deleted
        self.note = note
        self.conflict = conflict
        self.lineage = lineage
    }

    /// The same value with another open conflict, or none.
    public func inConflict(_ conflict: String?) -> Cell {
        Cell(
            value: value, rev: rev, seq: seq, by: by, byCity: byCity, author: author, at: at, deleted: deleted,
            note: note, conflict: conflict, lineage: lineage)
    }

    /// Another value in the same place, of the same origin.
    public func valued(_ value: FieldValue?) -> Cell {
        Cell(
            value: value, rev: rev, seq: seq, by: by, byCity: byCity, author: author, at: at, deleted: deleted,
            note: note, conflict: conflict, lineage: lineage)
    }

    /// The same value at a later place, so that those who pull see that something about it changed.
    public func moved(to seq: UInt64) -> Cell {
        Cell(
            value: value, rev: rev, seq: seq, by: by, byCity: byCity, author: author, at: at, deleted: deleted,
            note: note, conflict: conflict, lineage: lineage)
    }

    /// The same value as a tombstone, or back from being one.
    public func deleted(_ deleted: Bool) -> Cell {
        Cell(
            value: value, rev: rev, seq: seq, by: by, byCity: byCity, author: author, at: at, deleted: deleted,
            note: note, conflict: conflict, lineage: lineage)
    }
}
