// Changes on another way than the wire: out to a bundle, and back in from the second file.

import GRDB
package import PlanSyncCore
import PlanSyncStore
package import PlanSyncWire

extension Replica {
    /// All pending changes, each push signed, as lines of a bundle; the header first.
    ///
    /// They stay pending until the server's answers come in.
    /// - Throws: ``ReplicaError``, the signer's and SQLite's errors.
    package func bundle(
        signer: any DeviceSigner, countMax: Int, bytesMax: Int
    ) throws -> (lines: [[UInt8]], changes: Int) {
        let state = try self.state()
        guard let tenant = state.tenant, let device = state.device else { throw ReplicaError.notEnrolled }
        let batches = try read { try Self.batches(countMax: countMax, bytesMax: bytesMax, in: $0) }
        let header = CarriedHeader(tenant: tenant, device: device).jsonBytes
        let lines = try batches.map { CarriedLine.encode($0.changes, signature: try signer.sign($0.lastHash)) }
        return ([header] + lines, batches.reduce(0) { $0 + $1.changes.count })
    }

    /// Whether the file is sound as SQLite sees it, and every change in it can be read.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func isReadable() throws -> Bool {
        _ = try outbox()
        return try read { try $0.first("PRAGMA quick_check(1)") { $0.text(0) } == "ok" }
    }

    /// Takes over what a second file holds into an empty replica: every change pending, in its order, with its id.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` when the replica is not empty or the file has no header.
    package func adopt(_ carried: CarriedChanges) throws -> Int {
        guard let header = carried.header else { throw ReplicaError.damaged(CarriedHeader.format) }
        let changes = carried.changes
        try write { database in
            guard try Self.state(in: database).device == nil else { throw ReplicaError.damaged("not empty") }
            let meta: [(String, String?)] = [
                ("tenant", header.tenant.rawValue), ("device", header.device.rawValue),
                ("role", header.role?.rawValue), ("host", header.host), ("port", header.port.map { "\($0)" }),
                ("epoch", header.epoch),
            ]
            for (name, value) in meta {
                if let value { try Self.set(name, value, in: database) }
            }
            var head = ""
            for change in changes {
                let body = change.canonicalBytes
                let hash = cryptography.sha256(body)
                head = Base64URL.encode(hash)
                try Self.insert(change, body: body, hash: hash, in: database)
            }
            // Without a change nothing says where the chain stands; the server does, at the next hello.
            guard let last = changes.last else { return }
            try Self.set("inc", String(last.incarnation), in: database)
            try Self.setChainEnd(number: last.number, head: head, in: database)
        }
        return changes.count
    }

    /// What a hello would mean and what would be sent then, without keeping any of it.
    ///
    /// - Throws: as ``greet(_:device:now:declared:)``.
    package func rehearse(
        _ hello: SessionHello.Result, device: SessionHello.DeviceState, now: Timestamp, countMax: Int, bytesMax: Int
    ) throws -> (greeting: Greeting, batches: [PushBatch], entries: [OutboxEntry]) {
        try rehearse { database in
            let greeting = try greet(hello, device: device, now: now, declared: nil, in: database)
            let entries = try database.list(
                "SELECT \(OutboxRow.columns) FROM outbox WHERE result IS NULL ORDER BY position", [], OutboxRow.read)
            return (
                greeting, try Self.batches(countMax: countMax, bytesMax: bytesMax, in: database), entries
            )
        }
    }
}
