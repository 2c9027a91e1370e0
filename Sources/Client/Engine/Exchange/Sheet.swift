/// A cell of a sheet.
package enum SheetCell: Sendable, Equatable {
    /// Nothing.
    case empty
    /// A text.
    case text(String)
    /// A figure as a plain decimal, never a binary fraction.
    case figure(String)
    /// A figure that is shown in percent, as shown: `4.1` for 4.1 %.
    case percent(String)
    /// A day as `YYYY-MM-DD`.
    case day(String)
    /// Yes or no.
    case flag(Bool)
    /// What a spreadsheet shows where a formula failed, such as `#REF!`.
    case failed(String)

    /// What a person would type for it; `nil` for nothing.
    package var typed: String? {
        switch self {
        case .empty: nil
        case .text(let text): text.allSatisfy(\.isWhitespace) ? nil : text
        case .figure(let figure): figure
        case .percent(let figure): figure + "%"
        case .day(let day): day
        case .flag(let flag): flag ? "true" : "false"
        case .failed(let mark): mark
        }
    }
}

/// Cells that a spreadsheet shows as one.
package struct MergedCells: Sendable, Equatable {
    /// As the file names them, such as `B2:B3`.
    package let name: String
    /// The last row, from 1.
    package let lastRow: Int

    package init(name: String, lastRow: Int) {
        self.name = name
        self.lastRow = lastRow
    }
}

/// A table with a name, as it is written to a file or was read from one.
package struct Sheet: Sendable, Equatable {
    /// Its name; empty for a file that has no names.
    package let name: String
    /// The rows from the first; a row ends with its last cell that is not empty.
    package var rows: [[SheetCell]]
    /// For writing: how many rows at the top are heads.
    package var headRows = 1
    /// For writing: the values that a column below the heads takes, by the column's index.
    package var choices: [Int: [String]] = [:]
    /// Of a file that was read: which cells are merged.
    package var merged: [MergedCells] = []

    package init(name: String, rows: [[SheetCell]], headRows: Int = 1) {
        self.name = name
        self.rows = rows
        self.headRows = headRows
    }

    /// A column's letters: 0 is `A`, 27 is `AB`.
    package static func letters(of column: Int) -> String {
        var letters = ""
        var rest = max(0, column)
        repeat {
            let letter = UInt8(ascii: "A") + UInt8(truncatingIfNeeded: rest % 26)
            letters = String(UnicodeScalar(letter)) + letters
            rest = rest / 26 - 1
        } while rest >= 0
        return letters
    }
}

/// What a file of sheets may have at most; nobody fills in more by hand.
package enum SheetLimits {
    /// Bytes of a file.
    package static let fileBytesMax = 32 * 1_024 * 1_024
    /// Sheets in a file.
    package static let sheetsMax = 64
    /// Rows of a sheet.
    package static let rowsMax = 100_000
    /// Columns of a sheet.
    package static let columnsMax = 1_024
    /// Cells of a file, with the empty ones before the last of each row.
    package static let cellsMax = 2_000_000
    /// Bytes of one cell.
    package static let cellBytesMax = 65_536
}

/// Why a file of sheets cannot be read or written, with its place.
package enum SheetError: Error, Sendable, Equatable {
    /// Where in a file.
    package struct Place: Sendable, Equatable {
        /// The sheet's name; empty for a file that has no names.
        package let sheet: String
        /// The row from 1.
        package let row: Int
        /// The column from 0; `nil`: the whole row.
        package let column: Int?

        package init(sheet: String = "", row: Int, column: Int? = nil) {
            self.sheet = sheet
            self.row = row
            self.column = column
        }

        /// The place as a person finds it: `sheet 'a', row 3, column C`.
        package func shown(chinese: Bool) -> String {
            let letters = column.map { Sheet.letters(of: $0) }
            if chinese {
                return (sheet.isEmpty ? "" : "表“\(sheet)”") + "第 \(row) 行" + (letters.map { " \($0) 列" } ?? "")
            }
            return (sheet.isEmpty ? "" : "sheet '\(sheet)', ") + "row \(row)" + (letters.map { ", column \($0)" } ?? "")
        }
    }

    /// More of something than a file may have.
    case tooMuch(Limit)
    /// Neither .csv nor .xlsx by its name.
    case otherFormat(String)
    /// The old binary format, or one with a password.
    case oldOrLocked
    /// Not the archive that an .xlsx file is.
    case noArchive
    /// Not the workbook that an .xlsx file is, or a part of it is damaged.
    case damaged(String)
    /// Something in it that no spreadsheet writes and that can do harm.
    case suspicious(String)
    /// The text is in no encoding that is understood.
    case encoding
    /// Quotation marks that do not pair, or stand where they may not.
    case quotes(Place)
    /// A character that no text has.
    case controlCharacter(Place)
    /// A text that does not fit into a cell of the format.
    case textTooLong(Place)
    /// The library or the system refuses.
    case system(String)

    /// What there is too much of.
    package enum Limit: String, Sendable, Equatable {
        case fileBytes, sheets, rows, columns, cells, cellBytes, unpackedBytes, parts, depth
    }

    /// One sentence for a person.
    package func sentence(chinese: Bool) -> String {
        switch self {
        case .tooMuch(let limit): Self.limitSentence(limit, chinese: chinese)
        case .otherFormat(let name):
            chinese
                ? "“\(name)”不是 .csv 或 .xlsx 文件，请用表格软件另存为 .xlsx 再导入。"
                : "'\(name)' is neither .csv nor .xlsx; save it as .xlsx."
        case .noArchive:
            chinese
                ? "文件内容不是 .xlsx 表格，可能只改了扩展名；请用表格软件另存为 .xlsx 再导入。"
                : "What is in the file is no .xlsx workbook, whatever its name says; save it as .xlsx."
        case .oldOrLocked:
            chinese
                ? "这是旧格式（.xls）或加了密码的文件，请另存为没有密码的 .xlsx 再导入。"
                : "This is an old .xls file or one with a password; save it as .xlsx without a password."
        case .damaged(let detail):
            chinese ? "文件已损坏或不是表格：\(detail)。" : "The file is damaged or no spreadsheet: \(detail)."
        case .suspicious(let detail):
            chinese
                ? "文件含有表格软件不会写入的内容，已拒绝：\(detail)。"
                : "The file was refused, as it has what no spreadsheet writes: \(detail)."
        case .encoding:
            chinese
                ? "文字编码无法识别，请另存为 UTF-8 编码的 CSV 或 .xlsx。"
                : "The encoding of the text is not understood; save the file as CSV in UTF-8, or as .xlsx."
        case .quotes(let place):
            chinese
                ? "\(place.shown(chinese: true))：引号不成对或位置不对。"
                : "\(place.shown(chinese: false)): a quotation mark is not closed, or stands where it may not."
        case .controlCharacter(let place):
            chinese
                ? "\(place.shown(chinese: true))：含有控制字符。"
                : "\(place.shown(chinese: false)): there is a control character."
        case .textTooLong(let place):
            chinese
                ? "\(place.shown(chinese: true))：文字太长，一格最多 32767 个字符，请导出为 .csv。"
                : "\(place.shown(chinese: false)): a cell takes at most 32,767 characters; export to .csv instead."
        case .system(let reason):
            chinese ? "无法读写表格文件：\(reason)。" : "The file of sheets cannot be read or written: \(reason)."
        }
    }

    private static func limitSentence(_ limit: Limit, chinese: Bool) -> String {
        let (zh, en, maximum): (String, String, Int) =
            switch limit {
            case .fileBytes: ("字节", "bytes", SheetLimits.fileBytesMax)
            case .sheets: ("张表", "sheets", SheetLimits.sheetsMax)
            case .rows: ("行", "rows in a sheet", SheetLimits.rowsMax)
            case .columns: ("列", "columns in a sheet", SheetLimits.columnsMax)
            case .cells: ("个单元格", "cells", SheetLimits.cellsMax)
            case .cellBytes: ("字节（一个单元格）", "bytes in one cell", SheetLimits.cellBytesMax)
            case .unpackedBytes, .parts, .depth: ("", "", 0)
            }
        if maximum == 0 {
            return chinese
                ? "文件解压后过大或结构过于复杂，已拒绝。"
                : "The file unpacks to far more than it has bytes, or is too complex; it was refused."
        }
        return chinese ? "文件太大：最多 \(maximum) \(zh)。" : "The file is too large: at most \(maximum) \(en) are read."
    }
}
