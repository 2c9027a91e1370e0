// A strict reader: what is not clear is refused with its place. A reader that guesses (an open quotation mark, text
// behind a closing one) moves figures into other columns without a word.

/// Reads CSV (RFC 4180), separated by comma, semicolon or tabulator.
package struct CSVReader {
    private let text: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var rows: [[SheetCell]] = []
    private var row: [SheetCell] = []
    private var cells = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The sheet in a text.
    ///
    /// - Throws: ``SheetError`` with the place.
    package static func sheet(_ text: String) throws(SheetError) -> Sheet {
        var reader = CSVReader(text)
        try reader.read()
        return Sheet(name: "", rows: reader.rows)
    }

    private init(_ text: String) {
        var text = Array(text.utf8)
        if text.starts(with: CSVWriter.byteOrderMark) { text.removeFirst(3) }
        self.text = text
        separator = Self.separator(of: text)
    }

    /// The separator that the first line has most of, outside of quotation marks.
    private static func separator(of text: [UInt8]) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in text {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == lineFeed { break }
            counts[byte, default: 0] += 1
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return candidates.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? UInt8(ascii: ",")
    }

    private var byte: UInt8? { text.indices.contains(position) ? text[position] : nil }

    private var place: SheetError.Place { SheetError.Place(row: rows.count + 1, column: row.count) }

    private mutating func read() throws(SheetError) {
        while byte != nil {
            try readCell()
            switch byte {
            case separator:
                position += 1
                // A separator at the very end of the file has an empty cell behind it.
                if byte == nil { endRow() }
            case nil: endRow()
            default:
                if byte == Self.carriageReturn { position += 1 }
                if byte == Self.lineFeed { position += 1 }
                endRow()
            }
            if rows.count > SheetLimits.rowsMax { throw .tooMuch(.rows) }
        }
    }

    private mutating func endRow() {
        while row.last == .empty { row.removeLast() }
        rows.append(row)
        row = []
    }

    private mutating func readCell() throws(SheetError) {
        let content = byte == Self.quote ? try quoted() : try plain()
        cells += 1
        if content.count > SheetLimits.cellBytesMax { throw .tooMuch(.cellBytes) }
        if row.count >= SheetLimits.columnsMax { throw .tooMuch(.columns) }
        if cells > SheetLimits.cellsMax { throw .tooMuch(.cells) }
        if content.contains(0) { throw .controlCharacter(place) }
        let text = FormulaGuard.stripped(String(decoding: content, as: UTF8.self))
        row.append(text.isEmpty ? .empty : .text(text))
    }

    private mutating func quoted() throws(SheetError) -> [UInt8] {
        let start = place
        var content: [UInt8] = []
        position += 1
        while let byte {
            position += 1
            guard byte == Self.quote else {
                content.append(byte)
                continue
            }
            if self.byte == Self.quote {
                content.append(Self.quote)
                position += 1
                continue
            }
            switch self.byte {
            case nil, separator, Self.lineFeed, Self.carriageReturn: return content
            default: throw .quotes(start)
            }
        }
        throw .quotes(start)
    }

    private mutating func plain() throws(SheetError) -> [UInt8] {
        let start = position
        while let byte, byte != separator, byte != Self.lineFeed, byte != Self.carriageReturn {
            if byte == Self.quote { throw .quotes(place) }
            position += 1
        }
        return Array(text[start..<position])
    }
}
