import Foundation
import GRDB
import PlanSyncCore
import PlanSyncWire

/// A second reader of the server's file, which believes nothing that the server says about it.
final class ServerProbe {
    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    func close() throws { try queue.close() }

    /// The rows of all journals after a place, in the order in which they were taken.
    func journal(after ordinal: Int64) throws -> [JournalRow] {
        try queue.read { database in
            try Row.fetchAll(
                database.cachedStatement(sql: "SELECT * FROM changes WHERE ordinal > ? ORDER BY ordinal"),
                arguments: [ordinal]
            ).map { try JournalRow($0) }
        }
    }

    /// A place of a chain where a change stands that was known from elsewhere.
    func link(_ chain: ChainName, _ number: UInt64) throws -> (id: ChangeID, hash: String)? {
        try queue.read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT id, hash FROM known_links WHERE tenant = ? AND device = ? AND inc = ? AND n = ?",
                arguments: [
                    chain.tenant.rawValue, chain.device.rawValue, Int64(clamping: chain.incarnation),
                    Int64(clamping: number),
                ])
            return try row.map { (try ChangeID($0["id"] as String), $0["hash"] as String) }
        }
    }

    /// A chain's end as stored.
    func chains() throws -> [ChainName: (number: UInt64, head: String, backed: UInt64)] {
        try queue.read { database in
            var ends: [ChainName: (number: UInt64, head: String, backed: UInt64)] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT * FROM chains") {
                let name = ChainName(
                    tenant: try TenantID(row["tenant"] as String), device: try DeviceID(row["device"] as String),
                    incarnation: UInt64(clamping: row["inc"] as Int64))
                ends[name] = (
                    UInt64(clamping: row["last_n"] as Int64), row["head"], UInt64(clamping: row["backed_n"] as Int64)
                )
            }
            return ends
        }
    }

    /// The chains as one text.
    func chainsText() throws -> String {
        try queue.read { database in
            try String.fetchAll(
                database,
                sql:
                    "SELECT tenant || device || inc || ' ' || last_n || ' ' || head FROM chains "
                    + "ORDER BY tenant, device, inc"
            ).joined(separator: "\n")
        }
    }

    /// All cells, tombstones among them.
    func cells() throws -> [CellKey: ProbedCell] {
        try queue.read { database in
            var cells: [CellKey: ProbedCell] = [:]
            for row in try Row.fetchAll(database.cachedStatement(sql: ProbedCell.query)) {
                let cell = try ProbedCell(row)
                cells[cell.shown.key] = cell
            }
            return cells
        }
    }

    /// The cells, as bytes, in the order of their places: equal for equal states.
    func stateBytes() throws -> [String] {
        try queue.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT tenant || '/' || collection || '/' || key || '/' || field || ' ' || ifnull(hex(value), '-')
                        || ' ' || rev || ' ' || seq || ' ' || by || ' ' || deleted
                        || ' ' || ifnull(conflict, '-') || ' '
                        || ifnull(hex(lineage), '-') || ' ' || author || ' ' || at
                    FROM cells ORDER BY tenant, collection, key, field
                    """)
        }
    }

    /// The stored sums, by tenant and collection.
    func digests() throws -> [String: String] {
        try queue.read { database in
            var sums: [String: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT tenant, collection, digest FROM digests") {
                sums["\(row["tenant"] as String)/\(row["collection"] as String)"] = row["digest"]
            }
            return sums
        }
    }

    func notices() throws -> [String: Int] {
        try queue.read { database in
            var counts: [String: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT kind, COUNT(*) AS many FROM notices GROUP BY kind") {
                counts[row["kind"] as String] = row["many"]
            }
            return counts
        }
    }

    /// The current plan's document.
    func planDocument() throws -> [UInt8] {
        try queue.read { database in
            let sql = "SELECT document FROM plans ORDER BY revision DESC LIMIT 1"
            return [UInt8](try Data.fetchOne(database, sql: sql) ?? Data())
        }
    }

    /// The devices that are `revoked` or `retired`.
    func endedDevices(_ how: String) throws -> Set<String> {
        try queue.read { database in
            Set(try String.fetchAll(database, sql: "SELECT device FROM devices WHERE \(how) IS NOT NULL"))
        }
    }

    /// Writes into the file behind the server's back.
    func execute(_ sql: String) throws { try queue.writeWithoutTransaction { try $0.execute(sql: sql) } }
}

/// A cell with what is not told to clients.
struct ProbedCell: Sendable {
    let shown: PublicCell
    let conflict: String?
    static let query = """
        SELECT tenant, collection, key, field, value, conflict, lineage, deleted, rev, seq, by, author, at FROM cells
        """
    /// The value also of a tombstone.
    let value: FieldValue?

    init(_ row: Row) throws {
        // By place, because looking a column up by its name costs more than reading it.
        let stored = (row[4] as Data?).map { [UInt8]($0) }
        value = stored.flatMap { FieldValue(canonicalJSON: $0[...]) }
        conflict = row[5]
        let lineage = (row[6] as Data?).flatMap { Lineage(encoded: [UInt8]($0)) }
        let deleted: Bool = row[7]
        shown = PublicCell(
            key: CellKey(
                tenant: try TenantID(row[0] as String),
                record: try RecordKey(collection: try CollectionID(row[1] as String), key: row[2] as String),
                field: try FieldID(row[3] as String)), value: deleted ? nil : value,
            rev: try ChangeID(row[8] as String), seq: UInt64(clamping: row[9] as Int64),
            by: try DeviceID(row[10] as String), author: row[11],
            at: Timestamp(milliseconds: row[12]), deleted: deleted, generation: lineage?.generation ?? 0,
            tags: (lineage?.tags ?? [:]).mapValues { $0.sorted() })
    }
}

/// The name of a device's chain.
struct ChainName: Hashable, Sendable {
    let tenant: TenantID
    let device: DeviceID
    let incarnation: UInt64
}

/// A row of a journal, read back from its bytes.
struct JournalRow: Sendable {
    let ordinal: Int64
    let tenant: TenantID
    let seq: UInt64
    let deviceTenant: TenantID
    let device: DeviceID
    let change: Change
    let hash: String
    let resultBytes: [UInt8]
    let result: ChangeResult
    let isRejected: Bool
    let received: Timestamp
    let signature: [UInt8]?

    init(_ row: Row) throws {
        ordinal = row["ordinal"]
        tenant = try TenantID(row["tenant"] as String)
        seq = UInt64(clamping: row["seq"] as Int64)
        deviceTenant = try TenantID(row["device_tenant"] as String)
        device = try DeviceID(row["device"] as String)
        change = try Change(canonicalBytes: [UInt8](row["body"] as Data))
        hash = row["hash"]
        resultBytes = [UInt8](row["result"] as Data)
        result = try ChangeResult(json: try JSONDocument(resultBytes, limits: .document).root)
        isRejected = row["rejected"]
        received = Timestamp(milliseconds: row["received"])
        signature = (row["signature"] as Data?).map { [UInt8]($0) }
    }

    var chain: ChainName { ChainName(tenant: deviceTenant, device: device, incarnation: change.incarnation) }
}
