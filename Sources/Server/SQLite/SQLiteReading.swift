import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

/// Questions to the database within one transaction.
class SQLiteReading: PlanReading {
    let database: Database

    init(database: Database) { self.database = database }

    func setting(_ name: String) throws -> String? {
        try database.first("SELECT value FROM settings WHERE name = ?", [.text(name)]) { $0.text(0) }
    }

    func plans() throws -> [PlanRecord] {
        try database.list("SELECT plan, revision, document, loaded FROM plans ORDER BY plan, revision") { row in
            guard let plan = row.text(0), let revision = row.number(1), let document = row.storedBytes(2) else {
                throw SQLiteStoreError.damagedRow(table: "plans")
            }
            return PlanRecord(
                plan: try PlanID(plan), revision: revision, document: document, loaded: row.moment(3))
        }
    }

    func head(of tenant: TenantID) throws -> TenantHead {
        try database.first("SELECT seq, link FROM heads WHERE tenant = ?", [.text(tenant.rawValue)]) { row in
            guard let seq = row.number(0), let link = row.storedBytes(1) else {
                throw SQLiteStoreError.damagedRow(table: "heads")
            }
            return TenantHead(seq: seq, link: link)
        } ?? TenantHead(seq: 0, link: [])
    }

    func heads(of tenants: [TenantID]) throws -> [TenantID: TenantHead] {
        var heads: [TenantID: TenantHead] = [:]
        for tenant in tenants { heads[tenant] = try head(of: tenant) }
        return heads
    }

    func chainEnds(_ keys: Set<ChainKey>) throws -> [ChainKey: Admission.ChainEnd] {
        var ends: [ChainKey: Admission.ChainEnd] = [:]
        for key in keys.sorted() {
            ends[key] = try database.first(
                "SELECT last_n, head FROM chains WHERE tenant = ? AND device = ? AND inc = ?", key.arguments
            ) { row in
                guard let number = row.number(0), let head = row.text(1) else {
                    throw SQLiteStoreError.damagedRow(table: "chains")
                }
                return Admission.ChainEnd(number: number, head: head)
            }
        }
        return ends
    }

    func incarnations(of device: DeviceID, tenant: TenantID) throws -> [UInt64] {
        try database.list(
            "SELECT inc FROM chains WHERE tenant = ? AND device = ? ORDER BY inc",
            [.text(tenant.rawValue), .text(device.rawValue)]
        ) { row in
            guard let incarnation = row.number(0) else { throw SQLiteStoreError.damagedRow(table: "chains") }
            return incarnation
        }
    }

    func changes(_ ids: [TenantID: Set<ChangeID>]) throws -> [TenantID: [ChangeID: StoredChange]] {
        var found: [TenantID: [ChangeID: StoredChange]] = [:]
        for (tenant, wanted) in ids {
            for id in wanted.sorted() {
                found[tenant, default: [:]][id] = try database.first(
                    ChangeRow.selectOne, [.text(tenant.rawValue), .text(id.rawValue)]
                ) { try ChangeRow.read($0) }
            }
        }
        return found
    }

    func cells(_ keys: Set<CellKey>, of plan: PlanID) throws -> [CellKey: Cell] {
        var found: [CellKey: Cell] = [:]
        for key in keys.sorted() {
            found[key] = try database.first(
                CellRow.selectOne,
                [
                    .text(key.tenant.rawValue), .text(plan.rawValue), .text(key.record.collection.rawValue),
                    .text(key.record.key), .text(key.field.rawValue),
                ]
            ) { try CellRow.cell($0) }
        }
        return found
    }

    func record(_ record: RecordKey, of tenant: TenantID, plan: PlanID) throws -> [FieldID: Cell] {
        var fields: [FieldID: Cell] = [:]
        try database.rows(
            CellRow.selectRecord,
            [
                .text(tenant.rawValue), .text(plan.rawValue), .text(record.collection.rawValue), .text(record.key),
            ]
        ) { fields[try CellRow.key($0).field] = try CellRow.cell($0) }
        return fields
    }

    func cells(
        of tenant: TenantID, plan: PlanID, after seq: UInt64, limit: Int, collections: [CollectionID]?
    ) throws -> [(key: CellKey, cell: Cell)] {
        let marks = collections.map { "AND collection IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
        let names = (collections ?? []).map { Argument.text($0.rawValue) }
        let place: [Argument] = [.text(tenant.rawValue), .text(plan.rawValue)]
        var cells = try database.list(
            """
            SELECT \(CellRow.columns) FROM cells INDEXED BY cells_by_seq
            WHERE tenant = ? AND plan = ? AND seq > ? \(marks) ORDER BY seq LIMIT ?
            """, place + [.number(seq)] + names + [.integer(Int64(clamping: limit))], CellRow.read)
        guard cells.count == limit, let last = cells.last?.cell.seq else { return cells }
        // The page may end within a change: take that change as a whole.
        cells.removeAll { $0.cell.seq == last }
        // Left to itself, SQLite takes the primary key here and reads all that the tenant has, for each page.
        let rest = try database.list(
            """
            SELECT \(CellRow.columns) FROM cells INDEXED BY cells_by_seq
            WHERE tenant = ? AND plan = ? AND seq = ? \(marks)
            """, place + [.number(last)] + names, CellRow.read)
        return cells + rest
    }

    func cells(
        of tenant: TenantID, plan: PlanID, collection: CollectionID
    ) throws -> [(key: CellKey, cell: Cell)] {
        try database.list(
            CellRow.selectCollection,
            [.text(tenant.rawValue), .text(plan.rawValue), .text(collection.rawValue)], CellRow.read)
    }

    func history(
        of record: RecordKey, field: FieldID?, tenant: TenantID, plan: PlanID, limit: Int
    ) throws -> [(operation: StoredOperation, change: StoredChange)] {
        let condition = field == nil ? "" : "AND o.field = ?"
        let columns = ChangeRow.columns.split(separator: ", ").map { "c.\($0)" }.joined(separator: ", ")
        return try database.list(
            """
            SELECT \(columns), o.field, o.op FROM operations o
            JOIN changes c ON c.tenant = o.tenant AND c.seq = o.seq
            WHERE o.tenant = ? AND o.plan = ? AND o.collection = ? AND o.key = ? \(condition)
            ORDER BY o.seq, o.op LIMIT ?
            """,
            [.text(tenant.rawValue), .text(plan.rawValue), .text(record.collection.rawValue), .text(record.key)]
                + (field.map { [.text($0.rawValue)] } ?? []) + [.integer(Int64(clamping: limit))]
        ) { row in
            let change = try ChangeRow.read(row)
            guard let name = row.text(ChangeRow.count), let index = row.integer(ChangeRow.count + 1) else {
                throw SQLiteStoreError.damagedRow(table: "operations")
            }
            let cell = CellKey(tenant: tenant, record: record, field: try FieldID(name))
            return (StoredOperation(cell: cell, seq: change.seq, index: Int(clamping: index)), change)
        }
    }

    func devices() throws -> [DeviceRecord] {
        var former: [DeviceID: [[UInt8]]] = [:]
        try database.rows("SELECT device, public_key FROM device_keys ORDER BY device, replaced, public_key") { row in
            guard let device = row.text(0), let key = row.storedBytes(1) else {
                throw SQLiteStoreError.damagedRow(table: "device_keys")
            }
            former[try DeviceID(device), default: []].append(key)
        }
        return try database.list(
            """
            SELECT tenant, device, role, name, public_key, certificate, enrolled, revoked, retired FROM devices
            ORDER BY tenant, device
            """
        ) { row in
            guard let tenant = row.text(0), let device = try row.text(1).map({ try DeviceID($0) }),
                let role = row.text(2).flatMap({ Role(rawValue: $0) }), let name = row.text(3),
                let key = row.storedBytes(4), let certificate = row.storedBytes(5), let enrolled = row.moment(6)
            else { throw SQLiteStoreError.damagedRow(table: "devices") }
            return DeviceRecord(
                tenant: try TenantID(tenant), device: device, role: role, name: name, publicKey: key,
                certificate: certificate, enrolled: enrolled, revoked: row.moment(7), retired: row.moment(8),
                formerKeys: former[device] ?? [])
        }
    }

    func token(secretHash: [UInt8]) throws -> TokenRecord? {
        try database.first(
            "SELECT tenant, role, name, expires, used_by, device FROM tokens WHERE secret_hash = ?", [.blob(secretHash)]
        ) { row in
            guard let tenant = row.text(0), let role = row.text(1).flatMap({ Role(rawValue: $0) }),
                let name = row.text(2),
                let expires = row.moment(3)
            else { throw SQLiteStoreError.damagedRow(table: "tokens") }
            return TokenRecord(
                secretHash: secretHash, tenant: try TenantID(tenant), role: role, name: name, expires: expires,
                usedBy: try row.text(4).map { try DeviceID($0) }, device: try row.text(5).map { try DeviceID($0) })
        }
    }
}
