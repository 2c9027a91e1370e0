// The rules of the house that a machine can check. A rule takes files and gives findings, so that it can be
// tried on planted text; what it searches for is spelt in pieces, so that it does not find itself.

/// Size and shape of files.
enum ShapeRule {
    static let linesMax = 500
    static let columnsMax = 120
    static let functionLinesMax = 70

    static func fileLength(_ file: SourceFile) -> [Finding] {
        guard file.count > linesMax else { return [] }
        return [Finding(path: file.path, line: file.count, message: "\(file.count) lines; split it at \(linesMax).")]
    }

    static func lineLength(_ file: SourceFile) -> [Finding] {
        findings(in: file) { line in
            line.count > columnsMax ? "\(line.count) characters; break the line at \(columnsMax)." : nil
        }
    }

    /// Functions longer than the limit, but for those named in `exceptions` as `PATH NAME`.
    static func functionLength(_ file: SourceFile, exceptions: Set<String> = []) -> [Finding] {
        functions(of: file).compactMap { function in
            guard function.lines > functionLinesMax, !exceptions.contains("\(file.path) \(function.name)") else {
                return nil
            }
            return Finding(
                path: file.path, line: function.start,
                message: "\(function.name) has \(function.lines) lines; split it at \(functionLinesMax).")
        }
    }

    private struct Function {
        let name: String
        let start: Int
        let lines: Int
    }

    /// Finds functions by their keyword and their braces; braces within texts are not counted.
    private static func functions(of file: SourceFile) -> [Function] {
        var found: [Function] = []
        for (index, line) in file.lines.enumerated() {
            guard let name = functionName(line) else { continue }
            var depth = 0
            var isOpen = false
            for (place, body) in file.lines[index...].enumerated() {
                for character in withoutTexts(body) {
                    if character == "{" { (depth, isOpen) = (depth + 1, true) }
                    if character == "}" { depth -= 1 }
                }
                if isOpen, depth <= 0 {
                    found.append(Function(name: name, start: index + 1, lines: place + 1))
                    break
                }
                // A requirement of a protocol has no body.
                if !isOpen, place > 12 { break }
            }
        }
        return found
    }

    private static func functionName(_ line: String) -> String? {
        let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "/" })
        guard !words.contains(where: { $0.hasPrefix("//") }) else { return nil }
        guard let index = words.firstIndex(where: { $0 == "func" || $0 == "init" || $0 == "deinit" }) else {
            return nil
        }
        let known: Set<Substring> = [
            "public", "package", "private", "fileprivate", "internal", "static", "mutating", "override", "convenience",
            "nonisolated", "isolated", "async", "final", "class", "inline", "__always", "discardableResult", "required",
        ]
        guard words[..<index].allSatisfy({ known.contains($0) }) else { return nil }
        if words[index] != "func" { return String(words[index]) }
        return words.indices.contains(index + 1) ? String(words[index + 1]) : "an operator"
    }

    /// A line without what stands between quotation marks and behind `//`.
    static func withoutTexts(_ line: String) -> String {
        var kept = ""
        var isText = false
        var isEscaped = false
        var last: Character?
        for character in line {
            if isText {
                if character == "\"", !isEscaped { isText = false }
                isEscaped = character == "\\" && !isEscaped
            } else if character == "\"" {
                isText = true
                kept.append("\"")
            } else {
                if character == "/", last == "/" { return String(kept.dropLast()) }
                kept.append(character)
            }
            last = isText ? nil : character
        }
        return kept
    }

    static func findings(in file: SourceFile, _ judge: (String) -> String?) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            judge(line).map { Finding(path: file.path, line: index + 1, message: $0) }
        }
    }
}

/// A piece of text that may stand only behind its door.
struct TokenRule: Sendable, CustomStringConvertible {
    /// What is searched for, outside of texts and comments unless `everywhere`.
    let token: String
    /// The folders and files where it may stand.
    let doors: [String]
    /// What to write instead.
    let instead: String
    /// Whether the test sources are held to it, too.
    var alsoInTests = false
    /// Whether comments count.
    var everywhere = false
    /// Whether letters may go on behind it, as in `import NIOCore`.
    var isPrefix = false
    /// Whether it may follow a value's name, as in `call.now`, but no type and nothing at all.
    var isOfTypes = false

    var description: String { token }

    func check(_ file: SourceFile) -> [Finding] {
        guard alsoInTests || file.path.hasPrefix("Sources/"), !doors.contains(where: { file.path.hasPrefix($0) }) else {
            return []
        }
        return ShapeRule.findings(in: file) { line in
            let text = everywhere ? line : ShapeRule.withoutTexts(line)
            return contains(text) ? "'\(token)' may not stand here; \(instead)" : nil
        }
    }

    private func contains(_ text: String) -> Bool {
        var rest = Substring(text)
        while let range = rest.firstRange(of: token) {
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            let beginsWord = token.first.map(Self.isWord) ?? false
            let endsWord = token.last.map(Self.isWord) ?? false
            let isWhole =
                !(beginsWord && before.map(Self.isWord) == true)
                && !(endsWord && !isPrefix && after.map(Self.isWord) == true)
                && !(isOfTypes && Self.followsValue(text[..<range.lowerBound]))
            if isWhole { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func followsValue(_ text: Substring) -> Bool {
        let word = text.reversed().prefix { isWord($0) }.reversed()
        return word.first?.isLowercase == true && !String(word).lowercased().hasSuffix("clock")
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}

extension TokenRule {
    /// The doors of style.md, section 2.
    static let house: [TokenRule] = [
        TokenRule(token: "import " + "Foundation", doors: [], instead: "Core has its own dates, figures and texts."),
        TokenRule(
            token: "import " + "NIO",
            doors: ["Sources/Shared/Transport/", "Sources/Server/Daemon/", "Sources/Client/Page/"],
            instead: "hand bytes to Transport.", isPrefix: true),
        TokenRule(token: "import " + "Hummingbird", doors: ["Sources/Client/Page/"], instead: "make HTML."),
        TokenRule(token: "import " + "COpenSSL", doors: ["Sources/Shared/TLS/"], instead: "call PlanSyncTLS."),
        TokenRule(
            token: "import " + "GRDB",
            doors: ["Sources/Shared/Store/", "Sources/Server/SQLite/", "Sources/Client/Engine/"],
            instead: "go through the store's protocol."),
        TokenRule(
            token: "import " + "GRDBSQLite", doors: ["Sources/Shared/Store/"], instead: "use its statements."),
        TokenRule(token: "import " + "CSQLite", doors: ["Sources/Shared/Store/"], instead: "open a StoreFile."),
        TokenRule(token: "import " + "Yams", doors: ["Sources/Shared/PlanFile/"], instead: "read a PlanNode."),
        TokenRule(
            token: "import " + "BigInt", doors: ["Sources/Shared/Core/Value/Rational.swift"], instead: "use Rational."),
        TokenRule(
            token: "Date" + "()", doors: ["Sources/Server/Daemon/", "Sources/Client/Tool/"],
            instead: "take `now: Timestamp` as a parameter."),
        TokenRule(
            token: "." + "now", doors: ["Sources/Server/Daemon/", "Sources/Client/Tool/", "Sources/Shared/Transport/"],
            instead: "take `now: Timestamp` as a parameter.", isOfTypes: true),
        TokenRule(token: "Task." + "detached", doors: [], instead: "use a task group.", alsoInTests: true),
        TokenRule(
            token: "static let " + "shared", doors: [], instead: "pass the value by init.", alsoInTests: true),
        TokenRule(token: "try" + "!", doors: [], instead: "throw, or `try #require`.", alsoInTests: true),
        TokenRule(token: "as" + "!", doors: [], instead: "use `as?`, or `try #require`.", alsoInTests: true),
        TokenRule(token: "fatalError" + "(", doors: [], instead: "throw a named error.", alsoInTests: true),
        TokenRule(token: "precondition" + "Failure(", doors: [], instead: "throw a named error.", alsoInTests: true),
        TokenRule(
            token: "print" + "(", doors: ["Sources/Server/Daemon/", "Sources/Client/Tool/"],
            instead: "log, or return the text."),
        TokenRule(
            token: "Dispatch" + "Queue", doors: [], instead: "use an actor, a Mutex or the event loop.",
            alsoInTests: true),
        TokenRule(
            token: "Thread." + "sleep", doors: [], instead: "move a clock that the test holds.", alsoInTests: true),
        TokenRule(token: "TO" + "DO", doors: [], instead: "do it, or leave it.", alsoInTests: true, everywhere: true),
        TokenRule(token: "FIX" + "ME", doors: [], instead: "fix it, or leave it.", alsoInTests: true, everywhere: true),
    ]
}

/// A type that is called safe without the compiler's proof needs its reason.
enum SendableRule {
    static func check(_ file: SourceFile) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            guard ShapeRule.withoutTexts(line).contains("@unchecked " + "Sendable") else { return nil }
            let before = file.lines[max(0, index - 3)...index]
            if before.contains(where: { $0.contains("Sendable " + "because") }) { return nil }
            return Finding(
                path: file.path, line: index + 1,
                message: "say why it is safe in a comment '// Sendable " + "because …' above it.")
        }
    }
}

/// Words that say nothing about a type.
enum VocabularyRule {
    static let banned: Set<String> = [
        "Manager", "Helper", "Util", "Utils", "Common", "Misc", "Info", "Processor", "Entity", "Model", "Item",
    ]

    static func check(_ file: SourceFile) -> [Finding] {
        ShapeRule.findings(in: file) { line in
            guard let name = declaredType(ShapeRule.withoutTexts(line)) else { return nil }
            guard let word = words(of: name).first(where: { banned.contains($0) }) else { return nil }
            return "the type '\(name)' has the word '\(word)'; say what it is (docs/vocabulary.md)."
        }
    }

    private static func declaredType(_ line: String) -> String? {
        let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
        let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        guard let index = words.firstIndex(where: { kinds.contains($0) }), words.indices.contains(index + 1) else {
            return nil
        }
        let name = words[index + 1]
        return name.first?.isUppercase == true ? String(name) : nil
    }

    /// The camel-case words of a name: `HTTPItemList` is HTTP, Item, List.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let follows = index + 1 < letters.count && letters[index + 1].isLowercase
            let begins = letter.isUppercase && (index == 0 || letters[index - 1].isLowercase || follows)
            if begins || words.isEmpty { words.append("") }
            words[words.count - 1].append(letter)
        }
        return words
    }
}
