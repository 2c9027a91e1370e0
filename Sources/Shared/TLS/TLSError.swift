/// Why a certificate, a key or a TLS connection was refused.
///
/// Text from OpenSSL's error queue is kept as a value; none of it holds a secret.
package enum TLSError: Error, Equatable, Sendable {
    /// A call of OpenSSL failed that should not; `detail` is its error queue.
    case library(operation: String, detail: String)
    /// A protective setting of a new context does not read back as it was set.
    case settingNotInForce(String)
    /// The bytes are not one well-formed thing of this kind.
    case malformed(Form, detail: String)
    /// The key is none of P-256, P-384, Ed25519.
    case keyNotSupported
    /// The signing request is not signed by the key that it carries.
    case possessionNotProven
    /// The private key does not belong to the certificate.
    case keyNotOfCertificate
    /// The certificate carries this many URI names where exactly one is asked for.
    case nameCount(Int)
    /// A name given for a new certificate cannot stand in one.
    case nameNotUsable(String)
    /// The peer's certificate was refused; `reason` is OpenSSL's sentence.
    case peerNotTrusted(reason: String)
    /// The peer's certificate is past its end.
    case peerExpired
    /// The peer's certificate is not valid yet.
    case peerNotYetValid
    /// The peer's certificate is valid, but not for this host name or address.
    case peerNameMismatch(String)
    /// The peer refused us with this alert.
    case alertReceived(TLSAlert)
    /// The peer does not speak `plansync/1`.
    case protocolNotAgreed
    /// The peer does not speak TLS 1.3.
    case versionNotAgreed
    /// The stream ended without the peer's close notification.
    case truncated
    /// The peer asked for new keys far more often than any honest one.
    case tooManyKeyUpdates
    /// The peer broke the protocol; `detail` is OpenSSL's error queue.
    case protocolViolation(detail: String)
    /// The session is used in a state in which it cannot be.
    case misuse(String)

    /// What was to be parsed.
    package enum Form: String, Sendable {
        case certificate, key, request, subjectNames
    }
}

/// The reason that a TLS peer gave for ending the connection.
package struct TLSAlert: Equatable, Sendable {
    /// The number on the wire, as in RFC 8446, section 6.
    package let code: UInt8
    /// The name in OpenSSL's words, such as "unknown CA".
    package let name: String
}

extension TLSAlert {
    /// Whether the peer sent it because of our certificate.
    package var isAboutOurCertificate: Bool {
        // bad, unsupported, revoked, expired, unknown certificate, unknown CA, access denied, required
        [42, 43, 44, 45, 46, 48, 49, 116].contains(code)
    }
}

extension TLSError: CustomStringConvertible {
    /// One plain sentence.
    package var description: String {
        switch self {
        case .library(let operation, let detail): return "OpenSSL failed at \(operation): \(detail)."
        case .settingNotInForce(let name): return "The TLS setting \(name) is not in force; refusing to go on."
        case .malformed(let form, let detail): return "This is not a well-formed \(form.rawValue): \(detail)."
        case .keyNotSupported: return "Only P-256, P-384 and Ed25519 keys are accepted."
        case .possessionNotProven: return "The signing request is not signed by its own key."
        case .keyNotOfCertificate: return "The private key does not belong to the certificate."
        case .nameCount(let count): return "The certificate has \(count) URI names; it must have exactly one."
        case .nameNotUsable(let name): return "The name \(name) cannot stand in a certificate."
        case .peerNotTrusted(let reason):
            return "The other side's certificate is not signed by the expected CA, or not fit for this use: \(reason)."
        case .peerExpired: return "The other side's certificate has expired."
        case .peerNotYetValid: return "The other side's certificate is not valid yet; check both clocks."
        case .peerNameMismatch(let name): return "The other side's certificate is not made out for \(name)."
        case .alertReceived(let alert): return "The other side ended the connection: \(alert.name)."
        case .protocolNotAgreed: return "The other side does not speak plansync/1."
        case .versionNotAgreed: return "The other side does not speak TLS 1.3."
        case .truncated: return "The connection was cut off."
        case .tooManyKeyUpdates: return "The other side asks for new keys too often."
        case .protocolViolation(let detail): return "The other side broke the TLS protocol: \(detail)."
        case .misuse(let what): return "The TLS session was used wrongly: \(what)."
        }
    }
}
