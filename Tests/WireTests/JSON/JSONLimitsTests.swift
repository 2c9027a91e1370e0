import PlanSyncWire
import Testing

@Suite("JSON limits")
struct JSONLimitsTests {
    @Test("Nesting is taken to the limit and refused over it")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inside = open == "[" ? "" : "0"
            let text = { (depth: Int) in
                Array((String(repeating: open, count: depth) + inside + String(repeating: close, count: depth)).utf8)
            }
            #expect(refusal(of: text(32)) == nil)
            #expect(refusal(of: text(33))?.reason == .tooDeep)
        }
    }

    @Test("Ten thousand brackets are refused at the first one over the limit")
    func depthBomb() {
        for count in [10_000, 1_000_000] {
            let error = refusal(of: Array(repeating: UInt8(ascii: "["), count: count))
            #expect(error == JSONError(reason: .tooDeep, offset: 32))
        }
    }

    @Test("Values are counted, containers too")
    func nodes() {
        let limits = JSONLimits(nodesMax: 10)
        #expect(refusal(of: Array("[0,0,0,0,0,0,0,0,0]".utf8), limits: limits) == nil)
        #expect(refusal(of: Array("[0,0,0,0,0,0,0,0,0,0]".utf8), limits: limits)?.reason == .tooManyNodes)
        #expect(refusal(of: Array("[[],[],[],[],[],[],[],[],[],[]]".utf8), limits: limits)?.reason == .tooManyNodes)
        let wide = Array(("[" + String(repeating: "0,", count: 20_000) + "0]").utf8)
        #expect(refusal(of: wide, limits: .anonymous)?.reason == .tooManyNodes)
        #expect(refusal(of: wide, limits: .authenticated) == nil)
    }

    @Test("Members of one object are counted")
    func keys() {
        let text = { (count: Int) in Array("{\((0..<count).map { "\"\($0)\":0" }.joined(separator: ","))}".utf8) }
        #expect(refusal(of: text(256)) == nil)
        #expect(refusal(of: text(257))?.reason == .tooManyKeys)
        #expect(refusal(of: text(4_096), limits: .document) == nil)
        #expect(refusal(of: text(4_097), limits: .document)?.reason == .tooManyKeys)
    }

    @Test("Keys and texts are measured by what they stand for, not by their spelling")
    func lengths() {
        let key = { (text: String) in Array("{\"\(text)\":0}".utf8) }
        #expect(refusal(of: key(String(repeating: "k", count: 128))) == nil)
        #expect(refusal(of: key(String(repeating: "k", count: 129)))?.reason == .keyTooLong)
        #expect(refusal(of: key(String(repeating: "\\u006b", count: 128))) == nil)
        #expect(refusal(of: key(String(repeating: "\\u006b", count: 129)))?.reason == .keyTooLong)
        let text = { (text: String) in Array("[\"\(text)\"]".utf8) }
        #expect(refusal(of: text(String(repeating: "t", count: 65_536))) == nil)
        #expect(refusal(of: text(String(repeating: "\\n", count: 65_536))) == nil)
        #expect(refusal(of: text(String(repeating: "t", count: 65_537)))?.reason == .stringTooLong)
        #expect(refusal(of: text(String(repeating: "汉", count: 21_846)))?.reason == .stringTooLong)
        #expect(refusal(of: text(String(repeating: "t", count: 1_048_576)), limits: .document) == nil)
    }

    @Test("Bombs within a frame cost time in proportion to their bytes")
    func bombs() {
        let many = "{" + (0..<256).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
        let escaped = "{" + (0..<256).map { "\"\\u006b\\u006b\($0)\":0" }.joined(separator: ",") + "}"
        let long =
            "{" + (100..<356).map { "\"\(String(repeating: "k", count: 120))\($0)\":0" }.joined(separator: ",") + "}"
        for object in [many, escaped, long] {
            let text = Array(("[" + Array(repeating: object, count: 400).joined(separator: ",") + "]").utf8)
            // Far above what it takes, far below what quadratic work would take.
            let duration = ContinuousClock().measure { #expect(refusal(of: text) == nil) }
            #expect(duration < .seconds(20))
        }
    }
}
