package import PlanSyncCore

/// Takes pushes that a device signed, whoever carries them: a USB stick, or the device itself asking what would be.
package enum SyncBundle: RPCMethod {
    package static let name = "sync.bundle"
    package static let access = RPCAccess.device
    package static let summary = "Takes a device's signed pushes from a carrier; with dryRun, only says what would be."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The device that made and signed the pushes.
        package let device: DeviceID
        /// Its pushes in their order; each as in `sync.push`.
        package let pushes: [SyncPush.Params]
        /// Whether nothing is to be kept.
        package let isDryRun: Bool

        package init(device: DeviceID, pushes: [SyncPush.Params], isDryRun: Bool) {
            self.device = device
            self.pushes = pushes
            self.isDryRun = isDryRun
        }

        package init(json: JSONView) throws(JSONFault) {
            device = try json.requireMember("device").identifier()
            let list = try json.requireMember("pushes")
            pushes = try list.decode([SyncPush.Params].self)
            guard !pushes.isEmpty else { throw list.fault("At least one push is expected.") }
            isDryRun = try json.optional("dryRun")?.bool() ?? false
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("device", device.rawValue)
                writer.member("pushes", pushes)
                if isDryRun { writer.member("dryRun", true) }
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The answers of the pushes that were taken, in their order, each as `sync.push` gives it.
        package let pushes: [SyncPush.Result]
        /// Why the push after those was not taken, as `sync.push` would say it; absent: all were taken.
        package let refusal: RPCError?

        package init(pushes: [SyncPush.Result], refusal: RPCError?) {
            self.pushes = pushes
            self.refusal = refusal
        }

        package init(json: JSONView) throws(JSONFault) {
            pushes = try json.requireMember("pushes").decode([SyncPush.Result].self)
            refusal = try json.optional("refusal")?.decode(RPCError.self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("pushes", pushes)
                if let refusal { writer.member("refusal", refusal) }
            }
        }
    }
}
