import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Bulletins as page and text")
struct BulletinTests {
    @Test(
        "Nothing that was typed has a meaning for the browser",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"), ("a&b\"c'", "a&amp;b&quot;c&#39;"),
            ("x\u{202E}y\u{0}", "x\u{FFFD}y\u{FFFD}"),
        ])
    func escaped(text: String, page: String) {
        #expect(BulletinPage.escaped(text) == page)
    }
}
