package import PlanSyncCore
package import PlanSyncWire
import Synchronization

// The server without its sockets, threads and clock. A call goes in with the session that it came over and
// comes out as `Work`; the owner runs the work where waiting for the disk is allowed. The simulation runs it
// on the spot.

/// The decisions of the server.
package final class ServerEngine: Sendable {
    let store: any PlanStore
    let environment: EngineEnvironment
    let epoch: String
    let trustDomain: String
    let cursors: CursorSeal
    let committer: Committer
    /// Whether the store is a restored backup.
    let isRestored: Bool
    let state: Mutex<State>

    /// What is kept in memory beside the store.
    struct State: Sendable {
        var catalogue: PlanCatalogue
        var devices: DeviceRegistry
        /// How often the server died over changes, by their hashes.
        var suspects: [String: Int]
        /// Failed tries of enrolment.
        var attempts = AttemptLimiter()
    }

    /// Opens the engine over a store that ``initialise(_:trustDomain:environment:now:)`` made.
    ///
    /// - Throws: ``EngineFault`` when the store was not made for a server.
    package init(store: any PlanStore, environment: EngineEnvironment) throws {
        self.store = store
        self.environment = environment
        let opened = try store.read { reading in
            guard let epoch = try reading.setting("epoch"), let domain = try reading.setting("trust_domain"),
                let key = try reading.setting("cursor_key").flatMap({ Base64URL.decode($0) })
            else { throw EngineFault.notInitialised }
            return (
                epoch: epoch, domain: domain, key: key, devices: try reading.devices(), plans: try reading.plans(),
                isRestored: try reading.setting("inc_floor") != nil
            )
        }
        var catalogue = PlanCatalogue()
        for record in opened.plans { catalogue.insert(try Self.entry(record)) }
        try Self.makeDigests(store, catalogue.all, environment.cryptography)
        epoch = opened.epoch
        trustDomain = opened.domain
        cursors = CursorSeal(secret: opened.key, cryptography: environment.cryptography)
        committer = Committer(store: store, cryptography: environment.cryptography)
        isRestored = opened.isRestored
        let devices = DeviceRegistry(opened.devices, trustDomain: opened.domain)
        let suspects = try Self.countDeaths(store, environment.flights)
        state = Mutex(State(catalogue: catalogue, devices: devices, suspects: suspects))
    }

    /// Makes a new store's settings: a new epoch and the key of its cursors.
    package static func initialise(_ store: any PlanStore, trustDomain: String, environment: EngineEnvironment) throws {
        try store.commit { writing in
            try writing.put("epoch", Base64URL.encode(environment.randomBytes(12)))
            try writing.put("trust_domain", trustDomain)
            try writing.put("cursor_key", Base64URL.encode(environment.randomBytes(32)))
            try writing.put("digests", "1")
        }
    }

    static func entry(_ record: PlanRecord) throws -> PlanCatalogue.Entry {
        let reading = try PlanReader.read(try PlanDocumentJSON.decode(record.document))
        return PlanCatalogue.Entry(
            plan: reading.plan, revision: record.revision, document: record.document, loaded: record.loaded)
    }

    /// Who a client certificate stands for; a refusal leaves a line in the audit log.
    package func peer(
        of certificate: ShownCertificate, from address: String, now: Timestamp
    ) -> SessionStateMachine.Peer {
        let devices = state.withLock { $0.devices }
        do throws(DeviceRegistry.Refusal) {
            return try devices.peer(of: certificate, at: now, graceSeconds: environment.graceSeconds)
        } catch {
            let name = try? SPIFFEID(certificate.uri)
            environment.audit.record(
                AuditEvent(
                    at: now, kind: .refused, tenant: name?.tenant, device: name?.device, address: address,
                    serial: certificate.serial, reason: error.rawValue))
            return .refused(error.error)
        }
    }

    /// Whether a device is enrolled and not revoked.
    package func isStanding(_ device: DeviceID) -> Bool { state.withLock { $0.devices.standing(of: device) != nil } }

    /// A frame arrived; what is there to do? `nil`: nothing (a notification).
    ///
    /// `refusal`: the answer to any request, because there is no room for it now.
    package func received(
        _ frame: [UInt8], session: inout SessionStateMachine, now: Timestamp, refusal: RPCError? = nil
    ) -> Work? {
        do {
            switch try IncomingMessage(frame: frame, limits: session.jsonLimits) {
            case .request(let id, let method, let params):
                if let refusal { return .answer(RPCMessage.failure(id: id, error: refusal)) }
                return dispatch(id, method, params, session: &session, now: now)
            case .notification, .response, .failure: return nil
            }
        } catch { return .answer(error.answer) }
    }

    private func dispatch(
        _ id: RPCID, _ name: String, _ params: JSONView?, session: inout SessionStateMachine, now: Timestamp
    ) -> Work {
        guard let method = Self.methods[name] else {
            return .answer(RPCMessage.failure(id: id, error: .methodNotFound()))
        }
        func call(_ params: JSONView, _ peer: SessionStateMachine.Peer, isFirstHello: Bool = false) -> Call {
            Call(
                id: id, method: method, params: params, peer: peer, certificate: session.certificate,
                address: session.address, incarnation: session.incarnation, isFirstHello: isFirstHello, now: now,
                trail: environment.audit)
        }
        // Absent ones are empty ones, at the same path.
        guard let params = params ?? Self.noParams else {
            return .answer(RPCMessage.failure(id: id, error: .internalError()))
        }
        do {
            let isFirstHello = try session.called(method, now: now)
            let peer = try standing(of: session.peer, for: method)
            if method == SessionHello.self { session.incarnation = try params.optional("inc")?.ordinal() }
            return try self.call(method, call(params, peer, isFirstHello: isFirstHello))
        } catch {
            return .answer(call(params, session.peer).failure(error))
        }
    }

    private static let noParams = try? JSONDocument(Array(#"{"params":{}}"#.utf8), limits: .anonymous).root
        .requireMember("params")

    /// The peer as it stands now: a revoked device is refused from the next call on, also over a connection that lives.
    private func standing(
        of peer: SessionStateMachine.Peer, for method: any RPCMethod.Type
    ) throws(RPCError) -> SessionStateMachine.Peer {
        guard method.access != .anonymous || method == SessionHello.self else { return peer }
        switch peer {
        case .anonymous, .refused, .operatorLocal: return peer
        case .renewing(let principal, _):
            guard isStanding(principal.device) else { throw .certificateRevoked() }
            return peer
        case .device(let principal):
            guard let current = state.withLock({ $0.devices.current(principal) }) else {
                throw .certificateRevoked()
            }
            if current.isRetired, !Self.methodsOfRetired.contains(method.name) { throw .retired() }
            return .device(current)
        }
    }

    /// What a retired device may still call: it hands in what it holds.
    private static let methodsOfRetired: Set = [SessionHello.name, SyncPush.name, SyncBundle.name, EnrolRenew.name]

    private static let methods: [String: any RPCMethod.Type] = Dictionary(
        MethodList.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
}

/// Why an engine cannot be opened.
package enum EngineFault: Error, Sendable, CustomStringConvertible {
    /// The store was not made by `plansyncd init`.
    case notInitialised

    /// One sentence for an operator.
    package var description: String { "The data folder was not made by 'plansyncd init'." }
}
