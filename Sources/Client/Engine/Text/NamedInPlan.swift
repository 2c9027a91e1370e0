package import PlanSyncCore

/// Why nothing in the plan has the name that a person typed, as a sentence that says what there is.
package struct NameFault: Error, Sendable {
    private static let shownMax = 8

    private let zh: String
    private let en: String

    /// `ids`: the names to type; `titles`: what else is understood.
    init(_ text: String, kind: (zh: String, en: String), ids: [String], titles: [String]) {
        if ids.isEmpty {
            zh = "本方案没有声明\(kind.zh)。"
            en = "The plan declares no \(kind.en)s."
        } else if let nearest = Spelling.nearest(to: text, among: ids + titles) {
            zh = "本方案没有\(kind.zh)“\(text)”，是不是“\(nearest)”？"
            en = "The plan has no \(kind.en) '\(text)'; did you mean '\(nearest)'?"
        } else {
            let some = ids.prefix(Self.shownMax).joined(separator: ", ") + (ids.count > Self.shownMax ? " …" : "")
            zh = "本方案没有\(kind.zh)“\(text)”；有：\(some)。"
            en = "The plan has no \(kind.en) '\(text)'; it has \(some)."
        }
    }

    /// The sentence.
    package func sentence(_ say: Wording) -> String { say(zh, en) }
}

extension Plan {
    /// The indicator with a name or title.
    ///
    /// - Throws: ``NameFault``.
    package func indicator(named text: String) throws(NameFault) -> Indicator {
        let found =
            indicators.first { $0.id.rawValue == text } ?? indicators.first { $0.name.zh == text || $0.name.en == text }
        if let found { return found }
        throw NameFault(
            text, kind: ("指标", "indicator"), ids: indicators.map(\.id.rawValue),
            titles: indicators.map(\.name.zh) + indicators.map(\.name.en))
    }

    /// The list with a name or title.
    ///
    /// - Throws: ``NameFault``.
    package func list(named text: String) throws(NameFault) -> ListRule {
        let found = lists.first { $0.id == text } ?? lists.first { $0.name.zh == text || $0.name.en == text }
        if let found { return found }
        throw NameFault(
            text, kind: ("清单", "list"), ids: lists.map(\.id), titles: lists.map(\.name.zh) + lists.map(\.name.en))
    }
}
