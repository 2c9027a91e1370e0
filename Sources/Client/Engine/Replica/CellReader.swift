import PlanSyncCore
import PlanSyncStore

/// Reads cells from rows with the columns of ``CellRow``, one after the other.
///
/// The names in a row are mostly those of rows before it: where the bytes are the same, so is what they stand for.
struct CellReader {
    private var tenants = KnownNames<TenantID>()
    private var collections = KnownNames<CollectionID>()
    private var records = KnownNames<RecordKey>(countMax: 1)
    private var fields = KnownNames<FieldID>()
    private var revisions = KnownNames<ChangeID>(countMax: 1)
    private var devices = KnownNames<DeviceID>()
    private var authors = KnownNames<String>()

    /// The cell of a row; `nil` when the row is damaged.
    ///
    /// `isDeleted`: whether it is one that waits for its place to be emptied.
    mutating func read(_ row: Columns, isDeleted: Bool = false) -> PublicCell? {
        guard let key = key(row), let rev = revisions.read(row, 5, { $0.text(5).flatMap { try? ChangeID($0) } }),
            let seq = row.number(6), let by = devices.read(row, 7, { $0.text(7).flatMap { try? DeviceID($0) } }),
            let author = authors.read(
                row, 8, text: false, { $0.bytes(8).flatMap { String(validating: $0, as: UTF8.self) } }),
            let at = row.integer(9), CellRow.moments.contains(at), let generation = row.number(10)
        else { return nil }
        var value: FieldValue?
        if !row.isNull(4) {
            guard let stored = row.bytes(4), let read = FieldValue(canonicalJSON: stored[...]) else { return nil }
            value = read
        }
        var tags: [String: [ChangeID]] = [:]
        if !row.isNull(11) {
            guard let stored = row.bytes(11), case .members(let read, let removed)? = Lineage(encoded: stored),
                removed.isEmpty
            else { return nil }
            tags = read
        }
        return PublicCell(
            key: key, value: value, rev: rev, seq: seq, by: by, author: author, at: Timestamp(milliseconds: at),
            deleted: isDeleted, generation: generation, tags: tags)
    }

    private mutating func key(_ row: Columns) -> CellKey? {
        guard let tenant = tenants.read(row, 0, { $0.text(0).flatMap { try? TenantID($0) } }),
            let collection = collections.read(row, 1, { $0.text(1).flatMap { try? CollectionID($0) } }),
            let record = record(row, of: collection),
            let field = fields.read(row, 3, { $0.text(3).flatMap { try? FieldID($0) } })
        else { return nil }
        return CellKey(tenant: tenant, record: record, field: field)
    }

    /// A key is known within its collection only.
    private mutating func record(_ row: Columns, of collection: CollectionID) -> RecordKey? {
        func read(_ row: Columns) -> RecordKey? {
            row.text(2).flatMap { try? RecordKey(collection: collection, key: $0) }
        }
        if let known = records.read(row, 2, read), known.collection == collection { return known }
        records = KnownNames(countMax: 1)
        return records.read(row, 2, read)
    }
}

/// What some texts of a column stand for, by their bytes.
private struct KnownNames<Name> {
    private let countMax: Int
    private var names: [(bytes: [UInt8], name: Name)] = []
    /// Where the last one stands: the next is often the same, or the one behind it.
    private var place = 0

    init(countMax: Int = 16) { self.countMax = countMax }

    /// What a column stands for: as it is known, or by reading it; `nil` when it cannot be read.
    mutating func read(
        _ row: Columns, _ column: Int32, text: Bool = true, _ make: (Columns) -> Name?
    ) -> Name? {
        var found: Int?
        var bytes: [UInt8] = []
        let isOfKind = row.with(column, text: text) { stored in
            found = search(stored)
            if found == nil { bytes = Array(stored) }
        }
        guard isOfKind else { return nil }
        if let found {
            place = found
            return names[found].name
        }
        guard let name = make(row) else { return nil }
        if names.count < countMax {
            place = names.count
            names.append((bytes, name))
        } else {
            place = (place + 1) % names.count
            names[place] = (bytes, name)
        }
        return name
    }

    private func search(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let isThat = { names[$0].bytes.count == bytes.count && bytes.elementsEqual(names[$0].bytes) }
        return (place..<names.count).first(where: isThat) ?? (0..<min(place, names.count)).first(where: isThat)
    }
}
