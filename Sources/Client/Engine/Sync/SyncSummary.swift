package import PlanSyncCore

/// What a synchronisation did.
package struct SyncSummary: Sendable, Equatable {
    /// An operation that did not simply become the current value.
    package struct Remark: Sendable, Equatable {
        /// The plan.
        package let plan: PlanID
        /// Whose record.
        package let tenant: TenantID
        /// The record.
        package let record: RecordKey
        /// The field.
        package let field: FieldID?
        /// What was sent.
        package let sent: FieldValue?
        /// What became of it, with the stored value, the reason, the conflict.
        package let result: OperationResult
        /// The number of its change in the outbox.
        package let position: Int64
        /// Who entered the value that stands, where it is another than what was sent; `nil` until the pull tells.
        package internal(set) var author: String?

        /// The place that was edited, when it is a field's.
        var place: CellKey? { field.map { CellKey(tenant: tenant, record: record, field: $0) } }
    }

    private static let remarksMax = 1_000

    /// Changes that the server answered.
    package internal(set) var sent = 0
    /// Operations that stand as sent.
    package internal(set) var applied = 0
    /// Operations that were stored differently.
    package internal(set) var merged = 0
    /// Operations that were refused.
    package internal(set) var rejected = 0
    /// Operations whose value is kept beside another for a person.
    package internal(set) var conflicts = 0
    /// Operations that were taken after their period closed.
    package internal(set) var late = 0
    /// Cells that came in.
    package internal(set) var pulledCells = 0
    /// Cells that were damaged here and were put right.
    package internal(set) var repairedCells = 0
    /// How many changes the device handed in since it was taken out of service; `nil` while it serves.
    package internal(set) var handedIn: UInt64?
    /// Changes that got another number, after a fork or another epoch.
    package internal(set) var renumbered = 0
    /// Acknowledged changes that were offered again, because the server had lost them.
    package internal(set) var reoffered = 0
    /// Changes that neither side has any more.
    package internal(set) var missing: UInt64 = 0
    /// How far the server's clock is ahead of this device's, in milliseconds.
    package internal(set) var clockDriftMilliseconds: Int64 = 0
    /// Whether the server asks for a renewal of the certificate.
    package internal(set) var isRenewalAsked = false
    /// What a person should read, in order; the first 1000.
    package internal(set) var remarks: [Remark] = []

    package init() {}

    /// A new count after one that was reported; what is known of the clocks stays.
    init(after earlier: SyncSummary) { clockDriftMilliseconds = earlier.clockDriftMilliseconds }

    /// Whether the clocks differ by more than five minutes.
    package var warnsOfClock: Bool { clockDriftMilliseconds.magnitude > 300_000 }

    /// Counts an answer; `everything`: also what simply stands becomes a remark.
    mutating func count(_ entry: OutboxEntry, own: TenantID?, everything: Bool = false) {
        guard let result = entry.result else { return }
        sent += 1
        for (operation, answer) in zip(entry.change.operations, result.operations) {
            switch answer.outcome {
            case .applied: applied += 1
            case .late: late += 1
            case .merged: merged += 1
            case .conflict: conflicts += 1
            case .rejected: rejected += 1
            }
            guard everything || answer.outcome != .applied, remarks.count < Self.remarksMax,
                let tenant = entry.change.tenant ?? own
            else { continue }
            remarks.append(
                Remark(
                    plan: entry.change.plan, tenant: tenant, record: operation.record, field: operation.field,
                    sent: operation.value,
                    result: answer, position: entry.position))
        }
    }
}
