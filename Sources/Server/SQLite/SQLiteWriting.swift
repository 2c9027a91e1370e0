import FoundationEssentials
import GRDB
import PlanSyncCore
import PlanSyncServer

/// Writes to the database within one transaction.
final class SQLiteWriting: SQLiteReading, PlanWriting {
    func put(_ setting: String, _ value: String) throws {
        try statement("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
            .execute(arguments: [setting, value])
    }

    func insert(_ plan: PlanRecord) throws {
        try statement("INSERT INTO plans (plan, revision, document, loaded) VALUES (?, ?, ?, ?)").execute(
            arguments: [
                plan.plan.rawValue, Column.signed(plan.revision), DatabaseValue(bytes: plan.document),
                plan.loaded?.milliseconds,
            ])
    }

    func insert(_ token: TokenRecord) throws {
        try statement(
            "INSERT INTO tokens (secret_hash, tenant, role, name, expires, device) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                DatabaseValue(bytes: token.secretHash), token.tenant.rawValue, token.role.rawValue, token.name,
                token.expires.milliseconds, token.device?.rawValue,
            ])
    }

    func redeem(secretHash: [UInt8], by device: DeviceID) throws -> Bool {
        try statement("UPDATE tokens SET used_by = ? WHERE secret_hash = ? AND used_by IS NULL")
            .execute(arguments: [device.rawValue, DatabaseValue(bytes: secretHash)])
        return database.changesCount == 1
    }

    func insert(_ device: DeviceRecord) throws {
        try statement(
            """
            INSERT INTO devices (tenant, device, role, name, public_key, certificate, enrolled)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).execute(
            arguments: [
                device.tenant.rawValue, device.device.rawValue, device.role.rawValue, device.name,
                DatabaseValue(bytes: device.publicKey), DatabaseValue(bytes: device.certificate),
                device.enrolled.milliseconds,
            ])
    }

    func renew(_ device: DeviceRecord, publicKey: [UInt8], certificate: [UInt8], at: Timestamp) throws {
        if publicKey != device.publicKey {
            try statement(
                "INSERT OR IGNORE INTO device_keys (tenant, device, replaced, public_key) VALUES (?, ?, ?, ?)"
            ).execute(
                arguments: [
                    device.tenant.rawValue, device.device.rawValue, at.milliseconds,
                    DatabaseValue(bytes: device.publicKey),
                ])
        }
        try statement("UPDATE devices SET public_key = ?, certificate = ? WHERE tenant = ? AND device = ?").execute(
            arguments: [
                DatabaseValue(bytes: publicKey), DatabaseValue(bytes: certificate), device.tenant.rawValue,
                device.device.rawValue,
            ])
    }

    func revoke(_ device: DeviceID, at: Timestamp) throws -> Bool {
        try statement("UPDATE devices SET revoked = ? WHERE device = ? AND revoked IS NULL")
            .execute(arguments: [at.milliseconds, device.rawValue])
        return database.changesCount == 1
    }

    func put(_ ends: [ChainKey: Admission.ChainEnd]) throws {
        let insert = try statement(
            """
            INSERT INTO chains (tenant, device, inc, last_n, head) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tenant, device, inc) DO UPDATE SET last_n = excluded.last_n, head = excluded.head
            """)
        for (key, end) in ends.sorted(by: { $0.key < $1.key }) {
            try insert.execute(
                arguments: [
                    key.tenant.rawValue, key.device.rawValue, Column.signed(key.incarnation),
                    Column.signed(end.number), end.head,
                ])
        }
    }

    func put(_ heads: [TenantID: TenantHead]) throws {
        let insert = try statement("INSERT OR REPLACE INTO heads (tenant, seq, link) VALUES (?, ?, ?)")
        for (tenant, head) in heads.sorted(by: { $0.key < $1.key }) {
            try insert.execute(
                arguments: [tenant.rawValue, Column.signed(head.seq), DatabaseValue(bytes: head.link)])
        }
    }

    func put(_ cells: [CellKey: Cell], plan: PlanID) throws {
        let insert = try statement(
            """
            INSERT OR REPLACE INTO cells (tenant, plan, collection, key, field, value, rev, seq, by, by_city, author,
                at, deleted, note, conflict, lineage)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (key, cell) in cells.sorted(by: { $0.key < $1.key }) {
            try insert.execute(
                arguments: [
                    key.tenant.rawValue, plan.rawValue, key.record.collection.rawValue, key.record.key,
                    key.field.rawValue, cell.value.map { DatabaseValue(bytes: $0.canonicalJSON) },
                    cell.rev.rawValue, Column.signed(cell.seq), cell.by.rawValue, cell.byCity, cell.author,
                    cell.at.milliseconds, cell.deleted, cell.note, cell.conflict,
                    (cell.lineage?.encoded).map { DatabaseValue(bytes: $0) },
                ])
        }
    }

    func append(_ changes: [StoredChange]) throws {
        let insert = try statement(
            """
            INSERT INTO changes (tenant, seq, id, device_tenant, device, plan, body, hash, result, rejected, received,
                signature, link, ordinal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for change in changes.sorted(by: { ($0.tenant, $0.seq) < ($1.tenant, $1.seq) }) {
            try insert.execute(
                arguments: [
                    change.tenant.rawValue, Column.signed(change.seq), change.id.rawValue,
                    change.deviceTenant.rawValue, change.device.rawValue, change.plan.rawValue,
                    DatabaseValue(bytes: change.body), change.hash, DatabaseValue(bytes: change.result),
                    change.isRejected, change.received.milliseconds,
                    change.signature.map { DatabaseValue(bytes: $0) }, DatabaseValue(bytes: change.link),
                    Column.signed(change.ordinal),
                ])
        }
    }

    func append(_ operations: [StoredOperation], plan: PlanID) throws {
        let insert = try statement(
            "INSERT INTO operations (tenant, plan, collection, key, field, seq, op) VALUES (?, ?, ?, ?, ?, ?, ?)")
        for operation in operations.sorted(by: { ($0.cell, $0.seq) < ($1.cell, $1.seq) }) {
            try insert.execute(
                arguments: [
                    operation.cell.tenant.rawValue, plan.rawValue, operation.cell.record.collection.rawValue,
                    operation.cell.record.key, operation.cell.field.rawValue, Column.signed(operation.seq),
                    operation.index,
                ])
        }
    }
}

extension DatabaseValue {
    /// A BLOB.
    init(bytes: [UInt8]) { self = Data(bytes).databaseValue }
}
