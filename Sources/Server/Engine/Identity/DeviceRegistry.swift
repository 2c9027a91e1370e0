package import PlanSyncCore
package import PlanSyncWire

/// The enrolled devices, in memory beside the table: consulted on every request.
package struct DeviceRegistry: Sendable {
    private var devices: [DeviceID: DeviceRecord] = [:]
    private let trustDomain: String

    package init(_ records: [DeviceRecord], trustDomain: String) {
        self.trustDomain = trustDomain
        for record in records { devices[record.device] = record }
    }

    /// All devices by tenant and name.
    package var all: [DeviceRecord] { devices.values.sorted { ($0.tenant, $0.device) < ($1.tenant, $1.device) } }

    /// The device with this name, or `nil`.
    package subscript(device: DeviceID) -> DeviceRecord? { devices[device] }

    /// Takes a device in, in place of what was known of it.
    package mutating func insert(_ record: DeviceRecord) { devices[record.device] = record }

    /// Who a certificate stands for: its name must be ours and enrolled, its key the enrolled one.
    ///
    /// - Throws: the error that every later call of the connection gets.
    package func principal(uri: String, publicKey: [UInt8]) throws(RPCError) -> Principal {
        guard let name = try? SPIFFEID(uri), name.trustDomain == trustDomain, let record = devices[name.device],
            record.tenant == name.tenant, record.publicKey == publicKey, record.revoked == nil
        else { throw .certificateExpiredOrRevoked() }
        return Principal(
            tenant: record.tenant, device: record.device, role: record.role, isRetired: record.retired != nil)
    }

    /// A principal as it is now, which may have changed since its connection began; `nil`: revoked.
    package func current(_ principal: Principal) -> Principal? {
        standing(of: principal.device)
    }

    /// The principal that a device is now; `nil`: unknown or revoked.
    package func standing(of device: DeviceID) -> Principal? {
        guard let record = devices[device], record.revoked == nil else { return nil }
        return Principal(
            tenant: record.tenant, device: record.device, role: record.role, isRetired: record.retired != nil)
    }

    /// The public key of a device.
    package func publicKey(of device: DeviceID) -> [UInt8]? { devices[device]?.publicKey }
}
