import COpenSSL

/// A PKCS#10 request: the proof that someone holds the private key of a public one.
///
/// Nothing else in it counts; names and extensions are the issuer's to choose.
package enum SigningRequest {
    /// The most that a request in PEM may have, in bytes.
    package static let bytesMax = 8_192

    /// A request for the key, in PEM.
    package static func make(key: PrivateKey) throws(TLSError) -> String {
        ERR_clear_error()
        let request = try OwnedPointer(X509_REQ_new(), "X509_REQ_new") { X509_REQ_free($0) }
        try OpenSSL.check(X509_REQ_set_version(request.raw, 0), "X509_REQ_set_version")
        let subject = X509_REQ_get_subject_name(request.raw)
        try OpenSSL.check(
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC_TEXT, "plansync device", -1, -1, 0),
            "X509_NAME_add_entry_by_txt")
        try OpenSSL.check(X509_REQ_set_pubkey(request.raw, key.owned.raw), "X509_REQ_set_pubkey")
        guard X509_REQ_sign(request.raw, key.owned.raw, key.publicKey.kind.digest) > 0 else {
            throw OpenSSL.failure("X509_REQ_sign")
        }
        return try written("PEM_write_bio_X509_REQ") { PEM_write_bio_X509_REQ($0, request.raw) }
    }

    /// The public key of a request in PEM whose own signature is right.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``, ``TLSError/keyNotSupported``,
    ///   ``TLSError/possessionNotProven``.
    package static func parse(pem: String) throws(TLSError) -> PublicKey {
        let request = try reading(pem, as: .request, limit: bytesMax) { memory throws(TLSError) in
            guard let raw = PEM_read_bio_X509_REQ(memory, nil, noPassPhrase, nil) else {
                throw .malformed(.request, detail: OpenSSL.takeErrors().text)
            }
            return try OwnedPointer(raw, "PEM_read_bio_X509_REQ") { X509_REQ_free($0) }
        }
        guard let raw = X509_REQ_get_pubkey(request.raw) else {
            throw .malformed(.request, detail: OpenSSL.takeErrors().text)
        }
        let key = try PublicKey(owned: try OwnedPointer(raw, "X509_REQ_get_pubkey") { EVP_PKEY_free($0) })
        defer { ERR_clear_error() }
        // SHA-1 and MD5 still verify in OpenSSL 3.0; a proof by them proves little.
        let strong = [NID_ecdsa_with_SHA256, NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512, NID_ED25519]
        guard strong.contains(X509_REQ_get_signature_nid(request.raw)),
            X509_REQ_verify(request.raw, key.owned.raw) == 1
        else { throw .possessionNotProven }
        return key
    }
}

/// `MBSTRING_ASC`, a macro that Swift does not import.
let MBSTRING_ASC_TEXT: Int32 = 0x1000 | 1
