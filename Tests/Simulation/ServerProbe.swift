import Foundation
import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncStore
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

    /// What ``cells()`` read last.
    private var known: (version: Int64?, cells: ProbedCells)?

    private func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try queue.writeWithoutTransaction { try $0.transacting(.deferred, body) }
    }

    /// The rows of all journals after a place, in the order in which they were taken.
    func journal(after ordinal: Int64) throws -> [JournalRow] {
        try read { database in
            try database.list(
                "SELECT \(JournalRow.columns) FROM changes WHERE ordinal > ? ORDER BY ordinal", [.integer(ordinal)]
            ) { try JournalRow($0) }
        }
    }

    /// A place of a chain where a change stands that was known from elsewhere.
    func link(_ chain: ChainName, _ number: UInt64) throws -> (id: ChangeID, hash: String)? {
        try read { database in
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
        try read { database in
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
        try read { database in
            try String.fetchAll(
                database,
                sql:
                    "SELECT tenant || device || inc || ' ' || last_n || ' ' || head FROM chains "
                    + "ORDER BY tenant, device, inc"
            ).joined(separator: "\n")
        }
    }

    /// All cells, tombstones among them.
    func cells() throws -> [CellKey: ProbedCell] { try table().all }

    /// All cells, of one moment.
    func table() throws -> ProbedCells {
        try read { database in
            // Another one after each commit by somebody else.
            let version = try database.first("PRAGMA data_version") { $0.integer(0) }
            if let known, known.version == version { return known.cells }
            var cells: [CellKey: ProbedCell] = [:]
            cells.reserveCapacity(known?.cells.all.count ?? 0)
            try database.rows(ProbedCell.query) { row in
                let cell = try ProbedCell(row)
                cells[cell.shown.key] = cell
            }
            let table = ProbedCells(cells)
            known = (version, table)
            return table
        }
    }

    /// The cells, as bytes, in the order of their places: equal for equal states.
    func stateBytes() throws -> [String] {
        try read { database in
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
        try read { database in
            var sums: [String: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT tenant, collection, digest FROM digests") {
                sums["\(row["tenant"] as String)/\(row["collection"] as String)"] = row["digest"]
            }
            return sums
        }
    }

    func notices() throws -> [String: Int] {
        try read { database in
            var counts: [String: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT kind, COUNT(*) AS many FROM notices GROUP BY kind") {
                counts[row["kind"] as String] = row["many"]
            }
            return counts
        }
    }

    /// The current plan's document.
    func planDocument() throws -> [UInt8] {
        try read { database in
            let sql = "SELECT document FROM plans ORDER BY revision DESC LIMIT 1"
            return [UInt8](try Data.fetchOne(database, sql: sql) ?? Data())
        }
    }

    /// All devices that the server knows.
    func devices() throws -> Set<String> {
        try read { Set(try String.fetchAll($0, sql: "SELECT device FROM devices")) }
    }

    /// The devices that are `revoked` or `retired`.
    func endedDevices(_ how: String) throws -> Set<String> {
        try read { database in
            Set(try String.fetchAll(database, sql: "SELECT device FROM devices WHERE \(how) IS NOT NULL"))
        }
    }

    /// Takes all rows out of all tables but that of the schema's versions.
    func empty() throws {
        try queue.writeWithoutTransaction { database in
            try database.transacting(.immediate) { database in
                let tables = try database.list(
                    """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'grdb_migrations'
                        AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')
                    """
                ) { $0.text(0) ?? "" }
                for table in tables { try database.run("DELETE FROM \"\(table)\"") }
            }
        }
    }

    /// Writes into the file behind the server's back.
    func execute(_ sql: String) throws { try queue.writeWithoutTransaction { try $0.execute(sql: sql) } }
}

/// The cells of one moment, and what was asked of them.
final class ProbedCells {
    let all: [CellKey: ProbedCell]
    private var scopes: [String: [CellKey: PublicCell]] = [:]

    init(_ all: [CellKey: ProbedCell]) { self.all = all }

    /// What a scope holds, but for tombstones.
    func cells(in scope: PullScope) -> [CellKey: PublicCell] {
        let name = scope.parts.map { "\($0.tenant) \($0.collections?.description ?? "")" }.joined(separator: ",")
        if let known = scopes[name] { return known }
        var parts: [TenantID: [CollectionID]?] = [:]
        for part in scope.parts { parts[part.tenant] = .some(part.collections) }
        var cells: [CellKey: PublicCell] = [:]
        for (key, cell) in all where !cell.shown.deleted {
            guard let collections = parts[key.tenant] else { continue }
            if let collections, !collections.contains(key.record.collection) { continue }
            cells[key] = cell.shown
        }
        scopes[name] = cells
        return cells
    }
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

    init(_ row: Columns) throws {
        guard let tenant = row.text(0), let collection = row.text(1), let key = row.text(2), let field = row.text(3),
            let deleted = row.flag(7), let rev = row.text(8), let seq = row.number(9), let by = row.text(10),
            let author = row.text(11), let at = row.integer(12)
        else { throw ProbeFault.row("cells") }
        value = row.bytes(4).flatMap { FieldValue(canonicalJSON: $0[...]) }
        conflict = row.text(5)
        let lineage = row.bytes(6).flatMap { Lineage(encoded: $0) }
        shown = PublicCell(
            key: CellKey(
                tenant: try TenantID(tenant),
                record: try RecordKey(collection: try CollectionID(collection), key: key), field: try FieldID(field)),
            value: deleted ? nil : value, rev: try ChangeID(rev), seq: seq, by: try DeviceID(by), author: author,
            at: Timestamp(milliseconds: at), deleted: deleted, generation: lineage?.generation ?? 0,
            tags: (lineage?.tags ?? [:]).mapValues { $0.sorted() })
    }
}

/// The file does not hold what it should.
enum ProbeFault: Error { case row(String) }

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

    static let columns =
        "ordinal, tenant, seq, device_tenant, device, body, hash, result, rejected, received, signature"

    init(_ row: Columns) throws {
        guard let ordinal = row.integer(0), let tenant = row.text(1), let seq = row.number(2),
            let deviceTenant = row.text(3), let device = row.text(4), let body = row.bytes(5), let hash = row.text(6),
            let result = row.bytes(7), let isRejected = row.flag(8), let received = row.integer(9)
        else { throw ProbeFault.row("changes") }
        self.ordinal = ordinal
        self.tenant = try TenantID(tenant)
        self.seq = seq
        self.deviceTenant = try TenantID(deviceTenant)
        self.device = try DeviceID(device)
        change = try Change(canonicalBytes: body)
        self.hash = hash
        resultBytes = result
        self.result = try ChangeResult(json: try JSONDocument(result, limits: .document).root)
        self.isRejected = isRejected
        self.received = Timestamp(milliseconds: received)
        signature = row.bytes(10)
    }

    var chain: ChainName { ChainName(tenant: deviceTenant, device: device, incarnation: change.incarnation) }
}
