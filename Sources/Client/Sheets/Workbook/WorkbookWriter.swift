// libxlsxwriter writes to a file by its name; here that name leads to memory of this process, so that no figure of a
// county lies about in a folder for everybody.

import CXlsxWriter
import Glibc
package import PlanSyncClient
import PlanSyncCore

/// Writes sheets as an .xlsx file: texts as texts, figures as figures, days as days; no formula ever.
package enum WorkbookWriter {
    /// The digits that every spreadsheet keeps of a figure; one with more is written as text.
    package static let digitsMax = 15

    /// The bytes of the file.
    ///
    /// - Throws: ``SheetError``.
    package static func bytes(_ sheets: [Sheet]) throws(SheetError) -> [UInt8] {
        let descriptor = memfd_create("sheets", 0)
        guard descriptor >= 0 else { throw .system(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard let book = workbook_new("/proc/self/fd/\(descriptor)") else { throw .system("workbook_new") }
        do throws(SheetError) {
            let formats = Formats(book)
            var names: Set<String> = []
            for sheet in sheets { try add(sheet, to: book, formats, &names) }
        } catch {
            // Also frees it; what it writes is thrown away with the memory.
            workbook_close(book)
            throw error
        }
        let code = workbook_close(book)
        guard code == LXW_NO_ERROR else { throw failure(code) }
        return try content(of: descriptor)
    }

    private struct Formats {
        let head: UnsafeMutablePointer<lxw_format>?
        let text: UnsafeMutablePointer<lxw_format>?
        let day: UnsafeMutablePointer<lxw_format>?
        let percent: UnsafeMutablePointer<lxw_format>?

        init(_ book: UnsafeMutablePointer<lxw_workbook>) {
            head = workbook_add_format(book)
            format_set_bold(head)
            format_set_text_wrap(head)
            format_set_bg_color(head, 0xE6EDF5)
            format_set_border(head, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_align(head, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
            text = workbook_add_format(book)
            // As text, so that what is typed later keeps its zeros and its digits.
            format_set_num_format(text, "@")
            day = workbook_add_format(book)
            format_set_num_format(day, "yyyy-mm-dd")
            percent = workbook_add_format(book)
            format_set_num_format(percent, "0.##########%")
        }
    }

    private static func add(
        _ sheet: Sheet, to book: UnsafeMutablePointer<lxw_workbook>, _ formats: Formats, _ names: inout Set<String>
    ) throws(SheetError) {
        if sheet.rows.count > SheetLimits.rowsMax { throw .tooMuch(.rows) }
        let name = name(for: sheet.name, besides: names)
        names.insert(name.lowercased())
        guard let page = workbook_add_worksheet(book, name) else { throw .system("workbook_add_worksheet") }
        for (index, row) in sheet.rows.enumerated() {
            if row.count > SheetLimits.columnsMax { throw .tooMuch(.columns) }
            for (column, cell) in row.enumerated() {
                let isHead = index < sheet.headRows
                let code = write(cell, to: page, index, column, isHead ? formats.head : nil, formats)
                if code == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED {
                    throw .textTooLong(SheetError.Place(sheet: name, row: index + 1, column: column))
                }
                guard code == LXW_NO_ERROR else { throw failure(code) }
            }
        }
        layOut(sheet, page)
    }

    private static func write(
        _ cell: SheetCell, to page: UnsafeMutablePointer<lxw_worksheet>, _ row: Int, _ column: Int,
        _ head: UnsafeMutablePointer<lxw_format>?, _ formats: Formats
    ) -> lxw_error {
        let line = lxw_row_t(clamping: row)
        let place = lxw_col_t(clamping: column)
        switch cell {
        case .empty: return LXW_NO_ERROR
        case .text(let text), .failed(let text):
            return worksheet_write_string(page, line, place, text, head ?? formats.text)
        case .figure(let figure):
            guard let number = number(figure) else {
                return worksheet_write_string(page, line, place, figure, head ?? formats.text)
            }
            return worksheet_write_number(page, line, place, number, head)
        case .percent(let figure):
            guard let number = number(figure) else {
                return worksheet_write_string(page, line, place, figure + "%", head ?? formats.text)
            }
            return worksheet_write_number(page, line, place, number / 100, head ?? formats.percent)
        case .day(let day):
            guard let date = try? CalendarDate(day), date.year >= 1901 else {
                return worksheet_write_string(page, line, place, day, head ?? formats.text)
            }
            // Days since 1899-12-30.
            return worksheet_write_number(
                page, line, place, Double(date.daysSince1970 + 25_569), head ?? formats.day)
        case .flag(let flag): return worksheet_write_boolean(page, line, place, flag ? 1 : 0, head)
        }
    }

    /// The figure as a spreadsheet holds it; `nil` when it would lose digits.
    private static func number(_ figure: String) -> Double? {
        let digits = figure.filter { $0.isNumber }.drop { $0 == "0" }
        return digits.count > digitsMax ? nil : Double(figure)
    }

    /// Widths, the frozen head, and lists to choose from.
    private static func layOut(_ sheet: Sheet, _ page: UnsafeMutablePointer<lxw_worksheet>) {
        let width = sheet.rows.map(\.count).max() ?? 0
        for column in 0..<width {
            var longest = 6
            for row in sheet.rows.dropFirst(max(0, sheet.headRows - 1)).prefix(1_000) where row.indices.contains(column)
            {
                longest = max(longest, TextTable.width(row[column].typed ?? ""))
            }
            let place = lxw_col_t(clamping: column)
            worksheet_set_column(page, place, place, Double(min(longest + 2, 48)), nil)
        }
        worksheet_freeze_panes(page, lxw_row_t(clamping: sheet.headRows), 0)
        for (column, options) in sheet.choices { addChoices(options, sheet, column, page) }
    }

    private static func addChoices(
        _ options: [String], _ sheet: Sheet, _ column: Int, _ page: UnsafeMutablePointer<lxw_worksheet>
    ) {
        // The format keeps a list in 255 characters, with commas between.
        let isShort = options.map(\.count).reduce(options.count, +) < 255
        guard isShort, !options.isEmpty, !options.contains(where: { $0.contains(",") }) else { return }
        var texts: [UnsafeMutablePointer<CChar>?] = options.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        let place = lxw_col_t(clamping: column)
        let first = lxw_row_t(clamping: sheet.headRows)
        let last = lxw_row_t(clamping: max(sheet.rows.count, sheet.headRows) + 999)
        texts.withUnsafeMutableBufferPointer { list in
            var rule = lxw_data_validation()
            rule.validate = UInt8(LXW_VALIDATION_TYPE_LIST.rawValue)
            rule.ignore_blank = UInt8(LXW_VALIDATION_ON.rawValue)
            rule.dropdown = UInt8(LXW_VALIDATION_ON.rawValue)
            rule.value_list = list.baseAddress
            _ = worksheet_data_validation_range(page, first, place, last, place, &rule)
        }
    }

    /// A name that the format allows: at most 31 characters, none of `[]:*?/\`, each once.
    private static func name(for wanted: String, besides taken: Set<String>) -> String {
        let allowed = wanted.filter { !"[]:*?/\\'".contains($0) && !$0.isNewline }
        let base = allowed.isEmpty ? "Sheet" : String(allowed.prefix(27))
        var name = base
        var number = 2
        while taken.contains(name.lowercased()) {
            name = "\(base) \(number)"
            number += 1
        }
        return name
    }

    private static func failure(_ code: lxw_error) -> SheetError {
        .system(lxw_strerror(code).map { String(cString: $0) } ?? "\(code.rawValue)")
    }

    private static func content(of descriptor: Int32) throws(SheetError) -> [UInt8] {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .system(String(cString: strerror(errno))) }
        var content: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &part, part.count)
            guard count >= 0 else { throw .system(String(cString: strerror(errno))) }
            if count == 0 { return content }
            content += part.prefix(count)
        }
    }
}
