import PlanSyncClient
import PlanSyncTransport
import PlanSyncWire

/// Single calls over a connection, one at a time.
struct Caller {
    private let connection: RPCConnection
    private var frames: IncomingFrames.AsyncIterator
    private var lastID: Int64 = 0

    /// Calls over a connection that nobody else reads.
    init(_ connection: RPCConnection) {
        self.connection = connection
        frames = connection.incoming.makeAsyncIterator()
    }

    /// Calls a method and waits for its answer.
    ///
    /// - Throws: ``RPCError`` when the server refuses; the transport's errors; ``ToolError/sync(_:)``.
    mutating func call<M: RPCMethod>(_ method: M.Type, _ params: M.Params) async throws -> M.Result {
        lastID += 1
        let id = RPCID.number(lastID)
        try await connection.sendUnlessClosed(RPCMessage.request(method, id: id, params: params))
        while let frame = try await frames.next() {
            let message: IncomingMessage
            do {
                message = try IncomingMessage(frame: frame, limits: .document)
            } catch {
                throw ToolError.sync(.protocolBroken(error.error.message))
            }
            switch message {
            case .response(id, let result):
                do {
                    return try M.Result(json: result)
                } catch {
                    throw ToolError.sync(.protocolBroken(error.description))
                }
            case .failure(let answered, let error) where answered == id || answered == nil: throw error
            default: continue
            }
        }
        throw TransportError.closedByPeer
    }
}
