import PlanSyncCore

/// An enrolment token's text, `ps1.CAHASH.SECRET`.
package struct EnrolmentToken: Sendable, Equatable {
    /// base64url SHA-256 of the authority's certificate (DER).
    package let authorityHash: String
    /// 160 random bits, base64url.
    package let secret: String

    /// Makes a token from chance.
    package init(authorityHash: String, randomBytes: [UInt8]) {
        self.authorityHash = authorityHash
        secret = Base64URL.encode(randomBytes)
    }

    /// The secret of a whole token, or of the secret part alone; `nil` for anything else.
    package static func secret(in text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0] == "ps1" { return String(parts[2]) }
        return parts.count == 1 && !text.isEmpty ? text : nil
    }

    /// The text that is handed out.
    package var text: String { "ps1.\(authorityHash).\(secret)" }

    /// The bits of a secret.
    package static let secretBytes = 20
}
