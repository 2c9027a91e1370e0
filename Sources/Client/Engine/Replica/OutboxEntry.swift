package import PlanSyncCore

/// A change of this device with what became of it.
package struct OutboxEntry: Sendable, Equatable {
    /// Its place in the outbox: the number by which a person names it.
    package let position: Int64
    /// The change.
    package let change: Change
    /// The server's answer; `nil` while it is pending.
    package let result: ChangeResult?
    /// The epoch that acknowledged it.
    package let epoch: String?
    /// Whether a whole pull has come in since the answer, so that the cells hold what it wrote.
    package let isPulled: Bool
    /// Whether its author has put the rejection aside.
    package let isDropped: Bool

    /// Whether the server has not answered it yet.
    package var isPending: Bool { result == nil }

    /// Whether its author has still to look at a rejection.
    package var needsAttention: Bool { result?.outcome == .rejected && !isDropped }
}
