import PlanSyncCore
import PlanSyncWire
import Testing

@testable import PlanSyncServer

@Suite("One tenant from another")
struct IsolationTests {
    @Test(
        "An edit under another tenant's name is rejected, and leaves no trace there",
        arguments: ["pingyu", "city", "nowhere"])
    func foreignTenant(tenant: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "x")
        let neighbour = try harness.desk("pingyu", key: "p")
        try neighbour.push(Edit.set("words", "SECRET"))
        let cursor = try neighbour.pull().cursor
        let change = try desk.change([Edit.set("words", "mine")], tenant: tenant)
        let reply = try desk.send([change])
        let result = try #require(try reply.result(SyncPush.self).read.first)
        #expect(result.outcome == .rejected && result.operations.map(\.reason) == ["forbidden_tenant"])
        #expect(!reply.text.contains("SECRET"))
        #expect(try harness.head("pingyu").seq == 1 && harness.head("city").seq == 0)
        #expect(try neighbour.pull(cursor).cells.isEmpty)
        #expect(harness.grown.isEmpty)
        // The chain has moved on, and the answer is remembered.
        #expect(try desk.send([change]).frame == reply.frame)
        #expect(try desk.push(Edit.set("words", "mine")).outcome == .applied)
    }

    @Test("The answer is the same whether the other unit has the record, has none, or does not exist")
    func noOracle() throws {
        var answers: [[OperationResult]] = []
        for tenant in ["pingyu", "nowhere"] {
            for hasRecord in [true, false] {
                let harness = try EngineHarness()
                let desk = try harness.desk("xiping", key: "x")
                if hasRecord { try harness.desk("pingyu", key: "p").push(Edit.set("figure", "1")) }
                answers.append(try desk.push(Edit.set("figure", "1"), tenant: tenant).operations)
            }
        }
        #expect(answers.count == 4 && answers.allSatisfy { $0 == answers[0] })
    }

    @Test("A viewer edits nothing")
    func viewer() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", .viewer, key: "v")
        #expect(try desk.push(Edit.set("figure", "1")).operations.map(\.reason) == ["forbidden_role"])
        #expect(try desk.cells().isEmpty)
    }

    @Test("Only a supervisor manages the server", arguments: Role.allCases)
    func admin(role: Role) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk(role.isOfCity ? "city" : "xiping", role, key: "k")
        let listed = try desk.call(AdminDeviceList.self, RPCEmpty())
        let token = try desk.call(
            AdminTokenCreate.self,
            AdminTokenCreate.Params(tenant: TenantID("pingyu"), role: .editor, name: "x", seconds: 60))
        let revoked = try desk.call(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: DeviceID("ghost")))
        let loaded = try desk.call(
            AdminPlanLoad.self, AdminPlanLoad.Params(document: Array(SamplePlan.document(id: "new").utf8)))
        let codes = [listed.code, token.code, revoked.code, loaded.code]
        if role == .supervisor {
            #expect(codes == [nil, nil, .notFound, nil])
            #expect(try listed.result(AdminDeviceList.self).devices.map(\.device) == [desk.device])
        } else {
            #expect(codes == [.forbidden, .forbidden, .forbidden, .forbidden])
        }
    }

    @Test("A token fits its tenant, and lives at most 30 days")
    func tokens() throws {
        let harness = try EngineHarness()
        func fault(_ tenant: String, _ role: Role, _ seconds: UInt64) throws -> String? {
            try harness.operate(
                AdminTokenCreate.self,
                AdminTokenCreate.Params(tenant: TenantID(tenant), role: role, name: "", seconds: seconds)
            ).error?.field
        }
        #expect(try fault("nowhere", .editor, 60) == "params.tenant")
        #expect(try fault("city", .editor, 60) == "params.role")
        #expect(try fault("xiping", .supervisor, 60) == "params.role")
        #expect(try fault("xiping", .editor, 30 * 86_400 + 1) == "params.seconds")
        #expect(try fault("xiping", .editor, 30 * 86_400) == nil)
    }

    @Test("A plan that is loaded again is the same revision, a changed one the next, a faulty one none")
    func revisions() throws {
        let harness = try EngineHarness()
        #expect(try harness.load(SamplePlan.document()).result(AdminPlanLoad.self).revision == 1)
        #expect(try harness.load(SamplePlan.document(title: "x")).result(AdminPlanLoad.self).revision == 2)
        let faulty = try harness.load(SamplePlan.document().replacing(#""weight":"100""#, with: #""weight":"99""#))
        #expect(faulty.error?.reason == "plan_faulty" && faulty.error?.field == "params.document")
        #expect(faulty.error?.message.contains("sum to 99") == true)
        let reviewer = try harness.desk("city", .reviewer, key: "r")
        let plan = try reviewer.call(PlanGet.self, PlanGet.Params(plan: PlanID("plan"))).result(PlanGet.self)
        #expect(plan.revision == 2 && plan.document == Array(SamplePlan.document(title: "x").utf8))
    }
}

@Suite("The audit chain")
struct AuditTests {
    private static let part: [UInt8] = [1, 2]

    private func link(
        after: [UInt8] = part, body: [UInt8] = part, seq: UInt64 = 1, received: Int64 = 1, result: [UInt8] = part
    ) -> [UInt8] {
        AuditLink.next(
            after: after, body: body, seq: seq, received: Timestamp(milliseconds: received), result: result,
            cryptography: FakeCryptography())
    }

    @Test("A link differs when anything that it covers differs")
    func covers() {
        let links = [
            link(), link(after: []), link(after: [1, 3]), link(body: [1]), link(body: [1, 3]), link(seq: 2),
            link(received: 2), link(result: [1]), link(result: [1, 3]),
            // The same bytes, cut elsewhere.
            link(after: [1], body: [2, 1, 2]), link(after: [1, 2, 1], body: [2]), link(seq: 11, received: 1),
            link(seq: 1, received: 11),
        ]
        #expect(Set(links).count == links.count)
        #expect(link() == link())
    }

    /// The head of a county's journal after two changes.
    private func head(_ edit: (EngineHarness, Desk) throws -> Void) throws -> [UInt8] {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        try desk.push(Edit.set("figure", "1"))
        try edit(harness, desk)
        return try harness.head("xiping").link
    }

    @Test("The same history has the same head, and any difference another")
    func heads() throws {
        let one = try head { _, desk in try desk.push(Edit.set("top", "1")) }
        let again = try head { _, desk in try desk.push(Edit.set("top", "1")) }
        #expect(one == again && one.count == 32)
        let others = [
            try head { _, _ in }, try head { _, desk in try desk.push(Edit.set("top", "2")) },
            try head { _, desk in try desk.push(Edit.set("top", "1"), note: "x") },
            try head { _, desk in _ = try desk.send([desk.change([Edit.set("top", "1")])], signature: []) },
            try head { harness, desk in
                let change = try desk.change([Edit.set("top", "1")])
                harness.now = harness.now.advanced(byMilliseconds: 1)
                _ = try desk.send([change])
            },
        ]
        #expect(Set(others + [one]).count == others.count + 1)
    }
}
