import Foundation
import Testing

@Suite("The tree is tidy")
struct TidyTests {
    /// Functions that were long before the rule; the list may only shrink.
    static let longFunctions: Set<String> = []

    private func expectNone(_ findings: [Finding]) {
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test("The tree was found")
    func treeIsThere() {
        #expect(SourceTree.sources.count > 50)
        #expect(SourceTree.tests.count > 10)
    }

    @Test("A Swift file has at most 500 lines")
    func fileLength() { expectNone(SourceTree.all.flatMap { ShapeRule.fileLength($0) }) }

    @Test("A line has at most 120 characters")
    func lineLength() { expectNone(SourceTree.all.flatMap { ShapeRule.lineLength($0) }) }

    @Test("A function has at most 70 lines")
    func functionLength() {
        expectNone(SourceTree.sources.flatMap { ShapeRule.functionLength($0, exceptions: Self.longFunctions) })
    }

    @Test("A banned word stands only behind its door", arguments: TokenRule.house)
    func tokens(rule: TokenRule) { expectNone(SourceTree.all.flatMap { rule.check($0) }) }

    @Test("An unchecked Sendable says why it is safe")
    func sendable() { expectNone(SourceTree.all.flatMap { SendableRule.check($0) }) }

    @Test("No type has a name that says nothing")
    func vocabulary() { expectNone(SourceTree.sources.flatMap { VocabularyRule.check($0) }) }

    @Test("Every method has its row in docs/protocol.md, and every row its method")
    func methods() throws {
        let code = SourceTree.sources.filter { $0.path.hasPrefix("Sources/Shared/Wire/Methods/") }
        #expect(ProtocolRule.declared(in: code).count >= 10)
        let document = try #require(SourceTree.file("docs/protocol.md"), "docs/protocol.md is missing; write it.")
        expectNone(ProtocolRule.check(code: code, document: document, notifications: ["sync.changed"]))
    }

    @Test("README.md and README.zh-CN.md have the same headings")
    func headings() throws {
        let english = try #require(SourceTree.file("README.md"), "README.md is missing; write it.")
        let chinese = try #require(SourceTree.file("README.zh-CN.md"), "README.zh-CN.md is missing; write it.")
        expectNone(HeadingRule.check(english, chinese))
    }

    @Test("No tracked file is over 512 KiB or holds a private key")
    func tracked() throws {
        let paths = try #require(try SourceTree.trackedPaths(), "git ls-files failed; run the tests in the repository.")
        #expect(!paths.isEmpty)
        var findings: [Finding] = []
        for path in paths {
            let url = SourceTree.root.appendingPathComponent(path)
            guard let data = try? Data(contentsOf: url) else { continue }
            findings += TrackedRule.size(path, bytes: data.count)
            guard data.count <= TrackedRule.bytesMax, let text = String(data: data, encoding: .utf8) else { continue }
            findings += TrackedRule.privateKey(SourceFile(path: path, text: text))
        }
        expectNone(findings)
    }
}
