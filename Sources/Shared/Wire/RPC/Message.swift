// JSON-RPC 2.0, strictly: exactly one message a frame. A message that is JSON but no JSON-RPC is refused
// with its id when one could be read, so that the peer can tie the error to its request.

/// What ties an answer to its request: kept and sent back as it came.
package enum RPCID: Hashable, Sendable {
    /// A whole number.
    case number(Int64)
    /// A text; at most ``Limits/requestIDBytesMax`` bytes.
    case text(String)
}

extension RPCID: JSONReadable, JSONWritable {
    package init(json: JSONView) throws(JSONFault) {
        switch json.kind {
        case .number: self = .number(try json.integer())
        case .string: self = .text(try json.string(bytesMax: Limits.requestIDBytesMax))
        default: throw json.fault("Expected a whole number or a string.")
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .number(let number): writer.integer(number)
        case .text(let text): writer.string(text)
        }
    }
}

/// A frame that is no message, with the answer that it gets.
package struct RPCMessageFault: Error, Equatable, Sendable {
    /// The id of the request, when it could be read.
    package let id: RPCID?
    /// What to answer.
    package let error: RPCError

    /// The error answer, as a frame's bytes.
    package var answer: [UInt8] { RPCMessage.failure(id: id, error: error) }
}

/// A message as it came in.
package enum IncomingMessage: Sendable {
    /// The peer wants an answer; `params` is an object.
    case request(id: RPCID, method: String, params: JSONView?)
    /// The peer wants none.
    case notification(method: String, params: JSONView?)
    /// The answer to a request of ours.
    case response(id: RPCID, result: JSONView)
    /// The refusal of a request of ours; without an id when the peer could not read ours.
    case failure(id: RPCID?, error: RPCError)

    /// Reads a frame.
    ///
    /// - Throws: ``RPCMessageFault`` with the error to answer.
    package init(frame: [UInt8], limits: JSONLimits) throws(RPCMessageFault) {
        let document: JSONDocument
        do {
            document = try JSONDocument(frame, limits: limits)
        } catch {
            throw RPCMessageFault(id: nil, error: .parse(error))
        }
        try self.init(document)
    }

    /// Reads a scanned frame; members that JSON-RPC does not know are ignored.
    ///
    /// - Throws: ``RPCMessageFault`` with the error to answer.
    package init(_ document: JSONDocument) throws(RPCMessageFault) {
        let root = document.root
        guard root.kind == .object else {
            let message = root.kind == .array ? "Batches are not taken; send one message a frame." : Self.notAMessage
            throw RPCMessageFault(id: nil, error: .invalidRequest(message))
        }
        let envelope = Envelope(root)
        let id = envelope.id.flatMap { try? RPCID(json: $0) }
        do throws(RPCError) {
            self = try Self.read(envelope, id: id)
        } catch {
            throw RPCMessageFault(id: id, error: error)
        }
    }

    private static let notAMessage = "A message is an object with jsonrpc, and method, result or error."

    /// The members that JSON-RPC knows, found in one walk.
    private struct Envelope {
        var version, id, method, params, result, error: JSONView?

        init(_ root: JSONView) {
            for member in root.members {
                switch member.name {
                case "jsonrpc": version = member.value
                case "id": id = member.value
                case "method": method = member.value
                case "params": params = member.value
                case "result": result = member.value
                case "error": error = member.value
                default: break
                }
            }
        }
    }

    private static func read(_ envelope: Envelope, id: RPCID?) throws(RPCError) -> IncomingMessage {
        guard envelope.version?.isString("2.0") == true else {
            throw .invalidRequest("Expected \"2.0\".", field: "jsonrpc")
        }
        let hasNullID = envelope.id?.isNull == true
        if envelope.id != nil, id == nil, !(hasNullID && envelope.error != nil) {
            let message = "Expected a whole number, or a string of at most \(Limits.requestIDBytesMax) bytes."
            throw .invalidRequest(message, field: "id")
        }
        switch (envelope.method, envelope.result, envelope.error) {
        case (let method?, nil, nil):
            return try readCall(method, params: envelope.params, id: id)
        case (nil, let result?, nil):
            guard let id else { throw .invalidRequest("An answer needs the id of its request.", field: "id") }
            return .response(id: id, result: result)
        case (nil, nil, let error?):
            guard id != nil || hasNullID else {
                throw .invalidRequest("An error needs the id of its request, or null.", field: "id")
            }
            do {
                return .failure(id: id, error: try RPCError(json: error))
            } catch {
                throw .invalidRequest(error.message, field: error.path)
            }
        default:
            throw .invalidRequest(notAMessage)
        }
    }

    private static func readCall(
        _ method: JSONView, params: JSONView?, id: RPCID?
    ) throws(RPCError) -> IncomingMessage {
        guard method.kind == .string, let name = try? method.string() else {
            throw .invalidRequest("Expected a string.", field: "method")
        }
        switch params?.kind {
        case nil, .object: break
        case .array: throw .invalidParams("Parameters go by name: expected an object.", field: "params")
        default: throw .invalidRequest("Expected an object.", field: "params")
        }
        guard let id else { return .notification(method: name, params: params) }
        return .request(id: id, method: name, params: params)
    }
}

/// Makes messages, as the bytes of a frame without its length.
package enum RPCMessage {
    /// A request.
    package static func request(id: RPCID, method: String, params: some JSONWritable) -> [UInt8] {
        message { writer in
            writer.member("id", id)
            writer.member("method", method)
            writer.member("params", params)
        }
    }

    /// A request of a known method.
    package static func request<M: RPCMethod>(_ method: M.Type, id: RPCID, params: M.Params) -> [UInt8] {
        request(id: id, method: M.name, params: params)
    }

    /// A notification.
    package static func notification(method: String, params: some JSONWritable) -> [UInt8] {
        message { writer in
            writer.member("method", method)
            writer.member("params", params)
        }
    }

    /// An answer.
    package static func answer(id: RPCID, result: some JSONWritable) -> [UInt8] {
        message { writer in
            writer.member("id", id)
            writer.member("result", result)
        }
    }

    /// An answer from a result that is JSON already, such as one from the store.
    package static func answer(id: RPCID, rawResult: some Collection<UInt8>) -> [UInt8] {
        message(reserving: rawResult.count + 192) { writer in
            writer.member("id", id)
            writer.name("result")
            writer.raw(rawResult)
        }
    }

    /// An error answer; without an id when the request's could not be read.
    package static func failure(id: RPCID?, error: RPCError) -> [UInt8] {
        message { writer in
            writer.member("id", id)
            writer.member("error", error)
        }
    }

    @inline(__always)
    private static func message(reserving capacity: Int = 256, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: capacity)
        writer.object { writer in
            writer.member("jsonrpc", "2.0")
            body(&writer)
        }
        return writer.bytes
    }
}
