import GRDB
import PlanSyncCore
import PlanSyncServer

/// Questions to the database within one transaction.
class SQLiteReading: PlanReading {
    let database: Database

    init(database: Database) { self.database = database }

    func setting(_ name: String) throws -> String? {
        try String.fetchOne(statement("SELECT value FROM settings WHERE name = ?"), arguments: [name])
    }

    func plans() throws -> [PlanRecord] {
        try Row.fetchAll(database, sql: "SELECT plan, revision, document, loaded FROM plans ORDER BY plan, revision")
            .map {
                row in
                PlanRecord(
                    plan: try PlanID(row["plan"] as String), revision: Column.unsigned(row["revision"]),
                    document: Column.bytes(row, "document"),
                    loaded: (row["loaded"] as Int64?).map { Timestamp(milliseconds: $0) })
            }
    }

    func head(of tenant: TenantID) throws -> TenantHead {
        let row = try Row.fetchOne(
            statement("SELECT seq, link FROM heads WHERE tenant = ?"), arguments: [tenant.rawValue])
        guard let row else { return TenantHead(seq: 0, link: []) }
        return TenantHead(seq: Column.unsigned(row["seq"]), link: Column.bytes(row, "link"))
    }

    func heads(of tenants: [TenantID]) throws -> [TenantID: TenantHead] {
        var heads: [TenantID: TenantHead] = [:]
        for tenant in tenants { heads[tenant] = try head(of: tenant) }
        return heads
    }

    func chainEnds(_ keys: Set<ChainKey>) throws -> [ChainKey: Admission.ChainEnd] {
        let query = try statement("SELECT last_n, head FROM chains WHERE tenant = ? AND device = ? AND inc = ?")
        var ends: [ChainKey: Admission.ChainEnd] = [:]
        for key in keys.sorted() {
            let row = try Row.fetchOne(
                query, arguments: [key.tenant.rawValue, key.device.rawValue, Column.signed(key.incarnation)])
            if let row { ends[key] = Admission.ChainEnd(number: Column.unsigned(row["last_n"]), head: row["head"]) }
        }
        return ends
    }

    func incarnations(of device: DeviceID, tenant: TenantID) throws -> [UInt64] {
        try Int64.fetchAll(
            statement("SELECT inc FROM chains WHERE tenant = ? AND device = ? ORDER BY inc"),
            arguments: [tenant.rawValue, device.rawValue]
        ).map(Column.unsigned)
    }

    func changes(_ ids: [TenantID: Set<ChangeID>]) throws -> [TenantID: [ChangeID: StoredChange]] {
        let query = try statement("SELECT * FROM changes WHERE tenant = ? AND id = ?")
        var found: [TenantID: [ChangeID: StoredChange]] = [:]
        for (tenant, wanted) in ids {
            for id in wanted.sorted() {
                guard let row = try Row.fetchOne(query, arguments: [tenant.rawValue, id.rawValue]) else { continue }
                found[tenant, default: [:]][id] = try Self.change(row)
            }
        }
        return found
    }

    func cells(_ keys: Set<CellKey>, of plan: PlanID) throws -> [CellKey: Cell] {
        let query = try statement(
            "SELECT * FROM cells WHERE tenant = ? AND plan = ? AND collection = ? AND key = ? AND field = ?")
        var found: [CellKey: Cell] = [:]
        for key in keys.sorted() {
            let row = try Row.fetchOne(
                query,
                arguments: [
                    key.tenant.rawValue, plan.rawValue, key.record.collection.rawValue, key.record.key,
                    key.field.rawValue,
                ])
            if let row { found[key] = try Self.cell(row) }
        }
        return found
    }

    func record(_ record: RecordKey, of tenant: TenantID, plan: PlanID) throws -> [FieldID: Cell] {
        let rows = try Row.fetchAll(
            statement("SELECT * FROM cells WHERE tenant = ? AND plan = ? AND collection = ? AND key = ?"),
            arguments: [tenant.rawValue, plan.rawValue, record.collection.rawValue, record.key])
        var fields: [FieldID: Cell] = [:]
        for row in rows { fields[try FieldID(row["field"] as String)] = try Self.cell(row) }
        return fields
    }

    func cells(
        of tenant: TenantID, plan: PlanID, after seq: UInt64, limit: Int, collections: [CollectionID]?
    ) throws -> [(key: CellKey, cell: Cell)] {
        let marks = collections.map { "AND collection IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
        let names = (collections ?? []).map(\.rawValue)
        let page = try Row.fetchAll(
            statement("SELECT * FROM cells WHERE tenant = ? AND plan = ? AND seq > ? \(marks) ORDER BY seq LIMIT ?"),
            arguments: [tenant.rawValue, plan.rawValue, Column.signed(seq)] + StatementArguments(names) + [limit])
        var cells = try page.map { (try Self.key($0), try Self.cell($0)) }
        guard cells.count == limit, let last = cells.last?.1.seq else { return cells }
        // The page may end within a change: take that change as a whole.
        cells.removeAll { $0.1.seq == last }
        let rest = try Row.fetchAll(
            statement("SELECT * FROM cells WHERE tenant = ? AND plan = ? AND seq = ? \(marks)"),
            arguments: [tenant.rawValue, plan.rawValue, Column.signed(last)] + StatementArguments(names))
        return cells + (try rest.map { (try Self.key($0), try Self.cell($0)) })
    }

    func cells(
        of tenant: TenantID, plan: PlanID, collection: CollectionID
    ) throws -> [(key: CellKey, cell: Cell)] {
        try Row.fetchAll(
            statement("SELECT * FROM cells WHERE tenant = ? AND plan = ? AND collection = ?"),
            arguments: [tenant.rawValue, plan.rawValue, collection.rawValue]
        ).map { (try Self.key($0), try Self.cell($0)) }
    }

    func history(
        of record: RecordKey, field: FieldID?, tenant: TenantID, plan: PlanID, limit: Int
    ) throws -> [(operation: StoredOperation, change: StoredChange)] {
        let condition = field == nil ? "" : "AND o.field = ?"
        let rows = try Row.fetchAll(
            statement(
                """
                SELECT o.collection, o.key, o.field, o.op, c.* FROM operations o
                JOIN changes c ON c.tenant = o.tenant AND c.seq = o.seq
                WHERE o.tenant = ? AND o.plan = ? AND o.collection = ? AND o.key = ? \(condition)
                ORDER BY o.seq, o.op LIMIT ?
                """),
            arguments: [tenant.rawValue, plan.rawValue, record.collection.rawValue, record.key]
                + StatementArguments(field.map { [$0.rawValue] } ?? []) + [limit])
        return try rows.map { row in
            let operation = StoredOperation(
                cell: try Self.key(row), seq: Column.unsigned(row["seq"]), index: row["op"])
            return (operation, try Self.change(row))
        }
    }

    func devices() throws -> [DeviceRecord] {
        try Row.fetchAll(database, sql: "SELECT * FROM devices ORDER BY tenant, device").map { row in
            guard let role = Role(rawValue: row["role"]) else { throw SQLiteStoreError.damagedRow(table: "devices") }
            return DeviceRecord(
                tenant: try TenantID(row["tenant"] as String), device: try DeviceID(row["device"] as String),
                role: role,
                name: row["name"], publicKey: Column.bytes(row, "public_key"),
                certificate: Column.bytes(row, "certificate"), enrolled: Timestamp(milliseconds: row["enrolled"]),
                revoked: (row["revoked"] as Int64?).map { Timestamp(milliseconds: $0) },
                retired: (row["retired"] as Int64?).map { Timestamp(milliseconds: $0) })
        }
    }

    func token(secretHash: [UInt8]) throws -> TokenRecord? {
        let row = try Row.fetchOne(
            statement("SELECT * FROM tokens WHERE secret_hash = ?"), arguments: [DatabaseValue(bytes: secretHash)])
        guard let row else { return nil }
        guard let role = Role(rawValue: row["role"]) else { throw SQLiteStoreError.damagedRow(table: "tokens") }
        return TokenRecord(
            secretHash: secretHash, tenant: try TenantID(row["tenant"] as String), role: role, name: row["name"],
            expires: Timestamp(milliseconds: row["expires"]),
            usedBy: try (row["used_by"] as String?).map { try DeviceID($0) })
    }

    func statement(_ sql: String) throws -> Statement { try database.cachedStatement(sql: sql) }

    private static func key(_ row: Row) throws -> CellKey {
        let record = try RecordKey(collection: try CollectionID(row["collection"] as String), key: row["key"] as String)
        return CellKey(
            tenant: try TenantID(row["tenant"] as String), record: record, field: try FieldID(row["field"] as String))
    }

    private static func cell(_ row: Row) throws -> Cell {
        Cell(
            value: try Column.value((row["value"] as DatabaseValue).storedBytes),
            rev: try ChangeID(row["rev"] as String), seq: Column.unsigned(row["seq"]),
            by: try DeviceID(row["by"] as String), byCity: row["by_city"], author: row["author"],
            at: Timestamp(milliseconds: row["at"]), deleted: row["deleted"], note: row["note"],
            conflict: row["conflict"],
            lineage: try (row["lineage"] as DatabaseValue).storedBytes.map { bytes in
                guard let lineage = Lineage(encoded: bytes) else {
                    throw SQLiteStoreError.damagedRow(table: "cells")
                }
                return lineage
            })
    }

    static func change(_ row: Row) throws -> StoredChange {
        StoredChange(
            tenant: try TenantID(row["tenant"] as String), seq: Column.unsigned(row["seq"]),
            id: try ChangeID(row["id"] as String), deviceTenant: try TenantID(row["device_tenant"] as String),
            device: try DeviceID(row["device"] as String), plan: try PlanID(row["plan"] as String),
            body: Column.bytes(row, "body"), hash: row["hash"], result: Column.bytes(row, "result"),
            isRejected: row["rejected"], received: Timestamp(milliseconds: row["received"]),
            signature: (row["signature"] as DatabaseValue).storedBytes, link: Column.bytes(row, "link"),
            ordinal: Column.unsigned(row["ordinal"]))
    }
}
