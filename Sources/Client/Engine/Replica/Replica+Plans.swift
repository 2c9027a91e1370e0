// The plans' documents, each with its hash, so that one that was damaged on the disk is noticed and fetched again.

import GRDB
package import PlanSyncCore
import PlanSyncStore
import PlanSyncWire
import Synchronization

extension Replica {
    /// The plans that are held, by name.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func plans() throws -> [HeldPlan] {
        try read { database in
            try database.list("SELECT plan, revision FROM plans ORDER BY plan") { row in
                guard let plan = row.text(0), let revision = row.number(1) else { throw ReplicaError.damaged("plans") }
                return HeldPlan(id: try PlanID(plan), revision: revision)
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
        let name = [Argument.text(id.rawValue)]
        let held = try database.first("SELECT revision, hash FROM plans WHERE plan = ?", name) { row in
            (revision: row.number(0), hash: row.bytes(1))
        }
        guard let held else { throw ReplicaError.planUnknown(id.rawValue) }
        guard let revision = held.revision else { throw ReplicaError.planDamaged(id.rawValue) }
        let known = plansRead.withLock { $0[id] }
        if let known, known.hash == held.hash { return (known.plan, revision) }
        let document = try database.first("SELECT document FROM plans WHERE plan = ?", name) { $0.bytes(0) }
        guard let document else { throw ReplicaError.planDamaged(id.rawValue) }
        let hash = cryptography.sha256(document)
        // The earlier release kept no hash.
        if let stored = held.hash, stored != hash { throw ReplicaError.planDamaged(id.rawValue) }
        guard let plan = try? Self.read(document: document) else { throw ReplicaError.planDamaged(id.rawValue) }
        plansRead.withLock { $0[id] = (hash, plan) }
        return (plan, revision)
    }

    /// Stores a plan's document; `false`: it was not taken, because another process has met a restored server since.
    ///
    /// `epoch`: that of the server that gave it. A restored server may give its revision to another document.
    /// - Throws: ``ReplicaError/damaged(_:)`` for a document that is no plan; SQLite's errors.
    @discardableResult
    package func store(
        _ id: PlanID, revision: UInt64, document: [UInt8], of epoch: String? = nil
    ) throws -> Bool {
        let plan = try Self.read(document: document)
        guard plan.id == id else { throw ReplicaError.damaged("plan \(id)") }
        let hash = cryptography.sha256(document)
        let isTaken = try write { database in
            if let epoch, try Self.epoch(in: database) != epoch { return false }
            try database.run(
                "INSERT OR REPLACE INTO plans(plan, revision, document, hash) VALUES (?, ?, ?, ?)",
                [.text(id.rawValue), .number(revision), .blob(document), .blob(hash)])
            try Self.forget(Self.doubt(about: id.rawValue), in: database)
            return true
        }
        if isTaken { plansRead.withLock { $0[id] = (hash, plan) } }
        return isTaken
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
        for plan in try database.list("SELECT plan FROM plans", [], { $0.text(0) }) {
            if let plan { try set(doubt(about: plan), "1", in: database) }
        }
    }

    private static func doubt(about plan: String) -> String { "doubt/\(plan)" }

    /// The revisions whose documents are whole and of this epoch.
    func soundRevisions(in database: Database) throws -> [PlanID: UInt64] {
        var held: [PlanID: UInt64] = [:]
        try database.rows("SELECT plan, revision, document, hash FROM plans") { row in
            guard let plan = row.text(0).flatMap({ try? PlanID($0) }), let revision = row.number(1),
                let document = row.bytes(2), let hash = row.bytes(3), cryptography.sha256(document) == hash,
                try Self.number(Self.doubt(about: plan.rawValue), in: database) == nil
            else { return }
            held[plan] = revision
        }
        return held
    }
}
