// The bytes of a change that are hashed, linked and kept as evidence: its fields in a fixed order, each
// as a 4-byte big-endian length and its bytes. JSON text would do for reading, but one value has many
// spellings there. Source: docs/protocol.md, "canonical bytes".

extension Change {
    /// The canonical bytes.
    public var canonicalBytes: [UInt8] {
        var writer = FieldWriter()
        writer.append(id.rawValue)
        writer.append(String(incarnation))
        writer.append(String(number))
        writer.append(previous)
        writer.append(plan.rawValue)
        writer.append(String(planRevision))
        writer.append(tenant?.rawValue ?? "")
        writer.append(at.description)
        writer.append(author)
        writer.append(note ?? "")
        for operation in operations {
            writer.append(operation.record.collection.rawValue)
            writer.append(operation.record.key)
            writer.append(operation.field?.rawValue ?? "")
            writer.append(operation.action.rawValue)
            writer.append(operation.value?.canonicalJSON ?? [])
            writer.append(
                operation.action == .remove ? operation.baseList : Array((operation.base.first?.rawValue ?? "").utf8))
            writer.append(operation.shown?.canonicalJSON ?? [])
        }
        return writer.bytes
    }

    /// Reads a change back from its canonical bytes.
    ///
    /// - Throws: ``CanonicalBytesError`` with the offset of the field that is not as written by ``canonicalBytes``.
    public init(canonicalBytes bytes: [UInt8]) throws(CanonicalBytesError) {
        var reader = FieldReader(bytes: bytes)
        do {
            let id = try ChangeID(try reader.text())
            let incarnation = try reader.number()
            let number = try reader.number()
            let previous = try reader.text()
            let plan = try PlanID(try reader.text())
            let planRevision = try reader.number()
            let tenantText = try reader.text()
            let tenant = tenantText.isEmpty ? nil : try TenantID(tenantText)
            let at = try Timestamp(try reader.text())
            let author = try reader.text()
            let note = try reader.text()
            var operations: [Operation] = []
            while !reader.isAtEnd { operations.append(try Operation(from: &reader)) }
            self.init(
                id: id, incarnation: incarnation, number: number, previous: previous, plan: plan,
                planRevision: planRevision, tenant: tenant, at: at, author: author, note: note,
                operations: operations)
        } catch {
            throw CanonicalBytesError(offset: reader.fieldStart)
        }
    }
}

extension Operation {
    fileprivate var baseList: [UInt8] {
        base.isEmpty ? [] : FieldValue.members(base.map(\.rawValue)).canonicalJSON
    }

    fileprivate init(from reader: inout FieldReader) throws {
        let collection = try CollectionID(try reader.text())
        let record = try RecordKey(collection: collection, key: try reader.text())
        let fieldText = try reader.text()
        guard let action = Action(rawValue: try reader.text()) else { throw CanonicalBytesError(offset: 0) }
        let value = try reader.value()
        let baseBytes = try reader.take()
        var base: [ChangeID] = []
        if action == .remove, !baseBytes.isEmpty {
            guard case .members(let list)? = FieldValue(canonicalJSON: baseBytes[...]) else {
                throw CanonicalBytesError(offset: 0)
            }
            base = try list.map { try ChangeID($0) }
        } else if !baseBytes.isEmpty {
            base = [try ChangeID(String(decoding: baseBytes, as: UTF8.self))]
        }
        self.init(
            record: record, field: fieldText.isEmpty ? nil : try FieldID(fieldText), action: action, value: value,
            base: base, shown: try reader.value())
    }
}

/// Bytes that are not the canonical bytes of a change.
public struct CanonicalBytesError: Error, Equatable, Sendable {
    /// Where the offending field begins.
    public let offset: Int
}

private struct FieldWriter {
    var bytes: [UInt8] = []

    mutating func append(_ text: String) {
        appendLength(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ field: [UInt8]) {
        appendLength(field.count)
        bytes.append(contentsOf: field)
    }

    private mutating func appendLength(_ count: Int) {
        let length = UInt32(clamping: count)
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift)))
        }
    }
}

private struct FieldReader {
    let bytes: [UInt8]
    var position = 0
    var fieldStart = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func take() throws -> [UInt8] {
        fieldStart = position
        guard bytes.count - position >= 4 else { throw CanonicalBytesError(offset: position) }
        let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
        position += 4
        guard bytes.count - position >= length else { throw CanonicalBytesError(offset: position) }
        defer { position += length }
        return Array(bytes[position..<position + length])
    }

    mutating func text() throws -> String { String(decoding: try take(), as: UTF8.self) }

    mutating func number() throws -> UInt64 {
        guard let number = UInt64(try text()) else { throw CanonicalBytesError(offset: fieldStart) }
        return number
    }

    mutating func value() throws -> FieldValue? {
        let field = try take()
        if field.isEmpty { return nil }
        guard let value = FieldValue(canonicalJSON: field[...]) else { throw CanonicalBytesError(offset: fieldStart) }
        return value
    }
}

extension FieldValue {
    /// Reads a value back from its canonical JSON; `nil` for anything else.
    public init?(canonicalJSON bytes: ArraySlice<UInt8>) {
        var rest = bytes
        switch rest.first {
        case UInt8(ascii: "\""):
            guard let text = JSONText.take(from: &rest), rest.isEmpty else { return nil }
            self = .text(text)
        case UInt8(ascii: "["):
            rest = rest.dropFirst()
            var members: [String] = []
            while rest.first != UInt8(ascii: "]") {
                if !members.isEmpty {
                    guard rest.first == UInt8(ascii: ",") else { return nil }
                    rest = rest.dropFirst()
                }
                guard let member = JSONText.take(from: &rest) else { return nil }
                members.append(member)
            }
            guard rest.count == 1 else { return nil }
            self = .members(members)
        default:
            if rest.elementsEqual("true".utf8) {
                self = .flag(true)
            } else if rest.elementsEqual("false".utf8) {
                self = .flag(false)
            } else {
                return nil
            }
        }
    }
}
