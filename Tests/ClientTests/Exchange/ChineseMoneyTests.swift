import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Sums in words")
struct ChineseMoneyTests {
    @Test(
        "Each sum of a list for payment stands in words, zeros within as one 零",
        arguments: [
            ("15", "万元", "壹拾伍万元整"), ("30", "万元", "叁拾万元整"), ("1.5", "亿元", "壹亿伍仟万元整"),
            ("7.5", "万元", "柒万伍仟元整"), ("0", "元", "零元整"), ("1409.5", "元", "壹仟肆佰零玖元伍角"),
            ("6007.14", "元", "陆仟零柒元壹角肆分"), ("16409.02", "元", "壹万陆仟肆佰零玖元零贰分"), ("325.04", "元", "叁佰贰拾伍元零肆分"),
            ("100000005", "元", "壹亿零伍元整"), ("1001", "元", "壹仟零壹元整"), ("0.05", "元", "伍分"), ("0.5", "元", "伍角"),
            ("10", "元", "壹拾元整"), ("107000.53", "元", "壹拾万零柒仟元伍角叁分"), ("2000", "亿元", "贰仟亿元整"),
        ])
    func words(sum: String, unit: String, words: String) throws {
        #expect(ChineseMoney.words(try Rational(sum), in: unit) == words)
    }

    @Test("What is no money, less than nothing, or finer than a fen has no words")
    func none() throws {
        #expect(ChineseMoney.words(try Rational("3"), in: "家") == nil)
        #expect(ChineseMoney.words(try Rational("-3"), in: "元") == nil)
        #expect(ChineseMoney.words(try Rational("0.001"), in: "元") == nil)
        #expect(ChineseMoney.words(try Rational("0.00005"), in: "万元") == "伍角")
        #expect(ChineseMoney.words(try Rational("100000000"), in: "亿元") == nil)
    }
}
