import PlanSyncWire
import Testing

@Suite("JSON scanner")
struct JSONScannerTests {
    @Test("Texts that are JSON are taken", arguments: JSONTable.accepted)
    func accepts(text: String) throws {
        let document = try JSONDocument(Array(text.utf8), limits: .authenticated)
        let isPadding = { (byte: UInt8) in " \t\r\n".utf8.contains(byte) }
        let trimmed = text.utf8.drop(while: isPadding).reversed().drop(while: isPadding).reversed()
        #expect(Array(document.root.rawBytes) == Array(trimmed))
    }

    @Test("Texts that are not JSON are refused with a reason", arguments: JSONTable.refused)
    func refuses(text: String, reason: JSONError.Reason) {
        #expect(refusal(of: Array(text.utf8))?.reason == reason)
    }

    @Test("Bytes that are not UTF-8 are refused in texts and keys", arguments: JSONTable.malformed)
    func refusesBytes(bytes: [UInt8]) {
        #expect(refusal(of: Array("\"a".utf8) + bytes + Array("b\"".utf8))?.reason == .invalidUTF8)
        #expect(refusal(of: Array("{\"".utf8) + bytes + Array("\":0}".utf8))?.reason == .invalidUTF8)
        #expect(refusal(of: Array("\"0123456789".utf8) + bytes) != nil)
        #expect(refusal(of: bytes)?.reason == .unexpectedByte)
    }

    @Test(
        "The offset is that of the first byte that cannot stand",
        arguments: [
            ("[1,]", 3), ("{\"a\":1,}", 7), ("{\"a\":1,\"a\":2}", 7), ("[1 2]", 3), ("[\"\\ud800\"]", 2), ("[01]", 1),
            ("{} {}", 3), ("[", 1), ("", 0), ("\"abc", 4), ("[\"a\u{1}\"]", 3), ("\u{FEFF}{}", 0),
        ])
    func offsets(text: String, offset: Int) {
        #expect(refusal(of: Array(text.utf8))?.offset == offset)
    }

    @Test("Every cut of a good text is refused")
    func everyCut() {
        let text = Array("{\"a\":[1,-2.5e+7,\"\\ud83d\\ude00é汉\",true,null],\"b\":{\"c\":{}}}".utf8)
        #expect(refusal(of: text) == nil)
        for cut in text.indices {
            #expect(refusal(of: Array(text[..<cut])) != nil)
            #expect(refusal(of: text + Array(text[cut...])) != nil)
        }
    }

    @Test("A key that stands twice is found, however it is spelt and wherever it stands")
    func duplicateKeys() throws {
        for count in [2, 3, 11, 12, 13, 14, 40, 256] {
            let names = (0..<count).map { "\"k\($0)\":0" }
            #expect(refusal(of: object(names)) == nil)
            let twins = [(0, "\"k\(count - 1)\":1"), (count - 1, "\"\\u006b0\":1"), (count / 2, "\"k\\u0030\":1")]
            for (place, twin) in twins {
                var changed = names
                changed[place] = twin
                #expect(refusal(of: object(changed))?.reason == .duplicateKey, "\(changed)")
            }
        }
    }

    private func object(_ members: [String]) -> [UInt8] {
        Array("{\"x\":[{}],\"y\":{\(members.joined(separator: ","))}}".utf8)
    }

    @Test("Equal keys in different objects, and keys that only Unicode takes as equal, are no duplicates")
    func keysThatDiffer() {
        let good = [
            "{\"a\":{\"a\":{\"a\":0}}}", "[{\"a\":0},{\"a\":0}]", "{\"\u{E9}\":0,\"e\u{301}\":0}", "{\"a\":0,\"A\":0}",
        ]
        for text in good { #expect(refusal(of: Array(text.utf8)) == nil) }
        let long = (0..<200).map { "\"\(String(repeating: "k", count: 120))\($0)\":0" }.joined(separator: ",")
        #expect(refusal(of: Array("{\(long)}".utf8)) == nil)
    }
}

/// Why a text is refused; `nil` when it is taken.
func refusal(of text: [UInt8], limits: JSONLimits = .authenticated) -> JSONError? {
    do {
        _ = try JSONDocument(text, limits: limits)
        return nil
    } catch {
        return error
    }
}
