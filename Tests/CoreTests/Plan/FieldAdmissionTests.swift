import PlanSyncCore
import Testing

@Suite("Values that people type")
struct FieldAdmissionTests {
    @Test(
        "A figure is understood as it is typed in an office",
        arguments: [
            ("12", "万元", "12"), (" 12 ", "万元", "12"), ("１２．５", "万元", "12.5"), ("12万元", "万元", "12"),
            ("12 万元", "万元", "12"), ("1,234.5", "万元", "1234.5"), ("1，234，567", "家", "1234567"),
            ("-3", "万元", "-3"), ("－３", "万元", "-3"), ("−3", "", "-3"), ("+5", "", "5"), ("＋5", "", "5"),
            ("2.10％", "%", "2.1"), ("2.1%", "%", "2.1"), ("007", "家", "7"), ("3亿元", "亿元", "3"),
            ("5千瓦", "千瓦", "5"), ("1,234万元", "万元", "1234"),
        ])
    func figures(typed: String, unit: String, expected: String) throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: unit)
        #expect(try rule.read(typed) == .text(expected))
    }

    @Test(
        "What may mean two things, or nothing, is refused and never guessed",
        arguments: [
            "", " ", "1,5", "12..5", "1.2.3", "1,23,456", "12,3456", ",234", "-,234", "1,234,", "1.234,5", "十二", "1e3",
            "1-2", "1 234", "abc", "--5", "5+", ".", "1/2", "1,",
        ])
    func ambiguous(typed: String) throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: "家")
        let fault = try #require(throws: FieldFault.self) { try rule.read(typed) }
        #expect(fault.reason == "not_a_figure")
    }

    @Test("Another unit than the field's is told, not converted")
    func units() throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: "万元")
        #expect(throws: FieldFault.otherUnit(typed: "家", expected: "万元")) { try rule.read("120000家") }
        let bare = try Sample.rule(.amount(decimals: 2))
        #expect(throws: FieldFault.otherUnit(typed: "家", expected: "-")) { try bare.read("12家") }
    }

    @Test("The range and the digits after the point are the field's; a number to add may be negative")
    func ranges() throws {
        let rule = try Sample.rule(.amount(decimals: 1), unit: "%", minimum: "0", maximum: "100")
        #expect(try rule.read("100") == .text("100"))
        #expect(try rule.read("0") == .text("0"))
        #expect(throws: FieldFault.below(Amount(0), unit: "%")) { try rule.read("-0.1") }
        #expect(throws: FieldFault.above(Amount(100), unit: "%")) { try rule.read("100.1") }
        #expect(throws: FieldFault.tooManyDecimals(maximum: 1)) { try rule.read("1.25") }
        #expect(try rule.read("1.20") == .text("1.2"))
        #expect(try rule.read("-5", isDelta: true) == .text("-5"))
        let count = try Sample.rule(.amount(decimals: 0))
        #expect(throws: FieldFault.tooManyDecimals(maximum: 0)) { try count.read("1.5") }
    }

    @Test("A value from the wire takes its canonical form, so that equal figures are equal texts")
    func wire() throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: "万元")
        #expect(try rule.admit(.text("012.50")) == .text("12.5"))
        #expect(throws: FieldFault.notAFigure("12万元")) { try rule.admit(.text("12万元")) }
        #expect(throws: FieldFault.otherKind) { try rule.admit(.flag(true)) }
        #expect(throws: FieldFault.otherKind) { try rule.admit(.members(["1"])) }
    }

    @Test(
        "Yes and no are read in both languages",
        arguments: [
            ("是", true), ("yes", true), ("TRUE", true), ("1", true), (" 否 ", false), ("no", false), ("0", false),
        ]
    )
    func flags(typed: String, expected: Bool) throws {
        let rule = try Sample.rule(.flag)
        #expect(try rule.read(typed) == .flag(expected))
        #expect(throws: FieldFault.notAFlag("maybe")) { try rule.read("maybe") }
        #expect(throws: FieldFault.otherKind) { try rule.admit(.text("true")) }
    }

    @Test("A figure in another unit of the same kind is offered converted, and taken when that is confirmed")
    func conversions() throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: "万元")
        for (typed, value) in [("3亿", "30000"), ("350000元", "35"), ("1.5亿元", "15000"), ("２千元", "0.2")] {
            #expect(throws: FieldFault.converts(typed: typed, value: value, unit: "万元")) { try rule.read(typed) }
            #expect(try rule.read(typed, converting: true) == .text(value))
        }
        #expect(try rule.read("１２万") == .text("12"))
        #expect(throws: FieldFault.tooManyDecimals(maximum: 2)) { try rule.read("1元", converting: true) }
        let area = try Sample.rule(.amount(decimals: 2), unit: "亩")
        #expect(try area.read("2公顷", converting: true) == .text("30"))
    }

    @Test("A mark that may mean zero or nothing is asked about, and a spreadsheet's fault is named")
    func marks() throws {
        let rule = try Sample.rule(.amount(decimals: 2), unit: "万元")
        for text in ["-", "/", "无", "—"] {
            #expect(throws: FieldFault.emptyMark(text)) { try rule.read(text) }
        }
        #expect(throws: FieldFault.formulaError("#N/A")) { try rule.read("#N/A") }
        #expect(throws: FieldFault.formulaError("#REF!")) { try rule.read("#REF!") }
        #expect(CreditCode.fault(of: "91350100M00O100Y43")?.zh.contains("第 12 位不能是“O”，是不是 0？") == true)
        #expect(CreditCode.fault(of: "9.1411E+17")?.en.contains("spreadsheet") == true)
    }

    @Test("Days, options and texts are checked")
    func others() throws {
        #expect(try Sample.rule(.date).read(" 2019-06-30 ") == .text("2019-06-30"))
        for typed in ["[2018]25号", "【2018】25号", "（2018）25号", "〔2018〕25号"] {
            #expect(try Sample.rule(.text(maximum: 40)).read("驻政\(typed)") == .text("驻政〔2018〕25号"))
        }
        for typed in ["见[2018]25号文", "[18]25号", "第25号", "[2018]号", "(甲)2018号", "a[2018]25号[2]号"] {
            #expect(try Sample.rule(.text(maximum: 40)).read(typed) == .text(typed))
        }
        for typed in ["2019-6-30", "2019年6月30日", "2019.6.30", "2019/06/30", "２０１９年６月３０日"] {
            #expect(try Sample.rule(.date).read(typed) == .text("2019-06-30"))
        }
        for typed in ["2019-6", "19.6.30", "2019.13.1", "2019年6月", "2019-06-30x", "6/30/2019"] {
            #expect(throws: FieldFault.notADay(typed)) { try Sample.rule(.date).read(typed) }
        }
        #expect(throws: FieldFault.noSuchDay("2019.6.31", days: 30)) { try Sample.rule(.date).read("2019.6.31") }
        #expect(throws: FieldFault.noSuchDay("2019年2月29日", days: 28)) { try Sample.rule(.date).read("2019年2月29日") }
        let option = try Sample.rule(.option(["甲", "乙"]))
        #expect(try option.read("甲 ") == .text("甲"))
        #expect(throws: FieldFault.notAnOption("丙", ["甲", "乙"])) { try option.read("丙") }
        let text = try Sample.rule(.text(maximum: 4))
        #expect(try text.read("四个汉字") == .text("四个汉字"))
        #expect(try text.read("a\n\tb") == .text("a\n\tb"))
        #expect(throws: FieldFault.tooLong(maximum: 4)) { try text.read("五个字不行") }
        #expect(throws: FieldFault.controlCharacter) { try text.read("a\u{0}") }
        #expect(throws: FieldFault.controlCharacter) { try text.read("a\u{1B}[m") }
        for code in [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069] as [UInt32] {
            let mark = try #require(Unicode.Scalar(code))
            #expect(throws: FieldFault.controlCharacter) { try text.read("甲\(mark)乙") }
        }
    }

    @Test("Every fault has its word, and a sentence in both languages")
    func sentences() throws {
        let faults: [FieldFault] = [
            .notAFigure("x"), .tooManyDecimals(maximum: 2), .below(.zero, unit: "家"), .above(.zero, unit: ""),
            .otherUnit(typed: "a", expected: "b"), .converts(typed: "3亿", value: "30000", unit: "万元"),
            .emptyMark("-"), .formulaError("#N/A"), .notADay("x"), .noSuchDay("x", days: 30), .notAFlag("x"),
            .notAnOption("x", ["a"]),
            .tooLong(maximum: 3), .controlCharacter, .otherKind,
        ]
        #expect(Set(faults.map(\.reason)).count == faults.count)
        for fault in faults {
            #expect(fault.sentence(chinese: true).hasSuffix("。"))
            #expect(fault.sentence(chinese: false).hasSuffix("."))
        }
    }

    @Test(
        "A key must name something that the plan has",
        arguments: [
            ("values", "201905B", true), ("values", "201904B", false), ("values", "201905B:x", false),
            ("targets", "g07:2019", true), ("targets", "g07", false), ("targets", "g99:2019", false),
            ("targets", "g07:2017", false), ("companies", "91350100M000100Y43", true),
            ("companies", "91350100M000100Y44", false), ("conflicts", "anything", true),
        ])
    func keys(collection: String, key: String, isGood: Bool) throws {
        let plan = try SamplePlan.plan()
        let rule = try #require(plan.collection(try CollectionID(collection)))
        #expect((plan.keyFault(key, of: rule) == nil) == isGood)
    }
}
