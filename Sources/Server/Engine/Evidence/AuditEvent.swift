package import PlanSyncCore
import PlanSyncWire

/// Something that is kept in the audit log: who came, who was refused, what was administered.
package struct AuditEvent: Sendable, Equatable {
    /// What happened.
    package enum Kind: String, Sendable, CaseIterable {
        /// The daemon began to serve.
        case started
        /// The daemon ended in order.
        case ended
        /// A device said hello.
        case signedOn = "signed_on"
        /// A certificate was refused.
        case refused
        /// A device's role did not allow a call.
        case denied
        /// A token became a certificate.
        case enrolled
        /// A token was refused.
        case enrolmentRefused = "enrolment_refused"
        /// A device got a new certificate.
        case renewed
        /// A device got none.
        case renewalRefused = "renewal_refused"
        /// A call of a supervisor or of the operator.
        case administered
        /// A live connection of a revoked device was ended.
        case cut
        /// So many more lines about an address were not written.
        case suppressed
        /// Old lines were removed, as the settings say.
        case pruned
        /// A line that a death of the process had cut off was removed.
        case mended
    }

    /// By the server's clock.
    package let at: Timestamp
    /// What happened.
    package let kind: Kind
    /// The device's tenant.
    package var tenant: TenantID?
    /// The device.
    package var device: DeviceID?
    /// The address that it came from.
    package var address = ""
    /// The certificate's serial, in hexadecimal.
    package var serial = ""
    /// A stable word: why, or what became of it.
    package var reason = ""
    /// Names and numbers; text of a peer is made safe when it is written.
    package var detail = ""

    package init(
        at: Timestamp, kind: Kind, tenant: TenantID? = nil, device: DeviceID? = nil, address: String = "",
        serial: String = "", reason: String = "", detail: String = ""
    ) {
        self.at = at
        self.kind = kind
        self.tenant = tenant
        self.device = device
        self.address = address
        self.serial = serial
        self.reason = reason
        self.detail = detail
    }
}

/// Takes what is to be kept; never waits.
package protocol AuditTrail: Sendable {
    /// Keeps an event.
    func record(_ event: AuditEvent)
}

/// Keeps nothing: for stores that nobody serves from.
package struct NoAuditTrail: AuditTrail {
    package init() {}

    package func record(_ event: AuditEvent) {}
}

/// Text of a peer as it may stand in a log: one line, nothing that steers a terminal, and short.
package enum LogText {
    /// The most of a text that is kept, in bytes.
    package static let bytesMax = 128

    /// The text with everything invisible spelt out, cut off at ``bytesMax``.
    package static func safe(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            let piece = isPlain(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            guard safe.utf8.count + piece.utf8.count <= bytesMax else { return safe + "…" }
            safe += piece
        }
        return safe
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: scalar != "\\"
        }
    }
}
