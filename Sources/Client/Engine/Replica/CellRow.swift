import FoundationEssentials
import GRDB
import PlanSyncCore

// A cell as a row, strictly: whatever a flipped bit can make of a column is either another cell or none at all.

/// Writes cells to rows and reads them back.
enum CellRow {
    /// The columns, in the order of ``read(_:)``.
    static let columns = "tenant, collection, key, field, value, rev, seq, by, author, at, generation, tags"

    /// The moments that have a calendar date: the years 0001 to 9999, in milliseconds.
    private static let moments: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Stores cells into a table, in place of what stood there.
    static func put(_ cells: [PublicCell], of plan: PlanID, staged: Bool, in database: Database) throws {
        let table = staged ? "staged_cells" : "cells"
        let insert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO \(table)(plan, \(columns)\(staged ? ", deleted" : ""))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?\(staged ? ", ?" : ""))
                """)
        let delete = try database.cachedStatement(
            sql: "DELETE FROM \(table) WHERE plan = ? AND tenant = ? AND collection = ? AND key = ? AND field = ?")
        for cell in cells {
            let place = [
                plan.rawValue, cell.key.tenant.rawValue, cell.key.record.collection.rawValue, cell.key.record.key,
                cell.key.field.rawValue,
            ]
            if cell.deleted, !staged {
                try delete.execute(arguments: StatementArguments(place))
                continue
            }
            let value = cell.deleted ? nil : cell.value
            let tags = cell.tags.isEmpty ? nil : Lineage.members(tags: cell.tags, removed: []).encoded
            var arguments = StatementArguments(place)
            arguments += [
                value.map { blob($0.canonicalJSON) }, cell.rev.rawValue, signed(cell.seq), cell.by.rawValue,
                blob(Array(cell.author.utf8)), cell.at.milliseconds, signed(cell.generation), tags.map { blob($0) },
            ]
            if staged { arguments += [cell.deleted] }
            try insert.execute(arguments: arguments)
        }
    }

    /// The cell of a row with ``columns``; `nil` when the row is damaged.
    static func read(_ row: Row) -> PublicCell? {
        guard let tenant = text(row, 0).flatMap({ try? TenantID($0) }),
            let collection = text(row, 1).flatMap({ try? CollectionID($0) }),
            let name = text(row, 2), let record = try? RecordKey(collection: collection, key: name),
            let field = text(row, 3).flatMap({ try? FieldID($0) }),
            let rev = text(row, 5).flatMap({ try? ChangeID($0) }), let seq = number(row, 6),
            let by = text(row, 7).flatMap({ try? DeviceID($0) }), let authorBytes = bytes(row, 8),
            let author = String(validating: authorBytes, as: UTF8.self),
            case .int64(let at) = (row[9] as DatabaseValue).storage, moments.contains(at),
            let generation = number(row, 10)
        else { return nil }
        var value: FieldValue?
        if !(row[4] as DatabaseValue).isNull {
            guard let stored = bytes(row, 4), let read = FieldValue(canonicalJSON: stored[...]),
                read.canonicalJSON == stored
            else { return nil }
            value = read
        }
        var tags: [String: [ChangeID]] = [:]
        if !(row[11] as DatabaseValue).isNull {
            guard let stored = bytes(row, 11), case .members(let read, let removed)? = Lineage(encoded: stored),
                removed.isEmpty, Lineage.members(tags: read, removed: []).encoded == stored
            else { return nil }
            tags = read
        }
        return PublicCell(
            key: CellKey(tenant: tenant, record: record, field: field), value: value, rev: rev, seq: seq, by: by,
            author: author, at: Timestamp(milliseconds: at), generation: generation, tags: tags)
    }

    static func text(_ row: Row, _ index: Int) -> String? {
        guard case .string(let text) = (row[index] as DatabaseValue).storage else { return nil }
        return text
    }

    static func bytes(_ row: Row, _ index: Int) -> [UInt8]? {
        guard case .blob(let data) = (row[index] as DatabaseValue).storage else { return nil }
        return [UInt8](data)
    }

    private static func number(_ row: Row, _ index: Int) -> UInt64? {
        guard case .int64(let number) = (row[index] as DatabaseValue).storage, number >= 0 else { return nil }
        return UInt64(number)
    }
}
