// A spreadsheet holds figures as binary fractions and shows 15 digits of them; in its file 4.1 may stand as
// 4.0999999999999996. What the person saw is the 15 digits, and they are taken from the text, never by way of a
// binary fraction.

import PlanSyncClient
import PlanSyncCore

/// How the contents of cells are written in a file.
enum CellText {
    /// The digits that a spreadsheet shows of a figure.
    static let digitsMax = 15

    /// The column of a place such as `AB12`, from 0; `nil` for what is none.
    static func column(of place: String) -> Int? {
        var column = 0
        var letters = 0
        for byte in place.utf8 {
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { break }
            column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
            letters += 1
            if letters > 3 { return nil }
        }
        return letters == 0 ? nil : column - 1
    }

    /// The plain decimal of a number such as `4.0999999999999996` or `1.5E-3`, as a spreadsheet shows it.
    static func figure(_ text: String) -> String? {
        var digits: [UInt8] = []
        var point: Int?
        var isNegative = false
        var exponent = 0
        let parts = Array(text.utf8).split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
        }
        for (index, byte) in (parts.first ?? []).enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: "+") where index == 0: break
            case UInt8(ascii: ".") where point == nil: point = digits.count
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            default: return nil
            }
        }
        if digits.isEmpty || digits.count > 400 { return nil }
        if parts.count == 2 {
            guard let second = parts.last, let number = Int(String(decoding: second, as: UTF8.self)),
                (-400...400).contains(number)
            else { return nil }
            exponent = number
        }
        return plain(digits, point: (point ?? digits.count) + exponent, isNegative: isNegative)
    }

    /// Writes digits with the point behind so many of them, rounded to what is shown.
    private static func plain(_ digits: [UInt8], point: Int, isNegative: Bool) -> String {
        let leading = digits.prefix { $0 == 0 }.count
        var kept = Array(digits.dropFirst(leading))
        var point = point - leading
        if kept.count > digitsMax {
            let roundsUp = kept[digitsMax] >= 5
            kept = Array(kept.prefix(digitsMax))
            if roundsUp {
                var place = digitsMax - 1
                while place >= 0, kept[place] == 9 {
                    kept[place] = 0
                    place -= 1
                }
                if place >= 0 {
                    kept[place] += 1
                } else {
                    kept.insert(1, at: 0)
                    point += 1
                }
            }
        }
        while kept.last == 0 { kept.removeLast() }
        if kept.isEmpty { return "0" }
        let text = kept.map { String($0) }
        let whole: String
        let part: String
        if point <= 0 {
            whole = "0"
            part = String(repeating: "0", count: -point) + text.joined()
        } else {
            whole = text.prefix(point).joined() + String(repeating: "0", count: max(0, point - text.count))
            part = text.dropFirst(point).joined()
        }
        return (isNegative ? "-" : "") + whole + (part.isEmpty ? "" : "." + part)
    }

    /// A plain decimal with its point so many places further to the right.
    static func shifted(_ figure: String, by places: Int) -> String { Self.figure("\(figure)E\(places)") ?? figure }

    /// The day with this number; with its time of day as a text, which no day is.
    static func day(_ figure: String, is1904: Bool) -> SheetCell {
        let parts = figure.split(separator: ".")
        guard let serial = parts.first.flatMap({ Int($0) }), (0...2_958_465).contains(serial) else {
            return .figure(figure)
        }
        // Until the day that the year 1900 did not have, the count is one lower.
        let shift = is1904 ? 1_462 : serial < 60 ? 1 : 0
        let day = CalendarDate(daysSince1970: serial + shift - 25_569)
        return parts.count == 1 ? .day("\(day)") : .text("\(day) +0.\(parts[1])")
    }

    /// A text without the escapes that stand for control characters (`_x000D_`).
    static func unescaped(_ text: String) -> String {
        guard text.contains("_x") else { return text }
        var plain = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "_x") {
            plain += rest[..<start.lowerBound]
            let code = rest[start.upperBound...].prefix(4)
            let behind = rest[start.upperBound...].dropFirst(code.count)
            if code.count == 4, behind.first == "_", let number = UInt8(code, radix: 16),
                number < 0x20 || number == UInt8(ascii: "_")
            {
                plain.unicodeScalars.append(Unicode.Scalar(number))
                rest = behind.dropFirst()
            } else {
                plain += rest[start]
                rest = rest[start.upperBound...]
            }
        }
        return plain + rest
    }
}
