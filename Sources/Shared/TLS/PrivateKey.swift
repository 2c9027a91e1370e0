import COpenSSL

/// A private key of one of the kinds in ``KeyKind``.
package struct PrivateKey: Sendable {
    let owned: OwnedPointer
    /// The public half.
    package let publicKey: PublicKey

    /// A fresh key from OpenSSL's generator.
    package static func generate(_ kind: KeyKind = .p256) throws(TLSError) -> PrivateKey {
        try OpenSSL.start()
        ERR_clear_error()
        let raw: OpaquePointer?
        switch kind {
        case .p256: raw = shim_EVP_EC_gen("P-256")
        case .p384: raw = shim_EVP_EC_gen("P-384")
        case .ed25519: raw = shim_ED25519_gen()
        }
        return try PrivateKey(owned: try OwnedPointer(raw, "EVP_PKEY_Q_keygen") { EVP_PKEY_free($0) })
    }

    /// Reads an unencrypted key in PEM, of 8 KiB at most.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``, ``TLSError/keyNotSupported``.
    package init(pem: String) throws(TLSError) {
        let owned = try reading(pem, as: .key, limit: 8_192) { memory throws(TLSError) in
            guard let raw = PEM_read_bio_PrivateKey(memory, nil, noPassPhrase, nil) else {
                throw .malformed(.key, detail: OpenSSL.takeErrors().text)
            }
            return try OwnedPointer(raw, "PEM_read_bio_PrivateKey") { EVP_PKEY_free($0) }
        }
        try self.init(owned: owned)
    }

    private init(owned: OwnedPointer) throws(TLSError) {
        self.owned = owned
        publicKey = try PublicKey(owned: owned)
    }

    /// The key as unencrypted PKCS#8 in PEM; whoever writes it to a file gives it the mode 0600.
    package func pem() throws(TLSError) -> String {
        try written("PEM_write_bio_PKCS8PrivateKey") {
            PEM_write_bio_PKCS8PrivateKey($0, owned.raw, nil, nil, 0, nil, nil)
        }
    }

    /// The signature over the message, as ``PublicKey/isValidSignature(_:for:)`` checks it.
    package func sign(_ message: [UInt8]) throws(TLSError) -> [UInt8] {
        ERR_clear_error()
        guard let context = EVP_MD_CTX_new() else { throw OpenSSL.failure("EVP_MD_CTX_new") }
        defer { EVP_MD_CTX_free(context) }
        let digest = publicKey.kind.digest
        try OpenSSL.check(EVP_DigestSignInit(context, nil, digest, nil, owned.raw), "EVP_DigestSignInit")
        var length = 0
        try OpenSSL.check(EVP_DigestSign(context, nil, &length, message, message.count), "EVP_DigestSign")
        var signature = [UInt8](repeating: 0, count: length)
        try OpenSSL.check(EVP_DigestSign(context, &signature, &length, message, message.count), "EVP_DigestSign")
        return Array(signature.prefix(length))
    }
}
