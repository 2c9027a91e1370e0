import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncTransport
import PlanSyncWire

/// The operator's way to the engine: over the control socket of a running daemon, else on the files themselves.
struct OperatorChannel {
    private let folder: DataFolder

    init(_ folder: DataFolder) { self.folder = folder }

    /// Calls an admin method.
    ///
    /// - Throws: the error that the engine answers, or why it cannot be asked.
    func call<Method: RPCMethod>(_ method: Method.Type, _ params: Method.Params) async throws -> Method.Result {
        try folder.requireInitialised()
        let request = RPCMessage.request(method, id: .number(1), params: params)
        let answer: [UInt8]
        if let lock = try folder.lock() {
            answer = try onFiles(request, lock)
        } else {
            answer = try await overSocket(request)
        }
        switch try IncomingMessage(frame: answer, limits: .document) {
        case .response(_, let result): return try Method.Result(json: result)
        case .failure(_, let error): throw error
        case .request, .notification: throw Exits.Failure("The daemon answered out of turn.")
        }
    }

    private func onFiles(_ request: [UInt8], _ lock: DataFolder.Lock) throws -> [UInt8] {
        let audit = try AuditFile(folder: folder.audit, pool: nil, now: WallClock.now())
        let opened = try OpenedEngine(folder, lock: lock, audit: audit)
        defer {
            try? opened.noteAuditMark()
            try? opened.store.close()
        }
        var session = SessionStateMachine(peer: .operatorLocal)
        switch opened.engine.received(request, session: &session, now: WallClock.now()) {
        case .answer(let frame): return frame
        case .read(let body): return body()
        case .write(let body): return body().frame
        case .push, .watch, nil: throw Exits.Failure("This call makes no sense from the operator.")
        }
    }

    private func overSocket(_ request: [UInt8]) async throws -> [UInt8] {
        let connection: RPCConnection
        do {
            connection = try await Dialer().connect(
                socketPath: folder.controlSocket)
        } catch {
            throw Exits.Failure(
                "Another process works on '\(folder.path)' but does not answer on its control socket: \(error)", code: 3
            )
        }
        try await connection.send(request)
        for try await frame in connection.incoming {
            await connection.close()
            return frame
        }
        throw Exits.Failure("The daemon closed the control socket without an answer.", code: 3)
    }
}
