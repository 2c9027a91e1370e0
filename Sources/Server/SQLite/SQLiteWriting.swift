import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

/// Writes to the database within one transaction.
final class SQLiteWriting: SQLiteReading, PlanWriting {
    func put(_ setting: String, _ value: String) throws {
        try database.run(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [.text(setting), .text(value)])
    }

    func insert(_ plan: PlanRecord) throws {
        try database.run(
            "INSERT INTO plans (plan, revision, document, loaded) VALUES (?, ?, ?, ?)",
            [
                .text(plan.plan.rawValue), .number(plan.revision), .blob(plan.document),
                Argument(plan.loaded?.milliseconds),
            ])
    }

    func insert(_ token: TokenRecord) throws {
        try database.run(
            "INSERT INTO tokens (secret_hash, tenant, role, name, expires, device) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .blob(token.secretHash), .text(token.tenant.rawValue), .text(token.role.rawValue), .text(token.name),
                .integer(token.expires.milliseconds), Argument(token.device?.rawValue),
            ])
    }

    func redeem(secretHash: [UInt8], by device: DeviceID) throws -> Bool {
        try database.run(
            "UPDATE tokens SET used_by = ? WHERE secret_hash = ? AND used_by IS NULL",
            [.text(device.rawValue), .blob(secretHash)])
        return database.changesCount == 1
    }

    func insert(_ device: DeviceRecord) throws {
        try database.run(
            """
            INSERT INTO devices (tenant, device, role, name, public_key, certificate, enrolled)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(device.tenant.rawValue), .text(device.device.rawValue), .text(device.role.rawValue),
                .text(device.name), .blob(device.publicKey), .blob(device.certificate),
                .integer(device.enrolled.milliseconds),
            ])
    }

    func renew(_ device: DeviceRecord, publicKey: [UInt8], certificate: [UInt8], at: Timestamp) throws {
        let names: [Argument] = [.text(device.tenant.rawValue), .text(device.device.rawValue)]
        if publicKey != device.publicKey {
            try database.run(
                "INSERT OR IGNORE INTO device_keys (tenant, device, replaced, public_key) VALUES (?, ?, ?, ?)",
                names + [.integer(at.milliseconds), .blob(device.publicKey)])
        }
        try database.run(
            "UPDATE devices SET public_key = ?, certificate = ? WHERE tenant = ? AND device = ?",
            [.blob(publicKey), .blob(certificate)] + names)
    }

    func revoke(_ device: DeviceID, at: Timestamp) throws -> Bool {
        try database.run(
            "UPDATE devices SET revoked = ? WHERE device = ? AND revoked IS NULL",
            [.integer(at.milliseconds), .text(device.rawValue)])
        return database.changesCount == 1
    }

    func put(_ ends: [ChainKey: Admission.ChainEnd]) throws {
        for (key, end) in ends.sorted(by: { $0.key < $1.key }) {
            try database.run(
                """
                INSERT INTO chains (tenant, device, inc, last_n, head) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (tenant, device, inc) DO UPDATE SET last_n = excluded.last_n, head = excluded.head
                """, key.arguments + [.number(end.number), .text(end.head)])
        }
    }

    func put(_ heads: [TenantID: TenantHead]) throws {
        for (tenant, head) in heads.sorted(by: { $0.key < $1.key }) {
            try database.run(
                "INSERT OR REPLACE INTO heads (tenant, seq, link) VALUES (?, ?, ?)",
                [.text(tenant.rawValue), .number(head.seq), .blob(head.link)])
        }
    }

    func put(_ cells: [CellKey: Cell], plan: PlanID) throws {
        for (key, cell) in cells.sorted(by: { $0.key < $1.key }) {
            try database.run(
                """
                INSERT OR REPLACE INTO cells (tenant, plan, collection, key, field, value, rev, seq, by, by_city,
                    author, at, deleted, note, conflict, lineage)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(key.tenant.rawValue), .text(plan.rawValue), .text(key.record.collection.rawValue),
                    .text(key.record.key), .text(key.field.rawValue), Argument(cell.value?.canonicalJSON),
                    .text(cell.rev.rawValue), .number(cell.seq), .text(cell.by.rawValue), .flag(cell.byCity),
                    .text(cell.author), .integer(cell.at.milliseconds), .flag(cell.deleted), Argument(cell.note),
                    Argument(cell.conflict), Argument(cell.lineage?.encoded),
                ])
        }
    }

    func append(_ changes: [StoredChange]) throws {
        for change in changes.sorted(by: { ($0.tenant, $0.seq) < ($1.tenant, $1.seq) }) {
            try database.run(
                """
                INSERT INTO changes (tenant, seq, id, device_tenant, device, plan, body, hash, result, rejected,
                    received, signature, link, ordinal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(change.tenant.rawValue), .number(change.seq), .text(change.id.rawValue),
                    .text(change.deviceTenant.rawValue), .text(change.device.rawValue), .text(change.plan.rawValue),
                    .blob(change.body), .text(change.hash), .blob(change.result), .flag(change.isRejected),
                    .integer(change.received.milliseconds), Argument(change.signature), .blob(change.link),
                    .number(change.ordinal),
                ])
        }
    }

    func append(_ operations: [StoredOperation], plan: PlanID) throws {
        for operation in operations.sorted(by: { ($0.cell, $0.seq) < ($1.cell, $1.seq) }) {
            try database.run(
                "INSERT INTO operations (tenant, plan, collection, key, field, seq, op) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(operation.cell.tenant.rawValue), .text(plan.rawValue),
                    .text(operation.cell.record.collection.rawValue), .text(operation.cell.record.key),
                    .text(operation.cell.field.rawValue), .number(operation.seq),
                    .integer(Int64(clamping: operation.index)),
                ])
        }
    }
}
