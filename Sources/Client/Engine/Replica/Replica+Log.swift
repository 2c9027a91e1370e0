// Keeping the second file in step with the outbox. It is written in a transaction of its own behind the one that
// saved the change: a process that dies between the two finds at its next start which lines are missing. A line that
// is there twice does no harm, because the later one of an id counts.

import GRDB
import PlanSyncCore
import PlanSyncStore
import PlanSyncWire

extension Replica {
    /// The file itself could not be written; the replica is as it should be.
    private struct LogFailure: Error { let reason: any Error }

    /// Appends what the second file lacks, and empties it when nothing is kept here any more.
    func bringLogUpToDate() throws {
        guard let log else { return }
        do {
            try write { try Self.bringUpToDate(log, in: $0) }
        } catch let failure as LogFailure {
            log.failed(failure.reason)
        }
    }

    /// Writes a second file anew from what the replica holds.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func rewrite(_ log: any OutboxLog) throws {
        do {
            try write { database in
                guard let header = CarriedHeader(try Self.state(in: database)) else { return }
                try Self.rewrite(log, header: header.jsonBytes, in: database)
            }
        } catch let failure as LogFailure {
            log.failed(failure.reason)
        }
    }

    private static func bringUpToDate(_ log: any OutboxLog, in database: Database) throws {
        guard let header = CarriedHeader(try state(in: database)) else { return }
        let found = try touching { try log.size() }
        let known = try number("logBytes", in: database).map { Int(clamping: $0) }
        guard let found, let known, found == known else {
            // Not what this replica has written last: kept, for it may hold what this one does not know.
            if found ?? 0 > 0 { try touching { try log.setAside() } }
            try rewrite(log, header: header.jsonBytes, in: database)
            return
        }
        let headerText = String(decoding: header.jsonBytes, as: UTF8.self)
        let isEmpty = try !database.has("SELECT 1 FROM outbox LIMIT 1")
        let stored = try database.first("SELECT value FROM meta WHERE name = 'logHeader'") { $0.text(0) }
        if isEmpty {
            if stored == headerText, known == headerText.utf8.count + 1 { return }
            try rewrite(log, header: header.jsonBytes, in: database)
            return
        }
        var lines = try lines("logged = 0", in: database)
        if lines.isEmpty, stored == headerText { return }
        if stored != headerText { lines.insert(header.jsonBytes, at: 0) }
        let bytes = try touching { try log.append(lines) }
        try note(bytes, headerText, in: database)
    }

    private static func rewrite(_ log: any OutboxLog, header: [UInt8], in database: Database) throws {
        let lines = try [header] + lines("TRUE", in: database)
        let bytes = try touching { try log.rewrite(lines) }
        try note(bytes, String(decoding: header, as: UTF8.self), in: database)
    }

    private static func note(_ bytes: Int, _ header: String, in database: Database) throws {
        try database.run("UPDATE outbox SET logged = 1 WHERE logged = 0")
        try set("logBytes", String(bytes), in: database)
        try set("logHeader", header, in: database)
    }

    private static func lines(_ condition: String, in database: Database) throws -> [[UInt8]] {
        try database.list("SELECT body FROM outbox WHERE \(condition) ORDER BY position") { row in
            CarriedLine.encode([try change(try row.needed("body", row.storedBytes(0)))], signature: [])
        }
    }

    private static func touching<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch {
            throw LogFailure(reason: error)
        }
    }
}
