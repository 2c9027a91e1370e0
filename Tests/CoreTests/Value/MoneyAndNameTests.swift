import PlanSyncCore
import Testing

@Suite("Amounts in words, and names that are hidden")
struct MoneyAndNameTests {
    @Test(
        "Amounts are written as cheques demand",
        arguments: [
            ("0", "零元整"), ("1409.50", "壹仟肆佰零玖元伍角整"), ("6007.14", "陆仟零柒元壹角肆分"),
            ("325.04", "叁佰贰拾伍元零肆分"), ("150000", "壹拾伍万元整"), ("100500", "壹拾万零伍佰元整"),
            ("1250", "壹仟贰佰伍拾元整"), ("10500000", "壹仟零伍拾万元整"), ("100000001", "壹亿零壹元整"), ("0.15", "壹角伍分"),
            ("0.07", "柒分"), ("20000", "贰万元整"), ("3000000.005", "叁佰万元零壹分"),
        ])
    func words(figure: String, words: String) throws {
        #expect(ChineseMoney.words(try Rational(figure)) == words)
    }

    @Test(
        "Each sum of a list for payment stands in words, whatever its unit, zeros within as one 零",
        arguments: [
            ("15", "万元", "壹拾伍万元整"), ("1.5", "亿元", "壹亿伍仟万元整"), ("7.5", "万元", "柒万伍仟元整"),
            ("16409.02", "元", "壹万陆仟肆佰零玖元零贰分"), ("100000005", "元", "壹亿零伍元整"), ("1001", "元", "壹仟零壹元整"),
            ("10", "元", "壹拾元整"), ("107000.53", "元", "壹拾万零柒仟元伍角叁分"), ("2000", "亿元", "贰仟亿元整"),
            ("0.00005", "万元", "伍角整"),
        ])
    func units(figure: String, unit: String, words: String) throws {
        #expect(ChineseMoney.words(try Rational(figure), in: unit) == words)
    }

    @Test("What is no money has no words", arguments: ["家", "个百分点", ""])
    func otherUnits(unit: String) throws {
        #expect(ChineseMoney.words(try Rational("3"), in: unit) == nil)
    }

    @Test("What no cheque can carry has no words", arguments: ["-1", "1000000000000"])
    func none(figure: String) throws {
        #expect(ChineseMoney.words(try Rational(figure)) == nil)
    }

    @Test(
        "A name shows its beginning and not its length",
        arguments: [("张三", "张*"), ("欧阳娜娜娜娜", "欧***"), ("李", "李*"), ("", "")])
    func masked(name: String, shown: String) {
        #expect(PersonalText.masked(name) == shown)
    }

    @Test("Personal data is whole for the unit's people and the department alone")
    func roles() {
        let shown = Role.allCases.filter { PersonalText.isShown(to: $0) }
        #expect(Set(shown) == [.editor, .approver, .reviewer])
    }

    @Test("Only texts are personal")
    func personal() throws {
        let field: Sketch = ["id": "person", "name": "人", "type": "text", "personal": "true"]
        let collections: Sketch = [["id": "people", "name": "人", "fields": [field]]]
        let plan = try SamplePlan.plan(SamplePlan.document.with("collections", collections))
        let rule = try #require(plan.collections.values.flatMap(\.fields).first { $0.isPersonal })
        #expect(rule.listed(.text("张三丰")) == .text("张**"))
        #expect(rule.isShown(to: .approver) && !rule.isShown(to: .auditor))
        let faults = SamplePlan.faults(
            SamplePlan.document.with("collections", collections).with("collections.0.fields.0.type", "date"))
        #expect(faults.map(\.message) == ["Only texts are personal."])
    }
}
