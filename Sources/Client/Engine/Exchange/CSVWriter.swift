/// Writes a sheet as CSV (RFC 4180): in UTF-8 with the mark by which office programs know it, every cell in quotes.
package enum CSVWriter {
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The bytes of the file.
    package static func bytes(_ sheet: Sheet) -> [UInt8] {
        let width = sheet.rows.map(\.count).max() ?? 0
        var bytes = byteOrderMark
        for row in sheet.rows {
            for column in 0..<width {
                if column > 0 { bytes.append(UInt8(ascii: ",")) }
                let cell = row.indices.contains(column) ? row[column] : .empty
                append(text(of: cell), to: &bytes)
            }
            bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return bytes
    }

    private static func text(of cell: SheetCell) -> String {
        if case .text(let text) = cell { return FormulaGuard.guarded(text) }
        return cell.typed ?? ""
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        for byte in text.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
