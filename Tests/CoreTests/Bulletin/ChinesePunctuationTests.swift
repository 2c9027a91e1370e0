import PlanSyncCore
import Testing

@Suite("The marks of Chinese print")
struct ChinesePunctuationTests {
    @Test(
        "Marks beside Chinese characters are of full width, those of figures and foreign words stay",
        arguments: [
            ("政府,市各部门:", "政府\u{FF0C}市各部门\u{FF1A}"),
            ("3(并列)", "3\u{FF08}并列\u{FF09}"),
            ("《方案》(驻政〔2018〕25号)", "《方案》\u{FF08}驻政〔2018〕25号\u{FF09}"),
            ("增长1,234.5%(12:30)", "增长1,234.5%(12:30)"),
            ("摘要 a,b;c (d)", "摘要 a,b;c (d)"),
            ("(见附件(1))", "\u{FF08}见附件\u{FF08}1\u{FF09}\u{FF09}"),
            ("无),无(", "无)\u{FF0C}无("),
            ("", ""), ("Score: 3, 4", "Score: 3, 4"),
        ])
    func marks(typed: String, set: String) {
        #expect(ChinesePunctuation.set(typed) == set)
        // Once more changes nothing.
        #expect(ChinesePunctuation.set(set) == set)
    }
}
