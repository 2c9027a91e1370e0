// The device's chain against the server's: what a hello, a gap and a fork mean for the outbox. Ids are never
// touched, so whatever the server already knows is answered from its memory (merge rules, section 1).

import GRDB
package import PlanSyncCore
import PlanSyncStore
package import PlanSyncWire

extension Replica {
    /// Takes in the server's hello, in one transaction.
    ///
    /// `declared`: the hole that the hello named.
    /// - Throws: ``ReplicaError/otherDevice(expected:found:)``, SQLite's errors.
    package func greet(
        _ hello: SessionHello.Result, device: SessionHello.DeviceState, now: Timestamp, declared: Hole? = nil
    ) throws -> Greeting {
        let greeting = try write { try greet(hello, device: device, now: now, declared: declared, in: $0) }
        try bringLogUpToDate()
        return greeting
    }

    func greet(
        _ hello: SessionHello.Result, device: SessionHello.DeviceState, now: Timestamp, declared: Hole?,
        in database: Database
    ) throws -> Greeting {
        let state = try Self.state(in: database)
        try Self.checkIdentity(state, device)
        let epochChanged = state.epoch != nil && state.epoch != hello.epoch
        try Self.note(hello, device, now: now, in: database)
        // A hole of another incarnation can no longer be named.
        if state.missing == declared || state.missing?.incarnation != device.incarnation {
            try Self.forget("missing", in: database)
        }
        if epochChanged {
            try Self.dropCursors("TRUE", [], in: database)
            try Self.doubtPlans(in: database)
        }
        // Also what the server still holds: its answers may be others in this epoch, and it gives them again. And
        // also where the epoch is known: another process may have taken in an answer of the one before since then.
        let reopened = try Self.reopen("epoch <> ?", [.text(hello.epoch)], in: database)
        let behind = try Self.reopen(
            "inc = ? AND n > ?", [.number(device.incarnation), .number(device.lastNumber)], in: database)
        try Self.prune(epoch: hello.epoch, device.backups + [device.backedUp], in: database)
        let chain = try alignChain(state, with: device, putAside: reopened.gone.union(behind.gone), in: database)
        let held = try soundRevisions(in: database)
        return Greeting(
            epochChanged: epochChanged, reopened: reopened.count + behind.count, renumbered: chain.renumbered,
            missing: chain.missing, isRetired: device.isRetired, plans: device.isRetired ? [] : device.plans.map(\.id),
            outdated: device.isRetired ? [] : device.plans.filter { held[$0.id] != $0.revision }.map(\.id))
    }

    private static func checkIdentity(_ state: ReplicaState, _ device: SessionHello.DeviceState) throws {
        guard let tenant = state.tenant, let name = state.device else { return }
        if tenant != device.tenant || name != device.device {
            throw ReplicaError.otherDevice(expected: "\(tenant)/\(name)", found: "\(device.tenant)/\(device.device)")
        }
    }

    private static func note(
        _ hello: SessionHello.Result, _ device: SessionHello.DeviceState, now: Timestamp, in database: Database
    ) throws {
        let (drift, overflow) = hello.now.milliseconds.subtractingReportingOverflow(now.milliseconds)
        try set("tenant", device.tenant.rawValue, in: database)
        try set("device", device.device.rawValue, in: database)
        try set("role", device.role.rawValue, in: database)
        try set("server", hello.server, in: database)
        try set("epoch", hello.epoch, in: database)
        try set("inc", String(device.incarnation), in: database)
        try set("drift", String(overflow ? 0 : drift), in: database)
        // A restored backup may be older than the day on which the device was taken out of service.
        if !device.isRetired { try forget("retired", in: database) }
    }

    /// Makes acknowledged changes pending again; rejections that were put aside are not offered a second time.
    ///
    /// `gone`: the numbers of those that were put aside; nobody misses them.
    private static func reopen(
        _ condition: String, _ arguments: [Argument], in database: Database
    ) throws -> (count: Int, gone: Set<UInt64>) {
        let putAside = "result IS NOT NULL AND dropped = 1 AND \(condition)"
        let gone = try database.list("SELECT n FROM outbox WHERE \(putAside)", arguments) { $0.number(0) }
        if !gone.isEmpty { try database.run("DELETE FROM outbox WHERE \(putAside)", arguments) }
        try database.run(
            """
            UPDATE outbox SET result = NULL, outcome = NULL, epoch = NULL, seq = NULL, pulled = 0
            WHERE result IS NOT NULL AND \(condition)
            """, arguments)
        return (database.changesCount, Set(gone.compactMap { $0 }))
    }

    /// Makes the pending changes follow the server's chain without a hole.
    ///
    /// `putAside`: numbers whose changes their author has given up.
    private func alignChain(
        _ state: ReplicaState, with device: SessionHello.DeviceState, putAside: Set<UInt64>, in database: Database
    ) throws -> (renumbered: Int, missing: UInt64) {
        let rows = try database.list("SELECT inc, n FROM outbox WHERE result IS NULL ORDER BY position") {
            (incarnation: try $0.needed("inc", $0.number(0)), number: try $0.needed("n", $0.number(1)))
        }
        let sameChain = state.incarnation == device.incarnation
        guard let first = rows.first else {
            // Nothing waits: a chain that is new, or that the server knows less of, goes on from the server's end.
            if !sameChain || state.chainNumber > device.lastNumber {
                try Self.setChainEnd(number: device.lastNumber, head: device.head, in: database)
            }
            return (0, 0)
        }
        var expected = first.number
        var isDense = sameChain && expected <= device.lastNumber + 1
        for row in rows where isDense {
            isDense = row.incarnation == device.incarnation && row.number == expected
            expected += 1
        }
        if isDense, state.chainNumber == expected - 1 { return (0, 0) }
        let firstNumber = first.number
        var missing: UInt64 = 0
        if sameChain, first.incarnation == device.incarnation, firstNumber > device.lastNumber + 1 {
            let hole = (device.lastNumber + 1)...(firstNumber - 1)
            let size = firstNumber - device.lastNumber - 1
            if UInt64(putAside.filter(hole.contains).count) < size {
                missing = size
                try Self.set("missing", Hole(incarnation: device.incarnation, numbers: hole).text, in: database)
            }
        }
        let end = Admission.ChainEnd(number: device.lastNumber, head: device.head)
        return (try renumber(into: device.incarnation, after: end, in: database), missing)
    }

    /// Renumbers what is not acknowledged into a new incarnation after a fork.
    ///
    /// - Throws: SQLite's errors, ``ReplicaError/damaged(_:)``.
    package func renumberPending(into incarnation: UInt64) throws -> Int {
        let count = try write { database in
            if try Self.state(in: database).incarnation == incarnation { return 0 }
            try Self.set("inc", String(incarnation), in: database)
            return try renumber(into: incarnation, after: .start, in: database)
        }
        try bringLogUpToDate()
        return count
    }

    private func renumber(
        into incarnation: UInt64, after end: Admission.ChainEnd, in database: Database
    ) throws -> Int {
        let rows = try database.list("SELECT position, body FROM outbox WHERE result IS NULL ORDER BY position") {
            (position: try $0.needed("position", $0.integer(0)), body: try $0.needed("body", $0.storedBytes(1)))
        }
        var number = end.number
        var head = end.head
        for row in rows {
            guard number < UInt64(Int64.max) else { throw ReplicaError.chainFull }
            number += 1
            let change = try Self.change(row.body)
                .renumbered(incarnation: incarnation, number: number, previous: head)
            let body = change.canonicalBytes
            let hash = cryptography.sha256(body)
            head = Base64URL.encode(hash)
            try database.run(
                "UPDATE outbox SET inc = ?, n = ?, body = ?, hash = ?, logged = 0 WHERE position = ?",
                [.number(incarnation), .number(number), .blob(body), .blob(hash), .integer(row.position)])
        }
        try Self.setChainEnd(number: number, head: head, in: database)
        return rows.count
    }

    /// Makes the changes from a number on pending again; `false` when the outbox no longer holds that number.
    ///
    /// - Throws: SQLite's errors.
    package func reopenChanges(from number: UInt64) throws -> Bool {
        try write { database in
            let state = try Self.state(in: database)
            guard let incarnation = state.incarnation else { throw ReplicaError.notEnrolled }
            let place: [Argument] = [.number(incarnation), .number(number)]
            guard try database.has("SELECT 1 FROM outbox WHERE inc = ? AND n = ? AND dropped = 0", place) else {
                return false
            }
            _ = try Self.reopen("inc = ? AND n >= ?", place, in: database)
            return true
        }
    }
}
