import PlanSyncClient
import PlanSyncSheets

/// Reads a workbook; what it takes must write and read back alike.
final class WorkbookTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        guard let sheets = try? WorkbookReader.sheets(input) else { return }
        var cells = 0
        for sheet in sheets {
            if sheet.rows.count > SheetLimits.rowsMax { finding("A sheet has more rows than are allowed.") }
            for row in sheet.rows {
                cells += row.count
                if row.count > SheetLimits.columnsMax { finding("A row has more columns than are allowed.") }
            }
        }
        if cells > SheetLimits.cellsMax { finding("There are more cells than are allowed.") }
        guard cells < 2_000, let bytes = try? WorkbookWriter.bytes(sheets) else { return }
        guard let again = try? WorkbookReader.sheets(bytes) else { finding("What was written does not read back.") }
        if again.count != sheets.count { finding("A sheet was lost.") }
    }
}

/// Reads a text file of sheets; what it takes must write and read back alike.
final class CSVTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        guard let (sheets, _) = try? SheetFile.read(input, as: .csv), let sheet = sheets.first else { return }
        guard let (again, _) = try? SheetFile.read(CSVWriter.bytes(sheet), as: .csv) else {
            finding("What was written does not read back.")
        }
        // Rows without a cell at the end of a sheet have no end of their own.
        let width = sheet.rows.map(\.count).max() ?? 0
        if width > 0, again.first?.rows != sheet.rows { finding("Another table was read back.") }
    }
}
