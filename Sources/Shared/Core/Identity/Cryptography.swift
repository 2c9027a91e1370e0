/// The digests and signatures that the engines need; made by the one module that may call OpenSSL.
public protocol Cryptography: Sendable {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    func sha256(_ bytes: [UInt8]) -> [UInt8]

    /// HMAC-SHA-256 (RFC 2104): 32 bytes.
    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8]

    /// Encrypts and authenticates with AES-256-GCM (NIST SP 800-38D): the ciphertext and its 16-byte tag.
    ///
    /// `key` has 32 bytes, `nonce` 12, never the same twice under one key; `context` is authenticated as well. `nil`
    /// for other lengths.
    func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]?

    /// The message that ``seal(_:key:nonce:context:)`` encrypted; `nil` unless every byte is as it was.
    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]?

    /// Whether a device's signature over a message holds; `publicKey` is its SubjectPublicKeyInfo in DER.
    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool
}
