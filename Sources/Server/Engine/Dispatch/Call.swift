import PlanSyncCore
import PlanSyncWire
import Synchronization

/// A call that may be made, on its way to its method.
struct Call: Sendable {
    let id: RPCID
    let method: any RPCMethod.Type
    let params: JSONView
    /// Who calls, as they stand now.
    let peer: SessionStateMachine.Peer
    /// What they showed at the handshake.
    let certificate: ShownCertificate?
    /// The address that they call from.
    let address: String
    /// The incarnation that the device named in its hello.
    let incarnation: UInt64?
    /// Whether it is the connection's first hello.
    let isFirstHello: Bool
    let now: Timestamp
    let trail: any AuditTrail

    /// The device that calls.
    ///
    /// - Throws: ``RPCError`` for a peer without a certificate.
    func principal() throws(RPCError) -> Principal {
        guard case .device(let principal) = peer else { throw .unauthenticated() }
        return principal
    }

    /// The frame for a result, or for the error that a body throws.
    func answer(_ body: () throws -> any JSONWritable) -> [UInt8] {
        do {
            let result = try body()
            noteSuccess()
            return RPCMessage.answer(id: id, result: result)
        } catch {
            return failure(error)
        }
    }

    /// The frame for an error.
    func failure(_ error: any Error) -> [UInt8] {
        let answered: RPCError
        switch error {
        case let error as RPCError: answered = error
        case let fault as JSONFault: answered = .invalidParams(fault)
        default: answered = .internalError()
        }
        noteFailure(answered)
        return RPCMessage.failure(id: id, error: answered)
    }
}

extension ServerEngine {
    /// Hands a call to its method.
    func call(_ method: any RPCMethod.Type, _ call: Call) throws -> Work {
        switch method {
        case is SessionHello.Type: return try hello(call)
        case is RPCDiscover.Type:
            return .answer(call.answer { RPCDiscover.Result(version: environment.version) })
        case is ServerHealth.Type:
            return .answer(call.answer { ServerHealth.Result(version: environment.version) })
        case is EnrolRequest.Type: return try enrol(call)
        case is EnrolRenew.Type: return try renew(call)
        case is PlanGet.Type: return try planGet(call)
        case is SyncPush.Type: return try push(call)
        case is SyncPull.Type: return try pull(call)
        case is SyncWatch.Type: return try watch(call)
        case is SyncDigest.Type: return try digest(call)
        case is SyncBundle.Type: return try bundle(call)
        case is HistoryGet.Type: return try history(call)
        case is AggregateGet.Type: return try aggregate(call)
        case is RankingGet.Type: return try ranking(call)
        case is ExplainGet.Type: return try explain(call)
        case is BlobOffer.Type: return try blobOffer(call)
        case is BlobPut.Type: return try blobPut(call)
        case is BlobGet.Type: return try blobGet(call)
        case is AdminTokenCreate.Type: return try tokenCreate(call)
        case is AdminDeviceList.Type: return try deviceList(call)
        case is AdminDeviceRevoke.Type: return try deviceRevoke(call)
        case is AdminDeviceRetire.Type: return try deviceRetire(call)
        case is AdminNoticeList.Type: return try noticeList(call)
        case is AdminBackup.Type: return try backup(call)
        case is AdminPlanLoad.Type: return try planLoad(call)
        case is AdminPeriodSet.Type: return try periodSet(call)
        case is AdminPeriodRegister.Type: return try periodRegister(call)
        case is AdminPeriodList.Type: return try periodList(call)
        case is AdminRankingPublish.Type: return try rankingPublish(call)
        default: throw RPCError.methodNotFound()
        }
    }

    /// A plan that the principal may read.
    ///
    /// - Throws: "not found" alike for a plan that is not there and one that is not the principal's.
    func plan(_ id: PlanID, for principal: Principal) throws(RPCError) -> PlanCatalogue.Entry {
        let entry = state.withLock { $0.catalogue[id] }
        guard let entry, entry.plan.tenant(principal.tenant) != nil else { throw .notFound(field: "params.plan") }
        return entry
    }
}
