import Foundation
import PlanSyncCore
import PlanSyncWire
import Testing

/// The worked example of docs/protocol.md, recomputed.
@Suite("The protocol's page")
struct ProtocolExampleTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/protocol.md")

    @Test("Its example of canonical bytes is what the code makes")
    func canonicalBytesExample() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let blocks = text.components(separatedBy: "```")
        let json = try #require(blocks.first { $0.hasPrefix("json\n") }).dropFirst(5)
        let hex = try #require(blocks.first { $0.hasPrefix("text\n0") }).dropFirst(5).filter { !$0.isWhitespace }
        let params = """
            {"plan":"zhumadian-2018-25","planRevision":1,"signature":"AA","changes":[\(json)]}
            """
        let push = try SyncPush.Params(json: JSONDocument(Array(params.utf8), limits: .authenticated).root)
        let bytes = try #require(push.changes.first).canonicalBytes
        let made = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(made == hex)
        #expect(try Change(canonicalBytes: bytes) == push.changes.first)
    }
}
