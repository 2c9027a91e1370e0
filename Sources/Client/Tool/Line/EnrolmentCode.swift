import PlanSyncCore

/// An enrolment token: `ps1.CAHASH.SECRET`.
struct EnrolmentCode {
    /// SHA-256 of the CA certificate's DER.
    let authorityHash: [UInt8]
    /// The token as it was given.
    let text: String

    /// Reads a token; spaces around it are what a chat program adds.
    ///
    /// - Throws: ``ToolError/tokenMalformed``.
    init(_ typed: String) throws(ToolError) {
        let text = String(typed.split(whereSeparator: \.isWhitespace).joined())
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "ps1", !parts[2].isEmpty, text.utf8.count <= 256,
            let hash = Base64URL.decode(parts[1]), hash.count == 32, Base64URL.decode(parts[2]) != nil
        else { throw .tokenMalformed }
        authorityHash = hash
        self.text = text
    }
}
