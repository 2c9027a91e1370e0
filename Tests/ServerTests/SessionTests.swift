import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Testing

@Suite("Sessions")
struct SessionTests {
    private static func frame(_ method: String, _ params: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":\#(params)}"#
    }

    private static let hello = frame("session.hello", #"{"protocol":1,"client":"t","language":"en"}"#)

    @Test("Hello comes first on every connection of a device")
    func helloFirst() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        var session = SessionStateMachine(peer: desk.session.peer)
        let refused = try harness.call(Self.frame("plan.get", #"{"plan":"plan"}"#), &session)
        #expect(refused.code == .invalidRequest)
        #expect(try harness.call(Self.hello, &session).error == nil)
        #expect(try harness.call(Self.frame("plan.get", #"{"plan":"plan"}"#), &session).error == nil)
    }

    @Test("Without a certificate only the open methods answer", arguments: MethodList.all.map { $0.name })
    func anonymous(method: String) throws {
        let harness = try EngineHarness()
        var session = SessionStateMachine(peer: .anonymous)
        let reply = try harness.call(Self.frame(method, #"{"protocol":1}"#), &session)
        switch method {
        case "session.hello", "rpc.discover", "server.health": #expect(reply.error == nil)
        case "enrol.request": #expect(reply.code == .invalidParams)
        default: #expect(reply.code == .unauthenticated)
        }
    }

    @Test("An anonymous hello tells nothing of devices and plans")
    func anonymousHello() throws {
        let harness = try EngineHarness()
        var session = SessionStateMachine(peer: .anonymous)
        let result = try harness.call(Self.hello, &session).result(SessionHello.self)
        #expect(result.device == nil && result.now == harness.now && !result.epoch.isEmpty)
    }

    @Test("A device learns its tenant, role, plans and chain")
    func deviceHello() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let reply = try harness.call(Self.hello, &desk.session)
        let device = try #require(try reply.result(SessionHello.self).device)
        #expect(device.tenant == desk.tenant && device.role == .editor && device.device == desk.device)
        #expect(device.incarnation == 1 && device.lastNumber == 0 && device.head.isEmpty)
        #expect(device.plans == [SessionHello.PlanHead(id: try PlanID("plan"), revision: 1, title: "Plan")])
    }

    @Test("A known chain goes on, an unused one is given again, and one that is lost is never used again")
    func incarnations() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        try desk.hello()
        #expect(desk.incarnation == 1)
        try desk.push(Edit.set("figure", "1"))
        let head = desk.head
        try desk.hello()
        #expect(desk.incarnation == 1 && desk.number == 1 && desk.head == head)
        desk.incarnation = 0
        try desk.hello()
        #expect(desk.incarnation == 2 && desk.number == 0 && desk.head.isEmpty)
        desk.incarnation = 99
        try desk.hello()
        #expect(desk.incarnation == 2)
    }

    @Test("Another protocol, an unknown method, a batch and a notification have their own answers")
    func envelopes() throws {
        let harness = try EngineHarness()
        var session = SessionStateMachine(peer: .anonymous)
        let other = try harness.call(Self.frame("session.hello", #"{"protocol":2}"#), &session)
        #expect(other.error?.reason == "protocol_unsupported" && other.error?.field == "params.protocol")
        #expect(try harness.call(Self.frame("sync.steal"), &session).code == .methodNotFound)
        #expect(try harness.call("[\(Self.hello)]", &session).code == .invalidRequest)
        #expect(try harness.call("{\"a\":1,\"a\":2}", &session).code == .parse)
        #expect(harness.run(Array(#"{"jsonrpc":"2.0","method":"server.health"}"#.utf8), &session) == nil)
        #expect(try harness.call(Self.frame("server.health"), &session).text.hasPrefix(#"{"jsonrpc":"2.0","id":7,"#))
    }

    @Test(
        "A fault in the parameters names its member",
        arguments: [
            ("sync.pull", #"{"plan":"PLAN"}"#, "params.plan"), ("sync.pull", "{}", "params.plan"),
            ("sync.pull", #"{"plan":"plan","limit":0}"#, "params.limit"),
            ("sync.pull", #"{"plan":"plan","limit":10001}"#, "params.limit"),
            ("sync.push", #"{"plan":"plan","planRevision":0}"#, "params.planRevision"),
            ("sync.push", #"{"plan":"plan","planRevision":1,"changes":[]}"#, "params.changes"),
            ("history.get", #"{"plan":"plan","tenant":"xiping","rec":["values"]}"#, "params.rec"),
            ("history.get", #"{"plan":"plan","tenant":"xiping","rec":["values","/"]}"#, "params.rec[1]"),
            ("aggregate.get", #"{"plan":"plan","period":"201906B"}"#, "params.period"),
            ("aggregate.get", #"{"plan":"plan","period":"201905B","basis":"x"}"#, "params.basis"),
            ("session.hello", #"{"protocol":0}"#, "params.protocol"),
        ])
    func parameterFaults(method: String, params: String, field: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let reply = try harness.call(Self.frame(method, params), &desk.session)
        #expect(reply.code == .invalidParams)
        #expect(reply.error?.field == field)
    }

    @Test("Without any parameters the path of what is missing is the same")
    func absentParameters() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let reply = try harness.call(#"{"jsonrpc":"2.0","id":1,"method":"sync.pull"}"#, &desk.session)
        #expect(reply.error?.field == "params.plan")
    }

    @Test(
        "A fault within a push names the change and the operation",
        arguments: [
            (#""do":"set""#, #""do":"put""#, "params.changes[0].ops[0].do"),
            (#""value":"1""#, #""value":1"#, "params.changes[0].ops[0].value"),
            (#""rec":["values""#, #""rec":["Values""#, "params.changes[0].ops[0].rec[0]"),
            (#""n":1"#, #""n":0"#, "params.changes[0].n"), (#""n":1"#, #""n":1.5"#, "params.changes[0].n"),
            (#""author":"李明""#, #""author":null"#, "params.changes[0].author"),
            (#""signature":""#, #""signature":"="#, "params.signature"),
        ])
    func pushFaults(part: String, planted: String, field: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let change = try desk.change([Edit.set("figure", "1")])
        let frame = RPCMessage.request(SyncPush.self, id: .number(1), params: desk.params([change]))
        let text = String(decoding: frame, as: UTF8.self)
        #expect(text.contains(part))
        let reply = try harness.call(text.replacing(part, with: planted), &desk.session)
        #expect(reply.code == .invalidParams)
        #expect(reply.error?.field == field)
    }

    @Test("A peer with too many unanswered calls is asked to wait")
    func inFlight() throws {
        let harness = try EngineHarness()
        var session = SessionStateMachine(peer: .anonymous)
        for _ in 0..<Limits.requestsInFlightMax { session.began() }
        #expect(try harness.call(Self.frame("server.health"), &session).code == .overloaded)
        session.answered()
        #expect(try harness.call(Self.frame("server.health"), &session).error == nil)
    }

    @Test("A revoked device is refused on its live session and on a new one")
    func revokedLive() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        try desk.push(Edit.set("figure", "1"))
        let change = try desk.change([Edit.set("figure", "2")])
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: desk.device))
        #expect(try desk.send([change]).code == .certificateExpiredOrRevoked)
        #expect(
            try harness.call(Self.frame("plan.get", #"{"plan":"plan"}"#), &desk.session).code
                == .certificateExpiredOrRevoked)
        #expect(try harness.call(Self.hello, &desk.session).code == .certificateExpiredOrRevoked)
        let peer = harness.peer(uri: Desk.uri(desk.tenant, desk.device), publicKey: desk.key)
        #expect(peer == .refused(.certificateRevoked()))
        var session = SessionStateMachine(peer: peer)
        #expect(try harness.call(Self.hello, &session).result(SessionHello.self).device == nil)
        #expect(
            try harness.call(Self.frame("plan.get", #"{"plan":"plan"}"#), &session).code
                == .certificateExpiredOrRevoked)
    }
}
