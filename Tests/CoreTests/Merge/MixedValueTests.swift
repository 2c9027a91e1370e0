import PlanSyncCore
import PlanSyncSeeds
import Testing

/// Values that hold more than the change wrote that their rev names: an own edit that was merged with another's.
@Suite("Merging onto an own edit that was mixed with another's")
struct MixedValueTests {
    private func decide(
        _ theirs: String?, shown: String?, on ours: String?, _ policy: MergePolicy, _ standing: BaseStanding = .current
    ) throws -> MergeDecision {
        let operation = try Sample.operation(
            theirs == nil ? .clear : .set, theirs.map(FieldValue.text), shown: shown.map(FieldValue.text))
        let merge = try Sample.mergeCase(operation, policy, standing)
        return Merge.decide(merge, on: try Sample.cell(ours.map(FieldValue.text)))
    }

    @Test("A text whose author had not seen the merged one is merged again, though its base is the rev")
    func text() throws {
        // The author wrote 甲1。 and then 甲12。, offline; between them the server had merged 乙 in.
        let merged = FieldValue.text("乙甲12。")
        #expect(
            try decide("甲12。", shown: "甲1。", on: "乙甲1。", .text)
                == .write(merged, nil, OperationResult(.merged, value: merged)))
        #expect(try decide("甲3。", shown: "甲1。", on: "甲2。乙", .text) == .conflict)
        #expect(try decide(nil, shown: "甲1。", on: "乙甲1。", .text) == .conflict)
        let seen = FieldValue.text("丙")
        #expect(try decide("丙", shown: "乙甲1。", on: "乙甲1。", .text) == .write(seen, nil, OperationResult(.applied)))
    }

    @Test("A total whose author had not seen the sum is a conflict, though its base is the rev")
    func counter() throws {
        #expect(try decide("20", shown: "5", on: "12", .counter) == .conflict)
        #expect(try decide(nil, shown: "5", on: "12", .counter) == .conflict)
        #expect(
            try decide("20", shown: "12", on: "12", .counter) == .write(.text("20"), nil, OperationResult(.applied)))
        #expect(try decide("12", shown: "5", on: "12", .counter) != .conflict)
        #expect(
            try decide("12", shown: "5", on: "12", .counter, .moved) == .keep(OperationResult(.applied, reason: "same"))
        )
    }

    @Test("A stage is not taken away: that would be to go back without a reason")
    func ladder() throws {
        for standing in [BaseStanding.current, .moved, .reopened] {
            #expect(
                try decide(nil, shown: "applied", on: "applied", .ladder, standing)
                    == .reject(reason: "ladder_goes_back"))
        }
    }

    @Test("Two texts that fit may be too long together")
    func length() throws {
        let half = String(repeating: "字", count: 1_500)
        #expect(try decide("前" + half, shown: half, on: half + "后", .text, .moved) != .conflict)
        let base = String(repeating: "字", count: 1_000)
        let long = String(repeating: "文", count: 700)
        #expect(try decide(long + base, shown: base, on: base + long, .text, .moved) == .conflict)
    }

    @Test("What a deleter saw tells mixed values, short and long, and for all others the rev is enough")
    func sight() throws {
        let field = try FieldID("x")
        let rev = try Sample.id(1)
        func line(_ value: String, _ policy: MergePolicy) throws -> String {
            let rule = try Sample.mergeCase(try Sample.operation(.set, nil), policy, .current).rule
            return RecordSight.line(field, rev: rev, value: .text(value), rule: rule)
        }
        #expect(try line("5", .counter) == "x \(rev) 5")
        #expect(try line("5", .review) == "x \(rev)")
        #expect(try line("5", .max) == "x \(rev)")
        let story = String(repeating: "长", count: 900)
        #expect(try line(story + "甲", .text) != line(story + "乙", .text))
        #expect(try line(story, .text) == line(story, .text))
        #expect(try line(story, .text).utf8.count < 80)
    }
}

@Suite("Merging texts by runs")
struct TextRunTests {
    @Test(
        "A figure or a word that both changed is not mixed into one that nobody wrote",
        arguments: [
            ("计划1000万元", "计划1200万元", "计划1003万元"), ("完成1.5亿", "完成2.5亿", "完成1.7亿"),
            ("共1,234件", "共2,234件", "共1,239件"), ("the colour", "the color", "the colours"),
            ("十二万人", "十三万人", "二十二万人"),
        ])
    func figures(base: String, ours: String, theirs: String) {
        #expect(TextMerge.merge(base: base, ours: ours, theirs: theirs) == nil)
        #expect(TextMerge.merge(base: base, ours: theirs, theirs: ours) == nil)
    }

    @Test(
        "Different figures of one sentence are both kept",
        arguments: [
            ("新增专利12件,转化3件", "新增专利15件,转化3件", "新增专利12件,转化4件", "新增专利15件,转化4件"),
            ("a 1 b 2", "a 9 b 2", "a 1 b 8", "a 9 b 8"), ("甲。乙。", "甲改。乙。", "甲。乙补。", "甲改。乙补。"),
            ("一\r\n二\r\n三\r\n", "一\r\n三\r\n", "一\r\n二\r\n三\r\n四\r\n", "一\r\n三\r\n四\r\n"),
        ])
    func sentences(base: String, ours: String, theirs: String, expected: String) {
        #expect(TextMerge.merge(base: base, ours: ours, theirs: theirs) == expected)
        #expect(TextMerge.merge(base: base, ours: theirs, theirs: ours) == expected)
    }

    @Test("A line that one side deleted and the other changed is left to a person")
    func deletedLine() {
        #expect(TextMerge.merge(base: "一\n二\n三\n", ours: "一\n三\n", theirs: "一\n二改\n三\n") == nil)
        #expect(TextMerge.merge(base: "一\n二\n", ours: "", theirs: "一改\n二\n") == nil)
    }

    @Test("Texts that differ too much to be compared are left to a person, and soon")
    func bounded() {
        func text(_ seed: UInt64) -> String {
            var random = SplitMix64(seed: seed)
            return String((0..<3_000).map { _ in Array("东西南北中甲乙丙丁")[random.below(9)] })
        }
        #expect(TextMerge.merge(base: text(1), ours: text(2), theirs: text(3)) == nil)
    }

    @Test("Inserted lines of both sides are in the result, each side's in its order", arguments: Seed.smoke)
    func lines(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let base = (0..<8).map { "行\($0)" }
            func edited(_ mark: String, at places: [Int]) -> [String] {
                base.indices.flatMap { place in (places.contains(place) ? ["\(mark)\(place)"] : []) + [base[place]] }
            }
            // Never at the same place: those would overlap.
            let mine = base.indices.filter { _ in random.below(3) == 0 }
            let yours = base.indices.filter { !mine.contains($0) && random.below(2) == 0 }
            let merged = TextMerge.merge(
                base: base.joined(separator: "\n"), ours: edited("我", at: mine).joined(separator: "\n"),
                theirs: edited("你", at: yours).joined(separator: "\n"))
            let expected = base.indices.flatMap { place in
                (mine.contains(place) ? ["我\(place)"] : []) + (yours.contains(place) ? ["你\(place)"] : []) + [
                    base[place]
                ]
            }
            #expect(merged == expected.joined(separator: "\n"))
        }
    }
}

@Suite("Saying an edit again")
struct RepeatedMergeTests {
    private func cell(_ decision: MergeDecision, over cell: Cell?, rev: Int) throws -> Cell? {
        guard case .write(let value, let lineage, _) = decision else { return cell }
        return Cell(
            value: value, rev: try Sample.id(rev), seq: UInt64(rev), by: try DeviceID("pc"), byCity: false, author: "",
            at: Sample.noon, lineage: lineage)
    }

    @Test(
        "What was decided once and arrives again from another device changes no value",
        arguments: [MergePolicy.review, .latest, .max, .min, .ladder, .text, .members], Seed.smoke)
    func again(policy: MergePolicy, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let values: [String] = policy == .ladder ? ["candidate", "applied", "recognised"] : ["1", "2", "3", "40", "5"]
        for _ in 0..<50 {
            let isSet = policy == .members
            let first = FieldValue.text(values[random.below(values.count)])
            let second = FieldValue.text(values[random.below(values.count)])
            var stands: Cell?
            for (number, value) in [first, second].enumerated() {
                let operation = try Sample.operation(isSet ? .insert : .set, value, shown: stands?.value)
                let merge = try Sample.mergeCase(operation, policy, .current, change: number + 1)
                stands = try cell(Merge.decide(merge, on: stands), over: stands, rev: number + 1)
            }
            let again = try Sample.operation(isSet ? .insert : .set, second, shown: first)
            let merge = try Sample.mergeCase(again, policy, .moved, change: 2)
            let after = try cell(Merge.decide(merge, on: stands), over: stands, rev: 2)
            #expect(after?.value == stands?.value)
            #expect(after?.lineage == stands?.lineage)
        }
    }

    @Test("Ladders and sets of several devices come to the same value whatever they had seen", arguments: Seed.smoke)
    func standingPlaysNoPart(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let stages = (0..<6).map { _ in ["candidate", "applied", "recognised"][random.below(3)] }
            var values: Set<FieldValue?> = []
            for _ in 0..<4 {
                var stands: Cell?
                for (number, stage) in stages.shuffled(using: &random).enumerated() {
                    let standing = random.below(2) == 0 ? BaseStanding.current : .moved
                    let merge = try Sample.mergeCase(try Sample.operation(.set, .text(stage)), .ladder, standing)
                    stands = try cell(Merge.decide(merge, on: stands), over: stands, rev: number + 1)
                }
                values.insert(stands?.value)
            }
            #expect(values.count == 1)
        }
    }
}
