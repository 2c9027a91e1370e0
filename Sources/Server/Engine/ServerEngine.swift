package import PlanSyncCore
import PlanSyncWire
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
        cursors = CursorSeal(key: opened.key, cryptography: environment.cryptography)
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

    /// Who a client certificate stands for.
    package func peer(uri: String, publicKey: [UInt8]) -> SessionStateMachine.Peer {
        let devices = state.withLock { $0.devices }
        do throws(RPCError) {
            return .device(try devices.principal(uri: uri, publicKey: publicKey))
        } catch { return .refused(error) }
    }

    /// A frame arrived; what is there to do? `nil`: nothing (a notification).
    package func received(_ frame: [UInt8], session: inout SessionStateMachine, now: Timestamp) -> Work? {
        do {
            switch try IncomingMessage(frame: frame, limits: session.jsonLimits) {
            case .request(let id, let method, let params):
                return dispatch(id, method, params, session: &session, now: now)
            case .notification, .response, .failure: return nil
            }
        } catch { return .answer(error.answer) }
    }

    private func dispatch(
        _ id: RPCID, _ name: String, _ params: JSONView?, session: inout SessionStateMachine, now: Timestamp
    ) -> Work {
        do {
            guard let method = Self.methods[name] else { throw RPCError.methodNotFound() }
            try session.called(method)
            // A revoked device is refused from the next call on, also over a connection that lives.
            var peer = session.peer
            if case .device(let principal) = peer, method.access != .anonymous || method == SessionHello.self {
                guard let current = state.withLock({ $0.devices.current(principal) }) else {
                    throw RPCError.certificateExpiredOrRevoked()
                }
                if current.isRetired, !Self.methodsOfRetired.contains(method.name) { throw RPCError.retired() }
                peer = .device(current)
            }
            // Absent ones are empty ones, at the same path.
            let params =
                try params
                ?? JSONDocument(Array(#"{"params":{}}"#.utf8), limits: .anonymous).root
                .requireMember("params")
            if method == SessionHello.self { session.incarnation = try params.optional("inc")?.ordinal() }
            return try call(
                method, Call(id: id, params: params, peer: peer, incarnation: session.incarnation, now: now))
        } catch let error as RPCError {
            return .answer(RPCMessage.failure(id: id, error: error))
        } catch let fault as JSONFault {
            return .answer(RPCMessage.failure(id: id, error: .invalidParams(fault)))
        } catch {
            return .answer(RPCMessage.failure(id: id, error: .internalError()))
        }
    }

    /// What a retired device may still call: it hands in what it holds.
    private static let methodsOfRetired: Set = [SessionHello.name, SyncPush.name, SyncBundle.name]

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
