import PlanSyncCore

/// Who must be told when a tenant's journal grows.
package struct ChangeFeed<Connection: Hashable & Sendable>: Sendable {
    private var interests: [Connection: [PlanID: FeedInterest]] = [:]

    package init() {}

    /// A connection wants to be told; a later wish about the same plan replaces the earlier one.
    package mutating func watch(_ connection: Connection, _ interest: FeedInterest) {
        interests[connection, default: [:]][interest.plan] = interest
    }

    /// A connection is gone.
    package mutating func forget(_ connection: Connection) { interests[connection] = nil }

    /// The connections that must be told after a commit; each once, however many changes it held.
    package func committed(_ growth: Growth) -> [(connection: Connection, interest: FeedInterest)] {
        interests.flatMap { connection, wishes in
            wishes.sorted { $0.key < $1.key }.compactMap { _, interest in
                interest.isTouched(by: growth) ? (connection, interest) : nil
            }
        }
    }
}
