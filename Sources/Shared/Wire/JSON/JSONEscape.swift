import PlanSyncCore

/// Undoes the escapes of a string that the scanner has passed.
enum JSONEscape {
    /// The unescaped bytes of a string or key: a part of the text when it has no escapes.
    static func text(of entry: JSONTapeEntry, in bytes: [UInt8]) -> ArraySlice<UInt8> {
        let source = bytes[Int(entry.start) + 1..<Int(entry.end) - 1]
        guard entry.isEscaped else { return source }
        var text: [UInt8] = []
        text.reserveCapacity(Int(entry.size))
        var at = source.startIndex
        while at < source.endIndex {
            guard bytes[at] == UInt8(ascii: "\\"), at + 1 < source.endIndex else {
                text.append(bytes[at])
                at += 1
                continue
            }
            switch bytes[at + 1] {
            case UInt8(ascii: "u"):
                at += appendScalar(at: at, in: bytes, to: &text)
                continue
            case let letter: text.append(JSONText.unescaped(letter))
            }
            at += 2
        }
        return text[...]
    }

    /// Four hexadecimal digits.
    static func hex(_ bytes: [UInt8], at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var code: UInt32 = 0
        for index in start..<start + 4 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private static func appendScalar(at start: Int, in bytes: [UInt8], to text: inout [UInt8]) -> Int {
        var code = hex(bytes, at: start + 2) ?? 0xFFFD
        var length = 6
        if (0xD800..<0xDC00).contains(code), let low = hex(bytes, at: start + 8), (0xDC00..<0xE000).contains(low) {
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        text.append(contentsOf: Character(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        return length
    }
}
