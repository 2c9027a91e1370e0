import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import Synchronization

/// Digests that repeat and spread well, but protect nothing.
struct FakeCryptography: Cryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var lanes: [UInt64] = [
            0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
        ]
        for (index, byte) in bytes.enumerated() {
            let lane = index & 3
            lanes[lane] = (lanes[lane] ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            lanes[(lane + 1) & 3] ^= lanes[lane] >> 29
        }
        var mixed: [UInt8] = []
        for (index, lane) in lanes.enumerated() {
            var random = SplitMix64(seed: lane ^ UInt64(bytes.count) ^ lanes[(index + 1) & 3])
            let word = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                mixed.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return mixed
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + [0] + bytes) }

    func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        let stream = message.indices.map {
            sha256(key + nonce + [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)])[0]
        }
        return zip(message, stream).map { $0 ^ $1 } + sha256(key + nonce + context + message).prefix(16)
    }

    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard let first = seal(Array(sealed.dropLast(16)), key: key, nonce: nonce, context: context) else { return nil }
        let message = Array(first.dropLast(16))
        return seal(message, key: key, nonce: nonce, context: context) == sealed ? message : nil
    }

    func sign(_ message: [UInt8], key: [UInt8]) -> [UInt8] { sha256(key + [1] + message) }

    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        signature == sign(message, key: publicKey)
    }
}

/// An authority whose signing requests are `CSR:` and a key, and whose certificates say what they certify.
struct FakeIssuer: CertificateIssuer {
    let authorityHash = "CAHASH"
    let authorityPEM = "CA"
    let publicKey = Array("CA".utf8)

    func sign(_ message: [UInt8]) throws -> [UInt8] { FakeCryptography().sign(message, key: publicKey) }

    func publicKey(ofRequest pem: String) -> [UInt8]? {
        pem.hasPrefix("CSR:") ? Array(pem.dropFirst(4).utf8) : nil
    }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] {
        Array("\(String(decoding: publicKey, as: UTF8.self)) \(uri) \(notBefore) \(notAfter)".utf8)
    }

    func issued(_ der: [UInt8]) -> IssuedCertificate? {
        let words = String(decoding: der, as: UTF8.self).split(separator: " ")
        guard words.count == 4, let begin = Int64(words[2]), let end = Int64(words[3]) else { return nil }
        return IssuedCertificate(life: CertificateLife(notBefore: begin, notAfter: end), isOfFormerAuthority: false)
    }

    func pem(ofCertificate der: [UInt8]) -> String { "PEM:\(String(decoding: der, as: UTF8.self))" }
}

/// Random bytes that repeat.
final class FakeChance: Sendable {
    private let random: Mutex<SplitMix64>

    init(seed: UInt64) { random = Mutex(SplitMix64(seed: seed)) }

    func bytes(_ count: Int) -> [UInt8] {
        random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    }
}

/// Keeps events to be looked at.
final class FakeTrail: AuditTrail {
    private let kept = Mutex<[AuditEvent]>([])

    var events: [AuditEvent] { kept.withLock { $0 } }

    func record(_ event: AuditEvent) { kept.withLock { $0.append(event) } }
}
