/// A table for a terminal; East Asian wide characters take two columns.
package struct TextTable: Sendable {
    private let heads: [String]
    private let rightAligned: Set<Int>
    private var rows: [[String]] = []

    /// A table with these column heads; some columns are set to the right, by index.
    package init(_ heads: [String], rightAligned: Set<Int> = []) {
        self.heads = heads.map(Self.plain)
        self.rightAligned = rightAligned
    }

    /// Whether there is no row.
    package var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; cells that are missing are empty.
    package mutating func add(_ cells: [String]) {
        let padding = [String](repeating: "", count: max(0, heads.count - cells.count))
        rows.append(cells.prefix(heads.count).map(Self.plain) + padding)
    }

    /// The lines, the head and a rule first.
    package var lines: [String] {
        var widths = heads.map(Self.width)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Self.width(cell)) }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return ([heads, rule] + rows).map { row in
            let cells = row.enumerated().map { index, cell -> String in
                let padding = String(repeating: " ", count: max(0, widths[index] - Self.width(cell)))
                return rightAligned.contains(index) ? padding + cell : cell + padding
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The columns that a text takes on a terminal (Unicode Standard Annex 11, the wide ranges).
    package static func width(_ text: String) -> Int {
        text.reduce(0) { sum, character in
            guard let scalar = character.unicodeScalars.first else { return sum }
            return sum + (isWide(scalar.value) ? 2 : 1)
        }
    }

    /// A text on one line without control characters, which could steer the terminal.
    package static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: plain += scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}"
            case .format where scalar.value != 0x200D: plain += "\u{FFFD}"
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    private static func isWide(_ code: UInt32) -> Bool {
        switch code {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
