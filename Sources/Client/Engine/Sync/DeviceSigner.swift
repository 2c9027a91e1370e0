/// Signs with the device's private key.
package protocol DeviceSigner: Sendable {
    /// The signature over a message: ECDSA with SHA-256 in DER, or plain Ed25519.
    ///
    /// - Throws: why the key cannot be used.
    func sign(_ message: [UInt8]) throws -> [UInt8]
}
