import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

/// A connection of which the test plays the server, frame by frame.
final class Conversation {
    private var driver: SyncDriver
    private let bench: Bench
    private var waiting: (id: RPCID, method: String, params: JSONView?)?
    private(set) var said: [Outgoing] = []

    init(_ bench: Bench, isWatching: Bool = false) throws {
        self.bench = bench
        var options = SyncDriver.Options()
        options.isWatching = isWatching
        driver = SyncDriver(replica: bench.replica, signer: EchoSigner(), options: options)
        take(try driver.start(now: bench.now))
    }

    private func take(_ outgoing: [Outgoing]) {
        for step in outgoing {
            guard case .frame(let frame) = step else {
                said.append(step)
                continue
            }
            let message = try? IncomingMessage(frame: frame, limits: .authenticated)
            guard case .request(let id, let method, let params)? = message else { continue }
            waiting = (id, method, params)
        }
    }

    /// What the client waits for.
    var method: String? { waiting?.method }

    /// The params of what the client waits for.
    func params<P: JSONReadable>(_ type: P.Type) throws -> P { try P(json: try #require(waiting?.params)) }

    /// Answers the request that waits.
    func answer(_ expected: String, _ result: some JSONWritable) throws {
        let request = try #require(waiting)
        #expect(request.method == expected)
        waiting = nil
        take(try driver.received(RPCMessage.answer(id: request.id, result: result), now: bench.now))
    }

    /// Refuses the request that waits.
    func refuse(_ expected: String, _ error: RPCError) throws {
        let request = try #require(waiting)
        #expect(request.method == expected)
        waiting = nil
        take(try driver.received(RPCMessage.failure(id: request.id, error: error), now: bench.now))
    }

    /// Answers a push: every operation with one outcome.
    func acknowledge(
        _ outcome: Outcome = .applied, firstSeq: UInt64 = 1, epoch: String = "e1"
    ) throws {
        let push = try params(SyncPush.Params.self)
        let results = push.changes.enumerated().map { index, change in
            ChangeResult(
                id: change.id, number: change.number, seq: firstSeq + UInt64(index),
                operations: change.operations.map { _ in OperationResult(outcome) })
        }
        try answer(
            "sync.push",
            SyncPush.Result(
                results: results.map(\.encoded), lastNumber: push.changes.last?.number ?? 0, epoch: epoch, backedUp: nil
            ))
    }

    /// Answers a pull with a page.
    func page(
        _ cells: [PublicCell] = [], cursor: String, more: Bool = false, epoch: String = "e1",
        digest: ScopeDigest? = nil, planRevision: UInt64? = nil
    ) throws {
        try answer(
            "sync.pull",
            SyncPull.Result(
                cells: cells, cursor: cursor, more: more, epoch: epoch, backedUp: nil, digest: digest,
                planRevision: planRevision))
    }

    /// Answers the question for the sums of the parts, as if these were all cells.
    func parts(_ cells: [PublicCell], epoch: String = "e1") throws {
        let byPart = Dictionary(grouping: cells) {
            ScopePart(tenant: $0.key.tenant, collection: $0.key.record.collection)
        }
        let entries = byPart.map { SyncDigest.Entry(part: $0.key, digest: Bench.digest($0.value)) }
        try answer("sync.digest", SyncDigest.Result(parts: entries, epoch: epoch))
    }

    func notify() throws {
        let params = SyncWatch.Params(plan: try Bench.planID(), cursor: "x")
        take(try driver.received(RPCMessage.notification(method: "sync.changed", params: params), now: bench.now))
    }

    func outboxGrew() throws { take(try driver.outboxGrew(now: bench.now)) }

    func pauseEnded() throws { take(try driver.pauseEnded(now: bench.now)) }

    func receive(_ frame: [UInt8]) throws { take(try driver.received(frame, now: bench.now)) }

    /// The summary, when it is finished.
    var finished: SyncSummary? {
        said.compactMap { step -> SyncSummary? in
            if case .finished(let summary) = step { summary } else { nil }
        }.last
    }

    /// The fault, when it stopped.
    var fault: SyncFault? {
        said.compactMap { step -> SyncFault? in
            if case .stopped(let fault, _) = step { fault } else { nil }
        }.last
    }
}
