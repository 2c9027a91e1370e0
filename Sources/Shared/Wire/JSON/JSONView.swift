// A place in a scanned document. A view is two words and copies nothing; a text or number is made when it
// is asked for. A view does not know its path: that is found again from the root when a fault is made,
// so that the good case pays nothing for it.

/// The kinds of JSON values.
package enum JSONKind: String, Equatable, Sendable {
    case object, array, string, number, bool, null

    fileprivate var phrase: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}

/// One value of a scanned document.
package struct JSONView: Sendable {
    let document: JSONDocument
    let index: Int

    private var entry: JSONTapeEntry { document.tape[index] }

    /// What the value is.
    package var kind: JSONKind {
        switch document.bytes[Int(entry.start)] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// Whether the value is `null`.
    package var isNull: Bool { kind == .null }

    /// The elements of an array or members of an object; 0 for anything else.
    package var count: Int { kind == .object || kind == .array ? Int(entry.size) : 0 }

    /// The value as it stands in the text.
    package var rawBytes: ArraySlice<UInt8> { document.bytes[Int(entry.start)..<Int(entry.end)] }

    /// The text of a string.
    ///
    /// - Throws: ``JSONFault`` for another kind.
    package func string() throws(JSONFault) -> String {
        try require(.string)
        return text
    }

    /// Whether the value is a string of exactly these bytes.
    package func isString(_ text: String) -> Bool { kind == .string && holds(text) }

    /// The whole number.
    ///
    /// - Throws: ``JSONFault`` for another kind, a point or exponent (also `1.0` and `1e3`), `-0`, and
    ///   what is outside of `Int64`.
    package func integer() throws(JSONFault) -> Int64 {
        try require(.number)
        var digits = rawBytes
        let negative = digits.first == UInt8(ascii: "-")
        if negative { digits = digits.dropFirst() }
        var value: Int64 = 0
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw notWhole }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            // The negative side holds one number more, so it is built there.
            let (sum, carry) = negative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw fault("Expected a whole number within 64 bits.") }
            value = sum
        }
        guard !(negative && value == 0) else { throw notWhole }
        return value
    }

    private var notWhole: JSONFault { fault("Expected a whole number without a point, an exponent, or -0.") }

    /// Yes or no.
    ///
    /// - Throws: ``JSONFault`` for another kind.
    package func bool() throws(JSONFault) -> Bool {
        try require(.bool)
        return document.bytes[Int(entry.start)] == UInt8(ascii: "t")
    }

    /// Passes when the value is of a kind.
    ///
    /// - Throws: ``JSONFault`` when it is not.
    package func require(_ expected: JSONKind) throws(JSONFault) {
        let kind = kind
        guard kind == expected else { throw fault("Expected \(expected.phrase), not \(kind.phrase).") }
    }

    /// A fault at this place.
    package func fault(_ message: String) -> JSONFault { JSONFault(path: path, message: message) }

    fileprivate var text: String { String(decoding: JSONEscape.text(of: entry, in: document.bytes), as: UTF8.self) }

    fileprivate func holds(_ text: String) -> Bool {
        let entry = entry
        guard Int(entry.size) == text.utf8.count else { return false }
        return text.utf8.elementsEqual(JSONEscape.text(of: entry, in: document.bytes))
    }
}

// Members and elements.
extension JSONView {
    /// The member of a name; `nil` when it is absent or the value is no object.
    package func member(_ name: String) -> JSONView? {
        guard kind == .object else { return nil }
        let length = UInt32(truncatingIfNeeded: name.utf8.count)
        var key = index + 1
        let end = Int(entry.next)
        while key < end {
            if document.tape[key].size == length, JSONView(document: document, index: key).holds(name) {
                return JSONView(document: document, index: key + 1)
            }
            key = Int(document.tape[key + 1].next)
        }
        return nil
    }

    /// The member of a name.
    ///
    /// - Throws: ``JSONFault`` when it is absent, or the value is no object.
    package func requireMember(_ name: String) throws(JSONFault) -> JSONView {
        try require(.object)
        guard let value = member(name) else {
            let path = path
            throw JSONFault(path: path.isEmpty ? name : "\(path).\(name)", message: "This member is missing.")
        }
        return value
    }

    /// The members of an object in the order of the text; none for another kind.
    package var members: Members { Members(object: self) }

    /// The elements of an array in the order of the text; none for another kind.
    package var elements: Elements { Elements(array: self) }

    /// One member of an object.
    package struct Member: Sendable {
        /// The value.
        package let value: JSONView

        private var key: JSONView { JSONView(document: value.document, index: value.index - 1) }

        /// The key, unescaped.
        package var name: String { key.text }

        /// Whether the key is exactly this.
        package func isNamed(_ name: String) -> Bool { key.holds(name) }
    }

    /// The members of an object.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var key: Int
        private let end: Int

        fileprivate init(object: JSONView) {
            document = object.document
            key = object.index + 1
            end = object.kind == .object ? Int(object.entry.next) : 0
        }

        /// The next member.
        package mutating func next() -> Member? {
            guard key < end else { return nil }
            let value = JSONView(document: document, index: key + 1)
            key = Int(value.entry.next)
            return Member(value: value)
        }
    }

    /// The elements of an array.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var index: Int
        private let end: Int

        fileprivate init(array: JSONView) {
            document = array.document
            index = array.index + 1
            end = array.kind == .array ? Int(array.entry.next) : 0
        }

        /// The next element.
        package mutating func next() -> JSONView? {
            guard index < end else { return nil }
            let value = JSONView(document: document, index: index)
            index = Int(value.entry.next)
            return value
        }
    }
}

// The way from the root.
extension JSONView {
    /// The way from the root to this value, such as `params.changes[0].id`; empty for the root.
    ///
    /// Takes time with the size of the document: for errors only.
    package var path: String {
        var path = ""
        var place = document.root
        while place.index < index, let step = place.step(towards: index) {
            path += step.label
            place = step.place
        }
        return path.hasPrefix(".") ? String(path.dropFirst()) : path
    }

    private func step(towards target: Int) -> (label: String, place: JSONView)? {
        for member in members where target < Int(member.value.entry.next) { return (".\(member.name)", member.value) }
        for (number, element) in elements.enumerated() where target < Int(element.entry.next) {
            return ("[\(number)]", element)
        }
        return nil
    }
}
