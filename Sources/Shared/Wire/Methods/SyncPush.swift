package import PlanSyncCore

/// Sends changes; each is taken once, however often it is sent.
package enum SyncPush: RPCMethod {
    package static let name = "sync.push"
    package static let access = RPCAccess.device
    package static let summary = "Sends changes in the order of their numbers; answered after they are durable."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The revision under which the changes were typed.
        package let planRevision: UInt64
        /// The changes, with consecutive numbers.
        package let changes: [Change]
        /// The device's signature over the last change's hash.
        package let signature: [UInt8]
        /// Up to which number the client has stored the answers.
        package let acknowledged: UInt64?

        package init(
            plan: PlanID, planRevision: UInt64, changes: [Change], signature: [UInt8], acknowledged: UInt64?
        ) {
            self.plan = plan
            self.planRevision = planRevision
            self.changes = changes
            self.signature = signature
            self.acknowledged = acknowledged
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier(PlanID.self)
            planRevision = try json.requireMember("planRevision").ordinal()
            let list = try json.requireMember("changes")
            let views = try list.elementArray()
            guard (1...Limits.changesPerPushMax).contains(views.count) else {
                throw list.fault("1 to \(Limits.changesPerPushMax) changes are expected.")
            }
            var changes: [Change] = []
            changes.reserveCapacity(views.count)
            for view in views {
                let change = try Self.change(view, plan: plan, revision: planRevision)
                if let last = changes.last, last.number == .max || change.number != last.number + 1 {
                    throw view.fault("The numbers of a push's changes follow each other without gaps.")
                }
                if let last = changes.last, change.incarnation != last.incarnation {
                    throw view.fault("The changes of a push have one incarnation.")
                }
                changes.append(change)
            }
            self.changes = changes
            let seal = try json.requireMember("signature")
            guard let signature = Base64URL.decode(try seal.string(bytesMax: 1_024)) else {
                throw seal.fault("base64url without padding is expected.")
            }
            self.signature = signature
            acknowledged = try json.optional("acked")?.wholeNumber()
        }

        private static func change(_ json: JSONView, plan: PlanID, revision: UInt64) throws(JSONFault) -> Change {
            let list = try json.requireMember("ops")
            let views = try list.elementArray()
            guard (1...Limits.operationsPerChangeMax).contains(views.count) else {
                throw list.fault("1 to \(Limits.operationsPerChangeMax) operations are expected.")
            }
            var operations: [Operation] = []
            for view in views { operations.append(try Operation(json: view)) }
            return Change(
                id: try json.requireMember("id").changeID(), incarnation: try json.requireMember("inc").ordinal(),
                number: try json.requireMember("n").ordinal(),
                previous: try json.optional("prev")?.string(bytesMax: 43) ?? "",
                plan: plan, planRevision: revision,
                tenant: try json.optional("tenant")?.identifier(TenantID.self),
                at: try json.requireMember("at").timestamp(),
                author: try json.requireMember("author").string(bytesMax: Limits.authorBytesMax),
                note: try json.optional("note")?.string(bytesMax: Limits.noteBytesMax), operations: operations)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("planRevision", planRevision)
                writer.name("changes")
                writer.array { writer in
                    for change in changes { Self.write(change, to: &writer) }
                }
                writer.member("signature", Base64URL.encode(signature))
                if let acknowledged { writer.member("acked", acknowledged) }
            }
        }

        private static func write(_ change: Change, to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("id", change.id.rawValue)
                writer.member("inc", change.incarnation)
                writer.member("n", change.number)
                writer.member("prev", change.previous)
                if let tenant = change.tenant { writer.member("tenant", tenant.rawValue) }
                writer.member("at", change.at.description)
                writer.member("author", change.author)
                if let note = change.note { writer.member("note", note) }
                writer.member("ops", change.operations)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The answers as bytes, in the order of the changes.
        package let results: [[UInt8]]
        /// The answers, read; only on the client's side.
        package let read: [ChangeResult]
        /// The last number of the chain.
        package let lastNumber: UInt64
        /// The server's epoch.
        package let epoch: String
        /// The device's last change that a backup holds.
        package let backedUp: BackedUp?

        package init(results: [[UInt8]], lastNumber: UInt64, epoch: String, backedUp: BackedUp?) {
            self.results = results
            read = []
            self.lastNumber = lastNumber
            self.epoch = epoch
            self.backedUp = backedUp
        }

        package init(json: JSONView) throws(JSONFault) {
            let list = try json.requireMember("results")
            read = try list.decode([ChangeResult].self)
            results = list.elements.map { Array($0.rawBytes) }
            lastNumber = try json.requireMember("lastN").wholeNumber()
            epoch = try json.requireMember("epoch").string()
            backedUp = try json.optional("backedUp")?.decode(BackedUp.self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name("results")
                writer.array { writer in
                    for result in results { writer.raw(result) }
                }
                writer.member("lastN", lastNumber)
                writer.member("epoch", epoch)
                writer.backedUp(backedUp)
            }
        }
    }
}

/// The device's last change that a backup of the server holds.
package struct BackedUp: JSONReadable, JSONWritable, Sendable, Equatable {
    /// The incarnation.
    package let incarnation: UInt64
    /// The change's number.
    package let number: UInt64

    package init(incarnation: UInt64, number: UInt64) {
        self.incarnation = incarnation
        self.number = number
    }

    package init(json: JSONView) throws(JSONFault) {
        incarnation = try json.requireMember("inc").ordinal()
        number = try json.requireMember("n").ordinal()
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("inc", incarnation)
            writer.member("n", number)
        }
    }
}

extension JSONWriter {
    /// The member `backedUp`, null when no backup holds anything of the device.
    package mutating func backedUp(_ backedUp: BackedUp?) {
        name("backedUp")
        if let backedUp { backedUp.write(to: &self) } else { null() }
    }
}
