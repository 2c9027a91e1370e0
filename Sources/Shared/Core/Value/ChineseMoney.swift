/// An amount of money in words (大写金额), as payment lists carry it.
///
/// Source: 中国人民银行《支付结算办法》附件一《正确填写票据和结算凭证的基本规定》 (1997), articles 1 to 4: 整 behind 元 and
/// 角, 零 between digits where zeros stand, none at the end.
public enum ChineseMoney {
    private static let groups = ["", "万", "亿"]

    /// An amount in 元, rounded half up to 分; `nil` below zero and from 10,000 亿 on.
    public static func words(_ yuan: Rational) -> String? {
        let sides = yuan.rounded(2).split(separator: ".")
        guard yuan >= .zero, sides.count == 2, let whole = sides.first, whole.count <= 12,
            let tenths = sides.last?.first?.wholeNumberValue, let cents = sides.last?.last?.wholeNumberValue
        else { return nil }
        let head = integer(whole.compactMap(\.wholeNumberValue))
        let tail = fraction(tenths, cents, isBehindYuan: !head.isEmpty)
        if head.isEmpty { return tail.isEmpty ? "零元整" : tail }
        return head + "元" + (tail.isEmpty ? "整" : tail)
    }

    /// An amount in a unit of money, such as 万元; `nil` also for any other unit.
    public static func words(_ amount: Rational, in unit: String) -> String? {
        let measure = Measure(unit)
        return measure.base == "元" ? words(amount * measure.factor) : nil
    }

    private static func word(_ digit: Int) -> String {
        ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"].dropFirst(digit).first ?? ""
    }

    private static func fraction(_ tenths: Int, _ cents: Int, isBehindYuan: Bool) -> String {
        switch (tenths, cents) {
        case (0, 0): ""
        case (0, _): (isBehindYuan ? "零" : "") + word(cents) + "分"
        case (_, 0): word(tenths) + "角整"
        default: word(tenths) + "角" + word(cents) + "分"
        }
    }

    /// Digits from the highest on; empty for zero.
    private static func integer(_ all: [Int]) -> String {
        var text = ""
        var hasGap = false
        var hasGroup = false
        for (index, digit) in all.enumerated() {
            let power = all.count - 1 - index
            if digit == 0 {
                hasGap = true
            } else {
                if hasGap, !text.isEmpty { text += word(0) }
                hasGap = false
                hasGroup = true
                text += word(digit) + (["", "拾", "佰", "仟"].dropFirst(power % 4).first ?? "")
            }
            if power % 4 == 0 {
                if hasGroup { text += groups.dropFirst(power / 4).first ?? "" }
                hasGroup = false
            }
        }
        return text
    }
}
