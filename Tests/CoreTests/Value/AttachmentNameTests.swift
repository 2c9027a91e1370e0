import PlanSyncCore
import Testing

/// Names that once led archives into other folders, put together in every way.
@Suite("Names of evidence files")
struct AttachmentNameTests {
    private static let hash = String(repeating: "a1", count: 32)

    private static let hostile: [String] = {
        let ways = [
            "../", "..\\", "/", "\\", "./", "C:\\", "C:/", "//host/", "\\\\host\\", "~/../", "a/../../", "\u{0}/",
        ]
        let goals = ["etc/passwd", "passwd", "x.pdf", "authorized_keys", "con", ".bashrc", "a b.pdf"]
        let turns = [
            "x\u{202E}fdp.exe", "x\u{2066}.pdf", "x\u{0}.pdf", "x\n.pdf", "x\r.pdf", "x\t.pdf", "\u{1B}[2Jx.pdf",
            "x\u{7F}.pdf",
        ]
        let dots = [".", "..", "...", ".pdf", "..pdf", " x.pdf", "x.pdf ", ""]
        let deep = ways.flatMap { way in (1...3).map { String(repeating: way, count: $0) } }
        return deep.flatMap { way in goals.map { way + $0 } } + turns + dots
    }()

    @Test("No name leads into another folder, hides, or steers a terminal")
    func hostile() {
        #expect(Self.hostile.count > 200)
        for name in Self.hostile {
            #expect(throws: AttachmentFault.self, "\(name.debugDescription)") {
                try Attachment(member: "\(Self.hash) 12 \(name)")
            }
        }
    }

    @Test(
        "Names that people give stay as they are", arguments: ["批复.pdf", "2019年5—6月 报表(定稿).xlsx", "a..b.pdf", "~x.pdf"])
    func plain(name: String) throws {
        #expect(try Attachment(member: "\(Self.hash) 12 \(name)").name == name)
    }
}
