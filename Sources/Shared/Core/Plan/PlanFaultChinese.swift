// Plan faults are found in English; what they say in Chinese is looked up here by their form. `{}` stands for what is
// different each time. A fault without a sentence stays in English, and a test sees to it that there is none.

/// The Chinese of plan faults.
enum PlanFaultChinese {
    /// Words that stand in sentences.
    private static let words = [
        "a figure": "数字", "a text": "文本", "a day": "日期", "an option": "选项", "a yes or no": "是否", "a set": "集合",
        "something unknown": "未知的内容", "a value": "一个值", "a list": "列表", "named values": "带名称的值", "nothing": "空",
        "A figure": "数字", "A text": "文本", "A day": "日期", "An option": "选项", "A yes or no": "是否", "A set": "集合",
        "figure": "数字", "text": "文本", "flag": "是否", "no unit": "无单位", "measure": "任务（measure）",
        "measure and period": "任务和考核期（measure、period）", "the ranking": "排名", "here": "这里",
    ]

    /// A sentence in Chinese; `nil`: it is not known.
    static func of(_ message: String) -> String? {
        let sides = halves(Substring(message), at: "; did you mean '")
        if let near = sides?.1, near.hasSuffix("'?"), let start = sides?.0 {
            return of(String(start) + ".").map { $0.dropLast() + "；是不是“\(near.dropLast(2))”？" }
        }
        for (english, chinese) in first + second + third {
            if let values = values(of: english, in: message) {
                return filled(chinese, values.map { value in of(value) ?? word(value) })
            }
        }
        // A name that is not allowed: the name, then why.
        guard message.hasPrefix("'"), let (name, why) = halves(message.dropFirst(), at: "': ") else { return nil }
        return of(String(why)).map { "“\(name)”:\($0)" }
    }

    private static func word(_ text: String) -> String { words.first { $0.key == text }?.value ?? text }

    /// What stands before and behind the first place of a mark.
    private static func halves(_ text: Substring, at mark: some StringProtocol) -> (Substring, Substring)? {
        let parts = text.split(separator: String(mark), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let start = parts.first, let end = parts.last else { return nil }
        return (start, end)
    }

    /// What stands for the gaps of a sentence; `nil`: the text is another one.
    private static func values(of sentence: String, in text: String) -> [String]? {
        let pieces = sentence.split(separator: "{}", omittingEmptySubsequences: false)
        guard let start = pieces.first, let end = pieces.last, text.hasPrefix(start), text.hasSuffix(end) else {
            return nil
        }
        if pieces.count == 1 { return text == sentence ? [] : nil }
        var rest = text.dropFirst(start.count)
        var values: [String] = []
        for piece in pieces.dropFirst().dropLast() {
            guard let (value, more) = halves(rest, at: piece) else { return nil }
            values.append(String(value))
            rest = more
        }
        guard rest.hasSuffix(end) else { return nil }
        return values + [String(rest.dropLast(end.count))]
    }

    private static func filled(_ sentence: String, _ values: [String]) -> String {
        let pieces = sentence.split(separator: "{}", omittingEmptySubsequences: false)
        var text = ""
        for (index, piece) in pieces.enumerated() {
            text += piece + (values.dropFirst(index).first.flatMap { index < pieces.count - 1 ? $0 : nil } ?? "")
        }
        return text
    }
}

extension PlanFault {
    /// The sentence in a language; English where there is no Chinese.
    public func sentence(chinese: Bool) -> String { chinese ? PlanFaultChinese.of(message) ?? message : message }

    /// The line that a compiler would print, in a language.
    public func description(chinese: Bool) -> String {
        guard chinese else { return description }
        let word = severity == .error ? "错误" : "提醒"
        let suffix = path.isEmpty ? "" : " (\(path))"
        return "\(place.line):\(place.column): \(word): \(sentence(chinese: true))\(suffix)"
    }
}
