/// JSON strings in their one canonical spelling.
///
/// Escaped are `"`, `\`, and the control characters below U+0020 (`\b \t \n \f \r`, else
/// `\u00xx` in lower case); everything else stands as UTF-8. Source: docs/protocol.md, canonical bytes.
package enum JSONText {
    /// Appends a text as a JSON string.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                appendEscape(byte, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        let short: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        bytes.append(UInt8(ascii: "\\"))
        if let short {
            bytes.append(short)
            return
        }
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
    }

    /// What a letter behind a backslash stands for, but for `u`.
    package static func unescaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        default: letter
        }
    }

    /// Takes a string from the front; `nil` when there is none.
    static func take(from rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        // Most texts have nothing in them that stands for something else.
        let plain = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        rest = rest.dropFirst(plain.count)
        if rest.first == UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            return String(decoding: plain, as: UTF8.self)
        }
        var text: [UInt8] = []
        text.reserveCapacity(plain.count + min(rest.count, 256))
        text += plain
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "u"):
                let digits = rest.prefix(4)
                guard digits.count == 4, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                    return nil
                }
                rest = rest.dropFirst(4)
                text.append(code)
            case .some(let letter): text.append(unescaped(letter))
            case nil: return nil
            }
        }
        return nil
    }

    /// A compact object whose members are strings, in this order.
    static func object(_ members: [(name: String, value: String)]) -> String {
        var bytes = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(member.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(member.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The members of such an object, of each name the last; `nil` for anything else.
    static func members(ofObject text: String) -> [String: String]? {
        var rest = ArraySlice(text.utf8)
        guard rest.popFirst() == UInt8(ascii: "{") else { return nil }
        var members: [String: String] = [:]
        while rest.first != UInt8(ascii: "}") {
            if !members.isEmpty, rest.popFirst() != UInt8(ascii: ",") { return nil }
            guard let name = take(from: &rest), rest.popFirst() == UInt8(ascii: ":"), let value = take(from: &rest)
            else { return nil }
            members[name] = value
        }
        return rest.count == 1 ? members : nil
    }
}
