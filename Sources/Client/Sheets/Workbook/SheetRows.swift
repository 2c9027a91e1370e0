import PlanSyncClient

/// The rows of one sheet.
final class SheetRows: XMLTaker {
    private(set) var rows: [[SheetCell]] = []
    /// How many cells there are, with the empty ones before the last of each row.
    private(set) var cells = 0
    /// The cells that are shown as one.
    private(set) var merged: [MergedCells] = []

    private let name: String
    private let texts: [String]
    private let styles: [CellStyles.Kind]
    private let is1904: Bool
    private let cellsMax: Int

    private var row = 0
    private var column = -1
    private var kind = ""
    private var style = CellStyles.Kind.plain
    private var hasFormula = false
    private var content: String?
    private var isContent = false
    private var isPhonetic = false

    init(name: String, texts: [String], styles: [CellStyles.Kind], is1904: Bool, cellsMax: Int) {
        self.name = name
        self.texts = texts
        self.styles = styles
        self.is1904 = is1904
        self.cellsMax = cellsMax
    }

    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError) {
        switch name {
        case "row":
            // Rows count on where they are not numbered.
            let number = attributes["r"].flatMap { Int($0) }
            guard let next = number ?? (row < .max ? row + 1 : nil), next > 0 else { throw .damaged("row") }
            row = next
            column = -1
        case "c": try beginCell(attributes)
        case "mergeCell": merge(attributes["ref"] ?? "")
        case "f": hasFormula = true
        case "v": isContent = true
        case "rPh": isPhonetic = true
        case "t": isContent = kind == "inlineStr" && !isPhonetic
        default: break
        }
    }

    private func beginCell(_ attributes: [String: String]) throws(SheetError) {
        if let place = attributes["r"] {
            guard let found = CellText.column(of: place) else { throw .damaged(String(place.prefix(20))) }
            column = found
        } else {
            column += 1
        }
        kind = attributes["t"] ?? "n"
        let index = attributes["s"].flatMap { Int($0) } ?? -1
        style = styles.indices.contains(index) ? styles[index] : .plain
        content = nil
        hasFormula = false
    }

    private func merge(_ name: String) {
        let last = name.split(separator: ":").last?.drop { !$0.isNumber } ?? ""
        guard merged.count < SheetLimits.rowsMax, name.utf8.count < 24, let row = Int(last) else { return }
        merged.append(MergedCells(name: name, lastRow: row))
    }

    func text(_ text: String) throws(SheetError) {
        guard isContent else { return }
        content = (content ?? "") + text
        if (content ?? "").utf8.count > SheetLimits.cellBytesMax { throw .tooMuch(.cellBytes) }
    }

    func end(_ name: String) throws(SheetError) {
        switch name {
        case "v", "t": isContent = false
        case "rPh": isPhonetic = false
        case "c": try endCell()
        default: break
        }
    }

    private func endCell() throws(SheetError) {
        guard let content else {
            // A formula that no program has worked out.
            if hasFormula { try put(.failed("#?")) }
            return
        }
        self.content = nil
        switch kind {
        case "s":
            guard let index = Int(content), texts.indices.contains(index) else { throw damaged }
            if !texts[index].isEmpty { try put(.text(texts[index])) }
        case "inlineStr", "str": if !content.isEmpty { try put(.text(CellText.unescaped(content))) }
        case "b": try put(.flag(content == "1" || content == "true"))
        case "e": try put(.failed(content))
        case "d": try put(.day(String(content.prefix(10))))
        case "n":
            guard let figure = CellText.figure(content) else { throw damaged }
            try put(numbered(figure))
        default: throw damaged
        }
    }

    private var damaged: SheetError {
        let place = SheetError.Place(sheet: name, row: row, column: max(0, column))
        return .damaged(place.shown(chinese: false))
    }

    private func numbered(_ figure: String) -> SheetCell {
        switch style {
        case .plain: .figure(figure)
        case .percent: .percent(CellText.shifted(figure, by: 2))
        case .day: CellText.day(figure, is1904: is1904)
        }
    }

    private func put(_ cell: SheetCell) throws(SheetError) {
        guard row > 0, row <= SheetLimits.rowsMax else { throw .tooMuch(.rows) }
        guard column >= 0, column < SheetLimits.columnsMax else { throw .tooMuch(.columns) }
        while rows.count < row { rows.append([]) }
        let missing = column + 1 - rows[row - 1].count
        if missing > 0 {
            cells += missing
            if cells > cellsMax { throw .tooMuch(.cells) }
            rows[row - 1] += [SheetCell](repeating: .empty, count: missing)
        }
        rows[row - 1][column] = cell
    }
}
