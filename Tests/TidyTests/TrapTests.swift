import Testing

@Suite("No peer ends the process")
struct TrapTests {
    private static let list = "Tests/Reviewed/traps.txt"

    private func sites(_ line: String) -> [String] {
        TrapRule.sites(in: SourceFile(path: "Sources/Server/A.swift", text: line)).map {
            "\($0.kind.rawValue) \($0.code)"
        }
    }

    @Test("Whatever may trap on a peer's bytes was looked at, and the list says why it does not")
    func reviewed() throws {
        let file = try #require(SourceTree.file(Self.list), "\(Self.list) is missing; write it.")
        let code = SourceTree.sources.filter { file in TrapRule.folders.contains { file.path.hasPrefix($0) } }
        #expect(code.count > 50)
        let findings = TrapReview(file).check(code.flatMap(TrapRule.sites), path: Self.list)
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test(
        "What may trap is found by its form",
        arguments: [
            ("let a = b" + "! + c", "demand b" + "!"), ("    fatal" + "Error(\"x\")", "demand fatal" + "Error"),
            ("    pre" + "condition(a)", "demand pre" + "condition"), ("try" + "! f()", "demand try" + "!"),
            ("let a = Int(message.size)", "conversion Int(message.size)"),
            ("let a = UInt8(f(x) + 1)", "conversion UInt8(f(x) + 1)"),
            ("let n = change.number + 1", "arithmetic change.number + 1"),
            ("let n = 1 + change.seq", "arithmetic 1 + change.seq"),
            ("let b = bytes[index]", "subscript bytes[index]"), ("let b = parts[0]", "subscript parts[0]"),
            ("let b = x.bytes[a..<b]", "subscript x.bytes[a..<b]"), ("list.removeFirst()", "removal list.removeFirst"),
        ])
    func found(line: String, site: String) { #expect(sites(line).contains(site), "\(sites(line))") }

    @Test(
        "What only looks like it is not found",
        arguments: [
            "if a != b { !c }", "let a = Int(exactly: b)", "let a = UInt8(ascii: \"x\")", "let a: [String: Int] = [:]",
            "let a = \"b!\" // c!", "let n = number &+ 1", "let a = table[tenant]", "let a = UInt64(1)",
        ])
    func lookalikes(line: String) { #expect(sites(line).isEmpty, "\(sites(line))") }

    @Test("A place that nobody looked at, one that is gone and one without a reason are findings")
    func review() {
        let text = """
            # A comment.
            Sources/Server/A.swift
                subscript `parts[0]` `gone[1]`
                    There are always two parts, by the guard above.
                conversion `Int(a)`
                    why?
            """
        let code = SourceFile(path: "Sources/Server/A.swift", text: "parts[0]\nInt(a)\nlist[1]")
        let review = TrapReview(SourceFile(path: "list", text: text))
        let lines = review.check(TrapRule.sites(in: code), path: "list").map { "\($0.path):\($0.line)" }
        #expect(lines == ["list:5", "list:3", "Sources/Server/A.swift:3"])
    }
}
