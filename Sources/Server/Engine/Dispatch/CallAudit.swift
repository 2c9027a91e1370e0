import PlanSyncCore
import PlanSyncWire

// Which calls leave a line in the audit log: a device's first hello on a connection, what became of tokens and
// renewals, every call of administration, and every call that a role does not allow.

extension Call {
    /// The member of the params that names what an act of administration was about.
    private static let targets = ["device", "tenant", "role", "plan", "period", "state", "file"]

    /// A call was carried out.
    func noteSuccess() {
        if method == SessionHello.self, isFirstHello, principal(of: peer) != nil {
            record(.signedOn, reason: isRenewing ? "renewal_only" : "", detail: text("client") ?? "")
        } else if method.access == .supervisor {
            record(.administered, reason: "done", detail: described)
        }
    }

    /// A call was refused.
    func noteFailure(_ error: RPCError) {
        switch method {
        case is EnrolRequest.Type: record(.enrolmentRefused, reason: error.reason, detail: "")
        case is EnrolRenew.Type: record(.renewalRefused, reason: error.reason, detail: "")
        default:
            if method.access == .supervisor {
                record(.administered, reason: error.reason, detail: described)
            } else if error.code == .forbidden {
                record(.denied, reason: error.reason, detail: method.name)
            }
        }
    }

    /// Keeps an event about whoever calls.
    func record(_ kind: AuditEvent.Kind, reason: String, detail: String) {
        let principal = principal(of: peer)
        trail.record(
            AuditEvent(
                at: now, kind: kind, tenant: principal?.tenant, device: principal?.device,
                address: peer == .operatorLocal ? "operator" : address, serial: certificate?.serial ?? "",
                reason: reason, detail: detail))
    }

    private func principal(of peer: SessionStateMachine.Peer) -> Principal? {
        switch peer {
        case .device(let principal), .renewing(let principal, _): principal
        case .anonymous, .refused, .operatorLocal: nil
        }
    }

    private var isRenewing: Bool {
        if case .renewing = peer { return true }
        return false
    }

    /// The method and what it was about; never a secret, a document or a figure.
    private var described: String {
        let named = Self.targets.compactMap { name in text(name).map { "\(name)=\($0)" } }
        return ([method.name] + named).joined(separator: " ")
    }

    private func text(_ name: String) -> String? {
        (try? params.optional(name)?.string(bytesMax: 4_096)).flatMap { $0 }
    }
}
