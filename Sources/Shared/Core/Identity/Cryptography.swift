/// The digests and signatures that the engines need; made by the one module that may call OpenSSL.
public protocol Cryptography: Sendable {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    func sha256(_ bytes: [UInt8]) -> [UInt8]

    /// HMAC-SHA-256 (RFC 2104): 32 bytes.
    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8]

    /// Whether a device's signature over a message holds; `publicKey` is its SubjectPublicKeyInfo in DER.
    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool
}
