import COpenSSL

/// An X.509 certificate; reading one says nothing about whether it is to be trusted.
package struct Certificate: Sendable {
    let owned: OwnedPointer
    /// The whole certificate in DER.
    package let der: [UInt8]

    /// The most that one certificate may have, in bytes.
    package static let bytesMax = 16_384

    /// Reads a certificate in DER, which must fill the bytes.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``.
    package init(der: [UInt8]) throws(TLSError) {
        try OpenSSL.start()
        guard der.count <= Self.bytesMax else {
            throw .malformed(.certificate, detail: "it is over \(Self.bytesMax) bytes")
        }
        ERR_clear_error()
        var consumed = 0
        let raw = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            let certificate = d2i_X509(nil, &cursor, buffer.count)
            if let start = buffer.baseAddress, let cursor { consumed = cursor - start }
            return certificate
        }
        guard raw != nil else { throw .malformed(.certificate, detail: OpenSSL.takeErrors().text) }
        let owned = try OwnedPointer(raw, "d2i_X509") { X509_free($0) }
        guard consumed == der.count else { throw .malformed(.certificate, detail: "bytes follow it") }
        try self.init(owned: owned)
    }

    /// Reads the first certificate of a PEM text.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``.
    package init(pem: String) throws(TLSError) {
        guard let first = try Self.list(pem: pem).first else {
            throw .malformed(.certificate, detail: "there is none in the text")
        }
        self = first
    }

    init(owned: OwnedPointer) throws(TLSError) {
        self.owned = owned
        der = try encoded("i2d_X509") { i2d_X509(owned.raw, $0) }
    }

    /// Takes over one more reference to a certificate that OpenSSL holds.
    init(retaining raw: OpaquePointer) throws(TLSError) {
        try OpenSSL.check(X509_up_ref(raw), "X509_up_ref")
        try self.init(owned: try OwnedPointer(raw, "X509_up_ref") { X509_free($0) })
    }

    /// All certificates of a PEM bundle, in order; 16 at most.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``, also when the text holds none.
    package static func list(pem: String) throws(TLSError) -> [Certificate] {
        try reading(pem, as: .certificate, limit: 16 * 2 * bytesMax) { memory throws(TLSError) in
            var found: [Certificate] = []
            while let raw = PEM_read_bio_X509(memory, nil, noPassPhrase, nil) {
                let owned = try OwnedPointer(raw, "PEM_read_bio_X509") { X509_free($0) }
                guard found.count < 16 else { throw .malformed(.certificate, detail: "there are more than 16") }
                found.append(try Certificate(owned: owned))
            }
            let errors = OpenSSL.takeErrors()
            // "no start line" is how the reader says that the text is at its end.
            guard errors.reasons.allSatisfy({ $0 == PEM_R_NO_START_LINE }), !found.isEmpty else {
                throw .malformed(.certificate, detail: errors.text)
            }
            return found
        }
    }

    /// The certificate in PEM.
    package func pem() throws(TLSError) -> String {
        try written("PEM_write_bio_X509") { PEM_write_bio_X509($0, owned.raw) }
    }

    /// The SHA-256 of the DER: the fingerprint.
    package var sha256: [UInt8] { Digest.sha256(der) }

    /// The serial number in lower-case hexadecimal, two digits a byte; unique for one issuer.
    package var serial: String {
        guard let number = X509_get0_serialNumber(owned.raw) else { return "" }
        let count = Int(ASN1_STRING_length(number))
        let digits = Array("0123456789abcdef".utf8)
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(number), count: max(count, 0))
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first second in which it is valid, since 1970; `nil` when the field is malformed.
    package var notBefore: Int64? { seconds(X509_get0_notBefore(owned.raw)) }

    /// The last second in which it is valid, since 1970; `nil` when the field is malformed.
    package var notAfter: Int64? { seconds(X509_get0_notAfter(owned.raw)) }

    /// The key that it binds to its names.
    ///
    /// - Throws: ``TLSError/keyNotSupported``.
    package func publicKey() throws(TLSError) -> PublicKey {
        ERR_clear_error()
        guard let raw = X509_get_pubkey(owned.raw) else { throw OpenSSL.failure("X509_get_pubkey") }
        return try PublicKey(owned: try OwnedPointer(raw, "X509_get_pubkey") { EVP_PKEY_free($0) })
    }

    /// Whether the issuer's key signed this certificate and the names fit.
    package func isSigned(by issuer: Certificate) -> Bool {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard X509_check_issued(issuer.owned.raw, owned.raw) == X509_V_OK,
            let key = X509_get0_pubkey(issuer.owned.raw)
        else { return false }
        return X509_verify(owned.raw, key) == 1
    }

    /// The URI names, read strictly: a byte outside printable ASCII refuses them all.
    ///
    /// - Throws: ``TLSError/malformed(_:detail:)``.
    package func uriNames() throws(TLSError) -> [String] {
        ERR_clear_error()
        var critical: Int32 = 0
        let extensionValue = X509_get_ext_d2i(owned.raw, NID_subject_alt_name, &critical, nil)
        guard let extensionValue else {
            // -1: there is none. Anything else: more than one, or one that does not parse.
            guard critical == -1 else { throw .malformed(.subjectNames, detail: OpenSSL.takeErrors().text) }
            return []
        }
        let names = OpaquePointer(extensionValue)
        defer { GENERAL_NAMES_free(names) }
        var found: [String] = []
        for index in 0..<max(shim_GENERAL_NAMES_num(names), 0) {
            var length: Int32 = 0
            guard let text = shim_GENERAL_NAME_uri(shim_GENERAL_NAMES_value(names, index), &length) else { continue }
            // By the length that DER gives: a NUL inside is a byte like any other, and refused.
            let bytes = UnsafeBufferPointer(start: text, count: Int(max(length, 0)))
            guard !bytes.isEmpty, bytes.count <= 2_048, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .malformed(.subjectNames, detail: "a URI name is empty, too long or not printable ASCII")
            }
            found.append(String(decoding: bytes, as: UTF8.self))
        }
        return found
    }

    /// The one URI name, which is a SPIFFE ID by its scheme; its parts are for the caller to parse.
    ///
    /// - Throws: ``TLSError/nameCount(_:)`` unless there is exactly one URI name;
    ///   ``TLSError/malformed(_:detail:)``.
    package func soleSPIFFEURI() throws(TLSError) -> String {
        let names = try uriNames()
        guard let name = names.first, names.count == 1 else { throw .nameCount(names.count) }
        guard name.hasPrefix("spiffe://") else {
            throw .malformed(.subjectNames, detail: "the URI name is not a SPIFFE ID")
        }
        return name
    }

    private func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var rest: Int32 = 0
        guard ASN1_TIME_diff(&days, &rest, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(rest)
    }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
