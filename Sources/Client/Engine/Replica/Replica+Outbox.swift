// The outbox: saving a change, handing out what is pending, keeping the answers.

import GRDB
package import PlanSyncCore
import PlanSyncStore
package import PlanSyncWire

extension Replica {
    /// Saves a change: number, link, id, canonical bytes and hash, all in one transaction; then to the second file.
    ///
    /// `repairing`: the number of a rejected change that it takes the place of, which is put aside with it.
    /// - Throws: ``ReplicaError/notEnrolled``, ``ReplicaError/chainFull``, SQLite's errors.
    package func save(
        _ draft: ChangeDraft, repairing position: Int64? = nil, now: Timestamp,
        random: inout some RandomNumberGenerator
    ) throws -> Change {
        let id = ChangeID(now: now, random: &random)
        let change = try write { database in
            let change = try append(draft, id: id, now: now, in: database)
            if let position { _ = try Self.dropRejected(position, in: database) }
            return change
        }
        try bringLogUpToDate()
        return change
    }

    /// Saves changes that belong together: all of them or, where one cannot be saved, none.
    ///
    /// - Throws: ``ReplicaError/notEnrolled``, ``ReplicaError/chainFull``, SQLite's errors.
    package func save(
        _ drafts: [ChangeDraft], now: Timestamp, random: inout some RandomNumberGenerator
    ) throws -> [Change] {
        let pairs = drafts.map { ($0, ChangeID(now: now, random: &random)) }
        let changes = try write { database in
            try pairs.map { draft, id in try append(draft, id: id, now: now, in: database) }
        }
        try bringLogUpToDate()
        return changes
    }

    /// Puts a change at the end of this device's chain.
    private func append(
        _ draft: ChangeDraft, id: ChangeID, now: Timestamp, in database: Database
    ) throws -> Change {
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
        try Self.insert(change, body: body, hash: hash, in: database)
        try Self.setChainEnd(number: number, head: Base64URL.encode(hash), in: database)
        return change
    }

    static func insert(_ change: Change, body: [UInt8], hash: [UInt8], in database: Database) throws {
        try database.run(
            "INSERT INTO outbox(id, inc, n, plan, body, hash) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(change.id.rawValue), .number(change.incarnation), .number(change.number),
                .text(change.plan.rawValue), .blob(body), .blob(hash),
            ])
    }

    static func setChainEnd(number: UInt64, head: String, in database: Database) throws {
        try set("chainNumber", String(number), in: database)
        try set("chainHead", head, in: database)
    }

    /// The first pending changes that fit into one push; `nil` when nothing is pending.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func nextBatch(countMax: Int, bytesMax: Int) throws -> PushBatch? {
        try read { try Self.batch(after: 0, countMax: countMax, bytesMax: bytesMax, in: $0)?.batch }
    }

    /// All pending changes, as so many pushes.
    static func batches(countMax: Int, bytesMax: Int, in database: Database) throws -> [PushBatch] {
        var batches: [PushBatch] = []
        var last: Int64 = 0
        while let next = try batch(after: last, countMax: countMax, bytesMax: bytesMax, in: database) {
            batches.append(next.batch)
            last = next.last
        }
        return batches
    }

    private static func batch(
        after position: Int64, countMax: Int, bytesMax: Int, in database: Database
    ) throws -> (batch: PushBatch, last: Int64)? {
        let rows = try database.list(
            "SELECT body, hash, position FROM outbox WHERE result IS NULL AND position > ? ORDER BY position LIMIT ?",
            [.integer(position), .integer(Int64(max(1, countMax)))]
        ) {
            (
                body: try $0.needed("body", $0.storedBytes(0)), hash: try $0.needed("hash", $0.storedBytes(1)),
                position: try $0.needed("position", $0.integer(2))
            )
        }
        var changes: [Change] = []
        var lastHash: [UInt8] = []
        var lastPosition = position
        var size = 0
        for row in rows {
            let body = row.body
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
            lastHash = row.hash
            lastPosition = row.position
        }
        return changes.isEmpty ? nil : (PushBatch(changes: changes, lastHash: lastHash), lastPosition)
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
    /// `sent`: the changes as they were sent. One that another process has renumbered since stays pending and is
    /// offered again: a report of what is backed up, which names numbers, would not be about it.
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func store(
        _ results: [ReceivedResult], to sent: [Change], epoch: String, backedUp: BackedUp?
    ) throws -> [OutboxEntry] {
        let places = Dictionary(sent.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return try write { database in
            let answer = try Self.answerCount(in: database) + 1
            try Self.set("answers", String(answer), in: database)
            var stored: [OutboxEntry] = []
            for received in results {
                guard let change = places[received.result.id] else { continue }
                let id = Argument.text(change.id.rawValue)
                try database.run(
                    """
                    UPDATE outbox SET result = ?, outcome = ?, epoch = ?, seq = ?, pulled = 0, answer = ?
                    WHERE id = ? AND inc = ? AND n = ?
                    """,
                    [
                        .blob(received.bytes), .text(received.result.outcome.rawValue), .text(epoch),
                        .number(received.result.seq), .integer(answer), id, .number(change.incarnation),
                        .number(change.number),
                    ])
                guard database.changesCount > 0 else { continue }
                let entry = try database.first(
                    "SELECT \(OutboxRow.columns) FROM outbox WHERE id = ?", [id], OutboxRow.read)
                if let entry { stored.append(entry) }
            }
            try Self.prune(epoch: epoch, [backedUp], in: database)
            return stored
        }
    }

    /// How many pushes were answered.
    static func answerCount(in database: Database) throws -> Int64 { try number("answers", in: database) ?? 0 }

    /// Drops acknowledged changes that the same epoch reports as backed up; rejections stay for their author.
    ///
    /// Of each incarnation only what the report about that one names.
    static func prune(epoch: String, _ reports: [BackedUp?], in database: Database) throws {
        for report in reports {
            guard let report else { continue }
            try database.run(
                """
                DELETE FROM outbox WHERE result IS NOT NULL AND epoch = ? AND inc = ? AND n <= ? AND pulled = 1
                    AND (outcome <> 'rejected' OR dropped = 1)
                """, [.text(epoch), .number(report.incarnation), .number(report.number)])
        }
    }

    /// How many changes wait in which way.
    ///
    /// - Throws: SQLite's errors.
    package func counts() throws -> OutboxCounts {
        try read { database in
            let pending = try database.count("SELECT COUNT(*) FROM outbox WHERE result IS NULL")
            return OutboxCounts(
                pending: pending,
                rejected: try database.count("SELECT COUNT(*) FROM outbox WHERE outcome = 'rejected' AND dropped = 0"),
                retained: try Self.heldCount(in: database) - pending)
        }
    }

    /// How many changes the outbox holds, answered or not.
    ///
    /// - Throws: SQLite's errors.
    package func heldCount() throws -> Int { try read { try Self.heldCount(in: $0) } }

    private static func heldCount(in database: Database) throws -> Int {
        try database.count("SELECT COUNT(*) FROM outbox")
    }

    /// The changes that the outbox holds, answered or not.
    ///
    /// - Throws: SQLite's errors.
    package func heldIDs() throws -> [ChangeID] {
        try read { database in
            try database.list("SELECT id FROM outbox ORDER BY position") { row in
                try ChangeID(try row.needed("id", row.text(0)))
            }
        }
    }

    /// The outbox in its order.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``, SQLite's errors.
    package func outbox() throws -> [OutboxEntry] {
        try read { database in
            try entries("", [], in: database)
        }
    }

    /// Puts a rejected change aside; `false` when there is none with this number.
    ///
    /// - Throws: SQLite's errors.
    package func dropRejected(_ position: Int64) throws -> Bool {
        try write { try Self.dropRejected(position, in: $0) }
    }

    static func dropRejected(_ position: Int64, in database: Database) throws -> Bool {
        try database.run(
            "UPDATE outbox SET dropped = 1 WHERE position = ? AND outcome = 'rejected' AND dropped = 0",
            [.integer(position)])
        return database.changesCount > 0
    }
}
