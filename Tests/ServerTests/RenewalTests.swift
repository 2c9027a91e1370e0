import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

/// The life of a certificate: renewals, lost answers, the grace time, revocation, a token that brings a device back.
@Suite("Renewal")
struct RenewalTests {
    private let harness: EngineHarness
    private let first: EnrolRequest.Result
    private static let day: Int64 = 86_400_000

    init() throws {
        harness = try EngineHarness()
        first = try harness.enrol(token: try harness.token("xiping", .editor), key: "k").result(EnrolRequest.self)
    }

    private func wait(days: Int64) { harness.now = harness.now.advanced(byMilliseconds: days * Self.day) }

    private func renew(_ session: inout SessionStateMachine, key: String) throws -> Reply {
        try harness.call(EnrolRenew.self, EnrolRenew.Params(signingRequest: "CSR:\(key)"), &session)
    }

    private func greet(_ session: inout SessionStateMachine) throws -> SessionHello.DeviceState? {
        let params = SessionHello.Params(client: "test", language: "en", incarnation: nil)
        return try harness.call(SessionHello.self, params, &session).result(SessionHello.self).device
    }

    private func connected(_ certificate: String) throws -> SessionStateMachine {
        var session = try harness.session(certificate)
        _ = try greet(&session)
        return session
    }

    @Test("Before two thirds of its life the same key gets the same certificate, afterwards a new one")
    func due() throws {
        wait(days: 59)
        var early = try connected(first.certificate)
        #expect(try renew(&early, key: "k").result(EnrolRenew.self).certificate == first.certificate)
        #expect(try greet(&early)?.isRenewalDue == false)
        wait(days: 2)
        var late = try connected(first.certificate)
        #expect(try greet(&late)?.isRenewalDue == true)
        let second = try renew(&late, key: "k").result(EnrolRenew.self)
        #expect(second.certificate != first.certificate && second.device == first.device)
        // Both open connections: they are of one key.
        #expect(try greet(&late) != nil)
        var renewed = try connected(second.certificate)
        #expect(try greet(&renewed)?.isRenewalDue == false)
        #expect(harness.trail.events.filter { $0.kind == .renewed }.map(\.device) == [first.device])
    }

    @Test("With a new key the old one is good for nothing but to fetch the answer that was lost")
    func newKey() throws {
        let desk = try Desk(harness, tenant: "xiping", device: first.device, key: Array("k".utf8))
        try desk.push(Edit.set("words", "before"))
        var session = try connected(first.certificate)
        let granted = try renew(&session, key: "next").result(EnrolRenew.self)
        // The old connection, and a new one with the old certificate.
        var again = try harness.session(first.certificate)
        let pull = SyncPull.Params(plan: try PlanID("plan"), cursor: nil, limit: nil)
        #expect(try harness.call(SyncPull.self, pull, &again).error?.reason == "certificate_superseded")
        #expect(try renew(&again, key: "next").result(EnrolRenew.self).certificate == granted.certificate)
        #expect(try renew(&again, key: "thief").error?.reason == "certificate_superseded")
        #expect(try renew(&again, key: "k").error?.reason == "certificate_superseded")
        var renewed = try connected(granted.certificate)
        #expect(try harness.call(SyncPull.self, pull, &renewed).error == nil)
        #expect(try renew(&renewed, key: "k").error?.reason == "csr_invalid")
        // What the old key had signed still counts, also in an audit after a restart.
        let other = try EngineHarness(reopening: harness, flights: NoFlightRecorder())
        let copy = try EngineHarness()
        let summary = try ServerEngine.audit(other.store, copy: copy.store, environment: other.environment) { _, _ in }
        #expect(summary.signatures == 1)
        let shown = ShownCertificate(
            uri: Desk.uri(try TenantID("xiping"), first.device), publicKey: Array("k".utf8))
        let standing = other.engine.peer(of: shown, from: "", now: other.now)
        guard case .renewing(_, let error) = standing else {
            Issue.record("the old key opens more than a renewal after a restart: \(standing)")
            return
        }
        #expect(error == .certificateSuperseded())
    }

    @Test("A bundle that was signed before the key was replaced is still taken")
    func bundleOfOldKey() throws {
        let desk = try Desk(harness, tenant: "xiping", device: first.device, key: Array("k".utf8))
        let change = try desk.change([Edit.set("words", "carried")])
        let push = desk.params([change])
        var session = try connected(first.certificate)
        let granted = try renew(&session, key: "next").result(EnrolRenew.self)
        var renewed = try connected(granted.certificate)
        let result = try harness.call(
            SyncBundle.self, SyncBundle.Params(device: first.device, pushes: [push], isDryRun: false), &renewed
        ).result(SyncBundle.self)
        #expect(result.pushes.first?.read.first?.outcome == .applied)
    }

    @Test("A certificate past its end renews within the grace time, and does nothing else", arguments: [91, 400, 489])
    func expired(days: Int64) throws {
        wait(days: days)
        var session = try harness.session(first.certificate)
        #expect(try greet(&session) == nil)
        let plan = PlanGet.Params(plan: try PlanID("plan"))
        #expect(try harness.call(PlanGet.self, plan, &session).error?.reason == "certificate_expired")
        let second = try renew(&session, key: "k").result(EnrolRenew.self)
        var renewed = try connected(second.certificate)
        #expect(try harness.call(PlanGet.self, plan, &renewed).error == nil)
    }

    @Test("Past the grace time there is no renewal; a token for the device brings it back with its chain")
    func pastGrace() throws {
        let desk = try Desk(harness, tenant: "xiping", device: first.device, key: Array("k".utf8))
        try desk.push(Edit.set("words", "before"))
        wait(days: 491)
        var session = try harness.session(first.certificate)
        #expect(try renew(&session, key: "k").error?.reason == "certificate_expired")
        #expect(harness.trail.events.last(where: { $0.kind == .refused })?.reason == "expired")
        let params = AdminTokenCreate.Params(
            tenant: try TenantID("xiping"), role: .editor, name: "", seconds: 60, device: first.device)
        let token = try harness.operate(AdminTokenCreate.self, params).result(AdminTokenCreate.self).token
        let back = try harness.enrol(token: token, key: "fresh").result(EnrolRequest.self)
        #expect(back.device == first.device)
        // The answer was lost: the same again.
        #expect(try harness.enrol(token: token, key: "fresh").result(EnrolRequest.self).certificate == back.certificate)
        var renewed = try harness.session(back.certificate)
        #expect(try greet(&renewed)?.device == first.device)
        let other = try harness.operate(
            AdminTokenCreate.self,
            AdminTokenCreate.Params(
                tenant: try TenantID("pingyu"), role: .editor, name: "", seconds: 60, device: first.device))
        #expect(other.error?.reason == "role_unfit")
    }

    @Test("A device that was enrolled after the backup comes back under its name, with what waits on it")
    func enrolledAfterTheBackup() throws {
        func token(_ tenant: String, _ device: String) throws -> Reply {
            try harness.operate(
                AdminTokenCreate.self,
                AdminTokenCreate.Params(
                    tenant: try TenantID(tenant), role: .editor, name: "", seconds: 60, device: try DeviceID(device)))
        }
        // The restored server knows nothing of it.
        #expect(try token("pingyu", "xiping.late2345").error?.reason == "role_unfit")
        let secret = try token("xiping", "xiping.late2345").result(AdminTokenCreate.self).token
        let back = try harness.enrol(token: secret, key: "late").result(EnrolRequest.self)
        #expect(back.device.rawValue == "xiping.late2345")
        #expect(try harness.enrol(token: secret, key: "late").result(EnrolRequest.self).certificate == back.certificate)
        let desk = try Desk(harness, tenant: "xiping", device: back.device, key: Array("late".utf8))
        let pushed = try desk.push(Edit.set("words", "kept"))
        #expect(pushed.read.first?.outcome == .applied)
        // Once it is revoked there is no way back.
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: back.device))
        #expect(try token("xiping", "xiping.late2345").code == .notFound)
    }

    @Test("A connection that outlives its certificate may only renew")
    func outlived() throws {
        var session = try connected(first.certificate)
        wait(days: 91)
        let plan = PlanGet.Params(plan: try PlanID("plan"))
        #expect(try harness.call(PlanGet.self, plan, &session).error?.reason == "certificate_expired")
        #expect(try renew(&session, key: "k").error == nil)
    }

    @Test("A revoked device renews nothing, and hears why")
    func revoked() throws {
        var live = try connected(first.certificate)
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: first.device))
        #expect(try renew(&live, key: "k").error?.reason == "certificate_revoked")
        wait(days: 100)
        var later = try harness.session(first.certificate)
        #expect(try renew(&later, key: "k").error?.reason == "certificate_revoked")
    }

    @Test("Without a certificate, and with a stranger's, there is no renewal")
    func strangers() throws {
        var anonymous = SessionStateMachine(peer: .anonymous)
        #expect(try renew(&anonymous, key: "k").code == .unauthenticated)
        var local = SessionStateMachine(peer: .operatorLocal)
        #expect(try renew(&local, key: "k").code == .unauthenticated)
        let uri = Desk.uri(try TenantID("xiping"), first.device)
        var thief = SessionStateMachine(peer: harness.peer(uri: uri, publicKey: Array("other".utf8)))
        #expect(try renew(&thief, key: "other").code == .certificateExpiredOrRevoked)
    }
}
