import NIOCore
import PlanSyncCore
import Synchronization

/// The open connections of devices, so that those of a revoked one can be ended.
final class LiveConnections: Sendable {
    private let targets = Mutex<[DeviceID: [ObjectIdentifier: ReplyTarget]]>([:])

    /// A device has connected.
    func joined(_ connection: ObjectIdentifier, _ target: ReplyTarget, device: DeviceID) {
        targets.withLock { $0[device, default: [:]][connection] = target }
    }

    /// A connection has ended.
    func left(_ connection: ObjectIdentifier, device: DeviceID) {
        targets.withLock { targets in
            targets[device]?[connection] = nil
            if targets[device]?.isEmpty == true { targets[device] = nil }
        }
    }

    /// Ends the connections of devices, after what was written to them before.
    func cut(_ devices: Set<DeviceID>) {
        let found = targets.withLock { targets in devices.flatMap { targets[$0]?.values.map { $0 } ?? [] } }
        for target in found {
            target.eventLoop.execute { target.handler.value.cut() }
        }
    }
}
