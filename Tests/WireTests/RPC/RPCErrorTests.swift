import PlanSyncWire
import Testing

@Suite("RPC errors")
struct RPCErrorTests {
    private static let all: [RPCError] = [
        .parse(JSONError(reason: .tooDeep, offset: 32)), .invalidRequest("No.", field: "id"), .methodNotFound(),
        .invalidParams(JSONFault(path: "params.plan", message: "Expected a string, not null.")),
        .invalidParams("No.", reason: "id_conflict"), .internalError(), .unauthenticated(), .forbidden(),
        .forbidden("No.", reason: "tenant_mismatch", field: "params.tenant"), .notFound(), .gap(expected: 3),
        .cursorExpired(), .planRevisionUnknown(), .overloaded(retryAfterMilliseconds: 250), .tooLarge("No."),
        .frameTooLarge(bytesMax: 65_536), .closed("No."), .certificateExpiredOrRevoked(), .fork(incarnation: 8),
    ]

    @Test("Every error travels and comes back equal", arguments: all)
    func roundTrip(error: RPCError) throws {
        let document = try JSONDocument(error.jsonBytes, limits: .anonymous)
        #expect(try document.root.decode(RPCError.self) == error)
        #expect(error.message.hasSuffix("."))
        #expect(error.reason.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) })
    }

    @Test("Every code of the contract has an error")
    func codes() {
        #expect(Set(Self.all.map(\.code)) == Set(RPCErrorCode.allCases))
        #expect(RPCErrorCode.allCases.map(\.rawValue).filter { $0 > -32_100 }.sorted() == Array(-32_011 ... -32_001))
    }

    @Test("The figures of an error are in its data under the contract's names")
    func data() throws {
        let text = { (error: RPCError) in String(decoding: error.jsonBytes, as: UTF8.self) }
        #expect(text(.overloaded(retryAfterMilliseconds: 250)).contains(#""retryAfterMs":250"#))
        #expect(text(.fork(incarnation: 8)).contains(#""inc":8"#))
        #expect(text(.gap(expected: 3)).contains(#""expected":3"#))
        #expect(!text(.internalError()).contains("field"))
    }

    @Test("Error data of another make is taken as far as it goes")
    func foreignData() throws {
        for data in ["null", "7", "\"x\"", "[]", "{}"] {
            let text = "{\"code\":-32003,\"message\":\"m\",\"data\":\(data)}"
            let document = try JSONDocument(Array(text.utf8), limits: .anonymous)
            #expect(
                try document.root.decode(RPCError.self) == RPCError(code: .notFound, reason: "unknown", message: "m"))
        }
    }
}
