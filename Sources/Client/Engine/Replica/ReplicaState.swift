package import PlanSyncCore

/// What the replica knows about its device, its server and its own progress.
package struct ReplicaState: Sendable, Equatable {
    /// The server's host name or address.
    package var host: String?
    /// The server's port.
    package var port: Int?
    /// Whose device this is.
    package var tenant: TenantID?
    /// The device.
    package var device: DeviceID?
    /// The part that it plays.
    package var role: Role?
    /// The server's name and release.
    package var server: String?
    /// The epoch of the server's history that the cells come from.
    package var epoch: String?
    /// The incarnation of the chain that changes are saved into.
    package var incarnation: UInt64?
    /// The number of the chain's last change; 0 before the first.
    package var chainNumber: UInt64 = 0
    /// The hash of the chain's last change (base64url SHA-256); empty before the first.
    package var chainHead = ""
    /// When everything was last pushed and pulled, by this device's clock.
    package var lastSync: Timestamp?
    /// How far the server's clock was ahead of this device's, in milliseconds.
    package var clockDriftMilliseconds: Int64 = 0
    /// Numbers that neither side has any more, to be declared with the next hello.
    package var missing: Hole?
    /// How many changes the device handed in since it was taken out of service; `nil` while it serves.
    package var handedIn: UInt64?

    package init() {}

    /// The authenticated caller, once the server has said who this is.
    package var principal: Principal? {
        guard let tenant, let device, let role else { return nil }
        return Principal(tenant: tenant, device: device, role: role, isRetired: handedIn != nil)
    }
}

/// Numbers of an incarnation whose changes are gone on both sides.
package struct Hole: Sendable, Equatable {
    /// The incarnation.
    package let incarnation: UInt64
    /// The numbers.
    package let numbers: ClosedRange<UInt64>

    package init(incarnation: UInt64, numbers: ClosedRange<UInt64>) {
        self.incarnation = incarnation
        self.numbers = numbers
    }

    init?(text: String) {
        let parts = text.split(separator: " ").compactMap { UInt64($0) }
        guard parts.count == 3, parts[1] <= parts[2] else { return nil }
        self.init(incarnation: parts[0], numbers: parts[1]...parts[2])
    }

    var text: String { "\(incarnation) \(numbers.lowerBound) \(numbers.upperBound)" }
}

/// How many changes wait in which way.
package struct OutboxCounts: Sendable, Equatable {
    /// Not answered yet.
    package let pending: Int
    /// Rejected, and not put aside.
    package let rejected: Int
    /// Acknowledged, and not yet known to be in a backup of the server.
    package let retained: Int
}

/// A plan that the replica holds.
package struct HeldPlan: Sendable, Equatable {
    /// Its name.
    package let id: PlanID
    /// Its revision.
    package let revision: UInt64
}
