import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

/// Digests and signatures without OpenSSL: deterministic, good enough to tell bytes apart, not secure.
struct SimulatedCryptography: Cryptography {
    init() {}

    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        // Two lanes, eight bytes at a time, because this is the simulation's most called function.
        var one: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
        var two: UInt64 = one &+ 0x9E37_79B9_7F4A_7C15
        func take(_ word: UInt64) {
            one = (one ^ word) &* 0xFF51_AFD7_ED55_8CCD
            one ^= one >> 32
            two = (two ^ word) &* 0xC4CE_B9FE_1A85_EC53
            two ^= two >> 29
        }
        bytes.withUnsafeBytes { bytes in
            let whole = bytes.count / 8 * 8
            for place in stride(from: 0, to: whole, by: 8) {
                take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            }
            take(bytes[whole...].reduce(0) { $0 << 8 | UInt64($1) })
        }
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            for (half, hash) in [(0, one), (16, two)] {
                var generator = SplitMix64(seed: hash)
                for lane in 0..<2 {
                    let mixed = generator.next()
                    for place in 0..<8 {
                        buffer[half + lane * 8 + place] = UInt8(truncatingIfNeeded: mixed >> UInt64(56 - 8 * place))
                    }
                }
            }
            count = 32
        }
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + bytes) }

    func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        masked(message, key, nonce) + tag(message, key, nonce, context)
    }

    private func masked(_ message: some Sequence<UInt8>, _ key: [UInt8], _ nonce: [UInt8]) -> [UInt8] {
        var stream = SplitMix64(seed: sha256(key + nonce).prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        return message.map { $0 ^ UInt8(truncatingIfNeeded: stream.next()) }
    }

    private func tag(_ message: [UInt8], _ key: [UInt8], _ nonce: [UInt8], _ context: [UInt8]) -> ArraySlice<UInt8> {
        sha256(key + nonce + context + message).prefix(16)
    }

    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        let message = masked(sealed.dropLast(16), key, nonce)
        return sealed.suffix(16) == tag(message, key, nonce, context) ? message : nil
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
