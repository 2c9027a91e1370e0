import COpenSSL

/// The kinds of key that we accept.
package enum KeyKind: String, Sendable, CaseIterable {
    case p256, p384, ed25519
}

/// A public key of one of the kinds in ``KeyKind``.
package struct PublicKey: Sendable {
    let owned: OwnedPointer
    /// The kind of the key.
    package let kind: KeyKind
    /// The SubjectPublicKeyInfo in DER, as OpenSSL writes it.
    package let spki: [UInt8]

    /// Reads a SubjectPublicKeyInfo in DER, which must fill the bytes.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``, ``TLSError/keyNotSupported``.
    package init(spki: [UInt8]) throws(TLSError) {
        try OpenSSL.start()
        // The longest of our kinds, P-384, has 120 bytes.
        guard spki.count <= 512 else { throw .malformed(.key, detail: "it is over 512 bytes") }
        ERR_clear_error()
        var consumed = 0
        let raw = spki.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            let key = d2i_PUBKEY(nil, &cursor, buffer.count)
            if let start = buffer.baseAddress, let cursor { consumed = cursor - start }
            return key
        }
        guard raw != nil else { throw .malformed(.key, detail: OpenSSL.takeErrors().text) }
        let owned = try OwnedPointer(raw, "d2i_PUBKEY") { EVP_PKEY_free($0) }
        guard consumed == spki.count else { throw .malformed(.key, detail: "bytes follow it") }
        try self.init(owned: owned)
    }

    init(owned: OwnedPointer) throws(TLSError) {
        self.owned = owned
        kind = try KeyKind(of: owned.raw)
        spki = try encoded("i2d_PUBKEY") { i2d_PUBKEY(owned.raw, $0) }
    }

    /// Whether the signature is this key's over the message.
    ///
    /// ECDSA: in DER, with SHA-256 of the message, for both curves. Ed25519: the plain one.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        // The longest of our signatures, P-384's, has 104 bytes.
        guard !signature.isEmpty, signature.count <= 128, let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        // A refused signature is an ordinary answer: it must leave no error for the next call.
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard EVP_DigestVerifyInit(context, nil, kind.digest, nil, owned.raw) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension PublicKey: Hashable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.spki == right.spki }
    package func hash(into hasher: inout Hasher) { hasher.combine(spki) }
}

extension KeyKind {
    /// The digest of a signature; Ed25519 has its own inside.
    var digest: OpaquePointer? {
        self == .ed25519 ? nil : EVP_sha256()
    }

    /// The kind of an OpenSSL key.
    ///
    /// - Throws: ``TLSError/keyNotSupported``, also for a curve that is spelled out
    ///   in parameters instead of named (CVE-2020-0601 was one of those).
    init(of key: OpaquePointer) throws(TLSError) {
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_ED25519:
            self = .ed25519
        case EVP_PKEY_EC:
            var spelledOut: Int32 = 0
            EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelledOut)
            var name = [CChar](repeating: 0, count: 64)
            var length = 0
            let named = EVP_PKEY_get_group_name(key, &name, name.count, &length)
            guard spelledOut == 0, named == 1 else { throw .keyNotSupported }
            let text = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            switch text {
            case "prime256v1", "P-256": self = .p256
            case "secp384r1", "P-384": self = .p384
            default: throw .keyNotSupported
            }
        default:
            throw .keyNotSupported
        }
    }
}
