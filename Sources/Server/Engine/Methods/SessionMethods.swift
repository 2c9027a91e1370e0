import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `session.hello`: a device without a chain gets a fresh incarnation, so this runs on the writer.
    func hello(_ call: Call) throws -> Work {
        let params = try SessionHello.Params(json: call.params)
        guard params.protocolVersion == 1 else {
            throw RPCError.invalidParams(
                "This server speaks protocol 1.", field: "params.protocol", reason: "protocol_unsupported")
        }
        switch call.peer {
        case .device(let principal):
            return .write { [self] in
                Written(call.answer { self.greeting(call, try self.deviceState(of: principal, params, now: call.now)) })
            }
        case .anonymous, .refused, .renewing, .operatorLocal:
            return .answer(call.answer { greeting(call, nil) })
        }
    }

    private func greeting(_ call: Call, _ device: SessionHello.DeviceState?) -> SessionHello.Result {
        SessionHello.Result(
            server: "plansyncd \(environment.version)", now: call.now, epoch: epoch,
            frameBytesMax: UInt64(clamping: environment.frameBytesMax), device: device)
    }

    private func deviceState(
        of principal: Principal, _ params: SessionHello.Params, now: Timestamp
    ) throws -> SessionHello.DeviceState {
        let (chain, backups) = try store.commit { writing in
            if let hole = params.missing {
                try writing.append(
                    Notice(
                        at: now, kind: .hole, tenant: principal.tenant, device: principal.device,
                        detail: "inc \(params.incarnation ?? 0), n \(hole.lowerBound) to \(hole.upperBound)"))
            }
            let chain = try Self.chain(of: principal, wanted: params.incarnation, in: writing)
            let backups = try writing.backups(of: principal.device, tenant: principal.tenant)
            return (chain, backups.map { BackedUp(incarnation: $0.incarnation, number: $0.number) })
        }
        // A device out of service reads nothing.
        let plans =
            principal.isRetired
            ? []
            : state.withLock { state in
                state.catalogue.all.filter { $0.plan.tenant(principal.tenant) != nil }.map {
                    SessionHello.PlanHead(id: $0.plan.id, revision: $0.revision, title: $0.plan.title.zh)
                }
            }
        return SessionHello.DeviceState(
            tenant: principal.tenant, device: principal.device, role: principal.role,
            incarnation: chain.key.incarnation, lastNumber: chain.end.number, head: chain.end.head,
            backedUp: backups.first { $0.incarnation == chain.key.incarnation }, backups: backups,
            isRetired: principal.isRetired, isRenewalDue: isRenewalDue(of: principal.device, at: now), plans: plans)
    }

    /// Whether a device is to get a new certificate, by this clock or for another authority.
    private func isRenewalDue(of device: DeviceID, at now: Timestamp) -> Bool {
        let certificate = state.withLock { $0.devices[device]?.certificate }
        return certificate.flatMap { environment.issuer.issued($0) }?.isDue(at: now) ?? false
    }

    /// The chain that the device names, else its newest one if that is unused, else a new one.
    private static func chain(
        of principal: Principal, wanted: UInt64?, in writing: any PlanWriting
    ) throws -> (key: ChainKey, end: Admission.ChainEnd) {
        let issued = try writing.incarnations(of: principal.device, tenant: principal.tenant)
        func key(_ incarnation: UInt64) -> ChainKey {
            ChainKey(tenant: principal.tenant, device: principal.device, incarnation: incarnation)
        }
        if let wanted, issued.contains(wanted), let end = try writing.chainEnds([key(wanted)])[key(wanted)] {
            return (key(wanted), end)
        }
        let floor = try writing.setting("inc_floor").flatMap { UInt64($0) } ?? 0
        if let last = issued.last, last > floor, let end = try writing.chainEnds([key(last)])[key(last)], end == .start
        {
            return (key(last), end)
        }
        let fresh = key(max(issued.last ?? 0, floor) + 1)
        try writing.put([fresh: .start])
        return (fresh, .start)
    }

    /// `plan.get`.
    func planGet(_ call: Call) throws -> Work {
        let params = try PlanGet.Params(json: call.params)
        let entry = try plan(params.plan, for: try call.principal())
        return .answer(
            call.answer {
                PlanGet.Result(plan: params.plan, revision: entry.revision, document: entry.document)
            })
    }
}
