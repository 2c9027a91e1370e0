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
    struct Stamp: Equatable, Sendable {
        let isAnswered: Bool
        let answer: Int64
        let isPulled: Bool
        let isDropped: Bool
        let hash: [UInt8]

        static let columns = "position, result IS NOT NULL, answer, pulled, dropped, hash"

        static func read(_ row: Columns) -> (position: Int64, stamp: Stamp)? {
            guard let position = row.integer(0), let isAnswered = row.flag(1), let answer = row.integer(2),
                let isPulled = row.flag(3), let isDropped = row.flag(4), let hash = row.storedBytes(5)
            else { return nil }
            let stamp = Stamp(
                isAnswered: isAnswered, answer: answer, isPulled: isPulled, isDropped: isDropped, hash: hash)
            return (position, stamp)
        }
    }

    /// An entry as it was at its stamp.
    struct Stamped: Sendable {
        let stamp: Stamp
        let entry: OutboxEntry
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
        var known = entriesRead.withLock { $0 }
        let stamps = try database.list(
            "SELECT \(OutboxRow.Stamp.columns) FROM outbox \(condition) ORDER BY position", arguments
        ) { row in
            guard let found = OutboxRow.Stamp.read(row) else { throw ReplicaError.damaged("outbox") }
            return found
        }
        var read = 0
        let entries = try stamps.map { place in
            if let before = known[place.position], before.stamp == place.stamp { return before.entry }
            let entry = try database.first(
                "SELECT \(OutboxRow.columns) FROM outbox WHERE position = ?", [.integer(place.position)],
                OutboxRow.read)
            guard let entry else { throw ReplicaError.damaged("outbox") }
            known[place.position] = OutboxRow.Stamped(stamp: place.stamp, entry: entry)
            read += 1
            return entry
        }
        if known.count > entries.count + 1_000 {
            let held = Set(stamps.map(\.position))
            known = known.filter { held.contains($0.key) }
        }
        if read > 0 { entriesRead.withLock { $0 = known } }
        return entries
    }
}
