import PlanSyncSeeds
import PlanSyncWire
import Testing

@Suite("JSON under mutation")
struct JSONFuzzTests {
    @Test("A mutated frame is taken or refused, and everything in it can be asked for", arguments: UInt64(0)..<20)
    func mutated(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<1_000 {
            let frame = mutate(seedFrame(using: &random), using: &random)
            let limits =
                Bool.random(using: &random) ? JSONLimits.anonymous : JSONLimits(depthMax: 4, nodesMax: 30, keysMax: 5)
            guard let document = try? JSONDocument(frame, limits: limits) else { continue }
            touch(document.root)
            switch Result(catching: { try IncomingMessage(document) }) {
            case .success(let message): touch(message)
            case .failure(let fault):
                let answer = (fault as? RPCMessageFault)?.answer ?? []
                #expect(refusal(of: answer) == nil, "seed \(seed)")
            }
        }
    }

    private func seedFrame(using random: inout SplitMix64) -> [UInt8] {
        let params = JSONValue.object([JSONValue.Member(name: "p", value: .random(using: &random))])
        return switch Int.random(in: 0..<4, using: &random) {
        case 0: RPCMessage.request(id: .number(7), method: "sync.push", params: params)
        case 1: RPCMessage.answer(id: .text("é\n"), result: params)
        case 2: RPCMessage.failure(id: nil, error: .gap(expected: 9))
        default: JSONValue.random(using: &random).jsonBytes
        }
    }

    private func mutate(_ frame: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud800", "\\udc00", "-", "0", "1e", ".", "null", " ",
            "\"a\":",
        ]
        var bytes = frame
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let other = Int.random(in: 0...bytes.count, using: &random)
            let range = min(place, other)..<max(place, other)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: place)
            case 3 where range.count < 40: bytes.removeSubrange(range)
            case 4: bytes.insert(contentsOf: bytes[range].prefix(60), at: place)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...3, using: &random)))
            }
        }
        return bytes
    }

    private func touch(_ view: JSONView) {
        _ = (view.count, view.rawBytes.count, view.path, view.isNull)
        _ = (try? view.integer(), try? view.string(), try? view.bool())
        _ = (view.member("a"), try? view.requireMember("p"), try? view.decode(JSONValue.self))
        _ = (try? view.decode(RPCError.self), try? view.decode(RPCID.self), view.fault("x"))
        for member in view.members {
            #expect(view.member(member.name)?.rawBytes == member.value.rawBytes)
            touch(member.value)
        }
        for element in view.elements { touch(element) }
    }

    private func touch(_ message: IncomingMessage) {
        switch message {
        case .request(let id, let method, let params):
            #expect(refusal(of: RPCMessage.answer(id: id, result: RPCEmpty())) == nil)
            #expect(params == nil || params?.kind == .object)
            _ = method.count
        case .notification(_, let params): #expect(params == nil || params?.kind == .object)
        case .response(_, let result): touch(result)
        case .failure(let id, let error): #expect(refusal(of: RPCMessage.failure(id: id, error: error)) == nil)
        }
    }
}
