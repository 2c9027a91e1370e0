import Foundation
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncWire
import Testing

@testable import PlanSyncServer

/// Two counties write with marks of their own; no frame to one ever holds a mark of the other.
@Suite("Canaries")
struct CanaryTests {
    private static let marks = ["xiping": "XCANARYX", "pingyu": "PCANARYP"]

    /// A file with a county's mark in its name and, also in base64, in its content.
    private static func file(_ mark: String) throws -> TestFile {
        try TestFile(mark + mark + mark, name: "\(mark).txt")
    }

    private static let file = #""plan":"plan","tenant":TENANT,"rec":["bulletins","b1"],"field":"files","hash":HASH"#

    /// Two counties with the same work in both, and a mark in every text of it.
    private final class Town {
        let harness: EngineHarness
        var desks: [String: Desk] = [:]
        /// Every answer that a county's desk was given.
        var heard: [String: [String]] = [:]

        init() throws {
            harness = try EngineHarness()
            for tenant in ["xiping", "pingyu"] {
                desks[tenant] = try harness.desk(tenant, .approver, key: tenant)
                try fill(tenant)
            }
        }

        func desk(_ tenant: String) throws -> Desk { try #require(desks[tenant]) }

        /// A value, a key, a note, an author and a conflict, all with the county's mark.
        private func fill(_ tenant: String) throws {
            let desk = try desk(tenant)
            let mark = try #require(CanaryTests.marks[tenant])
            let other = try harness.desk(tenant, key: "\(tenant)-2")
            try desk.push(Edit.set("words", "\(mark)-value"), note: "\(mark)-note")
            try desk.push(
                Edit.operation(.set, "text", "\(mark)-bulletin", collection: "bulletins", key: "\(mark)-key"),
                note: "\(mark)-note")
            let file = try CanaryTests.file(mark)
            try desk.name(file)
            try desk.send(file)
            // Two edits that meet: a conflict record with both sides.
            try desk.push(Edit.set("figure", "11"), note: "\(mark)-ours")
            try other.push(Edit.set("figure", "12"), note: "\(mark)-theirs")
        }

        /// Sends a frame over a county's connection and keeps the answer.
        func ask(_ tenant: String, _ method: String, _ params: String, id: String = "1") throws -> String? {
            let desk = try desk(tenant)
            let frame = Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#.utf8)
            guard let answer = harness.run(frame, &desk.session) else { return nil }
            let text = String(decoding: answer, as: UTF8.self)
            heard[tenant, default: []].append(text)
            return text
        }
    }

    /// Parameters that name something; `TENANT`, `DEVICE`, `KEY`, `CURSOR` stand for what is mutated.
    static let shapes: [(method: String, params: String)] = [
        ("session.hello", #"{"protocol":1,"inc":1,"tenant":TENANT}"#), ("rpc.discover", "{}"), ("server.health", "{}"),
        ("plan.get", #"{"plan":"plan","tenant":TENANT}"#), ("plan.get", #"{"plan":KEY}"#),
        ("sync.pull", #"{"plan":"plan","cursor":CURSOR,"tenant":TENANT}"#),
        ("sync.pull", #"{"plan":"plan","part":[TENANT,"values"]}"#),
        ("sync.pull", #"{"plan":"plan","part":[TENANT,"conflicts"],"cursor":CURSOR}"#),
        ("sync.pull", #"{"plan":"plan","limit":1,"tenants":[TENANT]}"#),
        ("sync.watch", #"{"plan":"plan","cursor":CURSOR}"#), ("sync.digest", #"{"plan":"plan","tenant":TENANT}"#),
        ("history.get", #"{"plan":"plan","tenant":TENANT,"rec":["values","201905B"]}"#),
        ("history.get", #"{"plan":"plan","tenant":TENANT,"rec":["bulletins",KEY]}"#),
        ("history.get", #"{"plan":"plan","tenant":TENANT,"rec":["conflicts",KEY],"field":"state"}"#),
        ("aggregate.get", #"{"plan":"plan","period":"201905B","tenants":[TENANT]}"#),
        ("aggregate.get", #"{"plan":"plan","period":"201905B","tenants":["xiping","pingyu"]}"#),
        ("ranking.get", #"{"plan":"plan","period":"201905B"}"#),
        ("explain.get", #"{"plan":"plan","period":"201905B","indicator":"g1","tenant":TENANT}"#),
        ("sync.bundle", #"{"device":DEVICE,"pushes":[PUSH],"dryRun":true}"#),
        ("sync.bundle", #"{"device":DEVICE,"pushes":[PUSH]}"#), ("sync.push", "PUSH"),
        ("admin.token.create", #"{"tenant":TENANT,"role":"editor","name":"x","seconds":60}"#),
        ("admin.device.list", #"{"tenant":TENANT}"#), ("admin.device.revoke", #"{"device":DEVICE}"#),
        ("admin.device.retire", #"{"device":DEVICE}"#), ("admin.notice.list", #"{"tenant":TENANT}"#),
        ("admin.backup", "{}"), ("admin.plan.load", #"{"document":{"plan":TENANT}}"#),
        ("admin.period.set", #"{"plan":"plan","period":"201905B","state":"open"}"#),
        ("admin.period.register", #"{"plan":"plan","period":"201905B","device":DEVICE,"head":KEY}"#),
        ("admin.period.list", #"{"plan":"plan","tenant":TENANT}"#),
        ("admin.ranking.publish", #"{"plan":"plan","period":"201905B"}"#),
        ("enrol.request", #"{"token":KEY,"csr":KEY}"#),
        ("enrol.renew", #"{"csr":KEY,"device":DEVICE,"tenant":TENANT}"#),
        ("enrol.renew", #"{"csr":"CSR:pingyu"}"#),
        ("admin.token.create", #"{"tenant":TENANT,"role":"editor","name":"x","seconds":60,"device":DEVICE}"#),
        ("blob.offer", "{\(file)}"), ("blob.put", #"{\#(file),"offset":0,"chunks":["QUJD"]}"#),
        ("blob.get", #"{\#(file),"offset":0}"#),
        ("no.such.method", #"{"tenant":TENANT}"#),
    ]

    static func push(_ tenant: String, _ key: String) -> String {
        #"{"plan":"plan","planRevision":1,"signature":"AA","changes":[{"id":"AZPjb4wAcACAAAAAAAAAAQ","inc":1,"n":1,"#
            + #""prev":"","tenant":\#(tenant),"at":"2019-05-01T00:00:00.000Z","author":"x","ops":[{"rec":["values","#
            + #""201905B"],"field":"words","do":"set","value":"x","base":"AZPjb4wAcACAAAAAAAAAAA"}]}]}"#
    }

    @Test("Whatever one county asks, with whatever names of the other, it never hears of the other's work")
    func nothingCrosses() throws {
        let town = try Town()
        var cursors: [String: String] = [:]
        var devices: [String: String] = [:]
        var conflicts: [String] = []
        for (tenant, desk) in town.desks {
            cursors[tenant] = try desk.pull().cursor
            devices[tenant] = desk.device.rawValue
            conflicts += try desk.cells().filter { $0.key.record.collection.rawValue == "conflicts" }.map(
                \.key.record.key)
        }
        #expect(Set(conflicts).count == 2)
        let quoted = { (text: String) in "\"\(text)\"" }
        let tenants = ["xiping", "pingyu", "city", "nowhere", "", "*", "XIPING", "pingyu ", "ping%79u"].map(quoted)
        let odd = ["null", "[]", "{}", "1", "true", quoted(String(repeating: "p", count: 300))]
        let hashes = try Self.marks.values.sorted().reversed().map { quoted(try Self.file($0).attachment.hash) }
        let contents = Self.marks.mapValues { Base64URL.encode(Array(($0 + $0 + $0).utf8)) }
        let keys = Self.marks.values.map { quoted("\($0)-key") } + conflicts.map(quoted) + [quoted("plan")]
        var asked = 0
        for asker in ["xiping", "pingyu"] {
            for shape in Self.shapes {
                for (index, tenant) in (tenants + odd).enumerated() {
                    let pick = { (list: [String]) in list[index % list.count] }
                    let params = shape.params
                        .replacing("PUSH", with: Self.push(tenant, pick(keys)))
                        .replacing("TENANT", with: tenant)
                        .replacing("DEVICE", with: pick(devices.values.sorted().map(quoted) + odd))
                        .replacing("CURSOR", with: pick(cursors.values.sorted().map(quoted) + odd))
                        .replacing("KEY", with: pick(keys))
                        .replacing("HASH", with: pick(hashes + odd))
                    _ = try town.ask(asker, shape.method, params)
                    asked += 1
                }
            }
        }
        #expect(asked == 2 * Self.shapes.count * (tenants.count + odd.count))
        let methods = Set(Self.shapes.map(\.method))
        let unasked = MethodList.all.map { $0.name }.filter { !methods.contains($0) }
        #expect(unasked.isEmpty, "a method is not asked")
        for (tenant, mark) in Self.marks {
            let other = try #require(Self.marks.first { $0.key != tenant })
            let heard = town.heard[tenant] ?? []
            #expect(heard.contains { $0.contains(mark) }, "its own work is read, or the test shows nothing")
            let content = try #require(contents[other.key])
            let leaks = heard.filter {
                $0.contains(other.value) || $0.contains(devices[other.key] ?? "?") || $0.contains(content)
            }
            #expect(heard.contains { $0.contains(contents[tenant] ?? "?") }, "its own file is read")
            #expect(leaks.isEmpty, "\(tenant) heard \(leaks.first ?? "")")
        }
    }

    @Test("Random parameters cross no border either", arguments: 1...4)
    func randomParameters(seed: Int) throws {
        let town = try Town()
        var random = SplitMix64(seed: UInt64(seed))
        let devices = town.desks.mapValues(\.device.rawValue)
        let cursors = try town.desks.mapValues { try $0.pull().cursor }
        let words =
            [
                "xiping", "pingyu", "city", "plan", "values", "conflicts", "bulletins", "words", "201905B", "open",
                "PCANARYP-key",
            ]
            + devices.values.sorted() + cursors.values.sorted()
        let names = [
            "plan", "tenant", "tenants", "device", "cursor", "rec", "part", "field", "period", "limit", "pushes",
            "indicators", "basis", "head", "state", "protocol", "inc", "missing", "dryRun",
        ]
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
            case 0...3: "\"\(words[Int.random(in: 0..<words.count, using: &random)])\""
            case 4: "\(Int.random(in: -2...3, using: &random))"
            case 5: "true"
            case 6: "[" + (0..<2).map { _ in value(depth - 1) }.joined(separator: ",") + "]"
            default: object(depth - 1)
            }
        }
        func object(_ depth: Int) -> String {
            let chosen = names.shuffled(using: &random).prefix(4)
            return "{" + chosen.map { "\"\($0)\":\(value(depth))" }.joined(separator: ",") + "}"
        }
        for _ in 0..<1_500 {
            let method = MethodList.all[Int.random(in: 0..<MethodList.all.count, using: &random)].name
            _ = try town.ask("xiping", method, object(2))
        }
        let leaks = (town.heard["xiping"] ?? []).filter {
            $0.contains("PCANARYP") || $0.contains(devices["pingyu"] ?? "?")
        }
        #expect(leaks.isEmpty, "\(leaks.first ?? "")")
    }

    @Test("'Not yours' and 'not there' are answered by the same bytes")
    func sameBytes() throws {
        let town = try Town()
        let pingyu = try town.desk("pingyu")
        let cursor = try pingyu.pull().cursor
        let conflict = try #require(
            try pingyu.cells().first { $0.key.record.collection.rawValue == "conflicts" }?.key.record.key)
        let push = Self.push("\"xiping\"", "")
        let hash = try Self.file("PCANARYP").attachment.hash
        let rest = #""rec":["bulletins","b1"],"field":"files","hash":"\#(hash)""#
        let twins: [(method: String, foreign: String, absent: String)] = [
            (
                "history.get", #"{"plan":"plan","tenant":"pingyu","rec":["values","201905B"]}"#,
                #"{"plan":"plan","tenant":"nowhere","rec":["values","201905B"]}"#
            ),
            (
                "history.get", #"{"plan":"plan","tenant":"pingyu","rec":["conflicts","\#(conflict)"]}"#,
                #"{"plan":"plan","tenant":"pingyu","rec":["conflicts","none"]}"#
            ),
            (
                "sync.pull", #"{"plan":"plan","part":["pingyu","values"]}"#,
                #"{"plan":"plan","part":["nowhere","values"]}"#
            ),
            ("sync.pull", #"{"plan":"plan","cursor":"\#(cursor)"}"#, #"{"plan":"plan","cursor":"AAAA"}"#),
            ("sync.watch", #"{"plan":"plan","cursor":"\#(cursor)"}"#, #"{"plan":"plan","cursor":"AAAA"}"#),
            (
                "aggregate.get", #"{"plan":"plan","period":"201905B","tenants":["pingyu"]}"#,
                #"{"plan":"plan","period":"201905B","tenants":["nowhere"]}"#
            ),
            (
                "explain.get", #"{"plan":"plan","period":"201905B","indicator":"g1","tenant":"pingyu"}"#,
                #"{"plan":"plan","period":"201905B","indicator":"g1","tenant":"nowhere"}"#
            ),
            (
                "sync.bundle", #"{"device":"\#(pingyu.device.rawValue)","pushes":[\#(push)]}"#,
                #"{"device":"pingyu.22222222","pushes":[\#(push)]}"#
            ),
            (
                "blob.get", #"{"plan":"plan","tenant":"pingyu",\#(rest),"offset":0}"#,
                #"{"plan":"plan","tenant":"nowhere",\#(rest),"offset":0}"#
            ),
            (
                "blob.offer", #"{"plan":"plan","tenant":"pingyu",\#(rest)}"#,
                #"{"plan":"plan","tenant":"nowhere",\#(rest)}"#
            ),
            (
                "admin.device.revoke", #"{"device":"\#(pingyu.device.rawValue)"}"#, #"{"device":"pingyu.22222222"}"#
            ),
            (
                "admin.token.create", #"{"tenant":"pingyu","role":"editor","name":"x","seconds":60}"#,
                #"{"tenant":"nowhere","role":"editor","name":"x","seconds":60}"#
            ),
        ]
        for twin in twins {
            let foreign = try #require(try town.ask("xiping", twin.method, twin.foreign))
            let absent = try #require(try town.ask("xiping", twin.method, twin.absent))
            #expect(foreign == absent, "\(twin.method)")
            #expect(foreign.contains(#""error""#), "\(twin.method): \(foreign)")
        }
    }

    @Test("A county's cursor, places and notifications do not move with another county's work")
    func noActivity() throws {
        let town = try Town()
        let desk = try town.desk("xiping")
        let before = try desk.pull()
        for number in 0..<5 { try town.desk("pingyu").push(Edit.set("top", "\(number + 20)")) }
        let after = try desk.pull(before.cursor)
        #expect(after.cells.isEmpty && !after.more)
        #expect(after.cursor.utf8.count == before.cursor.utf8.count)
        #expect(town.harness.grown.tenants.map(\.rawValue) == ["pingyu"])
        let next = try desk.push(Edit.set("words", "again"))
        #expect(next.seq == (before.cells.map(\.seq).max() ?? 0) + 1)
    }
}
