package import PlanSyncCore

// What supervisors, and the operator on the server's own machine, may do to the server itself.

/// Makes an enrolment token.
package enum AdminTokenCreate: RPCMethod {
    package static let name = "admin.token.create"
    package static let access = RPCAccess.supervisor
    package static let summary = "Makes an enrolment token for a tenant and role; it works once, until it expires."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The tenant.
        package let tenant: TenantID
        /// The role.
        package let role: Role
        /// The device's name for people.
        package let name: String
        /// The token's life in seconds.
        package let seconds: UInt64
        /// The device that it brings back, when its certificate is past the grace time or its key is lost.
        package let device: DeviceID?

        package init(tenant: TenantID, role: Role, name: String, seconds: UInt64, device: DeviceID? = nil) {
            self.tenant = tenant
            self.role = role
            self.name = name
            self.seconds = seconds
            self.device = device
        }

        package init(json: JSONView) throws(JSONFault) {
            tenant = try json.requireMember("tenant").identifier()
            let view = try json.requireMember("role")
            guard let role = Role(rawValue: try view.string()) else {
                throw view.fault("One of \(Role.allCases.map(\.rawValue).joined(separator: ", ")) is expected.")
            }
            self.role = role
            name = try json.optional("name")?.string(bytesMax: 128) ?? ""
            seconds = try json.requireMember("seconds").ordinal()
            device = try json.optional("device")?.identifier()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", tenant.rawValue)
                writer.member("role", role.rawValue)
                writer.member("name", name)
                writer.member("seconds", seconds)
                writer.member("device", ifPresent: device?.rawValue)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The token, `ps1.CAHASH.SECRET`; shown this once.
        package let token: String

        package init(token: String) { self.token = token }

        package init(json: JSONView) throws(JSONFault) { token = try json.requireMember("token").string() }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("token", token) } }
    }
}

/// Lists the enrolled devices.
package enum AdminDeviceList: RPCMethod {
    package static let name = "admin.device.list"
    package static let access = RPCAccess.supervisor
    package static let summary = "The enrolled devices with tenant, role, name, enrolment and revocation."

    package typealias Params = RPCEmpty

    /// One device.
    package struct Row: JSONReadable, JSONWritable, Sendable {
        /// The tenant.
        package let tenant: TenantID
        /// The device.
        package let device: DeviceID
        /// The role.
        package let role: String
        /// The name for people.
        package let name: String
        /// When it was enrolled.
        package let enrolled: Timestamp
        /// When it was revoked.
        package let revoked: Timestamp?
        /// When it was retired.
        package let retired: Timestamp?
        /// Where its chains stand: the last number of each incarnation that holds any change.
        package let chains: [BackedUp]

        package init(
            tenant: TenantID, device: DeviceID, role: String, name: String, enrolled: Timestamp, revoked: Timestamp?,
            retired: Timestamp?, chains: [BackedUp]
        ) {
            self.tenant = tenant
            self.device = device
            self.role = role
            self.name = name
            self.enrolled = enrolled
            self.revoked = revoked
            self.retired = retired
            self.chains = chains
        }

        package init(json: JSONView) throws(JSONFault) {
            tenant = try json.requireMember("tenant").identifier()
            device = try json.requireMember("device").identifier()
            role = try json.requireMember("role").string()
            name = try json.requireMember("name").string()
            enrolled = try json.requireMember("enrolled").timestamp()
            revoked = try json.optional("revoked")?.timestamp()
            retired = try json.optional("retired")?.timestamp()
            chains = try json.optional("chains")?.decode([BackedUp].self) ?? []
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", tenant.rawValue)
                writer.member("device", device.rawValue)
                writer.member("role", role)
                writer.member("name", name)
                writer.member("enrolled", enrolled.description)
                if let revoked { writer.member("revoked", revoked.description) }
                if let retired { writer.member("retired", retired.description) }
                writer.member("chains", chains)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The devices.
        package let devices: [Row]

        package init(devices: [Row]) { self.devices = devices }

        package init(json: JSONView) throws(JSONFault) {
            devices = try json.requireMember("devices").decode([Row].self)
        }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("devices", devices) } }
    }
}

/// Refuses a device from now on.
package enum AdminDeviceRevoke: RPCMethod {
    package static let name = "admin.device.revoke"
    package static let access = RPCAccess.supervisor
    package static let summary = "Refuses a device from now on."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The device.
        package let device: DeviceID

        package init(device: DeviceID) { self.device = device }

        package init(json: JSONView) throws(JSONFault) { device = try json.requireMember("device").identifier() }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("device", device.rawValue) } }
    }

    package typealias Result = RPCEmpty
}

/// Takes a device out of service: it hands in what it holds, for the city to take or refuse, and reads nothing.
package enum AdminDeviceRetire: RPCMethod {
    package static let name = "admin.device.retire"
    package static let access = RPCAccess.supervisor
    package static let summary = "Takes a device out of service: what it still holds goes into escrow for the city."

    package typealias Params = AdminDeviceRevoke.Params
    package typealias Result = RPCEmpty
}

/// Lists what the city should know about its devices.
package enum AdminNoticeList: RPCMethod {
    package static let name = "admin.notice.list"
    package static let access = RPCAccess.supervisor
    package static let summary = "Forks, holes, changes set aside, restored backups, retired and revoked devices."

    package typealias Params = RPCEmpty

    /// One notice.
    package struct Row: JSONReadable, JSONWritable, Sendable {
        /// By the server's clock.
        package let at: Timestamp
        /// What happened, a stable word.
        package let kind: String
        /// The device's tenant.
        package let tenant: TenantID?
        /// The device.
        package let device: DeviceID?
        /// Numbers and names.
        package let detail: String

        package init(at: Timestamp, kind: String, tenant: TenantID?, device: DeviceID?, detail: String) {
            self.at = at
            self.kind = kind
            self.tenant = tenant
            self.device = device
            self.detail = detail
        }

        package init(json: JSONView) throws(JSONFault) {
            at = try json.requireMember("at").timestamp()
            kind = try json.requireMember("kind").string()
            tenant = try json.optional("tenant")?.identifier()
            device = try json.optional("device")?.identifier()
            detail = try json.requireMember("detail").string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("at", at.description)
                writer.member("kind", kind)
                if let tenant { writer.member("tenant", tenant.rawValue) }
                if let device { writer.member("device", device.rawValue) }
                writer.member("detail", detail)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The notices in order.
        package let notices: [Row]

        package init(notices: [Row]) { self.notices = notices }

        package init(json: JSONView) throws(JSONFault) {
            notices = try json.requireMember("notices").decode([Row].self)
        }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("notices", notices) } }
    }
}

/// Copies the database into a new file on the server's machine; only from there.
package enum AdminBackup: RPCMethod {
    package static let name = "admin.backup"
    package static let access = RPCAccess.supervisor
    package static let summary = "Copies the database into a new file; only for the operator on the server's machine."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The file, as an absolute path.
        package let file: String

        package init(file: String) { self.file = file }

        package init(json: JSONView) throws(JSONFault) { file = try json.requireMember("file").string(bytesMax: 4_096) }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("file", file) } }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// How many chains of changes the copy holds.
        package let chains: UInt64

        package init(chains: UInt64) { self.chains = chains }

        package init(json: JSONView) throws(JSONFault) { chains = try json.requireMember("chains").wholeNumber() }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("chains", chains) } }
    }
}

/// Takes in a plan or a new revision of one.
package enum AdminPlanLoad: RPCMethod {
    package static let name = "admin.plan.load"
    package static let access = RPCAccess.supervisor
    package static let summary = "Takes in a plan's document, or a new revision of one."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The document as JSON.
        package let document: [UInt8]

        package init(document: [UInt8]) { self.document = document }

        package init(json: JSONView) throws(JSONFault) {
            document = Array(try json.requireMember("document").rawBytes)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name("document")
                writer.raw(document)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The revision that it has now.
        package let revision: UInt64

        package init(plan: PlanID, revision: UInt64) {
            self.plan = plan
            self.revision = revision
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            revision = try json.requireMember("revision").ordinal()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("revision", revision)
            }
        }
    }
}
