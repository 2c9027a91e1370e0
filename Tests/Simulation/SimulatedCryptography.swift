import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

/// Digests and signatures without OpenSSL: deterministic, good enough to tell bytes apart, not secure.
struct SimulatedCryptography: Cryptography {
    init() {}

    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        // Four lanes in one pass, because this is the simulation's most called function.
        var one: UInt64 = 0xCBF2_9CE4_8422_2325
        var two: UInt64 = one &+ 0x9E37_79B9_7F4A_7C15
        var three: UInt64 = two &+ 0x9E37_79B9_7F4A_7C15
        var four: UInt64 = three &+ 0x9E37_79B9_7F4A_7C15
        for byte in bytes {
            let byte = UInt64(byte)
            one = (one ^ byte) &* 0x0000_0100_0000_01B3
            two = (two ^ byte) &* 0x0000_0100_0000_01B3
            three = (three ^ byte) &* 0x0000_0100_0000_01B3
            four = (four ^ byte) &* 0x0000_0100_0000_01B3
        }
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            for (lane, hash) in [one, two, three, four].enumerated() {
                var generator = SplitMix64(seed: hash)
                let mixed = generator.next()
                for place in 0..<8 {
                    buffer[lane * 8 + place] = UInt8(truncatingIfNeeded: mixed >> UInt64(56 - 8 * place))
                }
            }
            count = 32
        }
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + bytes) }

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

    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        signature == sha256(publicKey + message)
    }
}

/// A device's key in the simulation: what it signs, its "public key" verifies.
struct SimulatedSigner: DeviceSigner {
    let key: [UInt8]

    func sign(_ message: [UInt8]) throws -> [UInt8] { SimulatedCryptography().sha256(key + message) }
}

/// Certificates are not simulated: devices are put into the store.
struct SimulatedIssuer: CertificateIssuer {
    let authorityHash = "simulated"
    let authorityPEM = ""
    let publicKey: [UInt8] = [0xCA]

    func sign(_ message: [UInt8]) throws -> [UInt8] { SimulatedCryptography().sha256(publicKey + message) }

    func publicKey(ofRequest pem: String) -> [UInt8]? { Array(pem.utf8) }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] { publicKey }

    func pem(ofCertificate der: [UInt8]) -> String { String(decoding: der, as: UTF8.self) }
}
