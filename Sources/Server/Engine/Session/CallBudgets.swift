import PlanSyncCore

/// What calls that wait may hold, together, for each device and for each tenant.
package struct CallBudgets: Sendable {
    /// The most of everything.
    package struct Ceilings: Sendable {
        /// Calls of one device, over all its connections.
        package var callsOfDevice = 128
        /// Bytes of their frames.
        package var bytesOfDevice = 16 * 1_024 * 1_024
        /// Calls of one tenant's devices.
        package var callsOfTenant = 1_024
        /// Bytes of their frames.
        package var bytesOfTenant = 64 * 1_024 * 1_024
        /// Calls of all.
        package var calls = 8_192
        /// Bytes of all.
        package var bytes = 256 * 1_024 * 1_024

        package init() {}
    }

    /// Who holds something.
    package struct Holder: Sendable, Equatable {
        /// The device; an address for those who have shown no certificate.
        package let device: String
        /// The tenant; all who have shown no certificate are one.
        package let tenant: String

        /// The holder for a peer.
        package init(_ peer: SessionStateMachine.Peer, address: String) {
            switch peer {
            case .device(let principal), .renewing(let principal, _):
                device = principal.device.rawValue
                tenant = principal.tenant.rawValue
            case .anonymous, .refused:
                device = "address \(address)"
                tenant = "nobody"
            case .operatorLocal:
                device = "operator"
                tenant = "operator"
            }
        }
    }

    private struct Held {
        var calls = 0
        var bytes = 0

        func fits(_ more: Int, calls callsMax: Int, bytes bytesMax: Int) -> Bool {
            // One frame of any size may always wait alone.
            calls < callsMax && (calls == 0 || bytes + more <= bytesMax)
        }
    }

    private let ceilings: Ceilings
    private var devices: [String: Held] = [:]
    private var tenants: [String: Held] = [:]
    private var all = Held()

    package init(ceilings: Ceilings = Ceilings()) { self.ceilings = ceilings }

    /// Takes a place for a call, if there is one.
    package mutating func enter(_ holder: Holder, bytes: Int) -> Bool {
        let device = devices[holder.device] ?? Held()
        let tenant = tenants[holder.tenant] ?? Held()
        guard device.fits(bytes, calls: ceilings.callsOfDevice, bytes: ceilings.bytesOfDevice),
            tenant.fits(bytes, calls: ceilings.callsOfTenant, bytes: ceilings.bytesOfTenant),
            all.fits(bytes, calls: ceilings.calls, bytes: ceilings.bytes)
        else { return false }
        devices[holder.device] = Held(calls: device.calls + 1, bytes: device.bytes + bytes)
        tenants[holder.tenant] = Held(calls: tenant.calls + 1, bytes: tenant.bytes + bytes)
        all.calls += 1
        all.bytes += bytes
        return true
    }

    /// Gives the place of a call back.
    package mutating func leave(_ holder: Holder, bytes: Int) {
        devices[holder.device] = Self.less(devices[holder.device], bytes)
        tenants[holder.tenant] = Self.less(tenants[holder.tenant], bytes)
        all = Self.less(all, bytes) ?? Held()
    }

    private static func less(_ held: Held?, _ bytes: Int) -> Held? {
        guard let held, held.calls > 1 else { return nil }
        return Held(calls: held.calls - 1, bytes: max(0, held.bytes - bytes))
    }

    /// After how many milliseconds a caller without a place is to try again: the longer, the more waits.
    package var retryAfterMilliseconds: Int { 200 + min(4_800, all.calls) }
}
