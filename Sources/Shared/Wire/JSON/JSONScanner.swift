// The one way in for JSON: a single pass over the bytes that checks everything a text can be wrong in and
// leaves a flat tape, one entry a value or key, in the order of the text. A container's entry knows the
// index after its subtree, so a reader skips what it does not want. Nothing is copied or converted here:
// a string or number is the range of its bytes. The pass is a loop with its own stack, since recursion on
// a peer's nesting could end the process. Reads past the end give 0, a byte that is valid nowhere.

/// One value or key of a scanned text.
struct JSONTapeEntry: Sendable {
    /// The first byte, which also tells the kind.
    var start: UInt32
    /// The byte after the last, quotes and brackets included.
    var end: UInt32
    /// The tape index after this value and all inside it.
    var next: UInt32
    /// Bytes of a string once unescaped; elements or members of a container; else 0.
    var size: UInt32

    /// Whether the bytes between the quotes are not the text itself.
    var isEscaped: Bool { end - start != size + 2 }
}

/// Turns bytes into a tape, or says why not.
struct JSONScanner {
    private struct Level {
        enum Kind { case outside, array, object }

        let index: Int
        let kind: Kind
        var count = 0
    }

    private enum Expectation { case value, element, firstElement, key, firstKey, separator }

    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var tape: [JSONTapeEntry] = []
    private var level = Level(index: 0, kind: .outside)
    private var outer: [Level] = []  // the levels around `level`
    private var nodes = 0
    private var keys = JSONKeySet()

    private init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The tape of a text.
    ///
    /// - Throws: ``JSONError`` with the first thing that is wrong.
    static func scan(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> [JSONTapeEntry] {
        var scanner = JSONScanner(bytes: bytes, limits: limits)
        try scanner.run()
        return scanner.tape
    }

    private mutating func run() throws(JSONError) {
        guard bytes.count < Int(UInt32.max) else { throw JSONError(reason: .textTooLong, offset: Int(UInt32.max)) }
        if byte(at: 0) == 0xEF, byte(at: 1) == 0xBB, byte(at: 2) == 0xBF { throw fault(.byteOrderMark) }
        tape.reserveCapacity(bytes.count / 8 + 8)
        outer.reserveCapacity(16)
        var expected = Expectation.value
        while true {
            let byte = skipWhitespace()
            switch expected {
            case .value:
                expected = try takeValue(byte)
            case .element:
                if byte == UInt8(ascii: "]") { throw fault(.trailingComma) }
                expected = try takeValue(byte)
            case .firstElement:
                expected = byte == UInt8(ascii: "]") ? try close() : try takeValue(byte)
            case .key:
                if byte == UInt8(ascii: "}") { throw fault(.trailingComma) }
                expected = try takeKey(byte)
            case .firstKey:
                expected = byte == UInt8(ascii: "}") ? try close() : try takeKey(byte)
            case .separator:
                guard level.kind != .outside else {
                    guard position == bytes.count else { throw fault(.trailingBytes) }
                    return
                }
                expected = try takeSeparator(byte)
            }
        }
    }

    private mutating func takeSeparator(_ byte: UInt8) throws(JSONError) -> Expectation {
        if byte == UInt8(ascii: ",") {
            position += 1
            return level.kind == .object ? .key : .element
        }
        guard byte == (level.kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw fault(.unexpectedByte)
        }
        return try close()
    }

    private mutating func takeValue(_ byte: UInt8) throws(JSONError) -> Expectation {
        nodes += 1
        guard nodes <= limits.nodesMax else { throw fault(.tooManyNodes) }
        if level.kind == .array { level.count += 1 }
        let start = position
        switch byte {
        case UInt8(ascii: "\""):
            let size = try takeString(bytesMax: limits.stringBytesMax, tooLong: .stringTooLong)
            append(from: start, size: size)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard outer.count < limits.depthMax else { throw fault(.tooDeep) }
            let isObject = byte == UInt8(ascii: "{")
            outer.append(level)
            level = Level(index: tape.count, kind: isObject ? .object : .array)
            position += 1
            append(from: start, size: 0)
            return isObject ? .firstKey : .firstElement
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try takeNumber(byte)
            append(from: start, size: 0)
        case UInt8(ascii: "t"): try takeWord("true")
        case UInt8(ascii: "f"): try takeWord("false")
        case UInt8(ascii: "n"): try takeWord("null")
        case UInt8(ascii: "+"), UInt8(ascii: "."): throw fault(.invalidNumber)
        default: throw fault(.unexpectedByte)
        }
        return .separator
    }

    private mutating func takeKey(_ byte: UInt8) throws(JSONError) -> Expectation {
        guard byte == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
        let start = position
        level.count += 1
        guard level.count <= limits.keysMax else { throw fault(.tooManyKeys) }
        let size = try takeString(bytesMax: limits.keyBytesMax, tooLong: .keyTooLong)
        append(from: start, size: size)
        guard skipWhitespace() == UInt8(ascii: ":") else { throw fault(.unexpectedByte) }
        position += 1
        return .value
    }

    private mutating func close() throws(JSONError) -> Expectation {
        position += 1
        tape[level.index].end = UInt32(truncatingIfNeeded: position)
        tape[level.index].next = UInt32(truncatingIfNeeded: tape.count)
        tape[level.index].size = UInt32(truncatingIfNeeded: level.count)
        if level.kind == .object, level.count > 1,
            let offset = keys.firstDuplicate(ofObjectAt: level.index, count: level.count, tape: tape, bytes: bytes)
        {
            throw JSONError(reason: .duplicateKey, offset: offset)
        }
        level = outer.popLast() ?? Level(index: 0, kind: .outside)
        return .separator
    }

    private mutating func takeWord(_ word: StaticString) throws(JSONError) {
        let start = position
        for offset in 0..<word.utf8CodeUnitCount {
            guard byte(at: position) == word.utf8Start[offset] else { throw fault(.unexpectedByte) }
            position += 1
        }
        append(from: start, size: 0)
    }

    private mutating func takeNumber(_ first: UInt8) throws(JSONError) {
        let start = position
        var at = first == UInt8(ascii: "-") ? start + 1 : start
        if byte(at: at) == UInt8(ascii: "0") {
            at += 1
        } else {
            at = try skipDigits(from: at, of: start)
        }
        if byte(at: at) == UInt8(ascii: ".") { at = try skipDigits(from: at + 1, of: start) }
        if byte(at: at) | 0x20 == UInt8(ascii: "e") {
            at += 1
            if byte(at: at) == UInt8(ascii: "+") || byte(at: at) == UInt8(ascii: "-") { at += 1 }
            at = try skipDigits(from: at, of: start)
        }
        switch byte(at: at) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            throw JSONError(reason: .invalidNumber, offset: start)
        default: break
        }
        guard at - start <= limits.numberBytesMax else { throw JSONError(reason: .numberTooLong, offset: start) }
        position = at
    }

    private func skipDigits(from first: Int, of start: Int) throws(JSONError) -> Int {
        var at = first
        while byte(at: at) >= UInt8(ascii: "0"), byte(at: at) <= UInt8(ascii: "9") { at += 1 }
        if at == first {
            throw JSONError(reason: at < bytes.count ? .invalidNumber : .unexpectedEnd, offset: start)
        }
        return at
    }

    private mutating func append(from start: Int, size: Int) {
        tape.append(
            JSONTapeEntry(
                start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: position),
                next: UInt32(truncatingIfNeeded: tape.count + 1), size: UInt32(truncatingIfNeeded: size)))
    }

    private mutating func skipWhitespace() -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return byte
            }
        }
        return 0
    }

    @inline(__always)
    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private func fault(_ reason: JSONError.Reason) -> JSONError {
        if reason == .unexpectedByte, position >= bytes.count {
            return JSONError(reason: .unexpectedEnd, offset: bytes.count)
        }
        return JSONError(reason: reason, offset: position)
    }
}

// Strings.
extension JSONScanner {
    /// Goes from the opening quote to behind the closing one; answers the bytes of the unescaped text.
    private mutating func takeString(bytesMax: Int, tooLong: JSONError.Reason) throws(JSONError) -> Int {
        let start = position + 1
        var at = start
        var saved = 0  // bytes that unescaping takes away
        while true {
            at = endOfPlainText(from: at)
            guard at - start - saved <= bytesMax else { throw fault(tooLong) }
            guard at < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: at) }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                position = at + 1
                return at - start - saved
            case UInt8(ascii: "\\"):
                let (length, decoded) = try escape(at: at)
                at += length
                saved += length - decoded
            case 0..<0x20:
                throw JSONError(reason: .controlCharacter, offset: at)
            default:
                at = try endOfSequences(at: at)
            }
        }
    }

    @inline(__always)
    private func endOfPlainText(from start: Int) -> Int {
        var at = start
        let raw = bytes.span.bytes
        // Eight bytes at once: a set bit 7 marks a byte that is not plain.
        while bytes.count - at >= 8 {
            let block = raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quotes = block ^ Self.everyByte(UInt8(ascii: "\""))
            let slashes = block ^ Self.everyByte(UInt8(ascii: "\\"))
            let one = Self.everyByte(0x01)
            let zeros = ((quotes &- one) & ~quotes) | ((slashes &- one) & ~slashes)
            let control = (block &- Self.everyByte(0x20)) & ~block
            if (zeros | control | block) & Self.everyByte(0x80) != 0 { break }
            at += 8
        }
        while at < bytes.count {
            let byte = bytes[at]
            guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            at += 1
        }
        return at
    }

    @inline(__always)
    private static func everyByte(_ byte: UInt8) -> UInt64 { UInt64(byte) * 0x0101_0101_0101_0101 }

    /// The end of at least one UTF-8 sequence; goes on through plain Chinese, which is most of what is not ASCII.
    private func endOfSequences(at start: Int) throws(JSONError) -> Int {
        var at = start
        while bytes.count - at >= 3, bytes[at] >= 0xE1, bytes[at] <= 0xEC {
            guard bytes[at + 1] & 0xC0 == 0x80, bytes[at + 2] & 0xC0 == 0x80 else { break }
            at += 3
        }
        return at > start ? at : try endOfSequence(at: start)
    }

    /// The end of a UTF-8 sequence of two to four bytes.
    ///
    /// Source: The Unicode Standard, table 3-7.
    private func endOfSequence(at start: Int) throws(JSONError) -> Int {
        let second = byte(at: start + 1)
        let length: Int
        switch (bytes[start], second) {
        case (0xC2...0xDF, 0x80...0xBF): return start + 2
        case (0xE0, 0xA0...0xBF), (0xE1...0xEC, 0x80...0xBF), (0xED, 0x80...0x9F), (0xEE...0xEF, 0x80...0xBF):
            length = 3
        case (0xF0, 0x90...0xBF), (0xF1...0xF3, 0x80...0xBF), (0xF4, 0x80...0x8F): length = 4
        default: throw JSONError(reason: .invalidUTF8, offset: start)
        }
        for index in start + 2..<start + length where byte(at: index) & 0xC0 != 0x80 {
            throw JSONError(reason: .invalidUTF8, offset: start)
        }
        return start + length
    }

    /// The bytes of an escape sequence, and of what it stands for.
    private func escape(at start: Int) throws(JSONError) -> (length: Int, decoded: Int) {
        switch byte(at: start + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return (2, 1)
        case UInt8(ascii: "u"): break
        default: throw JSONError(reason: .invalidEscape, offset: start)
        }
        guard let code = JSONEscape.hex(bytes, at: start + 2) else {
            throw JSONError(reason: .invalidEscape, offset: start)
        }
        switch code {
        case 0: throw JSONError(reason: .nulCharacter, offset: start)
        case 1..<0x80: return (6, 1)
        case 0x80..<0x800: return (6, 2)
        case 0xD800..<0xDC00:
            guard byte(at: start + 6) == UInt8(ascii: "\\"), byte(at: start + 7) == UInt8(ascii: "u"),
                let low = JSONEscape.hex(bytes, at: start + 8), (0xDC00..<0xE000).contains(low)
            else { throw JSONError(reason: .loneSurrogate, offset: start) }
            return (12, 4)
        case 0xDC00..<0xE000: throw JSONError(reason: .loneSurrogate, offset: start)
        default: return (6, 3)
        }
    }
}
