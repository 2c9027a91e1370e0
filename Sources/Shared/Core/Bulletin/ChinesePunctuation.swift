/// The marks of Chinese print: full width beside Chinese characters, whatever was typed (GB/T 15834-2011).
public enum ChinesePunctuation {
    private static let marks: [Character: Character] = [
        ",": "\u{FF0C}", ":": "\u{FF1A}", ";": "\u{FF1B}", "?": "\u{FF1F}", "!": "\u{FF01}",
    ]

    /// A text with the marks beside Chinese characters in full width; marks within figures and foreign words stay.
    public static func set(_ text: String) -> String {
        var signs = Array(text)
        var opened: [(index: Int, isBeside: Bool)] = []
        for (index, sign) in signs.enumerated() {
            let isBeside =
                index > 0 && isChinese(signs[index - 1]) || index + 1 < signs.count && isChinese(signs[index + 1])
            switch sign {
            case "(": opened.append((index, isBeside))
            case ")":
                // Both of a pair, or neither.
                guard let start = opened.popLast(), start.isBeside || isBeside else { continue }
                signs[start.index] = "\u{FF08}"
                signs[index] = "\u{FF09}"
            default:
                if isBeside, let mark = marks[sign] { signs[index] = mark }
            }
        }
        return String(signs)
    }

    /// Chinese characters, and the marks that stand only among them.
    private static func isChinese(_ sign: Character) -> Bool {
        guard let scalar = sign.unicodeScalars.first else { return false }
        switch scalar.value {
        case 0x3001...0x3017, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xFF01...0xFF5E, 0x2_0000...0x3_FFFF: return true
        // Quotation marks and the ellipsis.
        case 0x2018...0x201D, 0x2026: return true
        default: return false
        }
    }
}
