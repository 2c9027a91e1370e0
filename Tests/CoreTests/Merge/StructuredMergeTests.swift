import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Merging sets of members")
struct MemberTests {
    /// An insertion or removal by a change.
    private struct Step {
        let operation: PlanSyncCore.Operation
        let change: Int
    }

    private func take(_ steps: [Step]) throws -> Cell? {
        var cell: Cell?
        for step in steps {
            let merge = try Sample.mergeCase(step.operation, .members, .moved, change: step.change)
            guard case .write(let value, let lineage, _) = Merge.decide(merge, on: cell) else {
                Issue.record("not written")
                continue
            }
            cell = Cell(
                value: value, rev: try Sample.id(step.change), seq: 1, by: try DeviceID("pc"), byCity: false,
                author: "", at: Sample.noon, lineage: lineage)
        }
        return cell
    }

    private func insert(_ member: String, _ change: Int) throws -> Step {
        Step(operation: try Sample.operation(.insert, .text(member)), change: change)
    }

    private func remove(_ member: String, seen: [Int], _ change: Int) throws -> Step {
        Step(
            operation: try Sample.operation(.remove, .text(member), base: try seen.map { try Sample.id($0) }),
            change: change)
    }

    @Test("An insertion that the remover had not seen survives")
    func addWins() throws {
        let steps = [try insert("甲", 1), try insert("甲", 2), try remove("甲", seen: [1], 3)]
        #expect(try take(steps)?.value == .members(["甲"]))
        #expect(try take([steps[0], steps[2], steps[1]])?.value == .members(["甲"]))
        #expect(try take([steps[0], try remove("甲", seen: [1], 3)])?.value == nil)
    }

    @Test("The set is the same in every order of arrival", arguments: Seed.smoke)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var steps: [Step] = []
            for number in 1...10 {
                let member = ["甲", "乙", "丙"][random.below(3)]
                let seen = (1..<number).filter { _ in random.below(2) == 0 }
                steps.append(
                    random.below(3) > 0 || seen.isEmpty
                        ? try insert(member, number) : try remove(member, seen: seen, number))
            }
            // A removal names insertions of its own member only.
            var inserted: [ChangeID: FieldValue?] = [:]
            for step in steps where step.operation.action == .insert {
                inserted[try Sample.id(step.change)] = step.operation.value
            }
            steps = try steps.map { step in
                guard step.operation.action == .remove else { return step }
                let base = step.operation.base.filter { inserted[$0] == step.operation.value }
                return Step(
                    operation: try Sample.operation(.remove, step.operation.value, base: base), change: step.change)
            }
            let expected = try take(steps)
            for _ in 0..<4 {
                steps.shuffle(using: &random)
                let cell = try take(steps)
                #expect(cell?.value == expected?.value)
                #expect(cell?.lineage?.tags.mapValues(Set.init) == expected?.lineage?.tags.mapValues(Set.init))
            }
        }
    }

    @Test("Said twice it is in once, and lineage reads back as it was written")
    func again() throws {
        let cell = try #require(
            try take([try insert("甲\n乙", 1), try insert("甲\n乙", 1), try remove("丙", seen: [7], 2)]))
        #expect(cell.lineage?.tags["甲\n乙"]?.count == 1)
        let lineage = try #require(cell.lineage)
        #expect(Lineage(encoded: lineage.encoded) == lineage)
        #expect(Lineage(encoded: Lineage.ladder(generation: 3, since: 9).encoded) == .ladder(generation: 3, since: 9))
        #expect(Lineage(encoded: Array("[\"other\"]".utf8)) == nil)
    }

    @Test("A set is written member by member")
    func whole() throws {
        for action in [Operation.Action.set, .clear] {
            let merge = try Sample.mergeCase(try Sample.operation(action, .text("甲")), .members, .current)
            #expect(Merge.decide(merge, on: nil) == .reject(reason: "members_one_by_one"))
        }
    }
}

@Suite("Merging ladders")
struct LadderTests {
    private static let stages = ["candidate", "applied", "recognised"]

    private func decide(
        _ stage: String, on cell: Cell?, _ action: Operation.Action = .set, _ standing: BaseStanding = .moved,
        byCity: Bool = false, note: String? = nil
    ) throws -> MergeDecision {
        let operation = try Sample.operation(action, .text(stage))
        let merge = try Sample.mergeCase(operation, .ladder, standing, byCity: byCity, seq: 7, note: note)
        return Merge.decide(merge, on: cell)
    }

    private func cell(_ stage: String, generation: UInt64 = 0, since: UInt64 = 0) throws -> Cell {
        Cell(
            value: .text(stage), rev: try Sample.id(1), seq: 1, by: try DeviceID("pc"), byCity: false, author: "",
            at: Sample.noon, lineage: .ladder(generation: generation, since: since))
    }

    @Test("The furthest stage stands in every order", arguments: Seed.smoke)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var stages = (0..<5).map { _ in Self.stages[random.below(3)] }
            let furthest = stages.compactMap { Self.stages.firstIndex(of: $0) }.max().map { Self.stages[$0] }
            for _ in 0..<4 {
                stages.shuffle(using: &random)
                var stands: Cell?
                for stage in stages {
                    if case .write(let value, let lineage, _) = try decide(stage, on: stands) {
                        stands = Cell(
                            value: value, rev: try Sample.id(1), seq: 1, by: try DeviceID("pc"), byCity: false,
                            author: "", at: Sample.noon, lineage: lineage)
                    }
                }
                #expect(stands?.value == furthest.map { .text($0) })
            }
        }
    }

    @Test("Back goes only the gate's side, with a reason, and begins a new generation")
    func reopening() throws {
        let stands = try cell("recognised")
        #expect(
            try decide("applied", on: stands)
                == .keep(
                    OperationResult(.merged, value: .text("recognised"), reason: "superseded")))
        #expect(try decide("applied", on: stands, .reopen, .current, note: "误报") == .reject(reason: "not_your_gate"))
        #expect(
            try decide("applied", on: stands, .reopen, .current, byCity: true)
                == .reject(reason: "reopen_needs_reason"))
        #expect(
            try decide("applied", on: stands, .reopen, .current, byCity: true, note: "误报")
                == .write(.text("applied"), .ladder(generation: 1, since: 7), OperationResult(.applied)))
        #expect(try decide("applied", on: stands, .reopen, .moved, byCity: true, note: "误报") == .conflict)
        #expect(
            try decide("recognised", on: stands, .reopen, .current, byCity: true, note: "误报")
                == .reject(reason: "not_back"))
    }

    @Test("Who had not seen the reopening does not undo it")
    func afterReopening() throws {
        let stands = try cell("candidate", generation: 1, since: 5)
        #expect(
            try decide("recognised", on: stands, .set, .reopened)
                == .keep(OperationResult(.merged, value: .text("candidate"), reason: "superseded")))
        #expect(
            try decide("applied", on: stands, .set, .moved)
                == .write(.text("applied"), .ladder(generation: 1, since: 5), OperationResult(.applied)))
    }
}

@Suite("Merging texts")
struct TextMergeTests {
    @Test("Edits of different lines, and of different runs of one line, are both kept")
    func both() {
        let base = "第一行\n第二行\n第三行\n"
        #expect(
            TextMerge.merge(base: base, ours: "第一行改\n第二行\n第三行\n", theirs: "第一行\n第二行\n第三行补\n")
                == "第一行改\n第二行\n第三行补\n")
        #expect(
            TextMerge.merge(base: "全市新增专利12件", ours: "全市新增发明专利12件", theirs: "全市新增专利12件,同比增长")
                == "全市新增发明专利12件,同比增长")
        #expect(TextMerge.merge(base: "甲乙", ours: "甲", theirs: "甲乙丙丁") == nil)
    }

    @Test("What overlaps is left to a person")
    func overlap() {
        #expect(TextMerge.merge(base: "完成10项", ours: "完成12项", theirs: "完成15项") == nil)
        #expect(TextMerge.merge(base: "", ours: "甲", theirs: "乙") == nil)
    }

    @Test("No character is torn: what looks like one stays one")
    func graphemes() {
        let family = "👨‍👩‍👧"
        let merged = TextMerge.merge(base: "甲乙", ours: "\(family)甲乙", theirs: "甲乙e\u{301}")
        #expect(merged == "\(family)甲乙e\u{301}")
        #expect(merged?.count == 4)
    }

    @Test("Laws of the merge, over texts of chance", arguments: Seed.smoke)
    func laws(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let base = Self.text(&random)
            let ours = Self.edited(base, "甲", &random)
            let theirs = Self.edited(base, "乙", &random)
            #expect(TextMerge.merge(base: base, ours: ours, theirs: base) == ours)
            #expect(TextMerge.merge(base: base, ours: base, theirs: theirs) == theirs)
            #expect(TextMerge.merge(base: base, ours: ours, theirs: ours) == ours)
            let merged = TextMerge.merge(base: base, ours: ours, theirs: theirs)
            #expect(merged == TextMerge.merge(base: base, ours: theirs, theirs: ours))
            guard let merged else { continue }
            // What one side put in is in the result as often as it put it in.
            #expect(merged.filter { $0 == "甲" }.count == ours.filter { $0 == "甲" }.count)
            #expect(merged.filter { $0 == "乙" }.count == theirs.filter { $0 == "乙" }.count)
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        (0..<random.below(5)).map { _ in
            String((0..<random.below(8)).map { _ in Array("东西南北中")[random.below(5)] }) + "\n"
        }.joined()
    }

    private static func edited(_ base: String, _ mark: Character, _ random: inout SplitMix64) -> String {
        var text = Array(base)
        for _ in 0...random.below(3) {
            let place = random.below(text.count + 1)
            if random.below(3) > 0 || place == text.count {
                text.insert(mark, at: place)
            } else {
                text.remove(at: place)
            }
        }
        return String(text)
    }
}
