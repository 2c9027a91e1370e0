import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS

/// Digests and signature checks by OpenSSL.
struct SystemCryptography: Cryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Digest.sha256(bytes) }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { Digest.hmacSHA256(key: key, bytes) }

    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        (try? PublicKey(spki: publicKey))?.isValidSignature(signature, for: message) ?? false
    }
}

/// Signs with the key in the home folder.
struct KeySigner: DeviceSigner {
    let key: PrivateKey

    func sign(_ message: [UInt8]) throws -> [UInt8] { try key.sign(message) }
}
