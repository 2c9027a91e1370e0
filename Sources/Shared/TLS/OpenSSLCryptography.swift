import PlanSyncCore
import Synchronization

/// The engines' digests and signatures, by the system's OpenSSL.
package final class OpenSSLCryptography: Cryptography {
    /// OpenSSL 3 takes several times as long to decode a public key as to verify with it, so keys are kept.
    private let keys = Mutex<[[UInt8]: PublicKey]>([:])
    private static let keysMax = 4_096

    package init() {}

    package func sha256(_ bytes: [UInt8]) -> [UInt8] { Digest.sha256(bytes) }

    package func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { Digest.hmacSHA256(key: key, bytes) }

    package func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        AuthenticatedCipher.seal(message, key: key, nonce: nonce, context: context)
    }

    package func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        AuthenticatedCipher.open(sealed, key: key, nonce: nonce, context: context)
    }

    package func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = key(publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }

    private func key(_ spki: [UInt8]) -> PublicKey? {
        if let known = keys.withLock({ $0[spki] }) { return known }
        guard let key = try? PublicKey(spki: spki) else { return nil }
        keys.withLock { keys in
            if keys.count >= Self.keysMax { keys.removeAll(keepingCapacity: true) }
            keys[spki] = key
        }
        return key
    }
}
