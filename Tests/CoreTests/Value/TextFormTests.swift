import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Base64 for URLs")
struct Base64URLTests {
    @Test(
        "The vectors of RFC 4648 hold, without padding",
        arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")])
    func vectors(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test("The two characters that URLs need are used")
    func alphabet() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
    }

    @Test(
        "Padding, another alphabet and loose bits are refused", arguments: ["Zg==", "+/", "Zh", "Zm9", "A", "Z g", "é"])
    func refuses(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Bytes read back from their text", arguments: Seed.smoke)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}

@Suite("Field values")
struct FieldValueTests {
    @Test(
        "A value has one JSON spelling",
        arguments: [
            (.text("12.5"), #""12.5""#), (.text("县"), #""县""#), (.text("a\"b\\c"), #""a\"b\\c""#),
            (.text("\u{8}\t\n\u{C}\r"), #""\b\t\n\f\r""#), (.text("\u{1}\u{1F}\u{7F}/"), "\"\\u0001\\u001f\u{7F}/\""),
            (.text(""), #""""#), (.flag(true), "true"), (.flag(false), "false"), (.members([]), "[]"),
            (.members(["a", "b\""]), #"["a","b\""]"#),
        ] as [(FieldValue, String)])
    func canonical(value: FieldValue, json: String) {
        #expect(String(decoding: value.canonicalJSON, as: UTF8.self) == json)
        #expect(FieldValue(canonicalJSON: Array(json.utf8)[...]) == value)
    }

    @Test(
        "Other JSON is no value",
        arguments: ["", "null", "1", "{}", "\"a", "[\"a\"", "[\"a\",]", "[1]", "true ", "[]x"])
    func refuses(json: String) {
        #expect(FieldValue(canonicalJSON: Array(json.utf8)[...]) == nil)
    }

    @Test("Values read back from their JSON", arguments: Seed.smoke)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let value = FieldValue.random(using: &random)
            #expect(FieldValue(canonicalJSON: value.canonicalJSON[...]) == value)
        }
    }

    @Test("A text that is a figure is one, and is shown as it is")
    func figures() throws {
        #expect(FieldValue.text("12.50").amount == (try Amount("12.5")))
        #expect(FieldValue.text("a").amount == nil)
        #expect(FieldValue.flag(true).amount == nil)
        #expect(FieldValue.members(["a", "b"]).shown == "a, b")
        #expect(FieldValue.flag(false).shown == "no")
    }
}

extension FieldValue {
    /// A value with the awkward characters more often than chance would bring them.
    static func random(using random: inout SplitMix64) -> FieldValue {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .flag(Bool.random(using: &random))
        case 1:
            .members(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in String.random(using: &random) })
        default: .text(String.random(using: &random))
        }
    }
}

extension String {
    static func random(using random: inout SplitMix64) -> String {
        let awkward: [Character] = ["\"", "\\", "\n", "\u{0}", "\u{1F}", "县", "😀", "u", "/", "[", ","]
        return String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                awkward[Int.random(in: 0..<awkward.count, using: &random)]
            })
    }
}

@Suite("Credit codes")
struct CreditCodeTests {
    @Test("A code with the right check digit is taken", arguments: ["91350100M000100Y43", "91110000600037341L"])
    func takes(code: String) {
        #expect(CreditCode.fault(of: code) == nil)
    }

    @Test("A wrong check digit is told together with the right one")
    func checkDigit() {
        let fault = CreditCode.fault(of: "91350100M000100Y44")
        #expect(fault?.en == "The check digit of the credit code is 4 but should be 3.")
        #expect(fault?.zh.contains("是 4，应为 3") == true)
    }

    @Test("A letter that only looks like a digit is named, with its place and the digit")
    func lookalikes() throws {
        let letterO = try #require(CreditCode.fault(of: "91350100MO00100Y43")).en
        #expect(letterO.contains("'O' (place 10)") && letterO.hasSuffix("is it 0?"))
        let letterI = try #require(CreditCode.fault(of: "9I350100M000100Y43")).en
        #expect(letterI.contains("place 2") && letterI.hasSuffix("is it 1?"))
    }

    @Test("A code has 18 characters", arguments: ["", "9135", "91350100M000100Y433"])
    func length(code: String) throws {
        #expect(try #require(CreditCode.fault(of: code)).en.contains("18 characters"))
    }

    @Test("Any single wrong character is noticed")
    func singleFaults() {
        let code = Array("91350100M000100Y43")
        for place in code.indices {
            for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY" where letter != code[place] {
                var typed = code
                typed[place] = letter
                #expect(CreditCode.fault(of: String(typed)) != nil)
            }
        }
    }
}
