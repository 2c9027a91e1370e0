import PlanSyncCore
import PlanSyncWire
import Synchronization

// A change over which the server dies must not kill it for ever: what was being decided when it died is suspected,
// suspects are decided one by one, and who was there alone at a second death is set aside at the third try.

extension ServerEngine {
    private static let deathsMax = 2

    /// Counts a death over what the process before had begun and not ended.
    static func countDeaths(_ store: any PlanStore, _ flights: any FlightRecorder) throws -> [String: Int] {
        let unfinished = flights.unfinished()
        if !unfinished.isEmpty {
            try store.commit { try $0.countDeath(over: unfinished) }
            flights.ended()
        }
        return try store.read { try $0.suspects() }
    }

    /// Commits a group, or, where there are suspects in it, each push of its own and its changes one by one.
    ///
    /// `writer`: the transaction of a dry run, which is to leave no trace but what a death in it leaves.
    func committing(
        _ pushes: [PushSubmission], _ entry: PlanCatalogue.Entry, now: Timestamp,
        within writer: (any PlanWriting)? = nil
    ) throws -> Committer.Committed {
        let suspects = state.withLock { $0.suspects }
        let isSuspected = !suspects.isEmpty && pushes.contains { $0.changes.contains { suspects[$0.hash] != nil } }
        guard isSuspected else { return try recorded(pushes, entry, now: now, within: writer) }
        var receipts: [Result<PushReceipt, PushFault>] = []
        var growth = Growth()
        for push in pushes {
            let committed = try oneByOne(push, suspects, entry, now: now, within: writer)
            receipts += committed.receipts
            growth.formUnion(committed.growth)
        }
        return Committer.Committed(receipts: receipts, growth: growth)
    }

    private func recorded(
        _ pushes: [PushSubmission], _ entry: PlanCatalogue.Entry, now: Timestamp, within writer: (any PlanWriting)?
    ) throws -> Committer.Committed {
        environment.flights.began(pushes.flatMap { $0.changes.map(\.hash) })
        defer { environment.flights.ended() }
        guard let writer else { return try committer.commit(pushes, plan: entry, now: now) }
        return try committer.commit(pushes, plan: entry, now: now, in: writer)
    }

    private func oneByOne(
        _ push: PushSubmission, _ suspects: [String: Int], _ entry: PlanCatalogue.Entry, now: Timestamp,
        within writer: (any PlanWriting)?
    ) throws -> Committer.Committed {
        var results: [[UInt8]] = []
        var last: PushReceipt?
        var growth = Growth()
        for change in push.changes {
            let isSetAside = suspects[change.hash] ?? 0 >= Self.deathsMax
            let single = PushSubmission(
                principal: push.principal, plan: push.plan, changes: [change], signature: push.signature,
                isSignatureValid: push.isSignatureValid, setAside: isSetAside ? [change.hash] : [])
            let isLast = change.hash == push.changes.last?.hash
            let committed = try recorded([isLast ? single : single.unsigned], entry, now: now, within: writer)
            growth.formUnion(committed.growth)
            if writer == nil, suspects[change.hash] != nil {
                try store.commit { try $0.clearSuspects([change.hash]) }
                state.withLock { $0.suspects[change.hash] = nil }
            }
            switch committed.receipts.first {
            case .success(let receipt):
                results += receipt.results
                last = receipt
            case .failure(let fault): return Committer.Committed(receipts: [.failure(fault)], growth: growth)
            case nil: break
            }
        }
        let receipt = PushReceipt(results: results, lastNumber: last?.lastNumber ?? 0, backedUp: last?.backedUp)
        return Committer.Committed(receipts: [.success(receipt)], growth: growth)
    }
}

extension PushSubmission {
    /// The same without the signature, which stands over the push's last change only.
    fileprivate var unsigned: PushSubmission {
        PushSubmission(
            principal: principal, plan: plan, changes: changes, signature: [], isSignatureValid: isSignatureValid,
            setAside: setAside)
    }
}
