import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire
import Testing

/// Records that stand once they are entered: nobody changes or deletes one, and none is lost.
@Suite("What is entered for good")
struct AppendOnlyTests {
    private static let collection = """
        {"id":"payments","name":"拨付","append_only":"true","fields":[
        {"id":"amount","name":"金额","type":"amount"},{"id":"voucher","name":"凭证","type":"text"},
        {"id":"papers","name":"附件","type":"members"}]}
        """
    private let harness: EngineHarness
    private let one: Desk
    private let other: Desk

    init() throws {
        harness = try EngineHarness()
        let document = SamplePlan.document()
            .replacing(#""collections":["#, with: "\"collections\":[\(Self.collection),")
        _ = try harness.load(document).result(AdminPlanLoad.self)
        one = try harness.desk("xiping", key: "1")
        other = try harness.desk("xiping", key: "2")
    }

    private func edit(
        _ action: PlanSyncCore.Operation.Action, _ field: String, _ value: String?, key: String = "p1",
        base: ChangeID? = nil
    ) throws -> PlanSyncCore.Operation {
        try Edit.operation(action, field, value, base: base, collection: "payments", key: key)
    }

    private func reasons(_ result: ChangeResult) -> [String?] { result.operations.map(\.reason) }

    @Test("What was entered is not changed, cleared or deleted, seen or unseen; what is empty can still be filled in")
    func stands() throws {
        let entered = try one.push(edit(.set, "amount", "15"))
        #expect(entered.outcome == .applied)
        #expect(try reasons(one.push(edit(.set, "amount", "16", base: entered.id))) == ["entry_stands"])
        #expect(try reasons(other.push(edit(.set, "amount", "16"))) == ["entry_stands"])
        #expect(try reasons(one.push(edit(.clear, "amount", nil, base: entered.id))) == ["entry_stands"])
        let record = try edit(.set, "amount", "1").record
        let deletion = Operation(
            record: record, field: nil, action: .delete, value: nil, base: [entered.id], shown: nil)
        #expect(try reasons(one.push(deletion)) == ["entry_stands"])
        // A change with one bad operation is refused as a whole.
        let half = try one.push(edit(.set, "voucher", "2019-1"), edit(.set, "amount", "16", base: entered.id))
        #expect(reasons(half) == ["group", "entry_stands"])
        #expect(try one.value("amount", key: "p1") == "15")
        #expect(try one.value("voucher", key: "p1") == nil)
        #expect(try other.push(edit(.set, "voucher", "2019-114")).outcome == .applied)
        #expect(try reasons(one.push(edit(.set, "voucher", "2019-115"))) == ["entry_stands"])
    }

    @Test("Who enters the same again has entered it; the first stays its author")
    func same() throws {
        let entered = try one.push(edit(.set, "amount", "15"))
        #expect(try reasons(other.push(edit(.set, "amount", "15.0"))) == ["same"])
        #expect(try one.cell("amount", key: "p1")?.rev == entered.id)
    }

    @Test("Papers are added to it and not taken away")
    func papers() throws {
        let entered = try one.push(edit(.insert, "papers", "a.pdf"))
        #expect(try other.push(edit(.insert, "papers", "b.pdf")).outcome != .rejected)
        #expect(try reasons(one.push(edit(.remove, "papers", "a.pdf", base: entered.id))) == ["entry_stands"])
        #expect(try one.cell("papers", key: "p1")?.value == .members(["a.pdf", "b.pdf"]))
    }

    @Test(
        "In whatever order two devices' entries and attempts to change them arrive, no entry is lost",
        arguments: Seed.smoke)
    func orders(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var expected: [String: String] = [:]
        for number in 0..<40 {
            let desk = Bool.random(using: &random) ? one : other
            let amount = "\(Int.random(in: 1...90, using: &random))"
            if let key = expected.keys.sorted().randomElement(using: &random), Bool.random(using: &random) {
                let stands = try desk.cell("amount", key: key)
                let base = Bool.random(using: &random) ? stands?.rev : nil
                let result =
                    Bool.random(using: &random)
                    ? try desk.push(edit(.set, "amount", amount, key: key, base: base))
                    : try desk.push(edit(.clear, "amount", nil, key: key, base: base))
                #expect(
                    reasons(result) == [
                        amount == stands?.value?.shown && result.outcome != .rejected ? "same" : "entry_stands"
                    ])
            } else {
                expected["k\(number)"] = amount
                #expect(try desk.push(edit(.set, "amount", amount, key: "k\(number)")).outcome == .applied)
            }
        }
        let held = try one.cells().filter { $0.key.record.collection.rawValue == "payments" }
        #expect(
            Dictionary(held.map { ($0.key.record.key, $0.value?.shown ?? "") }, uniquingKeysWith: { $1 }) == expected)
        #expect(try one.cells().allSatisfy { $0.key.record.collection != CollectionRule.conflicts })
    }
}
