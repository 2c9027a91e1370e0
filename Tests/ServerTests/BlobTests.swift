import PlanSyncCore
import PlanSyncServerSQLite
import PlanSyncWire
import Testing

@testable import PlanSyncServer

/// Files that stand as evidence: named first, sent in pieces, verified, read by scope, swept.
@Suite("Files")
struct BlobTests {
    @Test("A file arrives in pieces, over several connections, and is read back whole by its unit and by the city")
    func pieces() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile(TestFile.bytes(900_001))
        let place = try desk.place(file)
        #expect(try desk.name(file).outcome == .applied)
        #expect(
            try desk.offer(place).result(BlobOffer.self) == BlobStanding(received: 0, size: 900_001, isComplete: false))
        let half = Array(file.content.prefix(300_000))
        #expect(try desk.put(place, half, at: 0).result(BlobPut.self).received == 300_000)
        // Half a file is nobody's.
        #expect(try desk.get(place).error?.reason == "not_yet")
        // Another process, as after a kill.
        let again = try EngineHarness(reopening: harness, flights: NoFlightRecorder())
        let second = try Desk(again, tenant: "xiping", device: desk.device, key: desk.key)
        #expect(try second.offer(place).result(BlobOffer.self).received == 300_000)
        // What was sent twice, or too far on, changes nothing, and the answer says where to go on.
        #expect(try second.put(place, half, at: 0).result(BlobPut.self).received == 300_000)
        #expect(try second.put(place, half, at: 600_000).result(BlobPut.self).received == 300_000)
        #expect(try second.send(file).isComplete)
        #expect(try second.fetch(place) == file.content)
        let city = try again.desk("city", .reviewer, key: "c")
        #expect(try city.fetch(try city.place(file, tenant: "xiping")) == file.content)
        #expect(try second.get(place, from: 900_001).result(BlobGet.self).chunks.bytes.isEmpty)
        #expect(try second.get(place, from: .max).result(BlobGet.self).chunks.bytes.isEmpty)
    }

    @Test("A content with another hash is thrown away as a whole, and the true one can come after it")
    func wrongHash() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile("the true content")
        let place = try desk.place(file)
        try desk.name(file)
        #expect(try desk.put(place, Array("the fals".utf8), at: 0).error == nil)
        let refused = try desk.put(place, Array("econtent".utf8), at: 8)
        #expect(refused.error?.reason == "hash_mismatch")
        #expect(try desk.get(place).error?.reason == "not_yet")
        #expect(try desk.offer(place).result(BlobOffer.self).received == 0)
        #expect(try desk.send(file).isComplete)
    }

    @Test("More bytes than the file has are refused, and so is a content of another type than its name says")
    func tooLongAndOtherType() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let short = try TestFile("short")
        try desk.name(short)
        #expect(try desk.put(desk.place(short), Array("longer".utf8), at: 0).error?.reason == "blob_too_long")
        #expect(try desk.offer(desk.place(short)).result(BlobOffer.self).received == 0)
        let forged = try TestFile("MZ this is a program", name: "report.pdf")
        try desk.name(forged)
        #expect(try desk.put(desk.place(forged), forged.content, at: 0).error?.reason == "attachment_content")
        #expect(try desk.get(desk.place(forged)).error?.reason == "not_yet")
    }

    @Test("Type, size and name of a file are checked when it is named")
    func named() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let hash = String(repeating: "a", count: 64)
        let members = [
            "\(hash) 10 run.exe": "attachment_type", "\(hash) 1048577 a.txt": "attachment_too_large",
            "\(hash) 0 a.txt": "attachment_empty", "\(hash) 010 a.txt": "attachment_form",
            "\(hash) -1 a.txt": "attachment_form", "\(hash)0 10 a.txt": "attachment_form", "a.txt": "attachment_form",
            "\(hash) 10 ../a.txt": "attachment_name", "\(hash) 10 a\u{202E}fdp.txt": "control_character",
            "\(hash) 10 .txt": "attachment_name",
        ]
        for (member, reason) in members {
            let result = try desk.push(
                Edit.operation(.insert, "files", member, collection: "bulletins", key: "b1"))
            #expect(result.operations.map(\.reason) == [reason], "\(member)")
        }
        #expect(try desk.cells().isEmpty)
    }

    @Test("What no record names can neither be sent nor fetched; a file that is taken out is not given any more")
    func unnamed() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile("evidence")
        let place = try desk.place(file)
        #expect(try desk.offer(place).error?.reason == "not_found")
        #expect(try desk.put(place, file.content, at: 0).error?.reason == "not_found")
        let insertion = try desk.name(file)
        try desk.send(file)
        #expect(try desk.fetch(place) == file.content)
        try desk.unname(file, base: insertion.id)
        #expect(try desk.get(place).error?.reason == "not_found")
    }

    @Test("Within a unit a content is stored once; another unit sends its own copy, and learns nothing of the first")
    func deduplicated() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let neighbour = try harness.desk("pingyu", key: "p")
        let file = try TestFile("the same content")
        let twin = try TestFile("the same content", name: "b.txt")
        try desk.name(file)
        try desk.send(file)
        try desk.name(twin, key: "b2")
        #expect(try desk.offer(desk.place(twin, key: "b2")).result(BlobOffer.self).isComplete)
        // Named by the other unit too: the server asks for every byte, as if nobody had it.
        try neighbour.name(file)
        let standing = try neighbour.offer(neighbour.place(file)).result(BlobOffer.self)
        #expect(standing == BlobStanding(received: 0, size: UInt64(file.content.count), isComplete: false))
        #expect(try neighbour.get(neighbour.place(file)).error?.reason == "not_yet")
        // And by the first unit's name: as if there were no such record.
        let foreign = try desk.place(file)
        let absent = BlobPlace(
            plan: foreign.plan, tenant: try TenantID("nowhere"), record: foreign.record, field: foreign.field,
            hash: foreign.hash)
        for method in ["offer", "put", "get"] {
            let answers = try [foreign, absent].map { place in
                switch method {
                case "offer": try neighbour.offer(place).frame
                case "put": try neighbour.put(place, file.content, at: 0).frame
                default: try neighbour.get(place).frame
                }
            }
            #expect(answers[0] == answers[1], "\(method)")
            #expect(String(decoding: answers[0], as: UTF8.self).contains("not_found"))
        }
        #expect(try harness.store.read { try $0.blobs(of: TenantID("xiping")).count } == 1)
    }

    @Test("A viewer reads files and sends none; a file that the city publishes is read by every unit")
    func roles() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile("evidence")
        try desk.name(file)
        try desk.send(file)
        let viewer = try harness.desk("xiping", .viewer, key: "v")
        #expect(try viewer.fetch(viewer.place(file)) == file.content)
        #expect(try viewer.offer(viewer.place(file)).code == .forbidden)
        let city = try harness.desk("city", .supervisor, key: "c")
        let notice = try TestFile("to all")
        try city.name(notice)
        try city.send(notice)
        #expect(try viewer.fetch(viewer.place(notice, tenant: "city")) == notice.content)
        #expect(try viewer.put(viewer.place(notice, tenant: "city"), notice.content, at: 0).code == .notFound)
    }

    @Test("A unit's files have the room that the plan gives them, and no more")
    func quota() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let first = try TestFile(TestFile.bytes(900_000, seed: 1))
        let second = try TestFile(TestFile.bytes(200_000, seed: 2), name: "b.txt")
        let third = try TestFile(TestFile.bytes(100_000, seed: 3), name: "c.txt")
        for file in [first, second, third] { try desk.name(file) }
        try desk.send(first)
        let refused = try desk.offer(desk.place(second))
        #expect(refused.error?.reason == "quota" && refused.code == .tooLarge)
        #expect(try desk.send(third).isComplete)
        // Another unit has its own room.
        let neighbour = try harness.desk("pingyu", key: "p")
        try neighbour.name(second)
        #expect(try neighbour.send(second).isComplete)
    }

    @Test("A file that no record names goes after 400 days, a part of one after 30; what is named again stays")
    func sweep() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let whole = try TestFile("whole")
        let part = try TestFile("a part only", name: "p.txt")
        let kept = try TestFile("kept", name: "k.txt")
        var insertions: [ChangeID] = []
        for file in [whole, part, kept] { insertions.append(try desk.name(file).id) }
        try desk.send(whole)
        try desk.send(kept)
        _ = try desk.put(desk.place(part), Array("a part".utf8), at: 0)
        for (file, id) in zip([whole, part], insertions) { try desk.unname(file, base: id) }
        func names() throws -> Set<String> {
            Set(try harness.store.read { try $0.blobs(of: TenantID("xiping")).map(\.hash) })
        }
        func sweep(days: Int64) throws -> Set<String> {
            harness.now = EngineHarness.start.advanced(byMilliseconds: days * 86_400_000)
            try harness.engine.sweepBlobs(now: harness.now)
            return try names()
        }
        let all = Set([whole, part, kept].map(\.attachment.hash))
        #expect(try sweep(days: 0) == all)
        #expect(try sweep(days: 29) == all)
        #expect(try sweep(days: 31) == Set([whole, kept].map(\.attachment.hash)))
        // Named again within the time: the content is still there.
        let again = try desk.name(whole)
        #expect(try desk.offer(desk.place(whole)).result(BlobOffer.self).isComplete)
        #expect(try sweep(days: 300).contains(whole.attachment.hash))
        try desk.unname(whole, base: again.id)
        #expect(try sweep(days: 301).count == 2)
        #expect(try sweep(days: 700).count == 2)
        #expect(try sweep(days: 702) == [kept.attachment.hash])
        #expect(try desk.fetch(desk.place(kept)) == kept.content)
    }

    @Test("A backup holds the files")
    func backup() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile("evidence")
        try desk.name(file)
        try desk.send(file)
        _ = try harness.store.backUp(to: harness.file("copy.sqlite"))
        let copy = try EngineHarness(restored: harness.file("copy.sqlite"), of: harness)
        let reader = try Desk(copy, tenant: "xiping", device: desk.device, key: desk.key)
        #expect(try reader.fetch(reader.place(file)) == file.content)
    }

    @Test("Two sizes are said of one hash: the one that the hash confirms stands")
    func twoSizes() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let file = try TestFile("evidence")
        try desk.push(
            Edit.operation(
                .insert, "files", "\(file.attachment.hash) 900000 liar.txt", collection: "bulletins", key: "b2"))
        #expect(try desk.offer(desk.place(file, key: "b2")).result(BlobOffer.self).size == 900_000)
        try desk.name(file)
        #expect(try desk.send(file).isComplete)
        #expect(try desk.offer(desk.place(file, key: "b2")).result(BlobOffer.self).isComplete)
        #expect(try desk.fetch(desk.place(file)) == file.content)
    }
}
