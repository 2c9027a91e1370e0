import PlanSyncWire
import Testing

@Suite("RPC messages")
struct MessageTests {
    @Test(
        "Messages are read for what they are",
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, "request number(1) a -"),
            (
                #"{"jsonrpc":"2.0","id":-9223372036854775808,"method":"a","params":{}}"#,
                "request number(-9223372036854775808) a {}"
            ),
            (
                #"{"id":"x","params":{"p":1},"method":"a.b","jsonrpc":"2.0","extra":[]}"#,
                #"request text("x") a.b {"p":1}"#
            ),
            (#"{"jsonrpc":"\u0032.0","id":"","method":""}"#, #"request text("")  -"#),
            (#"{"jsonrpc":"2.0","method":"a"}"#, "notification a -"),
            (#"{"jsonrpc":"2.0","method":"a","params":{"p":null}}"#, #"notification a {"p":null}"#),
            (#"{"jsonrpc":"2.0","id":1,"result":null}"#, "response number(1) null"),
            (#"{"jsonrpc":"2.0","id":"1","result":[1]}"#, #"response text("1") [1]"#),
            (
                #"{"jsonrpc":"2.0","id":1,"error":{"code":-32004,"message":"m","data":{"reason":"gap","expected":3}}}"#,
                "failure number(1) gap gap"
            ),
            (#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}"#, "failure - parse unknown"),
            (
                #"{"jsonrpc":"2.0","id":2,"error":{"code":-32099,"message":"m","data":{"reason":"new"}}}"#,
                "failure number(2) internalError new"
            ),
        ])
    func reads(frame: String, expected: String) throws {
        let message = try IncomingMessage(frame: Array(frame.utf8), limits: .anonymous)
        #expect(describe(message) == expected)
    }

    @Test(
        "What is no message is refused, with the id where it could be read",
        arguments: [
            ("", RPCErrorCode.parse, "-"), ("{", .parse, "-"), (#"{"jsonrpc":"2.0","id":1,"id":2}"#, .parse, "-"),
            ("[]", .invalidRequest, "-"), (#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#, .invalidRequest, "-"),
            ("1", .invalidRequest, "-"), ("{}", .invalidRequest, "-"), ("null", .invalidRequest, "-"),
            (#"{"id":1,"method":"a"}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"1.0","id":1,"method":"a"}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":2.0,"id":"k","method":"a"}"#, .invalidRequest, #"text("k")"#),
            (#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":1.0,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":1e3,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":[1],"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":true,"method":"a"}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":1,"method":7}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"method":null}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}"#, .invalidParams, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"method":"a","params":null}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"method":"a","params":"x"}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","method":"a","params":3}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":1,"method":"a","result":1}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","result":1}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":null,"result":1}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","error":{"code":1,"message":""}}"#, .invalidRequest, "-"),
            (#"{"jsonrpc":"2.0","id":1,"error":"no"}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":""}}"#, .invalidRequest, "number(1)"),
            (#"{"jsonrpc":"2.0","id":1,"error":{"message":""}}"#, .invalidRequest, "number(1)"),
        ])
    func refuses(frame: String, code: RPCErrorCode, id: String) throws {
        let fault = try #require(throws: RPCMessageFault.self) {
            try IncomingMessage(frame: Array(frame.utf8), limits: .anonymous)
        }
        #expect(fault.error.code == code)
        #expect(fault.id.map { "\($0)" } ?? "-" == id)
        let answer = try IncomingMessage(frame: fault.answer, limits: .anonymous)
        #expect(describe(answer).hasPrefix("failure \(id) \(code)"))
    }

    @Test("An id may have 128 bytes and comes back as it was sent")
    func ids() throws {
        let ids: [RPCID] = [
            .number(0), .number(.max), .number(.min), .text("a\"\\\u{1}汉"), .text(String(repeating: "i", count: 128)),
        ]
        for id in ids {
            let frame = RPCMessage.request(id: id, method: "m", params: RPCEmpty())
            guard case .request(let read, _, _) = try IncomingMessage(frame: frame, limits: .anonymous) else {
                Issue.record("no request")
                return
            }
            #expect(read == id)
        }
        let long = RPCMessage.request(id: .text(String(repeating: "i", count: 129)), method: "m", params: RPCEmpty())
        #expect(throws: RPCMessageFault.self) { try IncomingMessage(frame: long, limits: .anonymous) }
    }

    @Test("Messages are written in their one form")
    func writes() {
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        #expect(
            text(RPCMessage.request(id: .number(1), method: "sync.watch", params: ["a"]))
                == #"{"jsonrpc":"2.0","id":1,"method":"sync.watch","params":["a"]}"#)
        #expect(
            text(RPCMessage.request(Echo.self, id: .text("x"), params: RPCEmpty()))
                == #"{"jsonrpc":"2.0","id":"x","method":"test.echo","params":{}}"#)
        #expect(
            text(RPCMessage.notification(method: "sync.changed", params: RPCEmpty()))
                == #"{"jsonrpc":"2.0","method":"sync.changed","params":{}}"#)
        #expect(text(RPCMessage.answer(id: .number(2), result: true)) == #"{"jsonrpc":"2.0","id":2,"result":true}"#)
        #expect(
            text(RPCMessage.answer(id: .number(3), rawResult: #"{"lastN":7}"#.utf8))
                == #"{"jsonrpc":"2.0","id":3,"result":{"lastN":7}}"#)
        #expect(
            text(RPCMessage.failure(id: nil, error: .gap(expected: 4)))
                == #"{"jsonrpc":"2.0","id":null,"error":{"code":-32004,"message":"Send change 4 first.","#
                + #""data":{"reason":"gap","field":"params.changes[0].n","expected":4}}}"#)
    }

    private func describe(_ message: IncomingMessage) -> String {
        let text = { (view: JSONView?) in view.map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "-" }
        return switch message {
        case .request(let id, let method, let params): "request \(id) \(method) \(text(params))"
        case .notification(let method, let params): "notification \(method) \(text(params))"
        case .response(let id, let result): "response \(id) \(text(result))"
        case .failure(let id, let error):
            "failure \(id.map { "\($0)" } ?? "-") \(error.code) \(error.reason)"
        }
    }
}

private enum Echo: RPCMethod {
    typealias Params = RPCEmpty
    typealias Result = RPCEmpty
    static let name = "test.echo"
    static let access = RPCAccess.device
    static let summary = "Answers."
}
