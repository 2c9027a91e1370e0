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
                    plan: try PlanID(row.text("plan")), revision: try row.count("revision"),
                    document: try row.bytes("document"),
                    loaded: try row.optionalMoment("loaded"))
            }
    }

    func head(of tenant: TenantID) throws -> TenantHead {
        let row = try Row.fetchOne(
            statement("SELECT seq, link FROM heads WHERE tenant = ?"), arguments: [tenant.rawValue])
        guard let row else { return TenantHead(seq: 0, link: []) }
        return TenantHead(seq: try row.count("seq"), link: try row.bytes("link"))
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
            if let row { ends[key] = Admission.ChainEnd(number: try row.count("last_n"), head: try row.text("head")) }
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
        for row in rows { fields[try FieldID(try row.text("field"))] = try Self.cell(row) }
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
                cell: try Self.key(row), seq: try row.count("seq"), index: Int(clamping: try row.whole("op")))
            return (operation, try Self.change(row))
        }
    }

    func devices() throws -> [DeviceRecord] {
        var former: [DeviceID: [[UInt8]]] = [:]
        let keys = "SELECT device, public_key FROM device_keys ORDER BY device, replaced, public_key"
        for row in try Row.fetchAll(database, sql: keys) {
            former[try DeviceID(row.text("device")), default: []].append(try row.bytes("public_key"))
        }
        return try Row.fetchAll(database, sql: "SELECT * FROM devices ORDER BY tenant, device").map { row in
            guard let role = Role(rawValue: try row.text("role")) else {
                throw SQLiteStoreError.damagedRow(table: "devices")
            }
            let device = try DeviceID(row.text("device"))
            return DeviceRecord(
                tenant: try TenantID(row.text("tenant")), device: device, role: role, name: try row.text("name"),
                publicKey: try row.bytes("public_key"), certificate: try row.bytes("certificate"),
                enrolled: try row.moment("enrolled"), revoked: try row.optionalMoment("revoked"),
                retired: try row.optionalMoment("retired"), formerKeys: former[device] ?? [])
        }
    }

    func token(secretHash: [UInt8]) throws -> TokenRecord? {
        let row = try Row.fetchOne(
            statement("SELECT * FROM tokens WHERE secret_hash = ?"), arguments: [DatabaseValue(bytes: secretHash)])
        guard let row else { return nil }
        guard let role = Role(rawValue: try row.text("role")) else {
            throw SQLiteStoreError.damagedRow(table: "tokens")
        }
        return TokenRecord(
            secretHash: secretHash, tenant: try TenantID(row.text("tenant")), role: role, name: try row.text("name"),
            expires: try row.moment("expires"),
            usedBy: try row.optionalText("used_by").map { try DeviceID($0) },
            device: try row.optionalText("device").map { try DeviceID($0) })
    }

    func statement(_ sql: String) throws -> Statement { try database.cachedStatement(sql: sql) }

    private static func key(_ row: Row) throws -> CellKey {
        let record = try RecordKey(collection: try CollectionID(row.text("collection")), key: row.text("key"))
        return CellKey(
            tenant: try TenantID(row.text("tenant")), record: record, field: try FieldID(try row.text("field")))
    }

    private static func cell(_ row: Row) throws -> Cell {
        Cell(
            value: try Column.value(row.optionalBytes("value")),
            rev: try ChangeID(row.text("rev")), seq: try row.count("seq"),
            by: try DeviceID(row.text("by")), byCity: try row.flag("by_city"), author: try row.text("author"),
            at: try row.moment("at"), deleted: try row.flag("deleted"), note: try row.optionalText("note"),
            conflict: try row.optionalText("conflict"),
            lineage: try row.optionalBytes("lineage").map { bytes in
                guard let lineage = Lineage(encoded: bytes) else {
                    throw SQLiteStoreError.damagedRow(table: "cells")
                }
                return lineage
            })
    }

    static func change(_ row: Row) throws -> StoredChange {
        StoredChange(
            tenant: try TenantID(row.text("tenant")), seq: try row.count("seq"),
            id: try ChangeID(row.text("id")), deviceTenant: try TenantID(row.text("device_tenant")),
            device: try DeviceID(row.text("device")), plan: try PlanID(row.text("plan")),
            body: try row.bytes("body"), hash: try row.text("hash"), result: try row.bytes("result"),
            isRejected: try row.flag("rejected"), received: try row.moment("received"),
            signature: try row.optionalBytes("signature"), link: try row.bytes("link"),
            ordinal: try row.count("ordinal"))
    }
}
