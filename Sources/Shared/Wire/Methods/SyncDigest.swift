package import PlanSyncCore

/// The sums over the parts of a scope: a replica that differs finds out where.
package enum SyncDigest: RPCMethod {
    package static let name = "sync.digest"
    package static let access = RPCAccess.device
    package static let summary = "The digest of each collection of the caller's scope, for finding a damaged one."

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

    /// A part with its sum.
    package struct Entry: JSONReadable, JSONWritable, Sendable, Equatable {
        /// The part.
        package let part: ScopePart
        /// Its sum.
        package let digest: ScopeDigest

        package init(part: ScopePart, digest: ScopeDigest) {
            self.part = part
            self.digest = digest
        }

        package init(json: JSONView) throws(JSONFault) {
            part = try ScopePart(json: json)
            digest = try json.requireMember("digest").scopeDigest()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", part.tenant.rawValue)
                writer.member("collection", part.collection.rawValue)
                writer.member("digest", digest.text)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The parts that hold anything.
        package let parts: [Entry]
        /// The server's epoch.
        package let epoch: String

        package init(parts: [Entry], epoch: String) {
            self.parts = parts
            self.epoch = epoch
        }

        package init(json: JSONView) throws(JSONFault) {
            parts = try json.requireMember("parts").decode([Entry].self)
            epoch = try json.requireMember("epoch").string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("parts", parts)
                writer.member("epoch", epoch)
            }
        }
    }
}

/// One collection of one tenant.
package struct ScopePart: JSONReadable, JSONWritable, Sendable, Hashable {
    /// Whose records.
    package let tenant: TenantID
    /// The collection.
    package let collection: CollectionID

    package init(tenant: TenantID, collection: CollectionID) {
        self.tenant = tenant
        self.collection = collection
    }

    package init(json: JSONView) throws(JSONFault) {
        tenant = try json.requireMember("tenant").identifier()
        collection = try json.requireMember("collection").identifier()
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tenant", tenant.rawValue)
            writer.member("collection", collection.rawValue)
        }
    }
}
