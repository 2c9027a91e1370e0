package import PlanSyncCore

/// A field as the person sees it.
package struct LocalField: Sendable, Equatable {
    /// Where it stands.
    package enum State: String, Sendable, CaseIterable {
        /// As the server has it.
        case confirmed
        /// Edited here, not yet acknowledged.
        case pending
        /// The server stored another value than this device sent, by the field's rule.
        case merged
        /// Two values are kept for a person to decide.
        case conflict
        /// This device's last edit was rejected; the value is the server's.
        case rejected

        /// The word for a person.
        package func word(chinese: Bool) -> String {
            switch self {
            case .confirmed: chinese ? "已确认" : "confirmed"
            case .pending: chinese ? "未上报" : "not sent"
            case .merged: chinese ? "已合并" : "merged"
            case .conflict: chinese ? "待裁定" : "conflict"
            case .rejected: chinese ? "被退回" : "rejected"
            }
        }
    }

    /// The value; `nil`: cleared or never filled in.
    package var value: FieldValue?
    /// Where it stands.
    package var state: State
    /// The change that an edit names as its base.
    package var rev: ChangeID?
    /// Its place in the tenant's order; `nil` for one that the server has not told.
    package var seq: UInt64?
    /// The device that wrote it.
    package var by: DeviceID?
    /// The person that wrote it.
    package var author: String
    /// That person's clock.
    package var at: Timestamp?
    /// How often a ladder was reopened; 0 for everything else.
    package var generation: UInt64 = 0
    /// For a set: the changes that put each member in, which a removal has to name.
    package var tags: [String: [ChangeID]] = [:]
    /// The open conflict about it.
    package var conflict: String?
    /// The value that this device had sent, when it was merged or rejected.
    package var sent: FieldValue?
    /// The machine word of the server's answer to what this device had sent.
    package var reason: String?
    /// The place in the outbox of the pending change that wrote it last.
    package var pendingPosition: Int64?

    static let empty = LocalField(value: nil, state: .confirmed, rev: nil, seq: nil, by: nil, author: "", at: nil)
}
