import PlanSyncTLS
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "SHA-256 gives the figures of FIPS 180",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, expected: String) {
        #expect(hex(Digest.sha256(Array(text.utf8))) == expected)
    }

    @Test("HMAC gives the figures of RFC 4231, cases 1, 2 and 6")
    func hmac() {
        let first = Digest.hmacSHA256(key: [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8))
        #expect(hex(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = Digest.hmacSHA256(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(hex(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = Digest.hmacSHA256(
            key: [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
        #expect(hex(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        // An empty message is one; an empty key is none.
        #expect(
            hex(Digest.hmacSHA256(key: [0], [])) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        #expect(Digest.hmacSHA256(key: [], [1]).isEmpty)
    }

    @Test("Comparison tells equal from unequal, and an empty digest equals nothing")
    func comparison() {
        #expect(Digest.constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!Digest.constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!Digest.constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!Digest.constantTimeEqual([], []))
    }

    @Test("Random bytes come in the number asked for and differ")
    func random() throws {
        let first = try Digest.randomBytes(32)
        #expect(first.count == 32)
        #expect(try Digest.randomBytes(32) != first)
        #expect(throws: TLSError.self) { try Digest.randomBytes(-1) }
    }
}
