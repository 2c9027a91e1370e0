import COpenSSL

/// SHA-256, what is built on it, and random bytes.
///
/// OpenSSL can fail in a digest only for want of memory or of its own algorithms. The
/// answer is empty then, and an empty digest equals nothing (``constantTimeEqual(_:_:)``).
package enum Digest {
    /// The length of a digest, in bytes.
    package static let length = 32

    /// Fetched once: a fetch for each call costs more than the digest of a small change.
    private static let algorithms = Algorithms()

    /// The SHA-256 of the bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { sha256($0) }
    }

    /// The SHA-256 of the bytes, read in place.
    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard let sha256 = algorithms.sha256 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: length) { output, count in
            let done = EVP_Digest(bytes.baseAddress, bytes.count, output.baseAddress, nil, sha256, nil)
            count = done == 1 ? length : 0
        }
    }

    /// The HMAC of the bytes under the key, with SHA-256; empty when the key is.
    package static func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        guard !key.isEmpty, let mac = algorithms.hmac, let context = EVP_MAC_CTX_new(mac) else { return [] }
        defer { EVP_MAC_CTX_free(context) }
        var name = Array("SHA256".utf8CString)
        return name.withUnsafeMutableBufferPointer { digestName -> [UInt8] in
            let parameters = [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digestName.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            guard EVP_MAC_init(context, key, key.count, parameters) == 1,
                EVP_MAC_update(context, bytes, bytes.count) == 1
            else { return [] }
            return [UInt8](unsafeUninitializedCapacity: length) { output, count in
                let done = EVP_MAC_final(context, output.baseAddress, &count, length)
                if done != 1 { count = 0 }
            }
        }
    }

    /// Whether both are the same bytes, in a time that depends on the length alone.
    ///
    /// Two empty sequences are not equal: an empty digest is one that failed.
    package static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count, !left.isEmpty else { return false }
        return CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Bytes from OpenSSL's generator, fit for keys and secrets.
    package static func randomBytes(_ count: Int) throws(TLSError) -> [UInt8] {
        try OpenSSL.start()
        guard let size = Int32(exactly: count), size >= 0 else { throw .misuse("\(count) random bytes asked for") }
        var bytes = [UInt8](repeating: 0, count: count)
        try OpenSSL.check(RAND_bytes(&bytes, size), "RAND_bytes")
        return bytes
    }
}

/// The fetched algorithms, kept for the life of the process.
// Sendable because both are constant, reference-counted descriptions that OpenSSL
// lets any number of threads use at once.
private struct Algorithms: @unchecked Sendable {
    let sha256: OpaquePointer?
    let hmac: OpaquePointer?

    init() {
        guard (try? OpenSSL.start()) != nil else {
            sha256 = nil
            hmac = nil
            return
        }
        sha256 = EVP_MD_fetch(nil, "SHA256", nil)
        hmac = EVP_MAC_fetch(nil, "HMAC", nil)
    }
}
