import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Enrolment")
struct EnrolmentTests {
    @Test("A token makes one certificate for its tenant and role")
    func once() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        #expect(token.hasPrefix("ps1.CAHASH."))
        let result = try harness.enrol(token: token, key: "k").result(EnrolRequest.self)
        #expect(result.certificate.hasPrefix("PEM:k spiffe://plansync.test/tenant/xiping/device/xiping."))
        #expect(result.chain == ["CA"])
        let expected = Principal(tenant: try TenantID("xiping"), device: result.device, role: .editor)
        let peer = harness.peer(uri: Desk.uri(expected.tenant, result.device), publicKey: Array("k".utf8))
        #expect(peer == .device(expected))
    }

    @Test("When the answer was lost, the same key gets the same certificate")
    func lostAnswer() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        let first = try harness.enrol(token: token, key: "k")
        harness.now = harness.now.advanced(byMilliseconds: 30 * 86_400_000)
        #expect(try harness.enrol(token: token, key: "k").frame == first.frame)
    }

    @Test("Another key is told that the token was used")
    func otherKey() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        _ = try harness.enrol(token: token, key: "k")
        expect(try harness.enrol(token: token, key: "other"), "token_used")
    }

    @Test("A token that has expired, or that nobody made, is refused")
    func refused() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor, seconds: 60)
        harness.now = harness.now.advanced(byMilliseconds: 60_000)
        expect(try harness.enrol(token: token, key: "k"), "token_expired")
        for text in ["ps1.CAHASH.nothing", "nothing", "ps2.a.b", "a.b", "..."] {
            expect(try harness.enrol(token: text, key: "k"), "token_unknown")
        }
    }

    private func expect(_ reply: Reply, _ reason: String) {
        #expect(reply.code == .unauthenticated)
        #expect(reply.error?.reason == reason)
        #expect(reply.error?.field == "params.token")
    }

    @Test("The secret part of a token is enough")
    func secretAlone() throws {
        let harness = try EngineHarness()
        let secret = try #require(try harness.token("xiping", .editor).split(separator: ".").last)
        #expect(try harness.enrol(token: String(secret), key: "k").error == nil)
    }

    @Test("A signing request that is none leaves the token unused")
    func badRequest() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        var session = SessionStateMachine(peer: .anonymous)
        let params = EnrolRequest.Params(token: token, signingRequest: "nonsense")
        let reply = try harness.call(EnrolRequest.self, params, &session)
        #expect(reply.code == .invalidParams && reply.error?.field == "params.csr")
        #expect(try harness.enrol(token: token, key: "k").error == nil)
    }

    @Test("A revoked device cannot get its certificate again with its token")
    func revoked() throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        let device = try harness.enrol(token: token, key: "k").result(EnrolRequest.self).device
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: device))
        expect(try harness.enrol(token: token, key: "k"), "token_used")
    }

    @Test("A certificate of another key, tenant, trust domain or of no device is refused")
    func foreignCertificates() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let good = Desk.uri(desk.tenant, desk.device)
        for (uri, key) in [
            (good, "other"), (Desk.uri(.city, desk.device), "k"), (Desk.uri(desk.tenant, try DeviceID("ghost")), "k"),
            (good.replacing("plansync.test", with: "evil.test"), "k"), ("", "k"), (good + "/", "k"),
        ] {
            let peer = harness.peer(uri: uri, publicKey: Array(key.utf8))
            #expect(peer == .refused(.certificateExpiredOrRevoked()))
        }
    }
}
