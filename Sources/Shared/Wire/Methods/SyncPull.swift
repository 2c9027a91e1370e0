package import PlanSyncCore

/// Fetches the current cells that were written after a cursor.
package enum SyncPull: RPCMethod {
    package static let name = "sync.pull"
    package static let access = RPCAccess.device
    package static let summary = "The current cells written after the cursor that the caller may see, each once."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// Where to go on; absent: everything.
        package let cursor: String?
        /// About how many cells; a change's cells are never split.
        package let limit: Int?
        /// Only this part of the scope, for repairing a damaged replica; its cursors are its own.
        package let part: ScopePart?

        package init(plan: PlanID, cursor: String?, limit: Int?, part: ScopePart? = nil) {
            self.plan = plan
            self.cursor = cursor
            self.limit = limit
            self.part = part
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier(PlanID.self)
            cursor = try json.optional("cursor")?.string()
            part = try json.optional("part")?.decode(ScopePart.self)
            guard let view = try json.optional("limit") else {
                limit = nil
                return
            }
            guard let number = Int(exactly: try view.integer()), (1...Limits.pullCellsMax).contains(number) else {
                throw view.fault("A whole number from 1 to \(Limits.pullCellsMax) is expected.")
            }
            limit = number
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                if let cursor { writer.member("cursor", cursor) }
                if let limit { writer.member("limit", UInt64(clamping: limit)) }
                if let part { writer.member("part", part) }
            }
        }
    }

    /// A page.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The cells.
        package let cells: [PublicCell]
        /// Where to go on.
        package let cursor: String
        /// Whether there is more behind it.
        package let more: Bool
        /// The server's epoch.
        package let epoch: String
        /// The device's last change that a backup holds.
        package let backedUp: BackedUp?
        /// On the last page, the sum over all cells of the scope; absent where only a part was asked for.
        package let digest: ScopeDigest?
        /// The revision of the plan that the server has now; `nil` from a server that does not tell.
        package let planRevision: UInt64?

        package init(
            cells: [PublicCell], cursor: String, more: Bool, epoch: String, backedUp: BackedUp?,
            digest: ScopeDigest? = nil, planRevision: UInt64? = nil
        ) {
            self.cells = cells
            self.cursor = cursor
            self.more = more
            self.epoch = epoch
            self.backedUp = backedUp
            self.digest = digest
            self.planRevision = planRevision
        }

        package init(json: JSONView) throws(JSONFault) {
            cells = try json.requireMember("cells").decode([PublicCell].self)
            cursor = try json.requireMember("cursor").string()
            more = try json.requireMember("more").bool()
            epoch = try json.requireMember("epoch").string()
            backedUp = try json.optional("backedUp")?.decode(BackedUp.self)
            digest = try json.optional("digest")?.scopeDigest()
            planRevision = try json.optional("planRevision")?.decode()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("cells", cells)
                writer.member("cursor", cursor)
                writer.member("more", more)
                writer.member("epoch", epoch)
                writer.backedUp(backedUp)
                if let digest { writer.member("digest", digest.text) }
                writer.member("planRevision", ifPresent: planRevision)
            }
        }
    }
}

/// Asks to be told when there is something to pull.
package enum SyncWatch: RPCMethod {
    package static let name = "sync.watch"
    package static let access = RPCAccess.device
    package static let summary = "From now on sync.changed says when there is something to pull after the cursor."

    /// The notification that follows.
    package static let notification = "sync.changed"

    /// What is asked, and what the notification says.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// Where the reader stands.
        package let cursor: String

        package init(plan: PlanID, cursor: String) {
            self.plan = plan
            self.cursor = cursor
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier(PlanID.self)
            cursor = try json.requireMember("cursor").string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("cursor", cursor)
            }
        }
    }

    package typealias Result = RPCEmpty
}
