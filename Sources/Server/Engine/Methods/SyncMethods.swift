package import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `sync.push`: read, hashed and checked here; committed by the writer together with others.
    func push(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try SyncPush.Params(json: call.params)
        return .push(PendingPush(id: call.id, submission: try submission(params, from: principal)))
    }

    /// A push of a device, hashed and its signature checked.
    func submission(_ params: SyncPush.Params, from principal: Principal) throws(RPCError) -> PushSubmission {
        let entry = try plan(params.plan, for: principal)
        // A restored server may have lost a revision under which edits were typed; they are checked against this one.
        guard params.planRevision <= entry.revision || isRestored else { throw RPCError.planRevisionUnknown() }
        let cryptography = environment.cryptography
        let hashed = params.changes.map { change in
            let body = change.canonicalBytes
            return PushSubmission.Hashed(
                change: change, body: body, hash: Base64URL.encode(cryptography.sha256(body)))
        }
        let isValid: Bool
        if let last = hashed.last {
            // A bundle may have been signed before the device's key was replaced.
            let digest = cryptography.sha256(last.body)
            isValid = state.withLock { $0.devices.publicKeys(of: principal.device) }.contains { key in
                cryptography.isValid(signature: params.signature, over: digest, publicKey: key)
            }
        } else {
            isValid = false
        }
        return PushSubmission(
            principal: principal, plan: params.plan, changes: hashed, signature: params.signature,
            isSignatureValid: isValid)
    }

    /// What a group of pushes came to: a frame for each, and whose journals grew.
    package struct GroupAnswer: Sendable {
        /// The answers' frames, in the order of the pushes.
        package let frames: [[UInt8]]
        /// Where cells were written.
        package let growth: Growth
    }

    /// Commits a group of pushes; the answers may be sent as soon as it returns.
    package func commit(_ pushes: [PendingPush], now: Timestamp) -> GroupAnswer {
        var frames: [[UInt8]] = Array(repeating: [], count: pushes.count)
        var growth = Growth()
        let byPlan = Dictionary(grouping: pushes.indices) { pushes[$0].submission.plan }
        for (plan, indices) in byPlan.sorted(by: { $0.key < $1.key }) {
            // Neighbours in the store are written together.
            let order = indices.sorted { Self.comesBefore(pushes[$0].submission, pushes[$1].submission, $0 < $1) }
            let answers = commit(order.map { pushes[$0] }, of: plan, now: now, growth: &growth)
            for (index, answer) in zip(order, answers) { frames[index] = answer }
        }
        return GroupAnswer(frames: frames, growth: growth)
    }

    private static func comesBefore(_ one: PushSubmission, _ other: PushSubmission, _ isEarlier: Bool) -> Bool {
        one.principal.tenant == other.principal.tenant ? isEarlier : one.principal.tenant < other.principal.tenant
    }

    private func commit(
        _ pushes: [PendingPush], of plan: PlanID, now: Timestamp, growth: inout Growth
    ) -> [[UInt8]] {
        guard let entry = state.withLock({ $0.catalogue[plan] }) else {
            return pushes.map { RPCMessage.failure(id: $0.id, error: .notFound(field: "params.plan")) }
        }
        // Revoked while it waited: refused as well.
        let isStanding = pushes.map { self.isStanding($0.submission.principal.device) }
        let standing = zip(pushes, isStanding).filter(\.1).map(\.0)
        var answers: ArraySlice<[UInt8]>
        do {
            let committed = try committing(standing.map(\.submission), entry, now: now)
            growth.formUnion(committed.growth)
            answers = zip(standing, committed.receipts).map { push, receipt in frame(for: push.id, receipt) }[...]
        } catch {
            answers = standing.map { RPCMessage.failure(id: $0.id, error: .internalError()) }[...]
        }
        return zip(pushes, isStanding).map { push, isStanding in
            let answer = isStanding ? answers.popFirst() : nil
            return answer ?? RPCMessage.failure(id: push.id, error: .certificateRevoked())
        }
    }

    private func frame(for id: RPCID, _ receipt: Result<PushReceipt, PushFault>) -> [UInt8] {
        switch receipt {
        case .success(let receipt): return RPCMessage.answer(id: id, result: answer(receipt))
        case .failure(let fault): return RPCMessage.failure(id: id, error: fault.error)
        }
    }

    func answer(_ receipt: PushReceipt) -> SyncPush.Result {
        SyncPush.Result(
            results: receipt.results, lastNumber: receipt.lastNumber, epoch: epoch, backedUp: receipt.backedUp)
    }

    /// `sync.digest`.
    func digest(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try SyncDigest.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let scope = PullScope(of: principal, in: entry.plan)
        return .read { [self] in
            call.answer {
                let parts = try self.store.read { try scope.digests(of: params.plan, in: $0) }
                return SyncDigest.Result(
                    parts: parts.map { SyncDigest.Entry(part: $0.part, digest: $0.digest) }, epoch: self.epoch)
            }
        }
    }

    /// `sync.pull`.
    func pull(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try SyncPull.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let whole = PullScope(of: principal, in: entry.plan)
        guard let scope = params.part.map({ PullScope($0, of: whole) }) ?? whole else {
            throw RPCError.notFound(field: "params.part")
        }
        let position = try self.position(params.cursor, principal, params.plan, scope)
        let incarnation = call.incarnation
        return .read { [self] in
            call.answer {
                let (page, backedUp) = try self.store.read { reading in
                    let page = try PullQuery.page(
                        after: position, scope: scope, plan: params.plan,
                        limit: params.limit ?? Limits.pullCellsDefault, isPart: params.part != nil, from: reading)
                    return (page, try Self.backedUp(principal, incarnation, in: reading))
                }
                return SyncPull.Result(
                    cells: page.cells.map { PublicCell($0.key, $0.cell) },
                    cursor: try self.cursors.seal(
                        page.position, nonce: self.environment.randomBytes(CursorSeal.nonceBytes),
                        device: principal.device, plan: params.plan, scope: scope),
                    more: page.more, epoch: self.epoch, backedUp: backedUp, digest: page.digest,
                    planRevision: entry.revision)
            }
        }
    }

    /// The last change of a chain that a backup holds.
    static func backedUp(
        _ principal: Principal, _ incarnation: UInt64?, in reading: any PlanReading
    ) throws -> BackedUp? {
        guard let incarnation else { return nil }
        return try reading.backups(of: principal.device, tenant: principal.tenant)
            .first { $0.incarnation == incarnation }
            .map { BackedUp(incarnation: $0.incarnation, number: $0.number) }
    }

    /// `sync.watch`.
    func watch(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try SyncWatch.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let scope = PullScope(of: principal, in: entry.plan)
        let position = try self.position(params.cursor, principal, params.plan, scope)
        let interest = FeedInterest(plan: params.plan, cursor: params.cursor, parts: scope.parts)
        return .watch(interest, answer: call.answer { RPCEmpty() }) { [self] in
            // A store that cannot be read is told by the pull that follows.
            (try? self.store.read { try PullQuery.hasMore(after: position, scope: scope, plan: params.plan, from: $0) })
                ?? true
        }
    }

    private func position(
        _ cursor: String?, _ principal: Principal, _ plan: PlanID, _ scope: PullScope
    ) throws(RPCError) -> PullPosition {
        guard let cursor else { return PullPosition(epoch: epoch) }
        guard let position = cursors.open(cursor, device: principal.device, plan: plan, scope: scope),
            position.epoch == epoch
        else { throw .cursorExpired() }
        return position
    }
}
