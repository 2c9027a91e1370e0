package import PlanSyncCore

/// What a server's hello meant for the replica.
package struct Greeting: Sendable, Equatable {
    /// Whether the server's history is another one than before, so that everything is pulled anew.
    package let epochChanged: Bool
    /// Acknowledged changes that are offered again.
    package let reopened: Int
    /// Pending changes that got other numbers.
    package let renumbered: Int
    /// Changes that the server no longer has and this device no longer either: declared, not retried.
    package let missing: UInt64
    /// Whether the device is out of service: it hands in what it holds, and reads nothing.
    package let isRetired: Bool
    /// The plans that the server has.
    package let plans: [PlanID]
    /// Those of them whose revision here is another one.
    package let outdated: [PlanID]
}
