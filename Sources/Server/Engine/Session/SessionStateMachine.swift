package import PlanSyncCore
package import PlanSyncWire

/// One connection's conversation: who speaks, whether they said hello, and so what they may call.
package struct SessionStateMachine: Sendable {
    /// Who is at the other end.
    package enum Peer: Sendable, Equatable {
        /// No client certificate.
        case anonymous
        /// An enrolled device.
        case device(Principal)
        /// An enrolled device that may renew its certificate and nothing else: the error for the rest.
        case renewing(Principal, RPCError)
        /// A certificate that holds no more, or was never ours: the error for all but the open methods.
        case refused(RPCError)
        /// The operator on the server's own machine, over the control socket.
        case operatorLocal
    }

    /// Who is at the other end; fixed at the handshake.
    package let peer: Peer
    /// What it showed at the handshake.
    package let certificate: ShownCertificate?
    /// The address that it came from, for the audit log and the limits of enrolment.
    package let address: String
    private var isGreeted = false
    /// The incarnation that the device named in its hello.
    package var incarnation: UInt64?
    /// Calls that wait for an answer.
    private(set) var inFlight = 0

    package init(peer: Peer, certificate: ShownCertificate? = nil, address: String = "") {
        self.peer = peer
        self.certificate = certificate
        self.address = address
    }

    /// The greatest frame that is taken from this peer, in bytes.
    package func frameBytesMax(authenticated: Int) -> Int {
        switch peer {
        case .device, .operatorLocal: authenticated
        case .anonymous, .refused, .renewing: Limits.frameBytesMaxAnonymous
        }
    }

    /// The budget of the scanner for this peer.
    package var jsonLimits: JSONLimits {
        switch peer {
        case .device: .authenticated
        case .operatorLocal: .document
        case .anonymous, .refused, .renewing: .anonymous
        }
    }

    /// Decides whether a call that arrived may be made; answers whether it is the connection's first hello.
    ///
    /// - Throws: the error to answer.
    package mutating func called(_ method: any RPCMethod.Type, now: Timestamp) throws(RPCError) -> Bool {
        guard inFlight < Limits.requestsInFlightMax else { throw .overloaded(retryAfterMilliseconds: 100) }
        if method == SessionHello.self {
            defer { isGreeted = true }
            return !isGreeted
        }
        try admit(method, now)
        return false
    }

    private func admit(_ method: any RPCMethod.Type, _ now: Timestamp) throws(RPCError) {
        if method.access == .anonymous { return }
        switch peer {
        case .operatorLocal: return
        case .anonymous: throw .unauthenticated()
        case .refused(let error): throw error
        case .renewing(_, let error):
            if method != EnrolRenew.self { throw error }
        case .device(let principal):
            if method.access == .supervisor, !Permission.rights(of: principal.role).contains(.administer) {
                throw .forbidden()
            }
            if !isGreeted {
                throw .invalidRequest("Call session.hello first on every connection.")
            }
            // A connection may outlive its certificate.
            if let end = certificate?.notAfter, now.milliseconds / 1_000 > end, method != EnrolRenew.self {
                throw .certificateExpired()
            }
        }
    }

    /// Whether no call waits for its answer.
    package var isIdle: Bool { inFlight == 0 }

    /// A call waits for the disk.
    package mutating func began() { inFlight += 1 }

    /// A call that waited was answered.
    package mutating func answered() { inFlight = max(0, inFlight - 1) }
}
