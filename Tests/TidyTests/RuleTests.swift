import Testing

@Suite("The rules of tidiness find what they are for")
struct RuleTests {
    private func file(_ text: String, path: String = "Sources/Shared/Core/Planted.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test("A file of 501 lines is found, one of 500 is not")
    func fileLength() {
        let line = "let one = 1\n"
        #expect(ShapeRule.fileLength(file(String(repeating: line, count: 500))).isEmpty)
        let finding = ShapeRule.fileLength(file(String(repeating: line, count: 501))).first
        #expect(finding?.description == "Sources/Shared/Core/Planted.swift:501: 501 lines; split it at 500.")
    }

    @Test("A line of 121 characters is found, one of 120 is not, whatever its bytes")
    func lineLength() {
        #expect(ShapeRule.lineLength(file(String(repeating: "县", count: 120))).isEmpty)
        #expect(ShapeRule.lineLength(file("\n" + String(repeating: "县", count: 121))).map(\.line) == [2])
    }

    @Test("A function of 71 lines is found by its braces, and not when it is on the list")
    func functionLength() {
        func text(_ count: Int) -> String {
            let body = String(repeating: "    call(\"{\") // {\n", count: count - 2)
            return "struct A {\n    func long() {\n\(body)    }\n    func short() {}\n}\n"
        }
        #expect(ShapeRule.functionLength(file(text(70))).isEmpty)
        let found = ShapeRule.functionLength(file(text(71)))
        #expect(found.map(\.line) == [2])
        #expect(found.first?.message == "long has 71 lines; split it at 70.")
        #expect(
            ShapeRule.functionLength(file(text(71)), exceptions: ["Sources/Shared/Core/Planted.swift long"]).isEmpty)
    }

    @Test(
        "Every banned word is found where it is planted, and its finding says what to write", arguments: TokenRule.house
    )
    func tokens(rule: TokenRule) {
        let planted = rule.everywhere ? "// \(rule.token) later" : "    \(rule.token)"
        let found = rule.check(file("let one = 1\n\(planted)\n"))
        #expect(found.map(\.line) == [2])
        #expect(found.first?.message.contains(rule.instead) == true)
        for door in rule.doors { #expect(rule.check(file(planted, path: "\(door)X.swift")).isEmpty) }
        #expect(rule.check(file(planted, path: "Tests/CoreTests/X.swift")).isEmpty != rule.alsoInTests)
    }

    @Test(
        "What only looks like a banned word is not found",
        arguments: [
            "import " + "FoundationEssentials", "let text = \"print" + "(\"", "// print" + "(x)",
            "finger" + "print" + "(x)",
            "call." + "nowhere", "call." + "now", "MATO" + "DO", "static let " + "sharedKey = 1",
        ])
    func lookalikes(line: String) {
        #expect(TokenRule.house.flatMap { $0.check(file(line)) }.isEmpty)
    }

    @Test("A clock of the system is found, a moment that was handed over is not")
    func clocks() {
        func findings(_ line: String) -> Int { TokenRule.house.flatMap { $0.check(file(line)) }.count }
        for clock in ["Date", "ContinuousClock", "clock", "ContinuousClock()", " "] {
            #expect(findings("let a = \(clock)." + "now") == 1)
        }
    }

    @Test("An unchecked Sendable without its reason is found")
    func sendable() {
        let line = "final class A: @unchecked " + "Sendable {}"
        #expect(SendableRule.check(file(line)).count == 1)
        #expect(SendableRule.check(file("// Sendable " + "because a lock guards it.\n\(line)")).isEmpty)
        #expect(SendableRule.check(file("// Sendable " + "because x.\n\n\n\n\(line)")).count == 1)
    }

    @Test(
        "A type's name with an empty word is found",
        arguments: [
            ("struct PlanManager {", true), ("package enum Util {", true), ("final class HTTPItemList {", true),
            ("typealias Info = Int", true), ("protocol UserModel {", true), ("struct Informant {", false),
            ("struct Commonwealth {", false), ("enum Utility {", false), ("struct Modelling {", false),
            ("// struct Helper", false), ("let item: Int", false),
        ])
    func vocabulary(line: String, isFound: Bool) {
        #expect(VocabularyRule.check(file(line)).isEmpty != isFound)
    }

    @Test("A method without a row and a row without a method are found")
    func methods() {
        let code = [file("    package static let name = \"sync.pull\"\n    package static let name = \"plan.get\"\n")]
        let text =
            "| method | x |\n|---|---|\n| `plan.get` | a |\n| `sync.gone` | b |\n| `sync.changed` | c |\n| `op.x` | |"
        let found = ProtocolRule.check(
            code: code, document: SourceFile(path: "docs/protocol.md", text: text), notifications: ["sync.changed"])
        #expect(
            found.map(\.description) == [
                "docs/protocol.md:1: the method 'sync.pull' has no row; add one.",
                "docs/protocol.md:4: no code has the method 'sync.gone'; take the row out.",
            ])
    }

    @Test("A heading that one language lacks is found; a comment in a code block is none")
    func headings() {
        let one = SourceFile(path: "README.md", text: "# A\n## B\n```\n# shell\n```\n## C\n#hash")
        let other = SourceFile(path: "README.zh-CN.md", text: "# 甲\n## 乙\n")
        #expect(HeadingRule.counts(one) == [1, 2, 0, 0, 0, 0])
        #expect(HeadingRule.check(one, other).map(\.path) == ["README.zh-CN.md"])
        #expect(HeadingRule.check(one, one).isEmpty)
    }

    @Test("A file over 512 KiB and a private key are found")
    func tracked() {
        #expect(TrackedRule.size("a", bytes: 524_288).isEmpty)
        #expect(TrackedRule.size("a", bytes: 524_289).count == 1)
        let key = "-----BEGIN EC PRIVATE " + "KEY-----"
        #expect(TrackedRule.privateKey(file("x\n\(key)\nabc\n")).map(\.line) == [2])
        #expect(TrackedRule.privateKey(file("    #expect(pem.hasPrefix(\"\(key)\"))")).isEmpty)
    }
}
