import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("A synchronisation, as a conversation")
struct SyncDriverTests {
    @Test("The first one greets, fetches the plan and pulls a snapshot")
    func firstSync() throws {
        let bench = try Bench()
        let talk = try Conversation(bench)
        #expect(try talk.params(SessionHello.Params.self).incarnation == nil)
        try talk.answer("session.hello", try Bench.hello())
        try talk.answer(
            "plan.get",
            PlanGet.Result(plan: try Bench.planID(), revision: 1, document: Array(Bench.planJSON.utf8)))
        #expect(try talk.params(SyncPull.Params.self).cursor == nil)
        try talk.page([try bench.cell("centres", "3", seq: 1)], cursor: "c1", more: true)
        #expect(try talk.params(SyncPull.Params.self).cursor == "c1")
        try talk.page([try bench.cell("spending", "5", seq: 2)], cursor: "c2")
        #expect(talk.finished?.pulledCells == 2)
        #expect(try bench.replica.state().lastSync == bench.now)
        #expect(try bench.field("spending")?.value == .text("5"))
    }

    @Test("What waits is pushed in order, signed over the last hash, then pulled")
    func push() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        let push = try talk.params(SyncPush.Params.self)
        #expect(push.changes == changes)
        #expect(push.signature == MixingCryptography().sha256(changes[1].canonicalBytes))
        try talk.acknowledge()
        try talk.page(cursor: "c1")
        let summary = try #require(talk.finished)
        #expect(summary.sent == 2)
        #expect(summary.applied == 2)
        #expect(try bench.replica.counts().pending == 0)
    }

    @Test("After a lost answer the same bytes are sent again")
    func lostAnswer() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=4")
        let lost = try Conversation(bench)
        try lost.answer("session.hello", try Bench.hello())
        #expect(lost.method == "sync.push")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: Bench.hash(change)))
        #expect(try talk.params(SyncPush.Params.self).changes == [change])
        try talk.acknowledge()
        try talk.page(cursor: "c1")
        #expect(talk.finished?.renumbered == 0)
    }

    @Test("A fork renumbers the tail under the new incarnation and pushes it with the same ids")
    func fork() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=4")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: "other"))
        try talk.refuse("sync.push", .fork(incarnation: 2))
        let again = try talk.params(SyncPush.Params.self)
        #expect(again.changes == [change.renumbered(incarnation: 2, number: 1, previous: "")])
        try talk.acknowledge()
        try talk.page(cursor: "c1")
        #expect(talk.finished?.renumbered == 1)
        #expect(try bench.replica.state().incarnation == 2)
    }

    @Test("A gap that the outbox can fill is filled from it")
    func gap() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: Bench.hash(changes[0])))
        try talk.refuse("sync.push", .gap(expected: 1))
        #expect(try talk.params(SyncPush.Params.self).changes == changes)
    }

    @Test("A gap that nobody can fill greets again, declares it and goes on")
    func unfillableGap() throws {
        let bench = try Bench.enrolled()
        let first = try bench.set("centres=1")
        try bench.acknowledge(first, seq: 1)
        try bench.apply([], after: nil, cursor: "c1", backedUp: BackedUp(incarnation: 1, number: 1))
        try bench.set("centres=2")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: Bench.hash(first)))
        try talk.refuse("sync.push", .gap(expected: 1))
        try talk.answer("session.hello", try Bench.hello(lastNumber: 0))
        #expect(try talk.params(SyncPush.Params.self).changes.map(\.number) == [1])
        try talk.acknowledge()
        try talk.page(cursor: "c2")
        #expect(talk.finished?.missing == 1)
    }

    @Test("An expired cursor leads to a snapshot; the outbox stays")
    func cursorExpired() throws {
        let bench = try Bench.enrolled()
        try bench.apply([try bench.cell("centres", "3", seq: 9)], after: nil, cursor: "old")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        #expect(try talk.params(SyncPull.Params.self).cursor == "old")
        try bench.set("spending=1")
        try talk.refuse("sync.pull", .cursorExpired())
        #expect(try talk.params(SyncPull.Params.self).cursor == nil)
        try talk.page(cursor: "new")
        #expect(talk.finished != nil)
        #expect(try bench.field("centres") == nil)
        #expect(try bench.field("spending")?.state == .pending)
    }

    @Test("A server with another epoch gets the acknowledged changes again and sends a snapshot")
    func newEpoch() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=4")
        try bench.acknowledge(change, seq: 7)
        try bench.apply([], after: nil, cursor: "c1")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(incarnation: 2, epoch: "e2"))
        try talk.answer(
            "plan.get", PlanGet.Result(plan: try Bench.planID(), revision: 1, document: Array(Bench.planJSON.utf8)))
        let push = try talk.params(SyncPush.Params.self)
        #expect(push.changes == [change.renumbered(incarnation: 2, number: 1, previous: "")])
        try talk.acknowledge(epoch: "e2")
        #expect(try talk.params(SyncPull.Params.self).cursor == nil)
        try talk.page(cursor: "n1", epoch: "e2")
        #expect(talk.finished?.reoffered == 1)
    }

    @Test("An epoch that changes under way is noticed in the push's and the pull's answer")
    func epochUnderWay() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=4")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.acknowledge(epoch: "e2")
        try talk.answer("session.hello", try Bench.hello(lastNumber: 1, head: Bench.hash(change), epoch: "e2"))
        try talk.answer(
            "plan.get", PlanGet.Result(plan: try Bench.planID(), revision: 1, document: Array(Bench.planJSON.utf8)))
        try talk.page(cursor: "c1", epoch: "e3")
        #expect(talk.method == "session.hello")
    }

    @Test("A busy server is given its time, and the same request comes again")
    func overloaded() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.refuse("sync.pull", .overloaded(retryAfterMilliseconds: 300))
        #expect(talk.said.contains(.wait(milliseconds: 300)))
        #expect(talk.method == nil)
        try talk.pauseEnded()
        #expect(talk.method == "sync.pull")
    }

    @Test("A server that always wants another round is left in the end")
    func boundedRounds() throws {
        let bench = try Bench.enrolled()
        try bench.set("centres=4")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        for round in 2..<40 where talk.fault == nil {
            try talk.refuse("sync.push", .fork(incarnation: UInt64(round)))
        }
        #expect(talk.fault == .tooManyRounds)
        #expect(try bench.replica.counts().pending == 1)
    }

    @Test("A revoked device stops with its sentence; a stranger's answer changes nothing")
    func revoked() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench)
        let stray = RPCMessage.answer(id: .number(99), result: RPCEmpty())
        try talk.receive(stray)
        #expect(talk.method == "session.hello")
        try talk.refuse("session.hello", .certificateExpiredOrRevoked())
        #expect(talk.fault == .certificate(reason: "certificate_expired_or_revoked"))
    }

    @Test("A server that greets the device like a stranger is asked why")
    func strangerIsAsked() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench)
        let greeting = SessionHello.Result(
            server: "test", now: bench.now, epoch: "e1", frameBytesMax: 65_536, device: nil)
        try talk.answer("session.hello", greeting)
        try talk.refuse("plan.get", .certificateExpiredOrRevoked())
        #expect(talk.fault == .certificate(reason: "certificate_expired_or_revoked"))
    }

    @Test("Rejections, merges and conflicts are counted and told")
    func summary() throws {
        let bench = try Bench.enrolled()
        try bench.set("centres=4")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello(now: Bench.start.advanced(byMilliseconds: 700_000)))
        try talk.acknowledge(.rejected)
        try talk.page(cursor: "c1")
        let summary = try #require(talk.finished)
        #expect(summary.rejected == 1)
        #expect(summary.remarks.first?.record.description == "values/201905B")
        #expect(summary.warnsOfClock)
        #expect(try bench.view().needsDecision)
    }

    @Test("While watching, news is pulled and what grows is pushed")
    func watching() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench, isWatching: true)
        try talk.answer("session.hello", try Bench.hello())
        try talk.page(cursor: "c1")
        #expect(try talk.params(SyncWatch.Params.self).cursor == "c1")
        try talk.notify()
        try talk.answer("sync.watch", RPCEmpty())
        try talk.page(cursor: "c2")
        #expect(talk.method == nil)
        try talk.notify()
        try talk.page([try bench.cell("centres", "3", seq: 1)], cursor: "c3")
        try bench.set("centres=4")
        try talk.outboxGrew()
        try talk.acknowledge(firstSeq: 2)
        try talk.page([try bench.cell("centres", "4", seq: 2)], cursor: "c4")
        #expect(talk.method == nil)
        #expect(talk.fault == nil)
        #expect(try bench.field("centres")?.value == .text("4"))
    }

    @Test("A page that tells of a later revision of the plan has it fetched, also while watching")
    func revisionWhileWatching() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench, isWatching: true)
        try talk.answer("session.hello", try Bench.hello())
        try talk.page(cursor: "c1", planRevision: 1)
        try talk.answer("sync.watch", RPCEmpty())
        try talk.page(cursor: "c2", planRevision: 1)
        #expect(talk.method == nil)
        try talk.notify()
        try talk.page([try bench.cell("centres", "3", seq: 1)], cursor: "c3", planRevision: 2)
        try talk.answer("session.hello", try Bench.hello(revision: 2))
        let document = Array(Bench.planJSON.replacing("研发中心", with: "研究中心").utf8)
        try talk.answer("plan.get", PlanGet.Result(plan: try Bench.planID(), revision: 2, document: document))
        try talk.page(cursor: "c4", planRevision: 2)
        #expect(talk.method == nil)
        #expect(talk.fault == nil)
        #expect(try bench.replica.plan(try Bench.planID()).revision == 2)
        #expect(try bench.field("centres")?.value == .text("3"))
    }

    @Test("A server whose pages tell of a revision that its hello does not know ends the run, not the client")
    func revisionThatNeverComes() throws {
        let bench = try Bench.enrolled()
        let talk = try Conversation(bench)
        var hellos = 0
        while talk.fault == nil, hellos < 100 {
            hellos += 1
            try talk.answer("session.hello", try Bench.hello())
            try talk.page(cursor: "c\(hellos)", planRevision: 9)
        }
        #expect(talk.fault == .tooManyRounds)
    }

    @Test("What a rule put aside is told with the name of whoever entered what stands")
    func supersededByWhom() throws {
        let bench = try Bench.enrolled()
        try bench.set("centres=2")
        let talk = try Conversation(bench)
        try talk.answer("session.hello", try Bench.hello())
        try talk.acknowledge(.merged)
        try talk.page([try bench.cell("centres", "9", seq: 7)], cursor: "c1")
        let remark = try #require(talk.finished?.remarks.first)
        #expect(remark.author == "李")
        #expect(ReasonSentence.of("superseded", chinese: true, author: remark.author).contains("李"))
    }
}
