import PlanSyncCore

/// The engines' digests and signatures, by the system's OpenSSL.
package struct OpenSSLCryptography: Cryptography {
    package init() {}

    package func sha256(_ bytes: [UInt8]) -> [UInt8] { Digest.sha256(bytes) }

    package func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { Digest.hmacSHA256(key: key, bytes) }

    package func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = try? PublicKey(spki: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
