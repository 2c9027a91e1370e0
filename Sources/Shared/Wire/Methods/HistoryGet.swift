package import PlanSyncCore

/// Every operation on a record, in the order of the tenant's journal.
package enum HistoryGet: RPCMethod {
    package static let name = "history.get"
    package static let access = RPCAccess.device
    package static let summary = "Every operation on a record or field in order, with who, when and what became of it."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// Whose record.
        package let tenant: TenantID
        /// The record.
        package let record: RecordKey
        /// One field of it; absent: all.
        package let field: FieldID?

        package init(plan: PlanID, tenant: TenantID, record: RecordKey, field: FieldID?) {
            self.plan = plan
            self.tenant = tenant
            self.record = record
            self.field = field
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            tenant = try json.requireMember("tenant").identifier()
            record = try json.requireMember("rec").recordKey()
            field = try json.optional("field")?.identifier()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("tenant", tenant.rawValue)
                writer.name("rec")
                writer.record(record)
                if let field { writer.member("field", field.rawValue) }
            }
        }
    }

    /// One operation as it was taken.
    package struct Entry: JSONReadable, JSONWritable, Sendable {
        /// The field.
        package let field: FieldID
        /// What was done: an action, or `resolution` and `revival` where no operation names the field.
        package let action: String
        /// The value sent.
        package let value: FieldValue?
        /// What became of it.
        package let result: OperationResult
        /// The change.
        package let id: ChangeID
        /// Its place in the tenant's journal.
        package let seq: UInt64
        /// The device.
        package let by: DeviceID
        /// The person, a claim.
        package let author: String
        /// The person's clock, a claim.
        package let at: Timestamp
        /// The server's clock.
        package let received: Timestamp
        /// The reason given.
        package let note: String?
        /// Whether the signature of the change's push held.
        package let isSignatureValid: Bool

        package init(
            field: FieldID, action: String, value: FieldValue?, result: OperationResult, id: ChangeID, seq: UInt64,
            by: DeviceID, author: String, at: Timestamp, received: Timestamp, note: String?,
            isSignatureValid: Bool
        ) {
            self.field = field
            self.action = action
            self.value = value
            self.result = result
            self.id = id
            self.seq = seq
            self.by = by
            self.author = author
            self.at = at
            self.received = received
            self.note = note
            self.isSignatureValid = isSignatureValid
        }

        package init(json: JSONView) throws(JSONFault) {
            field = try json.requireMember("field").identifier()
            action = try json.requireMember("do").string()
            value = try json.optional("value")?.fieldValue()
            result = try json.requireMember("result").decode()
            id = try json.requireMember("id").changeID()
            seq = try json.requireMember("seq").wholeNumber()
            by = try json.requireMember("by").identifier()
            author = try json.requireMember("author").string()
            at = try json.requireMember("at").timestamp()
            received = try json.requireMember("received").timestamp()
            note = try json.optional("note")?.string()
            isSignatureValid = try json.optional("signature")?.string() != "invalid"
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("field", field.rawValue)
                writer.member("do", action)
                writer.name("value")
                writer.value(value)
                writer.member("result", result)
                writer.member("id", id.rawValue)
                writer.member("seq", seq)
                writer.member("by", by.rawValue)
                writer.member("author", author)
                writer.member("at", at.description)
                writer.member("received", received.description)
                if let note { writer.member("note", note) }
                writer.member("signature", isSignatureValid ? "valid" : "invalid")
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The operations in order.
        package let operations: [Entry]

        package init(operations: [Entry]) { self.operations = operations }

        package init(json: JSONView) throws(JSONFault) {
            operations = try json.requireMember("operations").decode([Entry].self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { $0.member("operations", operations) }
        }
    }
}
