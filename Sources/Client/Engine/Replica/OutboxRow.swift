import GRDB
import PlanSyncCore
import PlanSyncStore
import PlanSyncWire
import Synchronization

/// Reads entries of the outbox back from their rows.
enum OutboxRow {
    /// The columns, in the order of ``read(_:)``.
    static let columns = "position, id, body, result, epoch, pulled, dropped"

    /// The entry of a row with ``columns``.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    static func read(_ row: Columns) throws -> OutboxEntry {
        guard let position = row.integer(0), let id = row.text(1), let body = row.storedBytes(2),
            let isPulled = row.flag(5), let isDropped = row.flag(6)
        else { throw ReplicaError.damaged("outbox") }
        var result: ChangeResult?
        if let stored = row.storedBytes(3) {
            do {
                result = try ChangeResult(json: try JSONDocument(stored, limits: .document).root)
            } catch {
                throw ReplicaError.damaged("answer \(id)")
            }
        }
        return OutboxEntry(
            position: position, change: try Replica.change(body), result: result, epoch: row.text(4),
            isPulled: isPulled, isDropped: isDropped)
    }

    /// All of an entry that ever changes, but for what follows from it.
    struct Stamp: Sendable {
        let isAnswered: Bool
        let answer: Int64
        let isPulled: Bool
        let isDropped: Bool
        let hash: [UInt8]

        static let columns = "position, result IS NOT NULL, answer, pulled, dropped, hash"

        /// The stamp of a row with ``columns``; `nil` for one that is damaged.
        init?(_ row: Columns) {
            guard let isAnswered = row.flag(1), let answer = row.integer(2), let isPulled = row.flag(3),
                let isDropped = row.flag(4), let hash = row.storedBytes(5)
            else { return nil }
            self.isAnswered = isAnswered
            self.answer = answer
            self.isPulled = isPulled
            self.isDropped = isDropped
            self.hash = hash
        }

        /// Whether a row with ``columns`` still has this stamp.
        func isThat(of row: Columns) -> Bool {
            guard row.flag(1) == isAnswered, row.integer(2) == answer, row.flag(3) == isPulled,
                row.flag(4) == isDropped
            else { return false }
            var isSame = false
            let isBlob = row.with(5, text: false) { isSame = $0.elementsEqual(hash) }
            return isBlob && isSame
        }
    }

    /// An entry as it was at its stamp; read again it is another one.
    final class Stamped: Sendable {
        let stamp: Stamp
        let entry: OutboxEntry

        init(stamp: Stamp, entry: OutboxEntry) {
            self.stamp = stamp
            self.entry = entry
        }
    }
}

extension Columns {
    /// What a column must hold.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` for anything else.
    func needed<Value>(_ name: String, _ value: Value?) throws(ReplicaError) -> Value {
        guard let value else { throw .damaged(name) }
        return value
    }
}

extension Replica {
    /// The entries that fit a condition, in their order; what was read before and is still the same is not read again,
    /// because an outbox keeps its answers until the server has backed them up.
    func entries(_ condition: String, _ arguments: [Argument], in database: Database) throws -> [OutboxEntry] {
        try stampedEntries(condition, arguments, in: database).map(\.entry)
    }

    /// The same, each the one that was given before when it is still the same.
    func stampedEntries(
        _ condition: String, _ arguments: [Argument], in database: Database
    ) throws -> [OutboxRow.Stamped] {
        // Taken out, so that what is added does not copy all of it.
        var known = entriesRead.withLock { known in
            defer { known = [:] }
            return known
        }
        var entries: [OutboxRow.Stamped] = []
        try database.rows(
            "SELECT \(OutboxRow.Stamp.columns) FROM outbox \(condition) ORDER BY position", arguments
        ) { row in
            guard let position = row.integer(0) else { throw ReplicaError.damaged("outbox") }
            if let before = known[position], before.stamp.isThat(of: row) { return entries.append(before) }
            let entry = try database.first(
                "SELECT \(OutboxRow.columns) FROM outbox WHERE position = ?", [.integer(position)], OutboxRow.read)
            guard let entry, let stamp = OutboxRow.Stamp(row) else { throw ReplicaError.damaged("outbox") }
            let stamped = OutboxRow.Stamped(stamp: stamp, entry: entry)
            known[position] = stamped
            entries.append(stamped)
        }
        if known.count > entries.count + 1_000 {
            let held = Set(entries.map(\.entry.position))
            known = known.filter { held.contains($0.key) }
        }
        let all = known
        entriesRead.withLock { $0 = all }
        return entries
    }
}
