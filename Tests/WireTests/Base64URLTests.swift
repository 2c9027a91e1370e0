import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Base64 for URLs")
struct Base64URLTests {
    @Test(
        "The examples of RFC 4648 hold without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func examples(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(
        "Padding, other alphabets, and spellings that are not canonical are refused",
        arguments: [
            "Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+w", "/w", "Zg\n", " Zg", "Zm 8", "Zg=", "=", "Z汉", "Zm9vYmF",
        ])
    func refuses(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Every length comes back, in the alphabet of URLs", arguments: UInt64(0)..<8)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64URL.encode(bytes)
            #expect(text.utf8.count == (length * 8 + 5) / 6)
            #expect(Base64URL.decode(text) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }
}
