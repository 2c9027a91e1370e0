// The outbox: saving a change, handing out what is pending, keeping the answers.

import GRDB
package import PlanSyncCore
package import PlanSyncWire

extension Replica {
    /// Saves a change: number, link, id, canonical bytes and hash, all in one transaction.
    ///
    /// - Throws: ``ReplicaError/notEnrolled``, ``ReplicaError/chainFull``, SQLite's errors.
    package func save(
        _ draft: ChangeDraft, now: Timestamp, random: inout some RandomNumberGenerator
    ) throws -> Change {
        let id = ChangeID(now: now, random: &random)
        return try write { database in
            let state = try Self.state(in: database)
            guard let incarnation = state.incarnation else { throw ReplicaError.notEnrolled }
            let (number, overflow) = state.chainNumber.addingReportingOverflow(1)
            guard !overflow, number <= UInt64(Int64.max) else { throw ReplicaError.chainFull }
            let change = Change(
                id: id, incarnation: incarnation, number: number, previous: state.chainHead, plan: draft.plan,
                planRevision: draft.planRevision, tenant: draft.tenant, at: now, author: draft.author,
                note: draft.note, operations: draft.operations)
            let body = change.canonicalBytes
            let hash = cryptography.sha256(body)
            try database.execute(
                sql: "INSERT INTO outbox(id, inc, n, plan, body, hash) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    id.rawValue, signed(incarnation), signed(number), draft.plan.rawValue, blob(body), blob(hash),
                ])
            try Self.setChainEnd(number: number, head: Base64URL.encode(hash), in: database)
            return change
        }
    }

    static func setChainEnd(number: UInt64, head: String, in database: Database) throws {
        try set("chainNumber", String(number), in: database)
        try set("chainHead", head, in: database)
    }

    /// The first pending changes that fit into one push; `nil` when nothing is pending.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func nextBatch(countMax: Int, bytesMax: Int) throws -> PushBatch? {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT body, hash FROM outbox WHERE result IS NULL ORDER BY position LIMIT ?",
                arguments: [max(1, countMax)])
            var changes: [Change] = []
            var lastHash: [UInt8] = []
            var size = 0
            for row in rows {
                let body = bytes(row["body"])
                let change = try Self.change(body)
                if let last = changes.last {
                    let follows =
                        last.plan == change.plan && last.planRevision == change.planRevision
                        && last.incarnation == change.incarnation && last.number < .max
                        && last.number + 1 == change.number
                    guard follows, size + Self.wireSize(change, body) <= bytesMax else { break }
                }
                size += Self.wireSize(change, body)
                changes.append(change)
                lastHash = bytes(row["hash"])
            }
            return changes.isEmpty ? nil : PushBatch(changes: changes, lastHash: lastHash)
        }
    }

    /// About how many bytes a change takes as JSON, rather more than less.
    private static func wireSize(_ change: Change, _ body: [UInt8]) -> Int {
        body.count + 256 + 96 * change.operations.count + 5
            * ((change.note ?? "").utf8.count + change.author.utf8.count)
    }

    static func change(_ body: [UInt8]) throws -> Change {
        do {
            return try Change(canonicalBytes: body)
        } catch {
            throw ReplicaError.damaged("change, byte \(error.offset)")
        }
    }

    /// Stores the answers of one push, all in one transaction; answers to unknown changes are passed over.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func store(
        _ results: [ReceivedResult], epoch: String, backedUp: BackedUp?
    ) throws -> [OutboxEntry] {
        try write { database in
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE outbox SET result = ?, outcome = ?, epoch = ?, seq = ?, pulled = 0 WHERE id = ?
                    """)
            var stored: [OutboxEntry] = []
            for received in results {
                try statement.execute(
                    arguments: [
                        blob(received.bytes), received.result.outcome.rawValue, epoch, signed(received.result.seq),
                        received.result.id.rawValue,
                    ])
                let row = try Row.fetchOne(
                    database, sql: "SELECT * FROM outbox WHERE id = ?", arguments: [received.result.id.rawValue])
                if let row { stored.append(try Self.entry(row)) }
            }
            try Self.prune(epoch: epoch, backedUp: backedUp, in: database)
            return stored
        }
    }

    /// Drops acknowledged changes that the same epoch reports as backed up; rejections stay for their author.
    static func prune(epoch: String, backedUp: BackedUp?, in database: Database) throws {
        guard let backedUp else { return }
        try database.execute(
            sql: """
                DELETE FROM outbox WHERE result IS NOT NULL AND epoch = ? AND inc = ? AND n <= ? AND pulled = 1
                    AND (outcome <> 'rejected' OR dropped = 1)
                """, arguments: [epoch, signed(backedUp.incarnation), signed(backedUp.number)])
    }

    /// How many changes wait in which way.
    ///
    /// - Throws: SQLite's errors.
    package func counts() throws -> OutboxCounts {
        try read { database in
            func count(_ condition: String) throws -> Int {
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM outbox WHERE \(condition)") ?? 0
            }
            return OutboxCounts(
                pending: try count("result IS NULL"),
                rejected: try count("outcome = 'rejected' AND dropped = 0"),
                retained: try count("result IS NOT NULL"))
        }
    }

    /// The outbox in its order.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func outbox() throws -> [OutboxEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM outbox ORDER BY position").map { try Self.entry($0) }
        }
    }

    /// Puts a rejected change aside; `false` when there is none with this number.
    ///
    /// - Throws: SQLite's errors.
    package func dropRejected(_ position: Int64) throws -> Bool {
        try write { database in
            try database.execute(
                sql: "UPDATE outbox SET dropped = 1 WHERE position = ? AND outcome = 'rejected' AND dropped = 0",
                arguments: [position])
            return database.changesCount > 0
        }
    }

    static func entry(_ row: Row) throws -> OutboxEntry {
        var result: ChangeResult?
        if let stored = optionalBytes(row["result"]) {
            do {
                result = try ChangeResult(json: try JSONDocument(stored, limits: .document).root)
            } catch {
                throw ReplicaError.damaged("answer \(row["id"] as String)")
            }
        }
        return OutboxEntry(
            position: row["position"], change: try change(bytes(row["body"])), result: result, epoch: row["epoch"],
            isPulled: row["pulled"], isDropped: row["dropped"])
    }
}
