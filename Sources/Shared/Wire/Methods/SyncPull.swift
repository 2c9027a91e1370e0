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

        package init(plan: PlanID, cursor: String?, limit: Int?) {
            self.plan = plan
            self.cursor = cursor
            self.limit = limit
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier(PlanID.self)
            cursor = try json.optional("cursor")?.string()
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
            }
        }
    }

    /// A cell on the wire.
    package struct WireCell: JSONReadable, JSONWritable, Sendable, Equatable {
        /// Its place.
        package let key: CellKey
        /// Its value; `nil`: cleared.
        package let value: FieldValue?
        /// The change that wrote it.
        package let rev: ChangeID
        /// That change's place in the tenant's journal.
        package let seq: UInt64
        /// The device.
        package let by: DeviceID
        /// The person.
        package let author: String
        /// The person's clock.
        package let at: Timestamp
        /// Whether the record was deleted.
        package let deleted: Bool

        package init(_ key: CellKey, _ cell: Cell) {
            self.key = key
            value = cell.value
            rev = cell.rev
            seq = cell.seq
            by = cell.by
            author = cell.author
            at = cell.at
            deleted = cell.deleted
        }

        package init(json: JSONView) throws(JSONFault) {
            key = CellKey(
                tenant: try json.requireMember("tenant").identifier(TenantID.self),
                record: try json.requireMember("rec").recordKey(),
                field: try json.requireMember("field").identifier(FieldID.self))
            value = try json.requireMember("value").fieldValue()
            rev = try json.requireMember("rev").changeID()
            seq = try json.requireMember("seq").wholeNumber()
            by = try json.requireMember("by").identifier(DeviceID.self)
            author = try json.requireMember("author").string()
            at = try json.requireMember("at").timestamp()
            deleted = try json.optional("deleted")?.bool() ?? false
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", key.tenant.rawValue)
                writer.name("rec")
                writer.record(key.record)
                writer.member("field", key.field.rawValue)
                writer.name("value")
                writer.value(value)
                writer.member("rev", rev.rawValue)
                writer.member("seq", seq)
                writer.member("by", by.rawValue)
                writer.member("author", author)
                writer.member("at", at.description)
                if deleted { writer.member("deleted", true) }
            }
        }
    }

    /// A page.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The cells.
        package let cells: [WireCell]
        /// Where to go on.
        package let cursor: String
        /// Whether there is more behind it.
        package let more: Bool
        /// The server's epoch.
        package let epoch: String
        /// The device's last change that a backup holds.
        package let backedUp: BackedUp?

        package init(cells: [WireCell], cursor: String, more: Bool, epoch: String, backedUp: BackedUp?) {
            self.cells = cells
            self.cursor = cursor
            self.more = more
            self.epoch = epoch
            self.backedUp = backedUp
        }

        package init(json: JSONView) throws(JSONFault) {
            cells = try json.requireMember("cells").decode([WireCell].self)
            cursor = try json.requireMember("cursor").string()
            more = try json.requireMember("more").bool()
            epoch = try json.requireMember("epoch").string()
            backedUp = try json.optional("backedUp")?.decode(BackedUp.self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("cells", cells)
                writer.member("cursor", cursor)
                writer.member("more", more)
                writer.member("epoch", epoch)
                writer.name("backedUp")
                if let backedUp { backedUp.write(to: &writer) } else { writer.null() }
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
