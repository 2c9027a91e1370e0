package import PlanSyncCore

/// A bulletin as plain text, 28 Chinese characters or 56 Latin ones to the line.
package enum BulletinText {
    private static let columns = 56

    /// The text.
    package static func text(of bulletin: Bulletin) -> String {
        let line = { (field: BulletinTemplate.Field) in bulletin.lines[field].map(TextTable.plain) ?? "" }
        var lines: [String] = []
        if !line(.head).isEmpty { lines.append(centred(line(.head))) }
        if !line(.number).isEmpty { lines.append(centred(line(.number))) }
        if bulletin.form == .brief { lines.append(spread(line(.office), bulletin.date)) }
        if !lines.isEmpty { lines += [String(repeating: "-", count: columns), ""] }
        lines += [centred(line(.title)), ""]
        if !line(.addressees).isEmpty { lines.append(line(.addressees) + (bulletin.isChinese ? "\u{FF1A}" : ":")) }
        for block in bulletin.blocks { lines += text(of: block, bulletin.isChinese) }
        if bulletin.form == .notice {
            lines += ["", right(line(.signature)), right(bulletin.date)]
        }
        lines += ["", bulletin.standing]
        if !line(.copies).isEmpty { lines.append(line(.copies)) }
        if !line(.printed).isEmpty { lines.append(spread(line(.printed), bulletin.date)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(of block: Bulletin.Block, _ isChinese: Bool) -> [String] {
        let indent = isChinese ? "  " : ""
        switch block {
        case .heading(_, let text): return ["", indent + TextTable.plain(text)]
        case .paragraph(let text): return [indent + TextTable.plain(text)]
        case .table(let rows):
            guard let heads = rows.first else { return [] }
            var table = TextTable(heads)
            for row in rows.dropFirst() { table.add(row) }
            return [""] + table.lines + [""]
        }
    }

    private static func centred(_ text: String) -> String {
        String(repeating: " ", count: max(0, (columns - TextTable.width(text)) / 2)) + text
    }

    private static func right(_ text: String) -> String {
        String(repeating: " ", count: max(0, columns - 8 - TextTable.width(text))) + text
    }

    private static func spread(_ left: String, _ right: String) -> String {
        let space = max(2, columns - TextTable.width(left) - TextTable.width(right))
        return left + String(repeating: " ", count: space) + right
    }
}
