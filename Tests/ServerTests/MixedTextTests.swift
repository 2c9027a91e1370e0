import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

/// One desk writes twice offline; between the two the other desk's edit was merged into the first.
@Suite("Texts that were mixed with another's")
struct MixedTextTests {
    private let one: Desk
    private let two: Desk
    private let own: ChangeID

    init() throws {
        let harness = try EngineHarness()
        one = try harness.desk("xiping", key: "1")
        two = try harness.desk("xiping", .approver, key: "2")
        let base = try one.push(Self.write("一。二。", base: nil, shown: nil)).id
        _ = try two.push(Self.write("乙一。二。", base: base, shown: "一。二。"))
        let merged = try one.push(Self.write("一。二甲。", base: base, shown: "一。二。"))
        try #require(merged.operations.first?.value == .text("乙一。二甲。"))
        own = merged.id
    }

    private static func write(_ text: String, base: ChangeID?, shown: String?) throws -> Operation {
        try Edit.operation(.set, "story", text, base: base, shown: shown, collection: "bulletins", key: "b1")
    }

    private func delete(seeing text: String) throws -> Operation {
        let field = try FieldID("story")
        let plan = try PlanReader.read(try PlanDocumentJSON.decode(Array(SamplePlan.document().utf8))).plan
        let rule = try #require(plan.field(field, of: CollectionID("bulletins")))
        return Operation(
            record: try RecordKey(collection: CollectionID("bulletins"), key: "b1"), field: nil, action: .delete,
            value: nil, base: [own],
            shown: .members([RecordSight.line(field, rev: own, value: .text(text), rule: rule)]))
    }

    @Test("The second writing does not take the other's words away, though it builds on the own first one")
    func secondWriting() throws {
        let second = try one.push(Self.write("一。二甲三。", base: own, shown: "一。二甲。"))
        #expect(second.operations.map(\.value) == [.text("乙一。二甲三。")])
        #expect(try one.value("story", key: "b1") == "乙一。二甲三。")
    }

    @Test("A deletion by who had not seen the other's words deletes nothing; by who saw them it does")
    func deletion() throws {
        let unseen = try one.push(try delete(seeing: "一。二甲。"))
        #expect(unseen.outcome == .conflict)
        #expect(try one.value("story", key: "b1") == "乙一。二甲。")
    }

    @Test("A deletion by who saw all of it goes through")
    func seenDeletion() throws {
        let deleted = try one.push(try delete(seeing: "乙一。二甲。"))
        #expect(deleted.outcome == .applied)
        #expect(try one.value("story", key: "b1") == nil)
    }
}
