/// What the documents promise must be what the code has.
enum ProtocolRule {
    /// The methods that the code declares: `static let name = "a.b"`.
    static func declared(in files: [SourceFile]) -> Set<String> {
        var names: Set<String> = []
        for file in files {
            for line in file.lines {
                guard let range = line.firstRange(of: "static let name = \"") else { continue }
                names.insert(String(line[range.upperBound...].prefix { $0 != "\"" }))
            }
        }
        return names
    }

    /// The methods that have a row in a table of the document: the first cell holds `a.b` in backquotes.
    static func documented(in file: SourceFile) -> [(name: String, line: Int)] {
        var rows: [(String, Int)] = []
        for (index, line) in file.lines.enumerated() where line.hasPrefix("|") {
            let cells = line.split(separator: "|")
            guard let first = cells.first, let name = quoted(first), isMethod(name) else { continue }
            rows.append((name, index + 1))
        }
        return rows
    }

    private static func quoted(_ cell: Substring) -> String? {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : nil
    }

    private static let families: Set<String> = [
        "session", "rpc", "server", "enrol", "plan", "sync", "history", "aggregate", "ranking", "explain", "admin",
        "blob",
    ]

    /// Whether a word has a method's form: a family, a point and lower-case letters.
    private static func isMethod(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 2 && families.contains(parts.first.map(String.init) ?? "")
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase } }
    }

    static func check(code: [SourceFile], document: SourceFile, notifications: Set<String>) -> [Finding] {
        let declared = declared(in: code)
        let documented = documented(in: document)
        let missing = declared.subtracting(documented.map(\.name)).sorted().map {
            Finding(path: document.path, line: 1, message: "the method '\($0)' has no row; add one.")
        }
        let strangers = documented.filter { !declared.contains($0.name) && !notifications.contains($0.name) }.map {
            Finding(
                path: document.path, line: $0.line, message: "no code has the method '\($0.name)'; take the row out.")
        }
        return missing + strangers
    }
}

/// Both languages of a document have the same build.
enum HeadingRule {
    /// How many headings a document has at each level, 1 to 6; lines in code blocks do not count.
    static func counts(_ file: SourceFile) -> [Int] {
        var counts = [Int](repeating: 0, count: 6)
        var isCode = false
        for line in file.lines {
            if line.hasPrefix("```") { isCode.toggle() }
            let level = line.prefix { $0 == "#" }.count
            guard !isCode, (1...6).contains(level), line.dropFirst(level).first == " " else { continue }
            counts[level - 1] += 1
        }
        return counts
    }

    static func check(_ one: SourceFile, _ other: SourceFile) -> [Finding] {
        zip(counts(one), counts(other)).enumerated().compactMap { level, pair in
            guard pair.0 != pair.1 else { return nil }
            return Finding(
                path: other.path, line: 1,
                message:
                    "\(pair.1) headings of level \(level + 1), but \(pair.0) in \(one.path); translate what is missing."
            )
        }
    }
}

/// What may not be kept under version control.
enum TrackedRule {
    static let bytesMax = 512 * 1_024

    static func size(_ path: String, bytes: Int) -> [Finding] {
        guard bytes > bytesMax else { return [] }
        return [
            Finding(path: path, line: 1, message: "\(bytes) bytes; fetch it when it is needed (at most \(bytesMax)).")
        ]
    }

    static func privateKey(_ file: SourceFile) -> [Finding] {
        let marks = ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "].map { "-----BEGIN \($0)PRIVATE " + "KEY-----" }
        // Only whole lines: a text that searches for such a line is no key.
        return ShapeRule.findings(in: file) { line in
            marks.contains(line.trimmingEnd) ? "a private key; make it when it is needed and revoke this one." : nil
        }
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(reversed().drop { $0.isWhitespace }.reversed()) }
}
