import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `sync.bundle`: a device's signed pushes, whoever carries them.
    func bundle(_ call: Call) throws -> Work {
        let carrier = try call.principal()
        let params = try SyncBundle.Params(json: call.params)
        let signer = state.withLock { $0.devices.standing(of: params.device) }
        // A stranger's device and one that is not there answer alike.
        guard let signer, signer.tenant == carrier.tenant || Permission.rights(of: carrier.role).contains(.administer)
        else { throw RPCError.notFound(field: "params.device") }
        guard !carrier.isRetired || signer.device == carrier.device else { throw RPCError.retired() }
        let pushes = try params.pushes.map { try submission($0, from: signer) }
        return .write { [self] in
            var growth = Growth()
            let frame = call.answer {
                let taken = try self.take(pushes, now: call.now, isDryRun: params.isDryRun)
                growth = taken.growth
                return taken.answer
            }
            return Written(frame, growth: growth)
        }
    }

    private struct Taken {
        var answer: SyncBundle.Result
        var growth = Growth()
    }

    /// Thrown out of a transaction that is not to leave a trace.
    private struct DryRunEnded: Error { let taken: Taken }

    /// Takes pushes one after the other, until one is refused; a dry run does it all in one transaction and undoes it.
    private func take(_ pushes: [PushSubmission], now: Timestamp, isDryRun: Bool) throws -> Taken {
        guard isDryRun else {
            return try takeEach(pushes, now: now) { push, entry in
                try self.committing([push], entry, now: now)
            }
        }
        do {
            return try store.commit { writer in
                let taken = try self.takeEach(pushes, now: now) { push, entry in
                    try self.committing([push], entry, now: now, within: writer)
                }
                throw DryRunEnded(taken: taken)
            }
        } catch let ended as DryRunEnded {
            return Taken(answer: ended.taken.answer)
        }
    }

    private func takeEach(
        _ pushes: [PushSubmission], now: Timestamp,
        commit: (PushSubmission, PlanCatalogue.Entry) throws -> Committer.Committed
    ) throws -> Taken {
        var answers: [SyncPush.Result] = []
        var growth = Growth()
        for push in pushes {
            guard let entry = state.withLock({ $0.catalogue[push.plan] }) else {
                return Taken(
                    answer: SyncBundle.Result(pushes: answers, refusal: .notFound(field: "params.pushes.plan")),
                    growth: growth)
            }
            let committed = try commit(push, entry)
            growth.formUnion(committed.growth)
            switch committed.receipts.first {
            case .success(let receipt): answers.append(answer(receipt))
            case .failure(let fault):
                return Taken(answer: SyncBundle.Result(pushes: answers, refusal: fault.error), growth: growth)
            case nil: break
            }
        }
        return Taken(answer: SyncBundle.Result(pushes: answers, refusal: nil), growth: growth)
    }
}
