/// The name in a device's certificate: `spiffe://TRUST-DOMAIN/tenant/TENANT/device/DEVICE`.
///
/// Source: SPIFFE-ID, sections 2 and 2.1; docs/protocol.md, Identity.
public struct SPIFFEID: Hashable, Sendable {
    /// The trust domain: lower-case letters, digits, `.`, `-` and `_`; 1 to 255 bytes.
    public let trustDomain: String
    /// The county or city.
    public let tenant: TenantID
    /// The machine.
    public let device: DeviceID

    /// Makes a name from its parts.
    ///
    /// - Throws: ``SPIFFEIDError/trustDomain`` when the trust domain breaks the grammar.
    public init(trustDomain: String, tenant: TenantID, device: DeviceID) throws(SPIFFEIDError) {
        guard Self.isTrustDomain(trustDomain) else { throw .trustDomain }
        self.trustDomain = trustDomain
        self.tenant = tenant
        self.device = device
    }

    /// Reads a name, strictly: no query, fragment, port, empty or dot segments.
    ///
    /// - Throws: ``SPIFFEIDError``.
    public init(_ text: String) throws(SPIFFEIDError) {
        let scheme = "spiffe://"
        guard text.hasPrefix(scheme), text.utf8.count <= 512 else { throw .form }
        let parts = text.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1] == "tenant", parts[3] == "device" else { throw .form }
        guard Self.isTrustDomain(String(parts[0])) else { throw .trustDomain }
        guard let tenant = try? TenantID(parts[2]), let device = try? DeviceID(parts[4]) else { throw .form }
        trustDomain = String(parts[0])
        self.tenant = tenant
        self.device = device
    }

    /// The text as it stands in a certificate.
    public var uri: String { "spiffe://\(trustDomain)/tenant/\(tenant)/device/\(device)" }

    private static func isTrustDomain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// A certificate's name that is not one of ours.
public enum SPIFFEIDError: Error, Equatable, Sendable {
    /// Not of the form `spiffe://…/tenant/…/device/…`.
    case form
    /// The trust domain breaks the grammar.
    case trustDomain
}
