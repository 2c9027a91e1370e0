import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

// Rows of the journal and of the cells, strictly: a damaged one is named and never read as something else.

extension Columns {
    /// A moment, in milliseconds.
    func moment(_ index: Int32) -> Timestamp? { integer(index).map { Timestamp(milliseconds: $0) } }
}

extension ChainKey {
    var arguments: [Argument] { [.text(tenant.rawValue), .text(device.rawValue), .number(incarnation)] }
}

/// A cell with its place.
enum CellRow {
    static let columns =
        "tenant, collection, key, field, value, rev, seq, by, by_city, author, at, deleted, note, conflict, lineage"

    /// The cell of a place.
    static let selectOne = """
        SELECT \(columns) FROM cells WHERE tenant = ? AND plan = ? AND collection = ? AND key = ? AND field = ?
        """
    /// The cells of a record.
    static let selectRecord =
        "SELECT \(columns) FROM cells WHERE tenant = ? AND plan = ? AND collection = ? AND key = ?"
    /// The cells of a collection.
    static let selectCollection = "SELECT \(columns) FROM cells WHERE tenant = ? AND plan = ? AND collection = ?"

    static func read(_ row: Columns) throws -> (key: CellKey, cell: Cell) { (try key(row), try cell(row)) }

    static func key(_ row: Columns) throws -> CellKey {
        guard let tenant = row.text(0), let collection = row.text(1), let key = row.text(2), let field = row.text(3)
        else { throw SQLiteStoreError.damagedRow(table: "cells") }
        let record = try RecordKey(collection: try CollectionID(collection), key: key)
        return CellKey(tenant: try TenantID(tenant), record: record, field: try FieldID(field))
    }

    static func cell(_ row: Columns) throws -> Cell {
        guard let rev = row.text(5), let seq = row.number(6), let by = row.text(7), let byCity = row.flag(8),
            let author = row.text(9), let at = row.moment(10), let deleted = row.flag(11)
        else { throw SQLiteStoreError.damagedRow(table: "cells") }
        var value: FieldValue?
        if let stored = row.storedBytes(4) {
            guard let read = FieldValue(canonicalJSON: stored[...]) else {
                throw SQLiteStoreError.damagedRow(table: "cells")
            }
            value = read
        }
        var lineage: Lineage?
        if let stored = row.storedBytes(14) {
            guard let read = Lineage(encoded: stored) else { throw SQLiteStoreError.damagedRow(table: "cells") }
            lineage = read
        }
        return Cell(
            value: value, rev: try ChangeID(rev), seq: seq, by: try DeviceID(by), byCity: byCity, author: author,
            at: at, deleted: deleted, note: row.text(12), conflict: row.text(13), lineage: lineage)
    }
}

/// A change of the journal.
enum ChangeRow {
    static let columns =
        "tenant, seq, id, device_tenant, device, plan, body, hash, result, rejected, received, signature, link, ordinal"
    static let count: Int32 = 14
    /// The change of an id.
    static let selectOne = "SELECT \(columns) FROM changes WHERE tenant = ? AND id = ?"

    static func read(_ row: Columns) throws -> StoredChange {
        guard let tenant = row.text(0), let seq = row.number(1), let id = row.text(2), let deviceTenant = row.text(3),
            let device = row.text(4), let plan = row.text(5), let body = row.storedBytes(6), let hash = row.text(7),
            let result = row.storedBytes(8), let isRejected = row.flag(9), let received = row.moment(10),
            let link = row.storedBytes(12), let ordinal = row.number(13)
        else { throw SQLiteStoreError.damagedRow(table: "changes") }
        return StoredChange(
            tenant: try TenantID(tenant), seq: seq, id: try ChangeID(id), deviceTenant: try TenantID(deviceTenant),
            device: try DeviceID(device), plan: try PlanID(plan), body: body, hash: hash, result: result,
            isRejected: isRejected, received: received, signature: row.storedBytes(11), link: link, ordinal: ordinal)
    }
}
