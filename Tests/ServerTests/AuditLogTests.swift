import Foundation
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("The audit log")
struct AuditLogTests {
    private let cryptography = FakeCryptography()

    private func lines(_ count: Int) -> (lines: [[UInt8]], end: AuditMark) {
        var mark = AuditMark.start
        var lines: [[UInt8]] = []
        for number in 0..<count {
            let at = EngineHarness.start.advanced(byMilliseconds: Int64(number) * 1_000)
            let line = AuditLine.encode(AuditEvent(at: at, kind: .refused, reason: "reason\(number)"), after: mark)
            mark = AuditLine.mark(of: line, number: mark.number + 1, cryptography)
            lines.append(line)
        }
        return (lines, mark)
    }

    private func finding(_ lines: [[UInt8]], noted: AuditMark? = nil) -> AuditFinding? {
        var verification = AuditLogVerification(cryptography: cryptography, noted: noted)
        do throws(AuditFinding) {
            for (index, line) in lines.enumerated() { try verification.take(line, place: "line \(index + 1)") }
            try verification.finish()
            return nil
        } catch { return error }
    }

    @Test("An untouched log holds, also one that goes on since the database noted it")
    func whole() {
        let (lines, end) = lines(50)
        #expect(finding(lines) == nil && finding(lines, noted: end) == nil && finding([]) == nil)
        #expect(finding(lines, noted: AuditLine.mark(of: lines[9], number: 10, cryptography)) == nil)
    }

    @Test("A line that is changed, taken out, put in, moved or cut off is found, and the place is named")
    func tampering() {
        let (lines, end) = lines(50)
        var changed = lines
        changed[20] = Array(String(decoding: lines[20], as: UTF8.self).replacing("reason20", with: "reason21").utf8)
        #expect(finding(changed, noted: end)?.what.hasPrefix("line 22 ") == true)
        var removed = lines
        removed.remove(at: 20)
        #expect(finding(removed, noted: end)?.what.hasPrefix("line 21 ") == true)
        var added = lines
        added.insert(lines[5], at: 20)
        #expect(finding(added, noted: end)?.what.hasPrefix("line 21 ") == true)
        var swapped = lines
        swapped.swapAt(20, 21)
        #expect(finding(swapped, noted: end)?.what.hasPrefix("line 21 ") == true)
        var lastChanged = lines
        lastChanged[49] = Array(String(decoding: lines[49], as: UTF8.self).replacing("reason49", with: "reason48").utf8)
        #expect(finding(lastChanged, noted: end)?.what.hasPrefix("line 50 ") == true)
        #expect(finding(Array(lines.dropLast()), noted: end) != nil)
        #expect(finding(Array(lines.dropFirst()), noted: end) != nil)
        #expect(finding([], noted: end) != nil)
        #expect(finding(lines + [Array("forged".utf8)])?.what.hasPrefix("line 51 ") == true)
    }

    @Test("Lines that were pruned in order are no finding")
    func pruned() {
        let (lines, end) = lines(50)
        let gone = AuditLine.mark(of: lines[9], number: 10, cryptography)
        let event = AuditEvent(at: EngineHarness.start, kind: .pruned, detail: gone.text)
        let kept = Array(lines.dropFirst(10)) + [AuditLine.encode(event, after: end)]
        #expect(finding(kept) == nil)
        #expect(finding(Array(kept.dropFirst())) != nil)
    }

    @Test(
        "Text of a peer stays in its line, cannot steer a terminal, and is cut off",
        arguments: [
            "x\n{\"event\":\"administered\"}", "\u{1B}[2J", "\u{202E}txt", "a\u{0}b", "\u{2028}", "\u{FEFF}",
            String(repeating: "長", count: 100_000), "\"\\", "\u{E000}",
        ])
    func peerText(text: String) throws {
        let line = AuditLine.encode(AuditEvent(at: EngineHarness.start, kind: .signedOn, detail: text), after: .start)
        #expect(line.count < 1_024)
        let shown = String(decoding: line, as: UTF8.self)
        #expect(
            !shown.unicodeScalars.contains {
                [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
            })
        let root = try JSONDocument(line, limits: .document).root
        #expect(try root.requireMember("event").string() == "signed_on")
        #expect(LogText.safe(text).utf8.count <= LogText.bytesMax + 3)
    }

    @Test("Sign-ons, refusals, renewals, tokens and acts of administration are kept, and no secret or figure")
    func events() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        let desk = try harness.desk("xiping", .editor, key: "k")
        try desk.push(Edit.set("words", "SECRETFIGURE"), note: "SECRETNOTE")
        _ = try harness.enrol(token: "ps1.CAHASH.SECRETGUESS", key: "k")
        var session = desk.session
        #expect(try harness.call(AdminDeviceList.self, RPCEmpty(), &session).code == .forbidden)
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: desk.device))
        _ = harness.peer(uri: Desk.uri(desk.tenant, desk.device), publicKey: desk.key, serial: "5e5e")
        let events = harness.trail.events
        func kept(_ kind: AuditEvent.Kind) -> [AuditEvent] { events.filter { $0.kind == kind } }
        #expect(kept(.signedOn).map(\.device) == [desk.device] && kept(.signedOn).first?.address == "10.0.0.9")
        #expect(kept(.enrolled).map(\.tenant) == [desk.tenant])
        #expect(kept(.enrolmentRefused).map(\.reason) == ["token_unknown"])
        #expect(kept(.refused).map(\.reason) == ["revoked"] && kept(.refused).first?.serial == "5e5e")
        let acts = kept(.administered)
        #expect(acts.contains { $0.detail == "admin.device.revoke device=\(desk.device)" && $0.reason == "done" })
        #expect(
            acts.contains { $0.detail == "admin.device.list" && $0.reason == "forbidden" && $0.device == desk.device })
        var mark = AuditMark.start
        for event in events {
            let line = String(decoding: AuditLine.encode(event, after: mark), as: UTF8.self)
            mark = AuditMark(number: mark.number + 1, hash: "")
            for secret in ["SECRET", String(token.suffix(20))] { #expect(!line.contains(secret), "\(line)") }
        }
    }

    @Test("Each certificate that is refused leaves one line with its own reason, whatever the peer is told")
    func reasons() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let good = Desk.uri(desk.tenant, desk.device)
        let cases: [(String, String, Int64?, String)] = [
            (good, "other", nil, "other_key"), (Desk.uri(.city, desk.device), "k", nil, "other_tenant"),
            (Desk.uri(desk.tenant, try DeviceID("ghost")), "k", nil, "not_enrolled"),
            (good.replacing("plansync.test", with: "evil.test"), "k", nil, "other_trust_domain"),
            ("", "k", nil, "name_malformed"), (good + "/", "k", nil, "name_malformed"), (good, "k", 0, "expired"),
        ]
        for (uri, key, end, reason) in cases {
            let before = harness.trail.events.count
            let peer = harness.peer(uri: uri, publicKey: Array(key.utf8), notAfter: end)
            let lines = harness.trail.events.dropFirst(before)
            #expect(lines.map(\.kind) == [.refused] && lines.map(\.reason) == [reason])
            let isToldEnd = reason == "expired"
            #expect(peer == .refused(isToldEnd ? .certificateExpired() : .certificateExpiredOrRevoked()))
        }
    }
}
