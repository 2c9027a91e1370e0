package import PlanSyncCore
import PlanSyncWire

/// The single writer's work: takes a group of pushes, decides each change, writes all in one transaction.
package struct Committer: Sendable {
    private let store: any PlanStore
    private let cryptography: any Cryptography

    package init(store: any PlanStore, cryptography: any Cryptography) {
        self.store = store
        self.cryptography = cryptography
    }

    /// What a group came to.
    package struct Committed: Sendable {
        /// The pushes' answers, in their order.
        package let receipts: [Result<PushReceipt, PushFault>]
        /// Where cells were written.
        package let growth: Growth
    }

    /// Commits a group of pushes about one plan.
    ///
    /// When it returns, what the receipts say is durable; when it throws, nothing happened.
    package func commit(
        _ pushes: [PushSubmission], plan: PlanCatalogue.Entry, now: Timestamp
    ) throws -> Committed {
        try store.commit { try commit(pushes, plan: plan, now: now, in: $0) }
    }

    /// The same within a transaction that is under way.
    package func commit(
        _ pushes: [PushSubmission], plan: PlanCatalogue.Entry, now: Timestamp, in writer: any PlanWriting
    ) throws -> Committed {
        let pushes = pushes.map { $0.present(in: plan.plan) }
        var overlay = try CommitOverlay(
            loading: pushes, plan: plan, cryptography: cryptography, from: writer)
        let receipts = pushes.map { take($0, into: &overlay, now: now) }
        try overlay.write(to: writer)
        return Committed(receipts: receipts, growth: overlay.growth)
    }

    /// What a group would be answered; nothing is written.
    func answers(
        to pushes: [PushSubmission], plan: PlanCatalogue.Entry, now: Timestamp, in reader: any PlanReading
    ) throws -> [Result<PushReceipt, PushFault>] {
        let pushes = pushes.map { $0.present(in: plan.plan) }
        var overlay = try CommitOverlay(loading: pushes, plan: plan, cryptography: cryptography, from: reader)
        return pushes.map { take($0, into: &overlay, now: now) }
    }

    private func take(
        _ push: PushSubmission, into overlay: inout CommitOverlay, now: Timestamp
    ) -> Result<PushReceipt, PushFault> {
        var results: [[UInt8]] = []
        var lastNumber: UInt64 = 0
        for (index, hashed) in push.changes.enumerated() {
            let change = hashed.change
            let chain = push.chainKey(of: change)
            guard let end = overlay.chains[chain] else {
                return .failure(.unknownIncarnation(issued: overlay.freshIncarnation(of: chain)))
            }
            lastNumber = end.number
            let earlier = known(change, of: push.principal, in: overlay)
            switch Admission.judge(change, isKnown: earlier != nil, chain: end) {
            case .known:
                guard let earlier else { continue }
                // Another change has its place, or it hangs on another one: what is backed up of this chain would
                // be taken for it, and what comes after it would wait for ever.
                guard overlay.fits(hashed, earlier: earlier, end) else {
                    return .failure(fork(change, of: chain, in: &overlay, now: now))
                }
                results.append(earlier.result)
                // Offered again in a new incarnation, a known change still moves that chain.
                if change.number == end.number + 1, change.previous == end.head {
                    overlay.set(Admission.ChainEnd(number: change.number, head: hashed.hash), of: chain)
                    overlay.append(
                        KnownLink(
                            chain: chain, number: change.number, id: change.id, hash: hashed.hash,
                            signature: push.signature(at: index)))
                    lastNumber = change.number
                }
            case .gap(let expected): return .failure(.gap(expected: expected))
            case .fork: return .failure(fork(change, of: chain, in: &overlay, now: now))
            case .next:
                let signature = push.signature(at: index)
                results.append(apply(hashed, push, signature: signature, into: &overlay, now: now))
                overlay.set(Admission.ChainEnd(number: change.number, head: hashed.hash), of: chain)
                lastNumber = change.number
            }
        }
        let backedUp = push.changes.last.flatMap { last -> BackedUp? in
            let number = overlay.backups[push.chainKey(of: last.change)]
            return number.map { BackedUp(incarnation: last.change.incarnation, number: $0) }
        }
        return .success(PushReceipt(results: results, lastNumber: lastNumber, backedUp: backedUp))
    }

    private func fork(
        _ change: Change, of chain: ChainKey, in overlay: inout CommitOverlay, now: Timestamp
    ) -> PushFault {
        let fresh = overlay.freshIncarnation(of: chain)
        overlay.note(
            Notice(
                at: now, kind: .fork, tenant: chain.tenant, device: chain.device,
                detail: "inc \(change.incarnation), n \(change.number), goes on in inc \(fresh)"))
        return .fork(incarnation: fresh)
    }

    /// The change with this id, if this device sent it before.
    private func known(_ change: Change, of principal: Principal, in overlay: CommitOverlay) -> StoredChange? {
        let tenants = [change.tenant ?? principal.tenant, principal.tenant]
        let earlier = tenants.lazy.compactMap { overlay.known[$0]?[change.id] }.first
        guard let earlier, earlier.device == principal.device else { return nil }
        return earlier
    }

    private func apply(
        _ hashed: PushSubmission.Hashed, _ push: PushSubmission, signature: [UInt8]?, into overlay: inout CommitOverlay,
        now: Timestamp
    ) -> [UInt8] {
        let change = hashed.change
        let wanted = change.tenant ?? push.principal.tenant
        let decider = ChangeDecider(
            principal: push.principal, cryptography: cryptography, isSignatureValid: push.isSignatureValid,
            now: now)
        var seq = overlay.nextSequence(of: wanted)
        let isTaken = overlay.known[wanted]?[change.id] != nil
        var journal = wanted
        let decision: ChangeDecider.Decision
        if push.setAside.contains(hashed.hash) {
            // What the server died over twice is not even looked at.
            decision = decider.refuse(change, reason: "set_aside")
            overlay.note(
                Notice(
                    at: now, kind: .setAside, tenant: push.principal.tenant, device: push.principal.device,
                    detail: "\(change.id), inc \(change.incarnation), n \(change.number)"))
        } else if isTaken {
            // Another device's id: never its result, and never a second journal row.
            decision = decider.refuse(change, reason: "id_conflict")
        } else {
            decision = decider.decide(change, hash: hashed.hash, seq: seq, tenant: wanted, in: overlay)
        }
        if decision.rejection != nil {
            // The fact is kept with the author's own tenant; a stranger's journal shows nothing of it.
            journal = push.principal.tenant
            seq = overlay.nextSequence(of: journal)
        }
        for (key, cell) in decision.cells { overlay.set(cell, at: key) }
        let result = ChangeResult(id: change.id, number: change.number, seq: seq, operations: decision.results)
        let encoded = result.encoded
        let body = hashed.body
        // An id has one row in a journal, whoever sends it; else one device could stop a whole group.
        guard overlay.known[journal]?[change.id] == nil else {
            overlay.append(
                KnownLink(
                    chain: push.chainKey(of: change), number: change.number, id: change.id, hash: hashed.hash,
                    signature: signature))
            return encoded
        }
        let link = AuditLink.next(
            after: overlay.heads[journal]?.link ?? [], body: body, seq: seq, received: now, result: encoded,
            cryptography: cryptography)
        overlay.append(
            StoredChange(
                tenant: journal, seq: seq, id: change.id, deviceTenant: push.principal.tenant,
                device: push.principal.device, plan: push.plan, body: body, hash: hashed.hash, result: encoded,
                isRejected: decision.rejection != nil, received: now, signature: signature, link: link,
                ordinal: overlay.ordinal + 1),
            decision.touched)
        return encoded
    }
}
