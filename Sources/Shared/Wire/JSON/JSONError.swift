/// A text that is not JSON, or more of it than its reader takes.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let reason: Reason
    /// Where, in bytes from the start of the text.
    package let offset: Int

    /// An error at an offset.
    package init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// What is wrong with a text.
    package enum Reason: Equatable, Sendable {
        case byteOrderMark, controlCharacter, duplicateKey, invalidEscape, invalidNumber, invalidUTF8
        case keyTooLong, loneSurrogate, nulCharacter, numberTooLong, stringTooLong, textTooLong
        case tooDeep, tooManyKeys, tooManyNodes, trailingBytes, trailingComma, unexpectedByte, unexpectedEnd
    }

    /// One sentence for a person, without any byte of the text.
    package var description: String {
        "At byte \(offset): \(clause)."
    }

    private var clause: String {
        switch reason {
        case .byteOrderMark: "a byte order mark is not allowed"
        case .controlCharacter: "a control character in a string must be escaped"
        case .duplicateKey: "the object has this key twice"
        case .invalidEscape: "this is not an escape sequence"
        case .invalidNumber: "this is not a number"
        case .invalidUTF8: "the bytes are not UTF-8"
        case .keyTooLong: "the key is too long"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        case .nulCharacter: "the character U+0000 is not allowed"
        case .numberTooLong: "the number has too many characters"
        case .stringTooLong: "the string is too long"
        case .textTooLong: "the text is too long"
        case .tooDeep: "the nesting is too deep"
        case .tooManyKeys: "the object has too many members"
        case .tooManyNodes: "the text has too many values"
        case .trailingBytes: "something follows the value"
        case .trailingComma: "a comma is followed by no value"
        case .unexpectedByte: "this byte cannot stand here"
        case .unexpectedEnd: "the text ends too early"
        }
    }
}

/// A JSON value that is not of the expected kind or range.
package struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The way from the root to the value, such as `params.changes[0].ops[1].field`; empty for the root.
    package let path: String
    /// One sentence: what was expected.
    package let message: String

    /// A fault at a path.
    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// The path and the sentence.
    package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
