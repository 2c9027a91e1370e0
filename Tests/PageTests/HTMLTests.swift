import PlanSyncPage
import Testing

@Suite("Markup")
struct HTMLTests {
    @Test("Text and the values of attributes are escaped, whatever they hold")
    func escaped() {
        let evil = "<script>alert('x')</script>&\"\u{202E}\u{0}"
        let markup = element("p", Attribute("title", evil)) { evil }.text
        #expect(
            markup == "<p title=\"&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\u{FFFD}\u{FFFD}\">"
                + "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\u{FFFD}\u{FFFD}</p>")
    }

    @Test("An attribute without a value is left out; a flag stands alone")
    func attributes() {
        #expect(void("input", .class(nil), .flag("required"), .flag("disabled", false)).text == "<input required>")
        #expect(element("b") { if false { "no" } else { "yes" } }.text == "<b>yes</b>")
    }
}
