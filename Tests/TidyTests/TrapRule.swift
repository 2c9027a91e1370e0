// Swift ends the process where C would go on: at a force unwrap, an index out of bounds, an overflow, a conversion that
// does not fit. Behind a socket each of these is a way to end the server. The rule finds what can trap by its form, and
// `Tests/Reviewed/traps.txt` says of each such place why it does not. It is blind to what has no form: see the fuzzers.

/// A place in the code that could end the process.
struct TrapSite: Hashable, Sendable {
    /// What kind of trap.
    enum Kind: String, CaseIterable, Sendable {
        /// A word whose purpose is to trap, or a force unwrap.
        case demand
        /// An integer made of another without a label that says what happens when it does not fit.
        case conversion
        /// `+ - *` with a number that has the name of one from the wire.
        case arithmetic
        /// An element by its number, or a range of elements.
        case subscripting = "subscript"
        /// Taking away or stepping where there may be nothing.
        case removal
    }

    let path: String
    let kind: Kind
    /// The code itself, without the spaces around it.
    let code: String
    let line: Int

    static func == (one: TrapSite, other: TrapSite) -> Bool {
        (one.path, one.kind, one.code) == (other.path, other.kind, other.code)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(kind)
        hasher.combine(code)
    }
}

/// Finds what may trap.
enum TrapRule {
    /// What a peer's bytes go through.
    static let folders = [
        "Sources/Shared/Wire/", "Sources/Shared/Transport/", "Sources/Shared/TLS/", "Sources/Shared/Core/",
        "Sources/Server/",
    ]

    static func sites(in file: SourceFile) -> [TrapSite] {
        var isText = false
        var sites: [TrapSite] = []
        for (index, line) in file.lines.enumerated() {
            let kinds = suspected(line)
            let marks = line.utf8.contains(UInt8(ascii: "\"")) ? line.ranges(of: "\"\"\"").count : 0
            let wasText = isText
            if marks % 2 == 1 { isText.toggle() }
            if wasText || marks > 0 || kinds.isEmpty { continue }
            let code = ShapeRule.withoutTexts(line)
            for kind in TrapSite.Kind.allCases where kinds.contains(kind) {
                for found in matches(kind, in: code) {
                    sites.append(TrapSite(path: file.path, kind: kind, code: found, line: index + 1))
                }
            }
        }
        return sites
    }

    /// The kinds that a line is worth searching for: one pass over its bytes, because regular expressions are slow.
    private static func suspected(_ line: String) -> Set<TrapSite.Kind> {
        let bytes = Array(line.utf8)
        var kinds: Set<TrapSite.Kind> = []
        func begins(_ word: String, at index: Int) -> Bool { bytes[index...].starts(with: word.utf8) }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "["): kinds.insert(.subscripting)
            case UInt8(ascii: "!"): kinds.insert(.demand)
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "<"): kinds.insert(.arithmetic)
            case UInt8(ascii: "I") where begins("Int", at: index): kinds.insert(.conversion)
            case UInt8(ascii: "r") where begins("remove", at: index) || begins("replaceSub", at: index),
                UInt8(ascii: "i") where begins("index(", at: index):
                kinds.insert(.removal)
            case UInt8(ascii: "f") where begins("fatal", at: index),
                UInt8(ascii: "p") where begins("precond", at: index),
                UInt8(ascii: "a") where begins("assert", at: index),
                UInt8(ascii: "u") where begins("unsafelyUnwrapped", at: index) || begins("unowned", at: index):
                kinds.insert(.demand)
            default: break
            }
        }
        return kinds
    }

    static func matches(_ kind: TrapSite.Kind, in code: String) -> [String] {
        switch kind {
        case .demand: demands(code)
        case .conversion: conversions(code)
        case .arithmetic: arithmetic(code)
        case .subscripting: subscripts(code)
        case .removal: removals(code)
        }
    }

    private static func demands(_ code: String) -> [String] {
        let words = code.matches(of: /\b(try[!]|as[!]|fatalError|precondition\w*|assert\w*|unsafelyUnwrapped|unowned)/)
        let unwraps = code.matches(of: /[\w)\]]+!(?![=\w])/)
        return words.map { String($0.1) }
            + unwraps.map { String($0.0) }.filter { !["try", "as"].contains($0.dropLast()) }
    }

    private static func conversions(_ code: String) -> [String] {
        code.matches(of: /\bU?Int(8|16|32|64)?\(/).compactMap { match in
            let inner = balanced(code[match.range.upperBound...])
            let labels = ["exactly:", "clamping:", "truncatingIfNeeded:", "ascii:", "bitPattern:"]
            if labels.contains(where: { inner.hasPrefix($0) }) { return nil }
            if inner.first?.isNumber == true, inner.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
                return nil
            }
            return "\(code[match.range])\(inner))"
        }
    }

    /// Numbers that a peer sends, or that are counted up from one, by their names in this code.
    private static func arithmetic(_ code: String) -> [String] {
        let names: Set = [
            "number", "incarnation", "inc", "seq", "sequence", "revision", "planRevision", "ordinal", "lastNumber",
            "seconds", "milliseconds", "limit", "header", "length", "issued", "size",
        ]
        let operators = code.matches(of: /([\w.()?]+)\s(\+|-|\*|<<)\s([\w.()]+)/)
        return operators.compactMap { match in
            let sides = [match.1, match.3].map {
                $0.split(whereSeparator: { !$0.isLetter }).last.map(String.init) ?? ""
            }
            return sides.contains { names.contains($0) } ? String(match.0) : nil
        }
    }

    private static func subscripts(_ code: String) -> [String] {
        let places: Set = [
            "index", "position", "at", "place", "start", "end", "key", "row", "column", "first", "second", "last",
            "lane", "next", "offset", "target", "number", "object", "bits", "later",
        ]
        return code.matches(of: /([\w.)\]$]+)\[/).compactMap { match in
            let inner = balanced(code[match.range.upperBound...], open: "[", close: "]")
            let isNumeric =
                inner.firstMatch(of: /^[0-9]+$|\.\.[.<]?|\$0$|\s[-+*]\s|Int\(|\.index\b/) != nil
                || places.contains(inner)
            return isNumeric && !inner.contains(":") ? "\(match.1)[\(inner)]" : nil
        }
    }

    private static func removals(_ code: String) -> [String] {
        code.matches(of: /[\w.]*\.(removeFirst|removeLast|remove\(at:|index\(after:|index\(before:|replaceSubrange)/)
            .map { String($0.0) }
    }

    /// What stands before the closing bracket that fits.
    private static func balanced(_ text: Substring, open: Character = "(", close: Character = ")") -> String {
        var depth = 1
        var inner = ""
        for character in text {
            if character == open { depth += 1 }
            if character == close { depth -= 1 }
            if depth == 0 { break }
            inner.append(character)
        }
        return inner
    }
}

/// The list of places that were looked at.
///
/// A line without an indent names a file; one with an indent and a kind holds pieces of code, between backquotes; the
/// lines below it, indented further, say why they do not trap.
struct TrapReview: Sendable {
    /// Some pieces of code of one file and kind, with the reason.
    struct Entry: Sendable {
        let path: String
        let kind: TrapSite.Kind
        let code: [String]
        let line: Int
        var reason = ""
    }

    private(set) var entries: [Entry] = []
    private(set) var faults: [Finding] = []

    init(_ file: SourceFile) {
        var path = ""
        for (index, line) in file.lines.enumerated() where !line.hasPrefix("#") && !line.isEmpty {
            let text = String(line.drop { $0 == " " })
            let indent = line.count - text.count
            if indent == 0 {
                path = text
            } else if indent >= 8, !entries.isEmpty {
                entries[entries.count - 1].reason += entries[entries.count - 1].reason.isEmpty ? text : " " + text
            } else if let kind = TrapSite.Kind(rawValue: String(text.prefix { $0 != " " })) {
                let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
                let code = pieces.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
                entries.append(Entry(path: path, kind: kind, code: code, line: index + 1))
            } else {
                faults.append(Finding(path: file.path, line: index + 1, message: "no kind of trap; see TrapSite.Kind."))
            }
        }
        for entry in entries where entry.reason.count < 15 {
            faults.append(
                Finding(path: file.path, line: entry.line, message: "say in a sentence why it does not trap."))
        }
    }

    /// Sites that nobody has looked at, and entries about code that is gone.
    func check(_ sites: [TrapSite], path: String) -> [Finding] {
        let found = Set(sites)
        var reviewed: Set<TrapSite> = []
        var findings = faults
        for entry in entries {
            for code in entry.code {
                let site = TrapSite(path: entry.path, kind: entry.kind, code: code, line: 0)
                if !found.contains(site) {
                    findings.append(
                        Finding(
                            path: path, line: entry.line, message: "'\(code)' is gone from \(entry.path); take it out.")
                    )
                }
                if !reviewed.insert(site).inserted {
                    findings.append(Finding(path: path, line: entry.line, message: "'\(code)' stands twice."))
                }
            }
        }
        for site in sites where !reviewed.contains(site) {
            findings.append(
                Finding(
                    path: site.path, line: site.line,
                    message:
                        "\(site.kind.rawValue) `\(site.code)` could end the process; write it otherwise, or say in "
                        + "\(path) why it does not."))
        }
        return findings
    }
}
