import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("What is said about frozen targets")
struct FrozenTextTests {
    private func record(_ key: String) throws -> RecordKey {
        try RecordKey(collection: CollectionRule.targets, key: key)
    }

    @Test("The sentence names the record of the next version, in the year that the target is of")
    func sentence() throws {
        let plan = try Bench.enrolled().view().plan
        // 1 July is the first day of 201907B in China.
        let june = try Timestamp("2019-06-30T15:59:59.999Z")
        let july = try Timestamp("2019-06-30T16:00:00.000Z")
        for (now, next, title) in [(june, "201907B", "2019年7—8月"), (july, "201909B", "2019年9—10月")] {
            for key in ["i1:2019", "i1:201901B"] {
                let english = FrozenText.sentence(try record(key), plan, now: now, chinese: false)
                #expect(english.hasSuffix("enter the change as a version from \(next) on: targets/i1:\(next)."))
                let chinese = FrozenText.sentence(try record(key), plan, now: now, chinese: true)
                #expect(chinese.hasSuffix("请作为新版本自\(title)起填写：targets/i1:\(next)。"))
            }
        }
        let over = try Timestamp("2019-11-30T00:00:00.000Z")
        #expect(
            FrozenText.sentence(try record("i1:2019"), plan, now: over, chinese: false)
                .hasSuffix("; every period of that year has opened."))
        let told = ReasonSentence.of("frozen", try record("i1:2019"), plan, now: june, chinese: true)
        #expect(told.contains("targets/i1:201907B"))
        #expect(
            ReasonSentence.of("too_long", try record("i1:2019"), plan, now: june, chinese: false)
                == ReasonSentence.of("too_long", chinese: false))
    }

    @Test("What this machine can tell is said before it is sent: by its clock, and by when others say that they typed")
    func warning() throws {
        let bench = try Bench.enrolled(role: .supervisor)
        // Typed in May 2019.
        try bench.apply(
            [bench.cell("target", "10", seq: 1, record: "i1:2019", collection: "targets")], after: nil, cursor: "c1")
        func warning(_ key: String, _ assignment: String, _ moment: String) throws -> String? {
            let view = try bench.view()
            let change = try bench.set(assignment, record: "suiping:targets/\(key)")
            return FrozenText.warning(change, over: view, now: try Timestamp(moment), chinese: false)
        }
        let (before, after) = ("2019-06-30T15:59:59.999Z", "2019-06-30T16:00:00.000Z")
        #expect(try warning("i1:2019", "target=12", before) == nil)
        // Its own edit stands since the present of the bench, which is May.
        let found = try #require(try warning("i1:2019", "target=13", after))
        #expect(found.contains("targets/i1:201909B"))
        #expect(try warning("i1:201909B", "target=14", after) == nil)
        #expect(try warning("i1:2019", "baseline=1", after) == nil, "nothing stood there")
        let other = try bench.view()
        let figure = try bench.set("centres=3", record: "suiping:values/201905B")
        #expect(FrozenText.warning(figure, over: other, now: try Timestamp(after), chinese: false) == nil)
    }
}
