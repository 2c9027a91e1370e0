import Foundation
import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Synchronization
import Testing

@Suite("Evidence, backups, and devices out of service")
struct EvidenceTests {
    /// A server with work of several kinds behind it.
    private struct Office {
        let harness: EngineHarness
        let one: Desk
        let two: Desk
        let city: Desk

        init() throws {
            harness = try EngineHarness()
            one = try harness.desk("xiping", key: "1")
            two = try harness.desk("xiping", .approver, key: "2")
            city = try harness.desk("city", .supervisor, key: "s")
            try one.push(Edit.set("figure", "12"))
            let met = try two.push(Edit.set("figure", "15"), Edit.add("tally", "3"))
            try city.push(Edit.set("official", "7"), tenant: "xiping")
            try one.push(Edit.set("figure", "-1"))
            try one.push(Edit.resolve(try #require(met.operations.first?.conflict), "theirs"), note: "核对")
            _ = try one.send([try one.change([try Edit.add("tally", "1")])], signature: [1, 2, 3])
            let period = AdminPeriodSet.Params(
                plan: try PlanID("plan"), period: "201903B", state: .final, reason: nil)
            _ = try harness.operate(AdminPeriodSet.self, period).result(AdminPeriodSet.self)
        }

        func audit() throws -> AuditSummary {
            let path = harness.file("copy-\(UUID().uuidString).sqlite")
            let copy = try SQLitePlanStore(path: path)
            defer { try? copy.close() }
            return try ServerEngine.audit(
                harness.store, copy: copy, environment: harness.environment, progress: { _, _ in })
        }
    }

    @Test("What the server took can be verified from its journals alone")
    func holds() throws {
        let summary = try Office().audit()
        #expect(summary.changes == 10 && summary.chains == 4 && summary.rankings == 1)
        #expect(summary.signatures == 6, "one was refused for its signature")
        #expect(summary.cells > 10)
    }

    @Test(
        "A record that was changed behind the server's back is named",
        arguments: [
            ("UPDATE changes SET body = X'00' WHERE tenant = 'xiping' AND seq = 2", "its bytes are not those"),
            ("UPDATE changes SET received = received + 1 WHERE tenant = 'xiping' AND seq = 2", "audit chain"),
            ("UPDATE changes SET result = X'7B7D' WHERE tenant = 'xiping' AND seq = 2", "audit chain"),
            ("DELETE FROM changes WHERE tenant = 'xiping' AND seq = 2", "the change before it, 2, is missing"),
            ("UPDATE changes SET signature = X'00' WHERE tenant = 'xiping' AND seq = 2", "signature does not hold"),
            ("UPDATE cells SET value = X'223933 22' WHERE field = 'official'".replacing(" 22", with: "22"), "official"),
            ("UPDATE cells SET note = 'x' WHERE field = 'figure'", "figure"),
            ("UPDATE chains SET last_n = last_n + 1 WHERE device LIKE 'xiping%' AND last_n > 0", "ends elsewhere"),
        ])
    func tampered(statement: String, names: String) throws {
        let office = try Office()
        try office.harness.execute(statement)
        let finding = #expect(throws: AuditFinding.self) { try office.audit() }
        #expect(finding?.description.contains(names) == true, "\(finding?.description ?? "nothing")")
    }

    @Test("What a backup holds is told to the devices, each for its own chain")
    func backedUp() throws {
        let office = try Office()
        let before = try office.one.call(
            SessionHello.self, SessionHello.Params(client: "t", language: "zh", incarnation: office.one.incarnation))
        #expect(try before.result(SessionHello.self).device?.backedUp == nil)
        try office.harness.engine.backUp(to: office.harness.file("backup.sqlite"))
        let last = office.one.number
        let pushed = try office.one.send([try office.one.change([try Edit.add("tally", "1")])]).result(SyncPush.self)
        let expected = BackedUp(incarnation: office.one.incarnation, number: last)
        #expect(pushed.backedUp == expected)
        #expect(try office.one.pull().backedUp == expected)
        #expect(throws: BackupFault.self) {
            try office.harness.engine.backUp(to: office.harness.file("backup.sqlite"))
        }
    }

    @Test("A restored backup begins a new epoch, and issues no incarnation that was issued before")
    func restored() throws {
        let office = try Office()
        let backup = office.harness.file("backup.sqlite")
        try office.harness.engine.backUp(to: backup)
        let lost = try office.one.change([try Edit.add("tally", "5")])
        _ = try office.one.send([lost]).result(SyncPush.self)
        let target = office.harness.file("restored.sqlite")
        try SQLiteBackup.restore(from: backup, to: target, epoch: "second", now: office.harness.now)
        // The file alone is moved into the database's place.
        let place = office.harness.file("moved.sqlite")
        try FileManager.default.moveItem(atPath: target, toPath: place)
        let again = try EngineHarness(restored: place, of: office.harness)
        let desk = try Desk(again, tenant: "xiping", device: office.one.device, key: office.one.key)
        #expect(desk.incarnation > UInt64(office.harness.now.milliseconds), "a device that names none gets a new one")
        desk.restart(incarnation: office.one.incarnation, number: office.one.number - 1, head: lost.previous)
        let offered = try desk.send([lost]).result(SyncPush.self)
        #expect(offered.epoch == "second" && offered.read.map(\.outcome) == [.merged])
        #expect(try desk.value("tally") == "8")
        let notices = try again.operate(AdminNoticeList.self, RPCEmpty()).result(AdminNoticeList.self).notices
        #expect(notices.map(\.kind) == ["restored"])
    }

    @Test("A file that is no backup is refused, and nothing is left behind")
    func foreign() throws {
        let office = try Office()
        let path = office.harness.file("text")
        try Data("not a database, but long enough to look like a file".utf8).write(to: URL(fileURLWithPath: path))
        let target = office.harness.file("target.sqlite")
        #expect(throws: (any Error).self) {
            try SQLiteBackup.restore(from: path, to: target, epoch: "e", now: office.harness.now)
        }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    // MARK: Devices out of service

    @Test("What a retired device hands in waits for the city, which takes or refuses it; it reads nothing")
    func retired() throws {
        let office = try Office()
        let params = AdminDeviceRevoke.Params(device: office.one.device)
        _ = try office.harness.operate(AdminDeviceRetire.self, params).result(AdminDeviceRetire.self)
        try office.one.hello()
        let pull = try office.one.call(SyncPull.self, SyncPull.Params(plan: PlanID("plan"), cursor: nil, limit: nil))
        #expect(pull.error?.reason == "retired")
        let handed = try office.one.push(Edit.add("tally", "4"), Edit.set("words", "交接"))
        #expect(handed.operations.map(\.reason) == ["escrow", "escrow"])
        #expect(try office.two.value("tally") == "3")
        let ids = handed.operations.compactMap(\.conflict)
        #expect(try office.two.push(Edit.resolve(ids[0], "theirs")).operations.map(\.reason) == ["forbidden_role"])
        try office.city.push(Edit.resolve(ids[0], "theirs"), tenant: "xiping")
        try office.city.push(Edit.resolve(ids[1], "ours"), tenant: "xiping")
        #expect(try office.two.value("tally") == "7")
        #expect(try office.two.value("words") == nil)
        #expect(try office.audit().changes == 14)
    }

    @Test("A decision that a retired device hands in is made when the city takes it")
    func retiredDecision() throws {
        let office = try Office()
        let met = try office.two.push(Edit.set("figure", "20"))
        let conflict = try #require(met.operations.first?.conflict)
        let params = AdminDeviceRevoke.Params(device: office.one.device)
        _ = try office.harness.operate(AdminDeviceRetire.self, params).result(AdminDeviceRetire.self)
        let handed = try office.one.push(Edit.resolve(conflict, "theirs"))
        let escrow = try #require(handed.operations.first?.conflict)
        #expect(try office.two.value("figure") == "15")
        let taken = try office.city.push(Edit.resolve(escrow, "theirs"), tenant: "xiping")
        #expect(taken.outcome == .applied)
        #expect(try office.two.value("figure") == "20")
        #expect(try #require(try office.two.conflict(conflict)).state == .resolved)
    }

    // MARK: Poison

    /// Remembers in memory, as the file does over a death.
    private final class Recorder: FlightRecorder {
        let hashes = Mutex<[String]>([])
        let begun = Mutex<[[String]]>([])

        func began(_ hashes: [String]) {
            self.hashes.withLock { $0 = hashes }
            begun.withLock { $0.append(hashes) }
        }

        func ended() { hashes.withLock { $0 = [] } }

        func unfinished() -> [String] { hashes.withLock { $0 } }
    }

    @Test("A change that the server died over twice is set aside at the third try, and only that one")
    func poison() throws {
        let office = try Office()
        let changes = [
            try office.two.change([try Edit.add("tally", "1")]), try office.two.change([try Edit.add("tally", "2")]),
            try office.two.change([try Edit.add("tally", "4")]),
        ]
        let hashes = changes.map { Base64URL.encode(office.harness.cryptography.sha256($0.canonicalBytes)) }
        let recorder = Recorder()
        // It dies over all three, and then over the second alone.
        recorder.hashes.withLock { $0 = hashes }
        _ = try EngineHarness(reopening: office.harness, flights: recorder)
        recorder.hashes.withLock { $0 = [hashes[1]] }
        let again = try EngineHarness(reopening: office.harness, flights: recorder)
        let desk = try Desk(again, tenant: "xiping", device: office.two.device, key: office.two.key)
        desk.restart(incarnation: office.two.incarnation)
        let result = try desk.send(changes).result(SyncPush.self)
        #expect(result.read.map(\.outcome) == [.merged, .rejected, .merged])
        #expect(result.read[1].operations.map(\.reason) == ["set_aside"])
        #expect(recorder.begun.withLock { $0 } == hashes.map { [$0] }, "suspects are decided one by one")
        #expect(try desk.value("tally") == "8")
        let notices = try again.operate(AdminNoticeList.self, RPCEmpty()).result(AdminNoticeList.self).notices
        #expect(notices.map(\.kind) == ["set_aside"])
    }

    @Test("A dry run over which the server dies counts as a death, and foretells what is set aside")
    func poisonInDryRun() throws {
        let office = try Office()
        let change = try office.two.change([try Edit.add("tally", "1")])
        let hash = Base64URL.encode(office.harness.cryptography.sha256(change.canonicalBytes))
        let recorder = Recorder()
        for _ in 0..<2 {
            recorder.hashes.withLock { $0 = [hash] }
            _ = try EngineHarness(reopening: office.harness, flights: recorder)
        }
        let again = try EngineHarness(reopening: office.harness, flights: recorder)
        let desk = try Desk(again, tenant: "xiping", device: office.two.device, key: office.two.key)
        desk.restart(incarnation: office.two.incarnation)
        let bundle = SyncBundle.Params(device: desk.device, pushes: [desk.params([change])], isDryRun: true)
        let foretold = try desk.call(SyncBundle.self, bundle).result(SyncBundle.self)
        #expect(foretold.pushes.first?.read.first?.operations.map(\.reason) == ["set_aside"])
        #expect(recorder.begun.withLock { $0 } == [[hash]])
        // It left no trace: the push that follows is still suspected.
        #expect(try desk.send([change]).result(SyncPush.self).read.map(\.outcome) == [.rejected])
    }
}
