/// One sentence for a person, in the two languages of the program.
public struct Sentence: Sendable, Equatable {
    /// In Chinese.
    public let zh: String
    /// In English.
    public let en: String

    /// The same in both.
    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// The sentence in one of them.
    public func text(chinese: Bool) -> String { chinese ? zh : en }
}
