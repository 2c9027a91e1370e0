package import PlanSyncCore
package import PlanSyncWire

/// A client certificate that a handshake has verified, as the engine sees it.
package struct ShownCertificate: Sendable, Equatable {
    /// Its one URI name.
    package let uri: String
    /// Its public key (SubjectPublicKeyInfo, DER).
    package let publicKey: [UInt8]
    /// Its end, in seconds since 1970; `nil`: none is looked at.
    package let notAfter: Int64?
    /// Its serial in hexadecimal.
    package let serial: String

    package init(uri: String, publicKey: [UInt8], notAfter: Int64? = nil, serial: String = "") {
        self.uri = uri
        self.publicKey = publicKey
        self.notAfter = notAfter
        self.serial = serial
    }
}

/// The enrolled devices, in memory beside the table: consulted on every request.
package struct DeviceRegistry: Sendable {
    /// Why a certificate is refused: for the audit log; the peer is told less.
    package enum Refusal: String, Error, Sendable {
        /// Its name is not of the form that we give.
        case nameMalformed = "name_malformed"
        /// Its name is of another trust domain.
        case otherTrustDomain = "other_trust_domain"
        /// Nobody enrolled its device.
        case notEnrolled = "not_enrolled"
        /// Its device belongs to another tenant.
        case otherTenant = "other_tenant"
        /// Its device has another key.
        case otherKey = "other_key"
        /// Its device was revoked.
        case revoked
        /// It is past its end and past the grace time.
        case expired

        /// What the peer is told: only who holds an enrolled key learns more than "no".
        package var error: RPCError {
            switch self {
            case .revoked: .certificateRevoked()
            case .expired: .certificateExpired()
            case .nameMalformed, .otherTrustDomain, .notEnrolled, .otherTenant, .otherKey:
                .certificateExpiredOrRevoked()
            }
        }
    }

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
    /// A key that was replaced, and a certificate past its end, are good for a renewal alone.
    /// - Throws: ``Refusal``.
    package func peer(
        of certificate: ShownCertificate, at now: Timestamp, graceSeconds: Int64
    ) throws(Refusal) -> SessionStateMachine.Peer {
        guard let name = try? SPIFFEID(certificate.uri) else { throw .nameMalformed }
        guard name.trustDomain == trustDomain else { throw .otherTrustDomain }
        guard let record = devices[name.device] else { throw .notEnrolled }
        guard record.tenant == name.tenant else { throw .otherTenant }
        let isPresent = record.publicKey == certificate.publicKey
        guard isPresent || record.formerKeys.contains(certificate.publicKey) else { throw .otherKey }
        guard record.revoked == nil else { throw .revoked }
        if let end = certificate.notAfter {
            let late = (now.milliseconds / 1_000).subtractingReportingOverflow(end)
            guard !late.overflow, late.partialValue <= graceSeconds else { throw .expired }
            if late.partialValue > 0 { return .renewing(record.principal, .certificateExpired()) }
        }
        return isPresent ? .device(record.principal) : .renewing(record.principal, .certificateSuperseded())
    }

    /// A principal as it is now, which may have changed since its connection began; `nil`: revoked.
    package func current(_ principal: Principal) -> Principal? {
        standing(of: principal.device)
    }

    /// The principal that a device is now; `nil`: unknown or revoked.
    package func standing(of device: DeviceID) -> Principal? {
        guard let record = devices[device], record.revoked == nil else { return nil }
        return record.principal
    }

    /// The public keys of a device: the one that it has, and before it those that it had.
    package func publicKeys(of device: DeviceID) -> [[UInt8]] {
        guard let record = devices[device] else { return [] }
        return [record.publicKey] + record.formerKeys.reversed()
    }
}

extension DeviceRecord {
    /// Who it is.
    var principal: Principal {
        Principal(tenant: tenant, device: device, role: role, isRetired: retired != nil)
    }
}
