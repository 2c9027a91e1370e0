// Reads what a person filled in, and nothing else: values, never formulas (what a formula came to is taken), no
// macros, no links, no pictures. Hidden sheets are left out. Every part has its limits.

package import PlanSyncClient

/// Reads the sheets of an .xlsx file (ECMA-376).
package enum WorkbookReader {
    /// The sheets in the file's order.
    ///
    /// - Throws: ``SheetError``.
    package static func sheets(_ bytes: [UInt8]) throws(SheetError) -> [Sheet] {
        // The container of .xls and of encrypted files.
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw .oldOrLocked }
        let archive = try ZipArchive(bytes)
        let root = try relations(archive, "_rels/.rels", base: "")
        guard let main = root.first(where: { $0.kind == "officeDocument" })?.target else { throw .damaged("_rels") }
        let folder = main.lastIndex(of: "/").map { String(main[..<$0]) } ?? ""
        let file = main.lastIndex(of: "/").map { String(main[main.index(after: $0)...]) } ?? main
        let parts = try relations(archive, "\(folder)/_rels/\(file).rels", base: folder)
        let outline = WorkbookOutline()
        try read(archive, main, outline)
        let texts = SharedTexts()
        if let part = parts.first(where: { $0.kind == "sharedStrings" })?.target { try read(archive, part, texts) }
        let styles = CellStyles()
        if let part = parts.first(where: { $0.kind == "styles" })?.target { try read(archive, part, styles) }
        if outline.sheets.count > SheetLimits.sheetsMax { throw .tooMuch(.sheets) }
        var sheets: [Sheet] = []
        var cells = 0
        for entry in outline.sheets where !entry.isHidden {
            guard let part = parts.first(where: { $0.id == entry.relation && $0.kind == "worksheet" }) else { continue }
            let rows = SheetRows(
                name: entry.name, texts: texts.texts, styles: styles.kinds, is1904: outline.is1904,
                cellsMax: SheetLimits.cellsMax - cells)
            try read(archive, part.target, rows)
            cells += rows.cells
            var sheet = Sheet(name: entry.name, rows: rows.rows)
            sheet.merged = rows.merged
            sheets.append(sheet)
        }
        return sheets
    }

    private static func read(
        _ archive: ZipArchive, _ name: String, _ taker: any XMLTaker
    ) throws(SheetError) {
        let stream = try XMLStream(name, taker)
        try archive.unpack(name) { piece throws(SheetError) in try stream.read(piece) }
        try stream.finish()
    }

    private static func relations(
        _ archive: ZipArchive, _ name: String, base: String
    ) throws(SheetError) -> [Relations.Relation] {
        let plain = name.hasPrefix("/") ? String(name.dropFirst()) : name
        guard archive.has(plain) else { throw .damaged(plain) }
        let relations = Relations(base: base)
        try read(archive, plain, relations)
        return relations.relations
    }
}

/// Which parts belong to a part.
final class Relations: XMLTaker {
    struct Relation {
        let id: String
        /// The last word of its type.
        let kind: String
        /// The part's name in the archive.
        let target: String
    }

    private(set) var relations: [Relation] = []
    private let base: String

    init(base: String) { self.base = base }

    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError) {
        guard name == "Relationship", let target = attributes["Target"], attributes["TargetMode"] != "External" else {
            return
        }
        if relations.count >= ZipArchive.partsMax { throw .tooMuch(.parts) }
        let kind = attributes["Type"]?.split(separator: "/").last.map(String.init) ?? ""
        relations.append(Relation(id: attributes["Id"] ?? "", kind: kind, target: resolved(target)))
    }

    func text(_ text: String) throws(SheetError) {}

    func end(_ name: String) throws(SheetError) {}

    /// The target's name from the archive's root.
    private func resolved(_ target: String) -> String {
        var parts = target.hasPrefix("/") ? [] : base.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." {
                _ = parts.popLast()
            } else if part != "." {
                parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

/// The names of a workbook's sheets, and how it counts days.
final class WorkbookOutline: XMLTaker {
    struct Entry {
        let name: String
        let relation: String
        let isHidden: Bool
    }

    private(set) var sheets: [Entry] = []
    /// Whether days are counted from 1904.
    private(set) var is1904 = false

    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError) {
        switch name {
        case "workbookPr": is1904 = ["1", "true", "on"].contains(attributes["date1904"] ?? "")
        case "sheet":
            let isHidden = ["hidden", "veryHidden"].contains(attributes["state"] ?? "")
            sheets.append(
                Entry(name: attributes["name"] ?? "", relation: attributes["id"] ?? "", isHidden: isHidden))
            if sheets.count > SheetLimits.sheetsMax { throw .tooMuch(.sheets) }
        default: break
        }
    }

    func text(_ text: String) throws(SheetError) {}

    func end(_ name: String) throws(SheetError) {}
}

/// The texts that cells share.
final class SharedTexts: XMLTaker {
    private(set) var texts: [String] = []
    private var current = ""
    private var isText = false
    private var isPhonetic = false

    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError) {
        switch name {
        case "si": current = ""
        // How a name is spoken is no part of it.
        case "rPh": isPhonetic = true
        case "t": isText = !isPhonetic
        default: break
        }
    }

    func text(_ text: String) throws(SheetError) {
        guard isText else { return }
        current += text
        if current.utf8.count > SheetLimits.cellBytesMax { throw .tooMuch(.cellBytes) }
    }

    func end(_ name: String) throws(SheetError) {
        switch name {
        case "si":
            texts.append(CellText.unescaped(current))
            if texts.count > SheetLimits.cellsMax { throw .tooMuch(.cells) }
        case "rPh": isPhonetic = false
        case "t": isText = false
        default: break
        }
    }
}

/// What the number of a cell with some style is.
final class CellStyles: XMLTaker {
    enum Kind: Equatable {
        case plain, percent, day
    }

    /// By the style's index.
    private(set) var kinds: [Kind] = []
    private var formats: [Int: Kind] = [:]
    private var isInCells = false

    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError) {
        switch name {
        case "numFmt":
            guard let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] else {
                return
            }
            formats[id] = Self.kind(of: code)
            if formats.count > SheetLimits.rowsMax { throw .tooMuch(.parts) }
        case "cellXfs": isInCells = true
        case "xf" where isInCells:
            let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
            kinds.append(formats[id] ?? Self.builtIn(id))
            if kinds.count > SheetLimits.rowsMax { throw .tooMuch(.parts) }
        default: break
        }
    }

    func text(_ text: String) throws(SheetError) {}

    func end(_ name: String) throws(SheetError) { if name == "cellXfs" { isInCells = false } }

    /// The formats that need no code, also those of East Asian releases (ECMA-376, 18.8.30).
    private static func builtIn(_ id: Int) -> Kind {
        switch id {
        case 9, 10: .percent
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: .day
        default: .plain
        }
    }

    /// What a format's code says outside of its texts and brackets.
    private static func kind(of code: String) -> Kind {
        var letters = ""
        var isText = false
        var isBracket = false
        var isEscaped = false
        // Only the first section: that of figures above zero.
        for character in code {
            if isEscaped {
                isEscaped = false
            } else if character == "\"" {
                isText.toggle()
            } else if isText {
                continue
            } else if character == "\\" || character == "_" || character == "*" {
                isEscaped = true
            } else if character == "[" {
                isBracket = true
            } else if character == "]" {
                isBracket = false
            } else if character == ";", !isBracket {
                break
            } else if !isBracket {
                letters.append(character)
            }
        }
        let lower = letters.lowercased()
        if lower.contains("general") || lower.contains("standard") { return .plain }
        if lower.contains("y") || lower.contains("d") || lower.contains("年") { return .day }
        return lower.contains("%") ? .percent : .plain
    }
}
