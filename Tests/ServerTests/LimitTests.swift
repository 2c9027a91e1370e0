import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire
import Synchronization
import Testing

@Suite("Fair queue")
struct FairQueueTests {
    @Test("A tenant with a thousand waiting does not hold up one with one")
    func flood() {
        var queue = FairQueue<String, Int>(quantum: 4)
        for number in 0..<1_000 { queue.append(number, to: "loud") }
        queue.append(-1, to: "quiet")
        let group = queue.take(costMax: 8)
        #expect(group.contains(-1) && group.count == 8)
        #expect(queue.count == 993)
    }

    @Test("Within a lane the order is kept, nothing is lost, and each gets its share", arguments: 1...20)
    func shares(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var queue = FairQueue<Int, (lane: Int, number: Int)>(quantum: 16)
        var sent = [Int](repeating: 0, count: 4)
        for _ in 0..<2_000 {
            let lane = Int.random(in: 0..<4, using: &random)
            queue.append((lane, sent[lane]), to: lane, cost: Int.random(in: 1...40, using: &random))
            sent[lane] += 1
        }
        var got = [Int](repeating: 0, count: 4)
        while !queue.isEmpty {
            let taken = queue.take(costMax: Int.random(in: 1...100, using: &random))
            #expect(!taken.isEmpty)
            for (lane, number) in taken {
                #expect(number == got[lane])
                got[lane] += 1
            }
        }
        #expect(got == sent)
    }

    @Test("What costs more than a turn gives is taken all the same, and an empty queue gives nothing")
    func dear() {
        var queue = FairQueue<String, Int>(quantum: 2)
        var taken = queue.take(costMax: 10)
        #expect(taken.isEmpty)
        queue.append(1, to: "a", cost: 1_000)
        queue.append(2, to: "b")
        taken = queue.take(costMax: 1)
        #expect(taken == [2])
        taken = queue.take(costMax: 1)
        #expect(taken == [1])
        #expect(queue.isEmpty)
    }
}

@Suite("Budgets")
struct BudgetTests {
    private func holder(_ tenant: String, _ device: String) throws -> CallBudgets.Holder {
        let principal = Principal(tenant: try TenantID(tenant), device: try DeviceID(device), role: .editor)
        return CallBudgets.Holder(.device(principal), address: "")
    }

    @Test("A device, a tenant and all together have their ceilings; what is given back is free again")
    func ceilings() throws {
        var ceilings = CallBudgets.Ceilings()
        ceilings.callsOfDevice = 2
        ceilings.callsOfTenant = 3
        ceilings.calls = 4
        var budgets = CallBudgets(ceilings: ceilings)
        func enters(_ holder: CallBudgets.Holder, _ bytes: Int) -> Bool { budgets.enter(holder, bytes: bytes) }
        let one = try holder("xiping", "xiping.1")
        let two = try holder("xiping", "xiping.2")
        let other = try holder("pingyu", "pingyu.1")
        #expect(enters(one, 1) && enters(one, 1) && !enters(one, 1))
        #expect(enters(two, 1) && !enters(two, 1))
        #expect(enters(other, 1) && !enters(other, 1))
        budgets.leave(one, bytes: 1)
        #expect(enters(other, 1))
        #expect(budgets.retryAfterMilliseconds > 0)
    }

    @Test("Bytes have ceilings too, but one frame may always wait alone")
    func bytes() throws {
        var ceilings = CallBudgets.Ceilings()
        ceilings.bytesOfDevice = 100
        var budgets = CallBudgets(ceilings: ceilings)
        func enters(_ holder: CallBudgets.Holder, _ bytes: Int) -> Bool { budgets.enter(holder, bytes: bytes) }
        let one = try holder("xiping", "xiping.1")
        #expect(enters(one, 1_000))
        #expect(!enters(one, 1))
        budgets.leave(one, bytes: 1_000)
        #expect(enters(one, 60) && !enters(one, 60) && enters(one, 40))
    }

    @Test("Those without a certificate are counted by their address, and together")
    func strangers() {
        let one = CallBudgets.Holder(.anonymous, address: "10.0.0.1")
        let other = CallBudgets.Holder(.refused(.unauthenticated()), address: "10.0.0.2")
        #expect(one.device != other.device && one.tenant == other.tenant)
    }

    @Test("A call for which there is no room is told when to come back")
    func refusal() throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", key: "k")
        let frame = RPCMessage.request(
            SyncPull.self, id: .number(7), params: SyncPull.Params(plan: try PlanID("plan"), cursor: nil, limit: nil))
        let work = harness.engine.received(
            frame, session: &desk.session, now: harness.now, refusal: .overloaded(retryAfterMilliseconds: 250))
        guard case .answer(let answer)? = work else { throw RPCError.internalError() }
        let error = try Reply(frame: answer).error
        #expect(error?.code == .overloaded && error?.retryAfterMilliseconds == 250)
    }
}

@Suite("Limits of enrolment")
struct EnrolmentLimitTests {
    private func enrol(_ harness: EngineHarness, _ token: String, from address: String, csr: String = "CSR:k") throws
        -> Reply
    {
        var session = SessionStateMachine(peer: .anonymous, address: address)
        return try harness.call(
            EnrolRequest.self, EnrolRequest.Params(token: token, signingRequest: csr), &session)
    }

    @Test("Ten wrong tokens from one address in a minute; then it waits, and others do not")
    func address() throws {
        let harness = try EngineHarness()
        let good = try harness.token("xiping", .editor)
        for number in 0..<10 {
            #expect(try enrol(harness, "wrong\(number)", from: "10.0.0.1").error?.reason == "token_unknown")
        }
        let blocked = try enrol(harness, good, from: "10.0.0.1")
        #expect(blocked.code == .overloaded && (blocked.error?.retryAfterMilliseconds ?? 0) == 60_000)
        #expect(try enrol(harness, good, from: "10.0.0.2").error == nil)
        harness.now = harness.now.advanced(byMilliseconds: 60_000)
        #expect(try enrol(harness, "wrong", from: "10.0.0.1").error?.reason == "token_unknown")
    }

    @Test("A hundred wrong tokens in a minute from wherever, and ten tries of one token")
    func everywhere() throws {
        let harness = try EngineHarness()
        let used = try harness.token("xiping", .editor)
        _ = try enrol(harness, used, from: "10.1.0.0")
        for number in 0..<10 {
            let reply = try enrol(harness, used, from: "10.1.0.\(number)", csr: "CSR:other")
            #expect(reply.error?.reason == "token_used")
        }
        #expect(try enrol(harness, used, from: "10.1.1.1", csr: "CSR:other").code == .overloaded)
        for number in 0..<90 {
            #expect(try enrol(harness, "wrong", from: "10.2.0.\(number)").error?.code != .invalidParams)
        }
        for number in 0..<90 { _ = try enrol(harness, "wrong\(number)", from: "10.3.0.\(number)") }
        #expect(try enrol(harness, "another", from: "10.4.0.1").code == .overloaded)
    }

    @Test("Successes are not counted: a city's gateway may enrol as many as it likes")
    func successes() throws {
        let harness = try EngineHarness()
        for number in 0..<40 {
            let token = try harness.token("xiping", .editor)
            #expect(try enrol(harness, token, from: "10.0.0.1", csr: "CSR:\(number)").error == nil)
        }
    }

    @Test("Without a good token nobody looks at the signing request")
    func tokenFirst() throws {
        let harness = try EngineHarness()
        #expect(try enrol(harness, "wrong", from: "", csr: "nonsense").error?.reason == "token_unknown")
        let late = try harness.token("xiping", .editor, seconds: 60)
        let good = try harness.token("xiping", .editor)
        harness.now = harness.now.advanced(byMilliseconds: 61_000)
        #expect(try enrol(harness, late, from: "", csr: "nonsense").error?.reason == "token_expired")
        #expect(try enrol(harness, good, from: "", csr: "nonsense").error?.reason == "csr_invalid")
        #expect(try enrol(harness, good, from: "").error == nil)
    }

    @Test("500 redemptions of one token at once give one certificate", arguments: 1...5)
    func atOnce(round: Int) async throws {
        let harness = try EngineHarness()
        let token = try harness.token("xiping", .editor)
        let (engine, now) = (harness.engine, harness.now)
        let frames = await withTaskGroup(of: [UInt8]?.self, returning: [[UInt8]].self) { group in
            for number in 0..<500 {
                group.addTask {
                    var session = SessionStateMachine(peer: .anonymous, address: "10.\(number % 7).0.\(number % 250)")
                    let frame = RPCMessage.request(
                        EnrolRequest.self, id: .number(1),
                        params: EnrolRequest.Params(token: token, signingRequest: "CSR:key\(number)"))
                    switch engine.received(frame, session: &session, now: now) {
                    case .answer(let answer): return answer
                    case .write(let body): return body().frame
                    default: return nil
                    }
                }
            }
            return await group.reduce(into: []) { all, frame in if let frame { all.append(frame) } }
        }
        #expect(frames.count == 500)
        let replies = try frames.map { try Reply(frame: $0) }
        #expect(replies.count { $0.error == nil } == 1)
        #expect(replies.allSatisfy { $0.error == nil || $0.error?.reason == "token_used" || $0.code == .overloaded })
        let list = try harness.operate(AdminDeviceList.self, RPCEmpty()).result(AdminDeviceList.self)
        #expect(list.devices.count == 1)
    }
}
