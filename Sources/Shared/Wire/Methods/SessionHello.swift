package import PlanSyncCore

/// The first call on every connection: who speaks which protocol, and where the device's chain stands.
package enum SessionHello: RPCMethod {
    package static let name = "session.hello"
    package static let access = RPCAccess.anonymous
    package static let summary = "First call on a connection; says where the device's chain of changes stands."

    /// What is said.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The protocol's version; 1.
        package let protocolVersion: UInt64
        /// The client's name and release.
        package let client: String
        /// The language for sentences, `zh` or `en`.
        package let language: String
        /// The incarnation that the device goes on with, if it has one.
        package let incarnation: UInt64?
        /// Numbers of that incarnation that the device knows of and no longer has: a hole that it declares.
        package let missing: ClosedRange<UInt64>?

        package init(
            client: String, language: String, incarnation: UInt64?, missing: ClosedRange<UInt64>? = nil
        ) {
            protocolVersion = 1
            self.client = client
            self.language = language
            self.incarnation = incarnation
            self.missing = missing
        }

        package init(json: JSONView) throws(JSONFault) {
            protocolVersion = try json.requireMember("protocol").ordinal()
            client = try json.optional("client")?.string(bytesMax: 128) ?? ""
            language = try json.optional("language")?.string(bytesMax: 16) ?? "en"
            incarnation = try json.optional("inc")?.ordinal()
            guard let hole = try json.optional("missing") else {
                missing = nil
                return
            }
            let ends = try hole.elementArray()
            guard ends.count == 2 else { throw hole.fault("[first, last] is expected.") }
            let first = try ends[0].ordinal()
            let last = try ends[1].ordinal()
            guard first <= last else { throw hole.fault("The first number comes before the last.") }
            missing = first...last
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("protocol", protocolVersion)
                writer.member("client", client)
                writer.member("language", language)
                if let incarnation { writer.member("inc", incarnation) }
                if let missing {
                    writer.name("missing")
                    writer.array { writer in
                        writer.integer(missing.lowerBound)
                        writer.integer(missing.upperBound)
                    }
                }
            }
        }
    }

    /// A plan that the caller may read.
    package struct PlanHead: JSONReadable, JSONWritable, Sendable, Equatable {
        /// Its name.
        package let id: PlanID
        /// Its current revision.
        package let revision: UInt64
        /// Its title.
        package let title: String

        package init(id: PlanID, revision: UInt64, title: String) {
            self.id = id
            self.revision = revision
            self.title = title
        }

        package init(json: JSONView) throws(JSONFault) {
            id = try json.requireMember("id").identifier()
            revision = try json.requireMember("revision").ordinal()
            title = try json.requireMember("title").string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("id", id.rawValue)
                writer.member("revision", revision)
                writer.member("title", title)
            }
        }
    }

    /// What an authenticated device learns about itself.
    package struct DeviceState: Sendable, Equatable {
        /// The tenant of its certificate.
        package let tenant: TenantID
        /// The device.
        package let device: DeviceID
        /// Its role.
        package let role: Role
        /// The incarnation in which it goes on.
        package let incarnation: UInt64
        /// The last number of that chain; 0 before the first.
        package let lastNumber: UInt64
        /// The last change's hash; empty before the first.
        package let head: String
        /// The last change that a backup holds.
        package let backedUp: BackedUp?
        /// The last backed-up change of each of the device's incarnations that has one.
        package let backups: [BackedUp]
        /// Whether the device is out of service: it may push, into escrow, and reads nothing.
        package let isRetired: Bool
        /// Whether the device is to renew its certificate now.
        package let isRenewalDue: Bool
        /// The plans that it may read.
        package let plans: [PlanHead]

        package init(
            tenant: TenantID, device: DeviceID, role: Role, incarnation: UInt64, lastNumber: UInt64, head: String,
            backedUp: BackedUp?, backups: [BackedUp] = [], isRetired: Bool = false, isRenewalDue: Bool = false,
            plans: [PlanHead]
        ) {
            self.tenant = tenant
            self.device = device
            self.role = role
            self.incarnation = incarnation
            self.lastNumber = lastNumber
            self.head = head
            self.backedUp = backedUp
            self.backups = backups
            self.isRetired = isRetired
            self.isRenewalDue = isRenewalDue
            self.plans = plans
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The server's name and release.
        package let server: String
        /// The server's clock.
        package let now: Timestamp
        /// The unbroken life of the server's history.
        package let epoch: String
        /// The greatest frame that the server takes after authentication, in bytes.
        package let frameBytesMax: UInt64
        /// The device's own state; `nil` without a client certificate.
        package let device: DeviceState?

        package init(server: String, now: Timestamp, epoch: String, frameBytesMax: UInt64, device: DeviceState?) {
            self.server = server
            self.now = now
            self.epoch = epoch
            self.frameBytesMax = frameBytesMax
            self.device = device
        }

        package init(json: JSONView) throws(JSONFault) {
            server = try json.requireMember("server").string()
            now = try json.requireMember("now").timestamp()
            epoch = try json.requireMember("epoch").string()
            frameBytesMax = try json.requireMember("maxFrame").ordinal()
            guard let tenant = try json.optional("tenant") else {
                device = nil
                return
            }
            let role = try json.requireMember("role")
            guard let knownRole = Role(rawValue: try role.string()) else { throw role.fault("A role is expected.") }
            device = DeviceState(
                tenant: try tenant.identifier(), device: try json.requireMember("device").identifier(), role: knownRole,
                incarnation: try json.requireMember("inc").ordinal(),
                lastNumber: try json.requireMember("lastN").wholeNumber(),
                head: try json.requireMember("head").string(),
                backedUp: try json.optional("backedUp")?.decode(BackedUp.self),
                backups: try json.optional("backups")?.decode([BackedUp].self) ?? [],
                isRetired: try json.optional("retired")?.bool() ?? false,
                isRenewalDue: try json.optional("renew")?.bool() ?? false,
                plans: try json.requireMember("plans").decode([PlanHead].self))
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("server", server)
                writer.member("protocol", UInt64(1))
                writer.member("now", now.description)
                writer.member("epoch", epoch)
                writer.member("maxFrame", frameBytesMax)
                guard let device else { return }
                writer.member("tenant", device.tenant.rawValue)
                writer.member("device", device.device.rawValue)
                writer.member("role", device.role.rawValue)
                writer.member("inc", device.incarnation)
                writer.member("lastN", device.lastNumber)
                writer.member("head", device.head)
                writer.backedUp(device.backedUp)
                if !device.backups.isEmpty { writer.member("backups", device.backups) }
                if device.isRetired { writer.member("retired", true) }
                if device.isRenewalDue { writer.member("renew", true) }
                writer.member("plans", device.plans)
            }
        }
    }
}
