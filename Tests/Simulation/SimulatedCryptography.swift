import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer

/// Digests and signatures without OpenSSL: deterministic, good enough to tell bytes apart, not secure.
struct SimulatedCryptography: Cryptography {
    init() {}

    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest: [UInt8] = []
        for lane in 0..<4 {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 &+ UInt64(lane) &* 0x9E37_79B9_7F4A_7C15
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            var generator = SplitMix64(seed: hash)
            let mixed = generator.next()
            for shift in stride(from: 56, through: 0, by: -8) {
                digest.append(UInt8(truncatingIfNeeded: mixed >> UInt64(shift)))
            }
        }
        return digest
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + bytes) }

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

    func publicKey(ofRequest pem: String) -> [UInt8]? { Array(pem.utf8) }

    func issue(publicKey: [UInt8], uri: String, notBefore: Int64, notAfter: Int64) throws -> [UInt8] { publicKey }

    func pem(ofCertificate der: [UInt8]) -> String { String(decoding: der, as: UTF8.self) }
}
