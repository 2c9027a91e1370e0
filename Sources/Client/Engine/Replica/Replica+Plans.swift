// The plans' documents, each with its hash, so that one that was damaged on the disk is noticed and fetched again.

import GRDB
package import PlanSyncCore
import PlanSyncWire
import Synchronization

extension Replica {
    /// The plans that are held, by name.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func plans() throws -> [HeldPlan] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT plan, revision FROM plans ORDER BY plan").map { row in
                HeldPlan(id: try PlanID(row.text("plan")), revision: try row.count("revision"))
            }
        }
    }

    /// A plan with its revision.
    ///
    /// - Throws: ``ReplicaError/planUnknown(_:)``, ``ReplicaError/planDamaged(_:)``, SQLite's errors.
    package func plan(_ id: PlanID) throws -> (plan: Plan, revision: UInt64) {
        try read { try plan(id, in: $0) }
    }

    func plan(_ id: PlanID, in database: Database) throws -> (plan: Plan, revision: UInt64) {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT revision, hash FROM plans WHERE plan = ?"), arguments: [id.rawValue])
        guard let row else { throw ReplicaError.planUnknown(id.rawValue) }
        let known = plansRead.withLock { $0[id] }
        if let known, known.hash == CellRow.bytes(row, 1) { return (known.plan, try row.count("revision")) }
        let document = try Row.fetchOne(
            database, sql: "SELECT document FROM plans WHERE plan = ?", arguments: [id.rawValue]
        ).flatMap { CellRow.bytes($0, 0) }
        guard let document else { throw ReplicaError.planDamaged(id.rawValue) }
        let hash = cryptography.sha256(document)
        // The earlier release kept no hash.
        if let stored = CellRow.bytes(row, 1), stored != hash { throw ReplicaError.planDamaged(id.rawValue) }
        guard let plan = try? Self.read(document: document) else { throw ReplicaError.planDamaged(id.rawValue) }
        plansRead.withLock { $0[id] = (hash, plan) }
        return (plan, try row.count("revision"))
    }

    /// Stores a plan's document.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` for a document that is no plan; SQLite's errors.
    package func store(_ id: PlanID, revision: UInt64, document: [UInt8]) throws {
        guard try Self.read(document: document).id == id else { throw ReplicaError.damaged("plan \(id)") }
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO plans(plan, revision, document, hash) VALUES (?, ?, ?, ?)",
                arguments: [id.rawValue, signed(revision), blob(document), blob(cryptography.sha256(document))])
            try Self.forget(Self.doubt(about: id.rawValue), in: database)
        }
    }

    private static func read(document: [UInt8]) throws -> Plan {
        do {
            return try PlanReader.read(try PlanDocumentJSON.decode(document)).plan
        } catch let error as PlanFileError {
            throw ReplicaError.damaged(error.faults.first?.message ?? "plan")
        }
    }

    /// Notes that every plan has to be fetched anew, also when this connection breaks before they have come: a
    /// restored server may give the same revision to another document.
    static func doubtPlans(in database: Database) throws {
        for plan in try String.fetchAll(database, sql: "SELECT plan FROM plans") {
            try set(doubt(about: plan), "1", in: database)
        }
    }

    private static func doubt(about plan: String) -> String { "doubt/\(plan)" }

    /// The revisions whose documents are whole and of this epoch.
    func soundRevisions(in database: Database) throws -> [PlanID: UInt64] {
        var held: [PlanID: UInt64] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT plan, revision, document, hash FROM plans") {
            guard let plan = CellRow.text(row, 0).flatMap({ try? PlanID($0) }),
                case .int64(let revision) = (row[1] as DatabaseValue).storage,
                let document = CellRow.bytes(row, 2), let hash = CellRow.bytes(row, 3),
                cryptography.sha256(document) == hash,
                try Self.number(Self.doubt(about: plan.rawValue), in: database) == nil
            else { continue }
            held[plan] = unsigned(revision)
        }
        return held
    }
}
