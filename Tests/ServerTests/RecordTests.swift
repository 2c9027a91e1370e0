import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

/// Operations on a record of the collection `bulletins`.
private enum Bulletin {
    static func write(_ text: String, base: ChangeID? = nil, key: String = "b1") throws -> Operation {
        try Edit.operation(.set, "text", text, base: base, collection: "bulletins", key: key)
    }

    static func act(
        _ action: Operation.Action, base: ChangeID?, saw lines: [String]? = nil, key: String = "b1"
    ) throws -> Operation {
        Operation(
            record: try RecordKey(collection: CollectionID("bulletins"), key: key), field: nil, action: action,
            value: nil, base: base.map { [$0] } ?? [], shown: lines.map { .members($0.sorted()) })
    }

    static func saw(_ rev: ChangeID) throws -> [String] {
        [RecordSight.line(try FieldID("text"), rev: rev, value: nil, rule: nil)]
    }
}

@Suite("Records as a whole")
struct RecordTests {
    private struct Office {
        let harness: EngineHarness
        let one: Desk
        let two: Desk

        init() throws {
            harness = try EngineHarness()
            one = try harness.desk("xiping", key: "1")
            two = try harness.desk("xiping", .approver, key: "2")
        }

        func text() throws -> String? { try one.value("text", key: "b1") }

        func state() throws -> String? { try one.value("record:state", key: "b1") }
    }

    @Test("A record that was seen whole is deleted, leaves the snapshot, and comes back whole")
    func deleteAndRestore() throws {
        let office = try Office()
        let written = try office.one.push(Bulletin.write("甲"))
        let deleted = try office.two.push(Bulletin.act(.delete, base: written.id, saw: Bulletin.saw(written.id)))
        #expect(deleted.outcome == .applied)
        #expect(try office.text() == nil)
        #expect(try office.state() == "deleted")
        #expect(try office.one.push(Bulletin.act(.delete, base: written.id)).operations.map(\.reason) == ["same"])
        let restored = try office.one.push(Bulletin.act(.restore, base: deleted.id))
        #expect(restored.outcome == .applied)
        #expect(try office.text() == "甲")
        #expect(try office.state() == "active")
    }

    @Test("Who had the record is told of the deletion by tombstones")
    func tombstones() throws {
        let office = try Office()
        let written = try office.one.push(Bulletin.write("甲"))
        let cursor = try office.two.pull().cursor
        try office.one.push(Bulletin.act(.delete, base: written.id, saw: Bulletin.saw(written.id)))
        let news = try office.two.pull(cursor).cells
        let cell = try #require(news.first { $0.key.field.rawValue == "text" })
        #expect(cell.deleted && cell.value == nil && cell.rev == written.id)
    }

    @Test(
        "A deletion whose author had not seen the last edit is a conflict, and deletes nothing",
        arguments: [true, false])
    func deleteUnseen(names: Bool) throws {
        let office = try Office()
        let first = try office.one.push(Bulletin.write("甲"))
        try office.one.push(Bulletin.write("乙", base: first.id))
        let deleted = try office.two.push(
            Bulletin.act(.delete, base: first.id, saw: names ? Bulletin.saw(first.id) : nil))
        let id = try #require(deleted.operations.first?.conflict)
        #expect(deleted.outcome == .conflict)
        #expect(try office.text() == "乙")
        let record = try #require(try office.one.conflict(id))
        #expect(record.sides.map(\.value) == [.text("active"), .text("deleted")])
        #expect(try office.one.push(Edit.resolve(id, "theirs")).outcome == .applied)
        #expect(try office.text() == nil)
        #expect(try office.state() == "deleted")
    }

    @Test("An own later edit does not hide what another wrote before it")
    func ownEditHidesNothing() throws {
        let office = try Office()
        let first = try office.one.push(Bulletin.write("甲"))
        let foreign = try office.two.push(
            Edit.operation(.set, "text", "乙", base: first.id, collection: "bulletins", key: "b1"))
        #expect(foreign.outcome == .applied)
        let own = try office.one.push(Bulletin.write("丙", base: first.id))
        #expect(own.outcome == .conflict)
        let deleted = try office.one.push(Bulletin.act(.delete, base: own.id))
        #expect(deleted.outcome == .conflict)
        #expect(try office.text() == "乙")
    }

    @Test("An edit that had not seen the deletion brings the record back, as a conflict about the deletion")
    func editAgainstDelete() throws {
        let office = try Office()
        let written = try office.one.push(Bulletin.write("甲"))
        let deleted = try office.one.push(Bulletin.act(.delete, base: written.id, saw: Bulletin.saw(written.id)))
        let edited = try office.two.push(Bulletin.write("乙", base: written.id))
        #expect(edited.outcome == .applied)
        let id = try #require(edited.operations.first?.conflict)
        #expect(try office.text() == "乙")
        let record = try #require(try office.one.conflict(id))
        #expect(record.sides.map(\.value) == [.text("deleted"), .text("active")])
        #expect(record.sides.map(\.rev) == [deleted.id, edited.id])
        #expect(try office.one.push(Edit.resolve(id, "ours")).outcome == .applied)
        #expect(try office.state() == "deleted")
        #expect(try office.text() == nil)
    }

    @Test("An edit of a record that its author saw as deleted is rejected")
    func editOfDeleted() throws {
        let office = try Office()
        let written = try office.one.push(Bulletin.write("甲"))
        let deleted = try office.one.push(Bulletin.act(.delete, base: written.id, saw: Bulletin.saw(written.id)))
        let edited = try office.two.push(Bulletin.write("乙", base: deleted.id))
        #expect(edited.operations.map(\.reason) == ["record_deleted"])
    }

    @Test("Figures are not deleted as records")
    func figures() throws {
        let office = try Office()
        let operation = Operation(
            record: try RecordKey(collection: CollectionRule.values, key: "201905B"), field: nil, action: .delete,
            value: nil, base: [], shown: nil)
        #expect(try office.one.push(operation).operations.map(\.reason) == ["action_unsupported"])
    }

    @Test("After 400 days tombstones are gone, and a cursor from before them has expired")
    func horizon() throws {
        let office = try Office()
        let written = try office.one.push(Bulletin.write("甲"))
        let cursor = try office.two.pull().cursor
        try office.one.push(Bulletin.act(.delete, base: written.id, saw: Bulletin.saw(written.id)))
        let fresh = try office.two.pull(cursor).cursor
        let late = office.harness.now.advanced(byMilliseconds: 401 * 86_400_000)
        try office.harness.engine.dropTombstones(now: late)
        let expired = try office.two.call(
            SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: cursor, limit: nil))
        #expect(expired.code == .cursorExpired)
        #expect(try office.two.pull(fresh).cells.isEmpty)
        // An edit that old is still taken.
        let edited = try office.two.push(Bulletin.write("乙", base: written.id))
        #expect(edited.outcome == .applied && edited.operations.first?.conflict != nil)
        #expect(try office.text() == "乙")
    }
}
