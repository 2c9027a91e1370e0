import PlanSyncCore

/// What tells the person's own browser from everything else that can reach the port.
struct PageSecrets: Sendable {
    /// In the address that is printed; turned into a cookie.
    let key: String
    /// In every form.
    let formToken: String

    /// New ones, of 160 bits each.
    init(randomBytes: (Int) -> [UInt8]) {
        key = Base64URL.encode(randomBytes(20))
        formToken = Base64URL.encode(randomBytes(20))
    }

    /// Whether two secrets are equal, in a time that does not depend on where they differ.
    static func isEqual(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
