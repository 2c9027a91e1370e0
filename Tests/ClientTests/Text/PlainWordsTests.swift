import PlanSyncCore
import Testing

@testable import PlanSyncClient

@Suite("Words and moments as a person reads them")
struct PlainWordsTests {
    private let zh = Wording(chinese: true)

    @Test("Every line of a history has a Chinese word for what was done and what became of it")
    func history() {
        let actions = Operation.Action.allCases.map(\.rawValue) + ["resolution", "revival"]
        let words = actions.map { ActionWord.of(historical: $0, zh) }
        #expect(Set(words).count == actions.count, "\(words)")
        for word in words + Outcome.allCases.map({ OutcomeWord.of($0, zh) }) {
            #expect(!word.isEmpty && word.utf8.allSatisfy { $0 > 127 }, "\(word)")
        }
        // A word of a later server is shown as it came.
        #expect(ActionWord.of(historical: "merge", zh) == "merge")
    }

    @Test("A moment is shown by the clock of the plan's offices, where its day may have begun already")
    func moment() throws {
        let plan = try Bench.enrolled().view().plan
        let evening = try Timestamp("2019-06-30T16:30:59.999Z")
        #expect(LocalTime.shown(evening, plan) == "2019-07-01 00:30")
        #expect(LocalTime.shown(evening, nil) == "2019-07-01 00:30", "China's, until a plan is here")
        #expect(LocalTime.day(evening, plan) == "2019-07-01")
        let period = try #require(plan.periods.all.first)
        let ranking = LocalRanking(
            state: .preliminary,
            ranking: PublishedRanking(plan, revision: 1, in: period, figures: FigureTable()), digest: "d",
            published: evening, until: nil, isWhole: nil)
        #expect(ranking.sentence(plan, zh).contains("2019-07-01 公布"))
    }
}
