import Foundation
import PlanSyncTLS
import Testing

@Suite("Keys and signing requests")
struct KeyTests {
    @Test("A signature is valid for its message, its key and nothing else", arguments: KeyKind.allCases)
    func signing(kind: KeyKind) throws {
        let key = try PrivateKey.generate(kind)
        let message = Digest.sha256([1, 2, 3])
        let signature = try key.sign(message)
        let again = try PublicKey(spki: key.publicKey.spki)
        #expect(again.kind == kind)
        #expect(again == key.publicKey)
        #expect(again.isValidSignature(signature, for: message))
        #expect(!again.isValidSignature(signature, for: Digest.sha256([1, 2, 4])))
        #expect(!again.isValidSignature(Array(signature.dropLast()), for: message))
        #expect(!again.isValidSignature([], for: message))
        #expect(!again.isValidSignature([UInt8](repeating: 0x30, count: 4_096), for: message))
        let other = try PrivateKey.generate(kind)
        #expect(!other.publicKey.isValidSignature(signature, for: message))
    }

    @Test("A key comes back from its PEM", arguments: KeyKind.allCases)
    func pem(kind: KeyKind) throws {
        let key = try PrivateKey.generate(kind)
        let pem = try key.pem()
        #expect(pem.hasPrefix("-----BEGIN " + "PRIVATE KEY-----"))
        #expect(try PrivateKey(pem: pem).publicKey == key.publicKey)
    }

    @Test("A public key that is not exactly one of our kinds is refused")
    func badPublicKeys() throws {
        let spki = try PrivateKey.generate().publicKey.spki
        #expect(throws: TLSError.malformed(.key, detail: "bytes follow it")) { try PublicKey(spki: spki + [0]) }
        for count in 0..<spki.count {
            #expect(throws: TLSError.self) { try PublicKey(spki: Array(spki.prefix(count))) }
        }
    }

    @Test("RSA keys, other curves, locked keys and rubbish are refused")
    func badPrivateKeys() throws {
        try withFolder { folder in
            for arguments in [
                ["genpkey", "-algorithm", "RSA", "-out", "k.pem"],
                ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-out", "k.pem"],
                [
                    "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt",
                    "ec_param_enc:explicit", "-out", "k.pem",
                ],
            ] {
                #expect(try openssl(arguments, in: folder).code == 0)
                let pem = try String(contentsOf: folder.appendingPathComponent("k.pem"), encoding: .utf8)
                #expect(throws: TLSError.keyNotSupported) { try PrivateKey(pem: pem) }
            }
            let locked = ["genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "pass:secret", "-out", "l.pem"]
            #expect(try openssl(locked, in: folder).code == 0)
            let pem = try String(contentsOf: folder.appendingPathComponent("l.pem"), encoding: .utf8)
            #expect(throws: TLSError.self) { try PrivateKey(pem: pem) }
        }
        for text in ["", "rubbish", String(repeating: "a", count: 10_000)] {
            #expect(throws: TLSError.self) { try PrivateKey(pem: text) }
        }
    }

    @Test("A signing request proves possession of its key", arguments: KeyKind.allCases)
    func request(kind: KeyKind) throws {
        let key = try PrivateKey.generate(kind)
        let pem = try SigningRequest.make(key: key)
        #expect(try SigningRequest.parse(pem: pem) == key.publicKey)
    }

    @Test("A signing request with another's public key or a changed byte is refused")
    func forgedRequest() throws {
        let key = try PrivateKey.generate()
        let victim = try PrivateKey.generate()
        let pem = try SigningRequest.make(key: key)
        var der = try #require(
            Data(base64Encoded: pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()))
        let place = try #require(der.range(of: Data(key.publicKey.spki)))
        der.replaceSubrange(place, with: victim.publicKey.spki)
        let forged =
            "-----BEGIN CERTIFICATE REQUEST-----\n"
            + der.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            + "\n-----END CERTIFICATE REQUEST-----\n"
        #expect(throws: TLSError.possessionNotProven) { try SigningRequest.parse(pem: forged) }
    }

    @Test("Requests with RSA keys, weak digests, too many bytes or none are refused")
    func badRequests() throws {
        try withFolder { folder in
            let rsa = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "k", "-out", "r"]
            #expect(try openssl(rsa, in: folder).code == 0)
            let pem = try String(contentsOf: folder.appendingPathComponent("r"), encoding: .utf8)
            #expect(throws: TLSError.keyNotSupported) { try SigningRequest.parse(pem: pem) }
            let weak = [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha1", "-nodes", "-subj",
                "/CN=x", "-keyout", "k", "-out", "w",
            ]
            #expect(try openssl(weak, in: folder).code == 0)
            let weakPEM = try String(contentsOf: folder.appendingPathComponent("w"), encoding: .utf8)
            #expect(throws: TLSError.possessionNotProven) { try SigningRequest.parse(pem: weakPEM) }
        }
        let good = try SigningRequest.make(key: PrivateKey.generate())
        #expect(throws: TLSError.self) { try SigningRequest.parse(pem: good + String(repeating: " ", count: 8_192)) }
        #expect(throws: TLSError.self) { try SigningRequest.parse(pem: "") }
        #expect(throws: TLSError.self) { try SigningRequest.parse(pem: String(good.prefix(200))) }
    }
}
