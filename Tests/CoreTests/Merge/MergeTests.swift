import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Merging one field")
struct MergeTests {
    private static let twelve = FieldValue.text("12")
    private static let fifteen = FieldValue.text("15")

    private func decide(
        _ theirs: FieldValue?, on ours: FieldValue?, _ policy: MergePolicy, _ standing: BaseStanding,
        byCity: Bool = false, oursByCity: Bool = false, action: Operation.Action = .set
    ) throws -> MergeDecision {
        let cell = try Sample.cell(ours, byCity: oursByCity)
        let merge = try Sample.mergeCase(try Sample.operation(action, theirs), policy, standing, byCity: byCity)
        return Merge.decide(merge, on: cell)
    }

    private static func applied(_ value: FieldValue?) -> MergeDecision { .write(value, nil, OperationResult(.applied)) }

    private static func superseded(_ value: FieldValue) -> MergeDecision {
        .keep(OperationResult(.merged, value: value, reason: "superseded"))
    }

    /// The policies of fields that hold one value without a form of its own.
    private static let registers: [MergePolicy] = [
        .review, .cityWins, .countyWins, .latest, .counter, .max, .min, .text,
    ]

    private static let same = MergeDecision.keep(OperationResult(.applied, reason: "same"))

    @Test(
        "Where nothing stands, and where the base still stands, the value is written", arguments: registers)
    func unmoved(policy: MergePolicy) throws {
        let operation = try Sample.operation(.set, Self.fifteen)
        for standing in [BaseStanding.current, .moved] {
            let decision = Merge.decide(try Sample.mergeCase(operation, policy, standing), on: nil)
            #expect(decision == Self.applied(Self.fifteen))
        }
        #expect(try decide(Self.fifteen, on: Self.twelve, policy, .current) == expectedOnCurrent(policy))
    }

    private func expectedOnCurrent(_ policy: MergePolicy) -> MergeDecision {
        policy == .min ? Self.superseded(Self.twelve) : Self.applied(Self.fifteen)
    }

    @Test("Both wrote the same: nothing changes but the note of it", arguments: registers)
    func equalValues(policy: MergePolicy) throws {
        #expect(try decide(Self.twelve, on: Self.twelve, policy, .moved) == Self.same)
        // Said again, it is the same again.
        #expect(try decide(Self.twelve, on: Self.twelve, policy, .moved, byCity: true) == Self.same)
    }

    @Test("Nothing builds on a rejected change", arguments: registers)
    func rejectedBase(policy: MergePolicy) throws {
        for action in [Operation.Action.set, .clear, .add] {
            let decision = try decide(Self.twelve, on: Self.twelve, policy, .rejected, action: action)
            #expect(decision == .reject(reason: "builds_on_rejected"))
        }
    }

    @Test(
        "Against a moved base each policy has its rule",
        arguments: [
            (.review, .conflict), (.counter, .conflict), (.latest, applied(fifteen)), (.max, applied(fifteen)),
            (.min, superseded(twelve)),
        ] as [(MergePolicy, MergeDecision)])
    func moved(policy: MergePolicy, expected: MergeDecision) throws {
        #expect(try decide(Self.fifteen, on: Self.twelve, policy, .moved) == expected)
    }

    @Test(
        "The owner's value stands whoever came first; between two of one side a person decides",
        arguments: [
            (.cityWins, true, false, .overrule(fifteen)), (.cityWins, false, true, .propose),
            (.cityWins, true, true, .conflict), (.cityWins, false, false, .conflict),
            (.countyWins, false, true, .overrule(fifteen)), (.countyWins, true, false, .propose),
            (.countyWins, false, false, .conflict), (.countyWins, true, true, .conflict),
        ] as [(MergePolicy, Bool, Bool, MergeDecision)])
    func owners(policy: MergePolicy, byCity: Bool, oursByCity: Bool, expected: MergeDecision) throws {
        let decision = try decide(
            Self.fifteen, on: Self.twelve, policy, .moved, byCity: byCity, oursByCity: oursByCity)
        #expect(decision == expected)
    }

    @Test("A value that was cleared is a side like any other")
    func cleared() throws {
        #expect(try decide(nil, on: Self.twelve, .review, .moved, action: .clear) == .conflict)
        #expect(try decide(nil, on: nil, .review, .moved, action: .clear) == Self.same)
        #expect(try decide(nil, on: Self.twelve, .review, .current, action: .clear) == Self.applied(nil))
        #expect(try decide(nil, on: Self.twelve, .max, .moved, action: .clear) == Self.superseded(Self.twelve))
        #expect(try decide(Self.fifteen, on: nil, .max, .moved) == Self.applied(Self.fifteen))
    }

    @Test("Numbers are added to what stands, and the answer tells the sum")
    func adding() throws {
        let sum = FieldValue.text("15")
        #expect(
            try decide(.text("3"), on: Self.twelve, .counter, .current, action: .add)
                == .write(sum, nil, OperationResult(.applied, value: sum)))
        #expect(
            try decide(.text("3"), on: Self.twelve, .counter, .moved, action: .add)
                == .write(sum, nil, OperationResult(.merged, value: sum)))
        #expect(
            try decide(.text("-2"), on: nil, .counter, .current, action: .add)
                == .write(.text("-2"), nil, OperationResult(.applied, value: .text("-2"))))
        #expect(
            try decide(.text("3"), on: Self.twelve, .review, .current, action: .add)
                == .reject(reason: "not_a_counter"))
        #expect(
            try decide(.text("x"), on: Self.twelve, .counter, .current, action: .add) == .reject(reason: "not_a_figure")
        )
        let longest = FieldValue.text(String(repeating: "9", count: 30))
        #expect(try decide(longest, on: longest, .counter, .current, action: .add) == .reject(reason: "not_a_figure"))
    }

    @Test("The larger and the smaller compare figures, not texts")
    func extremes() throws {
        #expect(try decide(.text("9"), on: .text("10"), .max, .moved) == Self.superseded(.text("10")))
        #expect(try decide(.text("9"), on: .text("10"), .min, .moved) == Self.applied(.text("9")))
        #expect(try decide(.text("x"), on: .text("10"), .max, .moved) == .reject(reason: "not_a_figure"))
    }
}

@Suite("Merging in any order")
struct MergeOrderTests {
    /// Operations that all name the same base, taken in some order.
    private struct Run {
        var cell: Cell?
        var kept: [FieldValue?] = []
        var notes = 0

        mutating func take(
            _ operation: Operation, number: Int, policy: MergePolicy, byCity: Bool
        ) throws {
            let standing: BaseStanding = operation.base.first == cell?.rev ? .current : .moved
            let merge = try Sample.mergeCase(operation, policy, standing, byCity: byCity)
            switch Merge.decide(merge, on: cell) {
            case .write(let value, _, _): cell = try Sample.cell(value, rev: number, byCity: byCity)
            case .overrule(let value):
                kept.append(cell?.value)
                cell = try Sample.cell(value, rev: number, byCity: byCity)
            case .conflict, .propose: kept.append(operation.value)
            case .keep(let result): if result.reason == "same" { notes += 1 }
            case .reject: Issue.record("rejected")
            }
        }
    }

    private func operations(
        _ action: Operation.Action, using random: inout SplitMix64
    ) throws -> [Operation] {
        try (0..<Int.random(in: 2...8, using: &random)).map { _ in
            let figure = FieldValue.text("\(Int.random(in: -20...20, using: &random))")
            return try Sample.operation(action, figure, base: [Sample.id(500)])
        }
    }

    @Test("Counters come to the sum in every order", arguments: Seed.smoke)
    func counters(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var operations = try operations(.add, using: &random)
            let sum = try operations.reduce(Amount.zero) { try $0.adding($1.value?.amount ?? .zero) }
            for _ in 0..<4 {
                operations.shuffle(using: &random)
                var run = Run()
                for (index, operation) in operations.enumerated() {
                    try run.take(operation, number: index, policy: .counter, byCity: false)
                }
                #expect(run.cell?.value == .text(sum.description))
            }
        }
    }

    @Test("The largest and the smallest stand in every order", arguments: Seed.smoke)
    func extremes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var operations = try operations(.set, using: &random)
            let figures = operations.compactMap { $0.value?.amount }
            for policy in [MergePolicy.max, .min] {
                let expected = try #require(policy == .max ? figures.max() : figures.min())
                for _ in 0..<4 {
                    operations.shuffle(using: &random)
                    var run = Run()
                    for (index, operation) in operations.enumerated() {
                        try run.take(operation, number: index, policy: policy, byCity: false)
                    }
                    #expect(run.cell?.value == .text(expected.description))
                }
            }
        }
    }

    @Test(
        "No value disappears: each stands, is kept for a person, or was said before",
        arguments: Seed.smoke, [MergePolicy.review, .cityWins, .countyWins])
    func nothingVanishes(seed: UInt64, policy: MergePolicy) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var operations = try operations(.set, using: &random)
            operations.shuffle(using: &random)
            var run = Run()
            for (index, operation) in operations.enumerated() {
                try run.take(operation, number: index, policy: policy, byCity: Bool.random(using: &random))
            }
            let kept = run.kept + [run.cell?.value]
            for operation in operations { #expect(kept.contains(operation.value)) }
            #expect(kept.count + run.notes == operations.count)
        }
    }

    @Test("Under `latest` the last of the server's order stands", arguments: Seed.smoke)
    func latest(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let operations = try operations(.set, using: &random)
            var run = Run()
            for (index, operation) in operations.enumerated() {
                try run.take(operation, number: index, policy: .latest, byCity: Bool.random(using: &random))
            }
            #expect(run.cell?.value == operations.last?.value)
        }
    }
}
