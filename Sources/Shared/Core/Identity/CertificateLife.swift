/// From when to when a certificate holds, in seconds since 1970.
public struct CertificateLife: Sendable, Equatable {
    /// The first second.
    public let notBefore: Int64
    /// The last second.
    public let notAfter: Int64

    /// A life from its ends.
    public init(notBefore: Int64, notAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// The second at which two thirds of it are over, when a device renews by itself.
    public var renewalDue: Int64 {
        let (length, overflow) = notAfter.subtractingReportingOverflow(notBefore)
        guard !overflow, length > 0 else { return notBefore }
        return notAfter - length / 3
    }

    /// Whether it is time to renew.
    public func isDue(at second: Int64) -> Bool { second >= renewalDue }

    /// Whether it is over.
    public func isOver(at second: Int64) -> Bool { second > notAfter }
}
