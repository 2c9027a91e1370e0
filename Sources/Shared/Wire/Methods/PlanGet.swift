package import PlanSyncCore

/// Fetches a plan's document.
package enum PlanGet: RPCMethod {
    package static let name = "plan.get"
    package static let access = RPCAccess.device
    package static let summary = "The current revision of a plan's document."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID

        package init(plan: PlanID) { self.plan = plan }

        package init(json: JSONView) throws(JSONFault) { plan = try json.requireMember("plan").identifier() }

        package func write(to writer: inout JSONWriter) {
            writer.object { $0.member("plan", plan.rawValue) }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// Its revision.
        package let revision: UInt64
        /// The document as JSON: the plan file's members, every value a text.
        package let document: [UInt8]

        package init(plan: PlanID, revision: UInt64, document: [UInt8]) {
            self.plan = plan
            self.revision = revision
            self.document = document
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            revision = try json.requireMember("revision").ordinal()
            document = Array(try json.requireMember("document").rawBytes)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("revision", revision)
                writer.name("document")
                writer.raw(document)
            }
        }
    }
}
