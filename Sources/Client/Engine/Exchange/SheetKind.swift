/// What can be written as a file of sheets: every table that a page or a command shows.
///
/// What only the server knows comes beside it: ``ServerSheets``.
package enum SheetKind: String, Sendable, CaseIterable {
    case figures, ranking, components, targets, indicator, goal, explain
    case values, template, report, reports, periods
    case records, collections, list, lists, files
    case measures, arrears, rewards, payments, paid
    case conflicts, attention, outbox, results, history, trail

    /// How many words say of what.
    package var subjects: ClosedRange<Int> {
        switch self {
        case .figures, .ranking, .targets, .records, .values, .measures, .arrears, .lists: 1...1
        case .components, .template, .list, .report, .goal: 1...2
        case .indicator: 2...2
        case .explain: 2...3
        case .payments, .paid, .reports: 0...1
        case .periods, .collections, .files, .rewards, .conflicts, .attention, .outbox, .results, .history, .trail:
            0...0
        }
    }
}

/// Why a sheet cannot be written, as a sentence for the person.
package struct SheetFault: Error, Sendable {
    /// In Chinese.
    package let zh: String
    /// In English.
    package let en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// The sentence.
    package func sentence(_ say: Wording) -> String { say(zh, en) }
}
