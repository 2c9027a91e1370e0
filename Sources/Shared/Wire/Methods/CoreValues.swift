package import PlanSyncCore

// How the values of Core stand in JSON. Reading checks everything: what comes out exists by right.

extension JSONView {
    /// An identifier of any kind.
    package func identifier<Kind>(_ type: Identifier<Kind>.Type = Identifier<Kind>.self) throws(JSONFault)
        -> Identifier<Kind>
    {
        let text = try string()
        do { return try Identifier<Kind>(text) } catch { throw fault(error.sentence) }
    }

    /// A change's id.
    package func changeID() throws(JSONFault) -> ChangeID {
        let text = try string()
        do { return try ChangeID(text) } catch {
            throw fault("22 characters of base64url (a UUID version 7) are expected.")
        }
    }

    /// A moment.
    package func timestamp() throws(JSONFault) -> Timestamp {
        let text = try string()
        do { return try Timestamp(text) } catch {
            throw fault("An RFC 3339 time in UTC like 2018-05-07T08:00:00.000Z is expected.")
        }
    }

    /// A whole number from 0.
    package func wholeNumber() throws(JSONFault) -> UInt64 {
        guard let number = UInt64(exactly: try integer()) else { throw fault("A whole number from 0 is expected.") }
        return number
    }

    /// A whole number from 1.
    package func ordinal() throws(JSONFault) -> UInt64 {
        let number = try wholeNumber()
        if number == 0 { throw fault("A whole number from 1 is expected.") }
        return number
    }

    /// The elements of a list.
    package func elementArray() throws(JSONFault) -> [JSONView] {
        try require(.array)
        return Array(elements)
    }

    /// A record's name, `[collection, key]`.
    package func recordKey() throws(JSONFault) -> RecordKey {
        let parts = try elementArray()
        guard parts.count == 2 else { throw fault("[collection, key] is expected.") }
        let collection = try parts[0].identifier(CollectionID.self)
        let key = try parts[1].string()
        do {
            return try RecordKey(collection: collection, key: key)
        } catch { throw parts[1].fault("A key has 1 to 128 of A-Z a-z 0-9 . _ : - and begins with a letter or digit.") }
    }

    /// A field's value; `nil` for null.
    package func fieldValue() throws(JSONFault) -> FieldValue? {
        switch kind {
        case .null: return nil
        case .string: return .text(try string(bytesMax: Limits.textBytesMax))
        case .bool: return .flag(try bool())
        case .array:
            var members: Set<String> = []
            for element in try elementArray() { members.insert(try element.string(bytesMax: Limits.textBytesMax)) }
            return .members(members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        case .number: throw fault("Figures are sent as text, like \"1234.50\", so that no digit is lost.")
        case .object: throw fault("A text, true, false or a list of texts is expected.")
        }
    }

    /// The member with this name, unless it is absent or null.
    package func optional(_ name: String) throws(JSONFault) -> JSONView? {
        guard let member = member(name), !member.isNull else { return nil }
        return member
    }
}

extension JSONWriter {
    /// A field's value, or null.
    package mutating func value(_ value: FieldValue?) {
        if let value { raw(value.canonicalJSON) } else { null() }
    }
}

extension Operation: JSONReadable, JSONWritable {
    package init(json: JSONView) throws(JSONFault) {
        let actionView = try json.requireMember("do")
        guard let action = Action(rawValue: try actionView.string()) else {
            throw actionView.fault("One of \(Action.allCases.map(\.rawValue).joined(separator: ", ")) is expected.")
        }
        let isOfRecord = action == .delete || action == .restore
        var base: [ChangeID] = []
        if let view = try json.optional("base") {
            if view.kind == .array {
                for element in try view.elementArray() { base.append(try element.changeID()) }
            } else {
                base = [try view.changeID()]
            }
        }
        self.init(
            record: try json.requireMember("rec").recordKey(),
            field: isOfRecord ? nil : try json.requireMember("field").identifier(FieldID.self), action: action,
            value: try json.optional("value")?.fieldValue(), base: base,
            shown: try json.optional("shown")?.fieldValue())
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("rec")
            writer.record(record)
            if let field { writer.member("field", field.rawValue) }
            writer.member("do", action.rawValue)
            if let value {
                writer.name("value")
                writer.value(value)
            }
            if action == .remove {
                writer.member("base", base.map(\.rawValue))
            } else if let base = base.first {
                writer.member("base", base.rawValue)
            }
            if let shown {
                writer.name("shown")
                writer.value(shown)
            }
        }
    }
}

extension JSONWriter {
    /// A record's name, `[collection, key]`.
    package mutating func record(_ record: RecordKey) {
        array { writer in
            writer.string(record.collection.rawValue)
            writer.string(record.key)
        }
    }
}

extension ChangeResult: JSONReadable, JSONWritable {
    package init(json: JSONView) throws(JSONFault) {
        self.init(
            id: try json.requireMember("id").changeID(), number: try json.requireMember("n").ordinal(),
            seq: try json.requireMember("seq").wholeNumber(),
            operations: try json.requireMember("ops").decode([OperationResult].self))
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.rawValue)
            writer.member("n", number)
            writer.member("seq", seq)
            writer.member("outcome", outcome.rawValue)
            writer.member("ops", operations)
        }
    }

    /// The answer's bytes, as they are stored and given again.
    package var encoded: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension OperationResult: JSONReadable, JSONWritable {
    package init(json: JSONView) throws(JSONFault) {
        let word = try json.requireMember("outcome")
        guard let outcome = Outcome(rawValue: try word.string()) else { throw word.fault("An outcome is expected.") }
        self.init(
            outcome, value: try json.optional("value")?.fieldValue(), reason: try json.optional("reason")?.string(),
            conflict: try json.optional("conflict")?.string())
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("outcome", outcome.rawValue)
            if let value {
                writer.name("value")
                writer.value(value)
            }
            if let reason { writer.member("reason", reason) }
            if let conflict { writer.member("conflict", conflict) }
        }
    }
}
