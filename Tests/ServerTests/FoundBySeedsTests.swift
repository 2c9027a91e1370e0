import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Testing

/// What the simulation's seeds found on the server's side, each as small as it can be told.
@Suite("Found by seeds")
struct FoundBySeedsTests {
    @Test("A known change at a place of the chain where another one stands is a fork, not an answer from memory")
    func knownAtAnothersPlace() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        let first = try desk.change([try Edit.add("tally", "1")])
        let second = try desk.change([try Edit.add("tally", "2")])
        _ = try desk.send([first, second]).result(SyncPush.self)
        // The disk went back to before the second, and the first now claims the second's place.
        desk.restart(incarnation: desk.incarnation, number: 1, head: first.previous)
        let moved = desk.renumber(first)
        #expect(moved.number == second.number)
        #expect(try desk.send([moved]).code == .fork)
        #expect(try desk.value("tally") == "3")
    }

    @Test("Known changes that hang on another head are a fork, so that what follows them does not wait for ever")
    func knownOnAnotherHead() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        let known = try desk.change([try Edit.add("tally", "1")])
        _ = try desk.send([known]).result(SyncPush.self)
        desk.restart(incarnation: desk.incarnation, number: 1, head: Base64URL.encode([UInt8](repeating: 9, count: 32)))
        let moved = desk.renumber(known)
        #expect(try desk.send([moved]).code == .fork)
    }

    @Test("What was typed under a plan's revision that a restored backup lacks is taken, not refused for ever")
    func laterRevision() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "1")
        let backup = harness.file("backup.sqlite")
        try harness.engine.backUp(to: backup)
        let target = harness.file("restored.sqlite")
        try SQLiteBackup.restore(from: backup, to: target, epoch: "second", now: harness.now)
        let again = try EngineHarness(restored: target, of: harness)
        let returned = try Desk(again, tenant: "xiping", device: desk.device, key: desk.key)
        let change = try returned.change([try Edit.set("figure", "4")])
        let later = try returned.call(SyncPush.self, returned.params([change], revision: 2))
        #expect(later.error == nil, "\(later.error?.message ?? "")")
        // A server that was never restored still says that it does not know the revision.
        let early = try desk.call(
            SyncPush.self, desk.params([try desk.change([try Edit.set("figure", "4")])], revision: 2))
        #expect(early.code == .planRevisionUnknown)
    }

    @Test("Which edit stands against a deletion follows from the server's order, not from a table's")
    func deletionKeepsTheNewest() throws {
        for _ in 0..<8 {
            let harness = try EngineHarness()
            let one = try harness.desk("xiping", key: "1")
            let two = try harness.desk("xiping", key: "2")
            let first = try one.push(
                Edit.operation(.set, "text", "甲", collection: "bulletins", key: "b1"))
            let newest = try one.push(
                Edit.operation(.set, "text", "乙", base: first.id, collection: "bulletins", key: "b1"))
            let deleted = try two.push(
                Operation(
                    record: try RecordKey(collection: CollectionID("bulletins"), key: "b1"), field: nil,
                    action: .delete, value: nil, base: [first.id], shown: nil))
            let id = try #require(deleted.operations.first?.conflict)
            #expect(try #require(try one.conflict(id)).sides.first?.rev == newest.id)
        }
    }

    @Test("Who saw a figure only in what was kept apart has not seen the one that stands, and be they equal")
    func escrowConfirmsNothing() throws {
        let harness = try EngineHarness()
        let one = try harness.desk("xiping", key: "1")
        let two = try harness.desk("xiping", key: "2")
        let three = try harness.desk("xiping", key: "3")
        try one.push(Edit.set("figure", "17"))
        _ = try harness.operate(AdminDeviceRetire.self, AdminDeviceRevoke.Params(device: two.device))
            .result(AdminDeviceRetire.self)
        try two.hello()
        let apart = try two.push(Edit.set("figure", "17"))
        #expect(apart.operations.map(\.reason) == ["escrow"])
        #expect(try three.push(Edit.set("figure", "1", base: apart.id)).outcome == .conflict)
        #expect(try three.value("figure") == "17")
    }

    @Test("An edit that was taken as the same, written otherwise, is one to go on from")
    func sameInAnotherForm() throws {
        let harness = try EngineHarness()
        let one = try harness.desk("xiping", key: "1")
        let two = try harness.desk("xiping", key: "2")
        try one.push(Edit.set("figure", "12"))
        let same = try two.push(Edit.set("figure", "12.0"))
        #expect(same.operations.map(\.reason) == ["same"])
        #expect(try two.push(Edit.set("figure", "14", base: same.id)).outcome == .applied)
    }
}
