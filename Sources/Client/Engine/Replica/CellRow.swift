import GRDB
import PlanSyncCore
import PlanSyncStore

// A cell as a row, strictly: whatever a flipped bit can make of a column is either another cell or none at all.

/// Writes cells to rows and reads them back.
enum CellRow {
    /// The columns, in the order of ``CellReader``.
    static let columns = "tenant, collection, key, field, value, rev, seq, by, author, at, generation, tags"

    /// Whether rows of two tables of cells are at the same place.
    static func isSamePlace(_ one: String, _ other: String) -> String {
        ["plan", "tenant", "collection", "key", "field"].map { "\(one).\($0) = \(other).\($0)" }
            .joined(separator: " AND ")
    }

    /// The row of a place.
    static let selectOne = """
        SELECT \(columns) FROM cells WHERE plan = ? AND tenant = ? AND collection = ? AND key = ? AND field = ?
        """

    /// The moments that have a calendar date: the years 0001 to 9999, in milliseconds.
    static let moments: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// The rows of a plan, those of a part together.
    static let selectAll =
        "SELECT \(columns) FROM cells WHERE plan = ? ORDER BY plan, tenant, collection, key, field"

    private static let insertShown = insert("cells")
    private static let insertStaged = insert("staged_cells", more: ", deleted")

    private static func insert(_ table: String, more: String = "") -> String {
        """
        INSERT OR REPLACE INTO \(table)(plan, \(columns)\(more))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?\(more.isEmpty ? "" : ", ?"))
        """
    }

    /// Stores cells into a table, in place of what stood there.
    static func put(_ cells: [PublicCell], of plan: PlanID, staged: Bool, in database: Database) throws {
        let insert = staged ? insertStaged : insertShown
        for cell in cells {
            let place: [Argument] = [
                .text(plan.rawValue), .text(cell.key.tenant.rawValue), .text(cell.key.record.collection.rawValue),
                .text(cell.key.record.key), .text(cell.key.field.rawValue),
            ]
            if cell.deleted, !staged {
                try database.run(
                    "DELETE FROM cells WHERE plan = ? AND tenant = ? AND collection = ? AND key = ? AND field = ?",
                    place)
                continue
            }
            let value = cell.deleted ? nil : cell.value
            let tags = cell.tags.isEmpty ? nil : Lineage.members(tags: cell.tags, removed: []).encoded
            let content: [Argument] = [
                Argument(value?.canonicalJSON), .text(cell.rev.rawValue), .number(cell.seq), .text(cell.by.rawValue),
                .blob(Array(cell.author.utf8)), .integer(cell.at.milliseconds), .number(cell.generation),
                Argument(tags),
            ]
            try database.run(insert, place + content + (staged ? [.flag(cell.deleted)] : []))
        }
    }

    /// What ``PublicCell/digestBytes`` of the row's cell is, from the columns as they are; `false` for a row that
    /// holds no cell.
    ///
    /// Nothing is read more strictly than the sum needs: it fits only when every byte is what the server has.
    static func digest(_ row: Columns, into digest: inout CellDigestBytes) -> Bool {
        digest.removeAll()
        for place in Int32(0)...3 {
            guard row.with(place, text: true, { digest.append($0) }) else { return false }
        }
        var isEmpty = false
        if row.isNull(4) {
            digest.append([])
        } else {
            guard
                row.with(
                    4, text: false,
                    {
                        digest.append($0); isEmpty = $0.isEmpty
                    }), !isEmpty
            else { return false }
        }
        guard row.with(5, text: true, { digest.append($0) }), let seq = row.number(6) else { return false }
        digest.append(String(seq))
        guard row.with(7, text: true, { digest.append($0) }), row.with(8, text: false, { digest.append($0) }),
            let at = row.integer(9), moments.contains(at), let generation = row.number(10)
        else { return false }
        digest.append(Timestamp(milliseconds: at).description)
        digest.append(String(generation))
        if !row.isNull(11) {
            guard let stored = row.bytes(11), case .members(let tags, let removed)? = Lineage(encoded: stored),
                removed.isEmpty, Lineage.members(tags: tags, removed: []).encoded == stored
            else { return false }
            digest.append(tags)
        }
        return true
    }

    /// The place that a row names; `nil` when it is damaged.
    static func key(_ row: Columns, from first: Int32 = 0) -> CellKey? {
        guard let tenant = row.text(first).flatMap({ try? TenantID($0) }),
            let collection = row.text(first + 1).flatMap({ try? CollectionID($0) }),
            let name = row.text(first + 2), let record = try? RecordKey(collection: collection, key: name),
            let field = row.text(first + 3).flatMap({ try? FieldID($0) })
        else { return nil }
        return CellKey(tenant: tenant, record: record, field: field)
    }
}
