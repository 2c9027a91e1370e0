package import PlanSyncClient

/// Files of sheets, by the end of their name: `.csv` or `.xlsx`.
package enum SheetFile {
    /// A format.
    package enum Format: Sendable, Equatable {
        case csv, xlsx

        /// The format that a file's name tells.
        ///
        /// - Throws: ``SheetError/otherFormat(_:)``.
        package init(name: String) throws(SheetError) {
            let lower = name.lowercased()
            if lower.hasSuffix(".csv") {
                self = .csv
            } else if lower.hasSuffix(".xlsx") {
                self = .xlsx
            } else {
                throw .otherFormat(name)
            }
        }
    }

    /// The sheets in a file's bytes, and the encoding when they were text.
    ///
    /// - Throws: ``SheetError``.
    package static func read(
        _ bytes: [UInt8], as format: Format
    ) throws(SheetError) -> (sheets: [Sheet], encoding: ChineseText.Encoding?) {
        if bytes.count > SheetLimits.fileBytesMax { throw .tooMuch(.fileBytes) }
        switch format {
        case .csv:
            let (text, encoding) = try ChineseText.decode(bytes)
            return ([try CSVReader.sheet(text)], encoding)
        case .xlsx: return (try WorkbookReader.sheets(bytes), nil)
        }
    }

    /// The bytes of a file with these sheets; a text file takes the first alone.
    ///
    /// - Throws: ``SheetError``.
    package static func write(_ sheets: [Sheet], as format: Format) throws(SheetError) -> [UInt8] {
        switch format {
        case .csv: sheets.first.map { CSVWriter.bytes($0) } ?? CSVWriter.bytes(Sheet(name: "", rows: []))
        case .xlsx: try WorkbookWriter.bytes(sheets)
        }
    }
}
