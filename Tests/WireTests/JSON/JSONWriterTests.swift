import PlanSyncSeeds
import PlanSyncWire
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("Objects, lists and members get their commas")
    func structure() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", 1)
            writer.member("b", ifPresent: nil as String?)
            writer.member("c", object: { _ in })
            writer.member(
                "d",
                array: { writer in
                    writer.integer(-1)
                    writer.array { _ in }
                    writer.object { $0.member("e", true) }
                    writer.null()
                    writer.raw("{\"raw\":0}".utf8)
                    writer.string("x")
                })
            writer.member("f", ["g", "h"])
            writer.member("i", [Int?.none, 2])
            writer.name("j")
            writer.bool(false)
        }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(
            text == """
                {"a":1,"c":{},"d":[-1,[],{"e":true},null,{"raw":0},"x"],"f":["g","h"],"i":[null,2],"j":false}
                """)
        #expect(refusal(of: writer.bytes) == nil)
    }

    @Test(
        "Texts take their one spelling",
        arguments: [
            ("", "\"\""), ("a", "\"a\""), ("\"\\/", "\"\\\"\\\\/\""), ("\u{8}\t\n\u{C}\r", "\"\\b\\t\\n\\f\\r\""),
            ("\u{1}\u{1F}\u{7F}", "\"\\u0001\\u001f\u{7F}\""), ("污\u{1F600}", "\"污\u{1F600}\""),
            ("\u{2028}", "\"\u{2028}\""),
        ])
    func texts(text: String, json: String) {
        #expect(text.canonicalJSON == Array(json.utf8))
        #expect([text, text].canonicalJSON == Array("[\(json),\(json)]".utf8))
    }

    @Test("Numbers are written in full")
    func numbers() {
        #expect(UInt64.max.jsonBytes == Array("18446744073709551615".utf8))
        #expect(Int64.min.jsonBytes == Array("-9223372036854775808".utf8))
    }

    @Test("What is written reads back equal, and is written again byte for byte", arguments: UInt64(0)..<40)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let value = JSONValue.random(using: &random)
            let bytes = value.jsonBytes
            let document = try JSONDocument(bytes, limits: .document)
            #expect(try document.root.decode(JSONValue.self) == value)
            #expect(document.root.jsonBytes == bytes)
        }
    }

    @Test("What is written escaped in every character reads back equal", arguments: UInt64(0)..<20)
    func escapedRoundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let value = JSONValue.random(depth: 0, using: &random)
            guard case .text(let text) = value else { continue }
            let escaped = text.utf16.map { unit in
                let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let bytes = Array("{\"\(escaped.prefix(12).joined())\":\"\(escaped.joined())\"}".utf8)
            // Cutting between units may cut a pair, which must be refused.
            guard let document = try? JSONDocument(bytes, limits: .document) else { continue }
            let member = try #require(document.root.members.map { $0 }.first)
            #expect(try member.value.string() == text)
            #expect(document.root.member(member.name)?.isString(text) == true)
        }
    }
}
