/// The part that a device plays; the server's own table says which (docs/protocol.md, Identity).
public enum Role: String, Sendable, CaseIterable {
    /// Reads its own county.
    case viewer
    /// Fills in its own county's figures.
    case editor
    /// Fills in and signs off for its county.
    case approver
    /// A city department: follows and reviews the counties.
    case reviewer
    /// The city's supervision office.
    case supervisor
    /// The city's finance bureau: writes only what the plan names it for.
    case finance
    /// The city's auditor: reads everything, changes nothing.
    case auditor

    /// Whether the role belongs to the city's tenant (else to a county's).
    public var isOfCity: Bool {
        switch self {
        case .viewer, .editor, .approver: false
        case .reviewer, .supervisor, .finance, .auditor: true
        }
    }
}

/// The authenticated caller: from the certificate and the server's device table, never from a parameter.
public struct Principal: Hashable, Sendable {
    /// Whose records it may touch first of all.
    public let tenant: TenantID
    /// The machine.
    public let device: DeviceID
    /// The part that it plays.
    public let role: Role
    /// Whether the device is out of service: it may hand in what it still holds, and reads nothing.
    public let isRetired: Bool

    /// Makes a principal.
    public init(tenant: TenantID, device: DeviceID, role: Role, isRetired: Bool = false) {
        self.tenant = tenant
        self.device = device
        self.role = role
        self.isRetired = isRetired
    }
}
