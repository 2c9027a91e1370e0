/// A type that can be read from JSON.
package protocol JSONReadable {
    /// Reads a value.
    ///
    /// - Throws: ``JSONFault``, with the path of what is not as expected.
    init(json: JSONView) throws(JSONFault)
}

extension JSONView {
    /// The value as a type.
    ///
    /// - Throws: ``JSONFault`` when it is no such value.
    package func decode<T: JSONReadable>(_ type: T.Type = T.self) throws(JSONFault) -> T { try T(json: self) }

    /// A member that must be there, as a type.
    ///
    /// - Throws: ``JSONFault`` when it is absent or no such value.
    package func decodeMember<T: JSONReadable>(_ name: String, as type: T.Type = T.self) throws(JSONFault) -> T {
        try T(json: requireMember(name))
    }

    /// A member that may be absent or `null`, as a type.
    ///
    /// - Throws: ``JSONFault`` when it is there and no such value.
    package func decodeMemberIfPresent<T: JSONReadable>(
        _ name: String, as type: T.Type = T.self
    ) throws(JSONFault) -> T? {
        try require(.object)
        guard let value = member(name), !value.isNull else { return nil }
        return try T(json: value)
    }

    /// The elements of an array, as a type.
    ///
    /// - Throws: ``JSONFault`` when there are more than `countMax`, or one is no such value.
    package func decodeElements<T: JSONReadable>(
        of type: T.Type = T.self, countMax: Int = .max
    ) throws(JSONFault) -> [T] {
        try require(.array)
        guard count <= countMax else { throw fault("Expected at most \(countMax) elements, not \(count).") }
        var values: [T] = []
        values.reserveCapacity(count)
        for element in elements { values.append(try T(json: element)) }
        return values
    }

    /// A string of which something stricter is made, such as an identifier.
    ///
    /// - Parameter expected: what it should be, with its article: `a tenant's identifier`.
    /// - Throws: ``JSONFault`` when it is no string, or `make` throws or answers `nil`.
    package func string<T>(as expected: String, _ make: (String) throws -> T?) throws(JSONFault) -> T {
        let text = try string()
        guard let value = try? make(text) else { throw fault("Expected \(expected).") }
        return value
    }

    /// A string of limited length.
    ///
    /// - Throws: ``JSONFault`` when it is no string, or has more bytes.
    package func string(bytesMax: Int) throws(JSONFault) -> String {
        let text = try string()
        guard text.utf8.count <= bytesMax else {
            throw fault("Expected at most \(bytesMax) bytes, not \(text.utf8.count).")
        }
        return text
    }

    /// A whole number in a range.
    ///
    /// - Throws: ``JSONFault`` when it is none, or outside.
    package func integer<T: FixedWidthInteger>(in range: ClosedRange<T>) throws(JSONFault) -> T {
        guard let value = T(exactly: try integer()), range.contains(value) else {
            throw fault("Expected a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }
}

extension String: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.string() }
}

extension Bool: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.bool() }
}

extension Int64: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.integer() }
}

extension Int: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.integer(in: .min ... .max) }
}

/// Only the half that also is an `Int64`: no JSON of ours holds more.
extension UInt64: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.integer(in: 0...UInt64(Int64.max)) }
}

extension Array: JSONReadable where Element: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = try json.decodeElements() }
}

extension Optional: JSONReadable where Wrapped: JSONReadable {
    package init(json: JSONView) throws(JSONFault) { self = json.isNull ? nil : try Wrapped(json: json) }
}

/// An enumeration with words for its cases is read by them.
extension JSONReadable where Self: RawRepresentable & CaseIterable, RawValue == String {
    package init(json: JSONView) throws(JSONFault) {
        guard let value = Self(rawValue: try json.string()) else {
            throw json.fault("Expected one of: \(Self.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        self = value
    }
}
