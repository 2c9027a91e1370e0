package import PlanSyncCore

// What the city decides about the periods of a plan.

/// Opens, closes or seals a period.
package enum AdminPeriodSet: RPCMethod {
    package static let name = "admin.period.set"
    package static let access = RPCAccess.supervisor
    package static let summary = "Opens or closes a period, or seals it for good with a signed digest of its figures."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period.
        package let period: String
        /// The new state.
        package let state: PeriodState
        /// Why, for the history.
        package let reason: String?
        /// Whether to seal in spite of what is still open.
        package let force: Bool

        package init(plan: PlanID, period: String, state: PeriodState, reason: String?, force: Bool = false) {
            self.plan = plan
            self.period = period
            self.state = state
            self.reason = reason
            self.force = force
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 32)
            state = try json.requireMember("state").periodState()
            reason = try json.optional("reason")?.string(bytesMax: Limits.noteBytesMax)
            force = try json.optional("force")?.bool() ?? false
            if force, reason == nil { throw json.fault("'force' needs a 'reason'.") }
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
                writer.member("state", state.rawValue)
                if let reason { writer.member("reason", reason) }
                if force { writer.member("force", true) }
            }
        }
    }

    package typealias Result = RPCEmpty
}

/// Registers a chain head that a county gave by telephone before the seal.
package enum AdminPeriodRegister: RPCMethod {
    package static let name = "admin.period.register"
    package static let access = RPCAccess.supervisor
    package static let summary =
        "Registers a device's chain head: what it covers is amended in by itself after the seal."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period.
        package let period: String
        /// The device.
        package let device: DeviceID
        /// The hash of its last change, base64url.
        package let head: String

        package init(plan: PlanID, period: String, device: DeviceID, head: String) {
            self.plan = plan
            self.period = period
            self.device = device
            self.head = head
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 32)
            device = try json.requireMember("device").identifier()
            head = try json.requireMember("head").string(bytesMax: 64)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
                writer.member("device", device.rawValue)
                writer.member("head", head)
            }
        }
    }

    package typealias Result = RPCEmpty
}

/// Lists where the periods stand.
package enum AdminPeriodList: RPCMethod {
    package static let name = "admin.period.list"
    package static let access = RPCAccess.supervisor
    package static let summary = "Where each period of a plan stands, with its deadline, its seal and registered heads."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID

        package init(plan: PlanID) { self.plan = plan }

        package init(json: JSONView) throws(JSONFault) { plan = try json.requireMember("plan").identifier() }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("plan", plan.rawValue) } }
    }

    /// A period.
    package struct Row: JSONReadable, JSONWritable, Sendable {
        /// Its name.
        package let period: String
        /// Where it stands.
        package let state: PeriodState
        /// The last day for reports.
        package let deadline: String
        /// The digest of the sealed figures.
        package let digest: String?
        /// The registered heads, `DEVICE=HASH`.
        package let heads: [String]

        package init(period: String, state: PeriodState, deadline: String, digest: String?, heads: [String]) {
            self.period = period
            self.state = state
            self.deadline = deadline
            self.digest = digest
            self.heads = heads
        }

        package init(json: JSONView) throws(JSONFault) {
            period = try json.requireMember("period").string()
            state = try json.requireMember("state").periodState()
            deadline = try json.requireMember("deadline").string()
            digest = try json.optional("digest")?.string()
            heads = try json.requireMember("heads").decode([String].self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("period", period)
                writer.member("state", state.rawValue)
                writer.member("deadline", deadline)
                if let digest { writer.member("digest", digest) }
                writer.member("heads", heads)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The periods in order.
        package let periods: [Row]

        package init(periods: [Row]) { self.periods = periods }

        package init(json: JSONView) throws(JSONFault) {
            periods = try json.requireMember("periods").decode([Row].self)
        }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("periods", periods) } }
    }
}

extension JSONView {
    /// Where a period stands.
    func periodState() throws(JSONFault) -> PeriodState {
        guard let state = PeriodState(rawValue: try string()) else {
            throw fault("One of \(PeriodState.allCases.map(\.rawValue).joined(separator: ", ")) is expected.")
        }
        return state
    }
}
