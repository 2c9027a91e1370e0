import Foundation
import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire

// Invariant 6: the journals alone, taken once more by the real committer into an empty store, give the same
// answers, cells and sums.

extension World {
    func checkReplay() throws {
        let path = folder + "/replay.sqlite"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let store = try SQLitePlanStore(path: path)
        defer {
            try? store.close()
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        guard planCount == 0 else { return }
        let cryptography = SimulatedCryptography()
        let committer = Committer(store: store, cryptography: cryptography)
        let document = SimulatedPlan.document(variant)
        let entry = PlanCatalogue.Entry(
            plan: plan, revision: 1, document: document, loaded: planLoaded)
        var principals: [DeviceID: Principal] = [:]
        for record in clients.map(\.record) {
            principals[record.device] = Principal(tenant: record.tenant, device: record.device, role: record.role)
        }
        // The server's own, which writes what the city's administration does.
        let own = try DeviceID("city.server")
        principals[own] = Principal(tenant: .city, device: own, role: .supervisor)
        var broken: Violation?
        try store.commit { writing in
            for row in history.rows {
                guard let principal = principals[row.device] else { continue }
                reached[.replayedChanges] += 1
                let chain = ChainKey(
                    tenant: principal.tenant, device: principal.device, incarnation: row.change.incarnation)
                try writing.put([
                    chain: Admission.ChainEnd(number: row.change.number - 1, head: row.change.previous)
                ])
                let body = row.change.canonicalBytes
                let isValid = row.result.operations.first?.reason != "signature"
                let push = PushSubmission(
                    principal: principal, plan: plan.id,
                    changes: [PushSubmission.Hashed(change: row.change, body: body, hash: row.hash)],
                    signature: row.signature ?? [], isSignatureValid: isValid)
                let committed = try committer.commit([push], plan: entry, now: row.received, in: writing)
                guard case .success(let receipt)? = committed.receipts.first, receipt.results == [row.resultBytes]
                else {
                    broken = .replay("\(row.change.id) gets another answer the second time")
                    return
                }
            }
        }
        if let broken {
            violations.append(broken)
            return
        }
        let probe = try ServerProbe(path: path)
        defer { try? probe.close() }
        if try probe.stateBytes() != server.probe.stateBytes() {
            violations.append(.replay("the journals give other cells the second time"))
        }
        if try probe.digests() != server.probe.digests() {
            violations.append(.replay("the journals give other sums the second time"))
        }
    }
}
