// The parts of a certificate in the making. Extensions are built as structures and
// never from configuration text, in which a comma in a name would begin another name.

import COpenSSL

/// A certificate that is being filled in and not yet signed.
struct CertificateDraft {
    private let owned: OwnedPointer

    /// Begins a certificate of version 3 with a random positive serial of 16 bytes.
    init(publicKey: PublicKey, commonName: String?, notBefore: Int64, notAfter: Int64) throws(TLSError) {
        try OpenSSL.start()
        ERR_clear_error()
        guard notBefore < notAfter else { throw .misuse("a certificate that ends before it begins") }
        owned = try OwnedPointer(X509_new(), "X509_new") { X509_free($0) }
        try OpenSSL.check(X509_set_version(owned.raw, 2), "X509_set_version")
        try setSerial()
        guard ASN1_TIME_set(X509_getm_notBefore(owned.raw), Int(notBefore)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(owned.raw), Int(notAfter)) != nil
        else { throw OpenSSL.failure("ASN1_TIME_set") }
        try OpenSSL.check(X509_set_pubkey(owned.raw, publicKey.owned.raw), "X509_set_pubkey")
        if let commonName {
            guard (1...64).contains(commonName.utf8.count), commonName.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
            else { throw .nameNotUsable(commonName) }
            try OpenSSL.check(
                X509_NAME_add_entry_by_txt(
                    X509_get_subject_name(owned.raw), "CN", MBSTRING_ASC_TEXT, commonName, -1, -1, 0),
                "X509_NAME_add_entry_by_txt")
        }
    }

    private func setSerial() throws(TLSError) {
        var bytes = try Digest.randomBytes(16)
        // Positive, and never with a leading zero byte, which DER would drop.
        if let first = bytes.first { bytes[0] = (first & 0x7F) | 0x40 }
        guard let number = BN_bin2bn(bytes, 16, nil) else { throw OpenSSL.failure("BN_bin2bn") }
        defer { BN_free(number) }
        guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(owned.raw)) != nil else {
            throw OpenSSL.failure("BN_to_ASN1_INTEGER")
        }
    }

    /// Says whether this is a CA; a CA of ours signs end certificates only (path length 0).
    func setBasicConstraints(isCA: Bool) throws(TLSError) {
        guard let constraints = BASIC_CONSTRAINTS_new() else { throw OpenSSL.failure("BASIC_CONSTRAINTS_new") }
        defer { BASIC_CONSTRAINTS_free(constraints) }
        constraints.pointee.ca = isCA ? 0xFF : 0
        if isCA {
            guard let length = ASN1_INTEGER_new() else { throw OpenSSL.failure("ASN1_INTEGER_new") }
            constraints.pointee.pathlen = length
            try OpenSSL.check(ASN1_INTEGER_set(length, 0), "ASN1_INTEGER_set")
        }
        try add(NID_basic_constraints, UnsafeMutableRawPointer(constraints), critical: true)
    }

    /// Says what the key may do, by the bit numbers of RFC 5280, 4.2.1.3.
    func setKeyUsage(bits: [Int32]) throws(TLSError) {
        guard let usage = ASN1_BIT_STRING_new() else { throw OpenSSL.failure("ASN1_BIT_STRING_new") }
        defer { ASN1_BIT_STRING_free(usage) }
        for bit in bits { try OpenSSL.check(ASN1_BIT_STRING_set_bit(usage, bit, 1), "ASN1_BIT_STRING_set_bit") }
        try add(NID_key_usage, UnsafeMutableRawPointer(usage), critical: true)
    }

    /// Says the one purpose of the certificate.
    func setExtendedKeyUsage(_ purpose: Int32) throws(TLSError) {
        guard let usage = EXTENDED_KEY_USAGE_new() else { throw OpenSSL.failure("EXTENDED_KEY_USAGE_new") }
        defer { EXTENDED_KEY_USAGE_free(usage) }
        // A built-in object identifier is constant: freeing the stack leaves it alone.
        guard let object = OBJ_nid2obj(purpose), shim_EXTENDED_KEY_USAGE_push(usage, object) > 0 else {
            throw OpenSSL.failure("EXTENDED_KEY_USAGE")
        }
        try add(NID_ext_key_usage, UnsafeMutableRawPointer(usage), critical: false)
    }

    /// Names the key by the first 160 bits of the SHA-256 of its bits (RFC 7093, method 1).
    func setSubjectKeyIdentifier() throws(TLSError) {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        try OpenSSL.check(X509_pubkey_digest(owned.raw, EVP_sha256(), &hash, &length), "X509_pubkey_digest")
        guard let identifier = ASN1_OCTET_STRING_new() else { throw OpenSSL.failure("ASN1_OCTET_STRING_new") }
        defer { ASN1_OCTET_STRING_free(identifier) }
        try OpenSSL.check(ASN1_OCTET_STRING_set(identifier, hash, 20), "ASN1_OCTET_STRING_set")
        try add(NID_subject_key_identifier, UnsafeMutableRawPointer(identifier), critical: false)
    }

    /// Names the issuer's key as the issuer's certificate does.
    func setAuthorityKeyIdentifier(of issuer: Certificate) throws(TLSError) {
        guard let identifier = X509_get0_subject_key_id(issuer.owned.raw) else {
            throw .malformed(.certificate, detail: "the CA has no subject key identifier")
        }
        guard let authority = AUTHORITY_KEYID_new() else { throw OpenSSL.failure("AUTHORITY_KEYID_new") }
        defer { AUTHORITY_KEYID_free(authority) }
        authority.pointee.keyid = ASN1_OCTET_STRING_dup(identifier)
        try add(NID_authority_key_identifier, UnsafeMutableRawPointer(authority), critical: false)
    }

    /// Gives the subject its names; `critical` when there is no other subject.
    func setSubjectNames(dns: [String], addresses: [String], uri: String?, critical: Bool) throws(TLSError) {
        guard let names = GENERAL_NAMES_new() else { throw OpenSSL.failure("GENERAL_NAMES_new") }
        defer { GENERAL_NAMES_free(names) }
        for name in dns { try append(name, type: GEN_DNS, to: names, isUsable: Self.isHostName) }
        for address in addresses { try append(address: address, to: names) }
        if let uri { try append(uri, type: GEN_URI, to: names, isUsable: Self.isURI) }
        guard shim_GENERAL_NAMES_num(names) > 0 else { throw .nameNotUsable("(none)") }
        try add(NID_subject_alt_name, UnsafeMutableRawPointer(names), critical: critical)
    }

    /// Names the issuer, signs, and hands the certificate over.
    func signed(issuer: Certificate?, key: PrivateKey) throws(TLSError) -> Certificate {
        let name = issuer.map { X509_get_subject_name($0.owned.raw) } ?? X509_get_subject_name(owned.raw)
        try OpenSSL.check(X509_set_issuer_name(owned.raw, name), "X509_set_issuer_name")
        guard X509_sign(owned.raw, key.owned.raw, key.publicKey.kind.digest) > 0 else {
            throw OpenSSL.failure("X509_sign")
        }
        // Through DER, so that nothing of the draft is cached in what goes out.
        return try Certificate(der: try encoded("i2d_X509") { i2d_X509(owned.raw, $0) })
    }

    private func add(_ kind: Int32, _ value: UnsafeMutableRawPointer, critical: Bool) throws(TLSError) {
        try OpenSSL.check(shim_X509_add_ext(owned.raw, kind, value, critical ? 1 : 0), "X509_add1_ext_i2d")
    }

    private func append(
        _ text: String, type: GENERAL_NAME_TYPE, to names: OpaquePointer, isUsable: (String) -> Bool
    ) throws(TLSError) {
        guard isUsable(text), let length = Int32(exactly: text.utf8.count) else { throw .nameNotUsable(text) }
        guard let value = ASN1_IA5STRING_new() else { throw OpenSSL.failure("ASN1_IA5STRING_new") }
        guard ASN1_STRING_set(value, text, length) == 1 else {
            ASN1_STRING_free(value)
            throw OpenSSL.failure("ASN1_STRING_set")
        }
        try append(value, type: type, to: names)
    }

    private func append(address: String, to names: OpaquePointer) throws(TLSError) {
        guard let value = a2i_IPADDRESS(address) else {
            ERR_clear_error()
            throw .nameNotUsable(address)
        }
        try append(value, type: GEN_IPADD, to: names)
    }

    /// Gives the value to a new name, and the name to the list.
    private func append(
        _ value: UnsafeMutablePointer<ASN1_STRING>, type: GENERAL_NAME_TYPE, to names: OpaquePointer
    ) throws(TLSError) {
        guard let name = GENERAL_NAME_new() else {
            ASN1_STRING_free(value)
            throw OpenSSL.failure("GENERAL_NAME_new")
        }
        GENERAL_NAME_set0_value(name, type, value)
        guard shim_GENERAL_NAMES_push(names, name) > 0 else {
            GENERAL_NAME_free(name)
            throw OpenSSL.failure("sk_GENERAL_NAME_push")
        }
    }

    /// Letters, digits, hyphens and dots, and at most one leading wildcard label.
    private static func isHostName(_ text: String) -> Bool {
        var rest = text[...]
        if rest.hasPrefix("*.") { rest = rest.dropFirst(2) }
        guard (1...253).contains(text.utf8.count) else { return false }
        return rest.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                        || byte == 0x2D
                }
        }
    }

    private static func isURI(_ text: String) -> Bool {
        (1...2_048).contains(text.utf8.count) && text.contains("://")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// The kind of a general name; the constants are plain numbers in C.
typealias GENERAL_NAME_TYPE = Int32
