// Runs the state machine's actions over the replica: frames in, frames out. It holds no socket and no clock, so
// that the tool runs it over TLS and a simulation over a network that loses, repeats and delays.

package import PlanSyncCore
import PlanSyncWire

/// One connection's synchronisation.
package struct SyncDriver {
    /// How a synchronisation runs.
    package struct Options: Sendable {
        /// Whether to stay and wait for news.
        package var isWatching = false
        /// The client's name and release, for the server's log.
        package var client = "plansync"
        /// The language for the server's sentences.
        package var language = "en"
        /// Changes in one push.
        package var batchCountMax = 200
        /// Bytes of one push, about.
        package var batchBytesMax = 1_048_576

        package init() {}
    }

    private enum Request {
        case hello(declared: Hole?)
        case probe
        case plan(PlanID)
        case push(PushBatch)
        case pull(PlanID, place: PullPlace)
        case digest(PlanID)
        case part(ScopePart, PlanID, cursor: String?)
        case watch(PlanID)
    }

    private let replica: Replica
    private let signer: any DeviceSigner
    private let options: Options
    private var machine: SyncStateMachine
    private var summary = SyncSummary()
    private var batchCountMax: Int
    private var batchBytesMax: Int
    /// The epoch of the server that was greeted last.
    private var epoch: String?
    private var lastID: Int64 = 0
    private var underWay: (id: RPCID, request: Request)?

    package init(replica: Replica, signer: any DeviceSigner, options: Options) {
        self.replica = replica
        self.signer = signer
        self.options = options
        machine = SyncStateMachine(isWatching: options.isWatching)
        batchCountMax = options.batchCountMax
        batchBytesMax = options.batchBytesMax
    }

    /// What was done so far.
    package var progress: SyncSummary { summary }

    /// Begins on a connection that has just been opened.
    ///
    /// - Throws: the replica's errors.
    package mutating func start(now: Timestamp) throws -> [Outgoing] { try run(.connected, now) }

    /// Goes on after a pause that ``Outgoing/wait(milliseconds:)`` asked for.
    ///
    /// - Throws: the replica's errors.
    package mutating func pauseEnded(now: Timestamp) throws -> [Outgoing] { try run(.pauseEnded, now) }

    /// Takes note that another process has saved an edit.
    ///
    /// - Throws: the replica's errors.
    package mutating func outboxGrew(now: Timestamp) throws -> [Outgoing] { try run(.outboxGrew, now) }

    /// Takes a frame of the server; an answer that nobody waits for is passed over.
    ///
    /// - Throws: the replica's and the signer's errors.
    package mutating func received(_ frame: [UInt8], now: Timestamp) throws -> [Outgoing] {
        let message: IncomingMessage
        do {
            message = try IncomingMessage(frame: frame, limits: .document)
        } catch {
            return try run(.refused(.other(.protocolBroken(error.error.message))), now)
        }
        switch message {
        case .notification(SyncWatch.notification, _): return try run(.changeNotified, now)
        case .notification, .request: return []
        case .response(let id, let result):
            guard let request = take(id) else { return [] }
            do {
                return try answered(request, result, now)
            } catch let fault as JSONFault {
                return try run(.refused(.other(.protocolBroken(fault.description))), now)
            }
        case .failure(let id, let error):
            guard id == nil || take(id) != nil else { return [] }
            return try run(.refused(Self.refusal(error)), now)
        }
    }

    private mutating func take(_ id: RPCID?) -> Request? {
        guard let underWay, underWay.id == id else { return nil }
        self.underWay = nil
        return underWay.request
    }

    private static func refusal(_ error: RPCError) -> SyncStateMachine.Refusal {
        switch error.code {
        case .gap: return .gap(expected: error.expected ?? 1)
        case .fork:
            guard let incarnation = error.incarnation else { return .other(.protocolBroken("fork without inc")) }
            return .fork(incarnation: incarnation)
        case .cursorExpired: return .cursorExpired
        case .tooLarge: return .tooLarge
        case .overloaded: return .overloaded(milliseconds: error.retryAfterMilliseconds ?? 1_000)
        case .notFound: return .notFound(SyncFault(error))
        case .forbidden where error.reason == "retired": return .retired
        default: return .other(SyncFault(error))
        }
    }

    // MARK: Answers

    private mutating func answered(_ request: Request, _ json: JSONView, _ now: Timestamp) throws -> [Outgoing] {
        switch request {
        case .hello(let declared): return try greeted(try json.decode(), declared, now)
        case .plan(let plan):
            let result: PlanGet.Result = try json.decode()
            guard result.plan == plan else { return try broken("plan.get of another plan", now) }
            guard try replica.store(plan, revision: result.revision, document: result.document, of: epoch) else {
                return try run(.epochFoundChanged, now)
            }
            return [.progress(.planStored(plan, revision: result.revision))] + (try run(.planStored, now))
        case .push(let batch): return try pushed(batch, try json.decode(), now)
        case .pull(let plan, let place): return try pulled(plan, place, try json.decode(), now)
        case .digest(let plan): return try compared(plan, try json.decode(), now)
        case .part(let part, let plan, let cursor):
            return try pulled(part, of: plan, after: cursor, try json.decode(), now)
        case .watch: return try run(.watchAnswered, now)
        case .probe: return try run(.refused(.other(.unauthenticated(reason: "anonymous"))), now)
        }
    }

    private mutating func broken(_ what: String, _ now: Timestamp) throws -> [Outgoing] {
        try run(.refused(.other(.protocolBroken(what))), now)
    }

    private mutating func greeted(
        _ hello: SessionHello.Result, _ declared: Hole?, _ now: Timestamp
    ) throws -> [Outgoing] {
        guard let device = hello.device else {
            // The server does not take the certificate; a call that needs one is told why.
            let plan = try replica.plans().first?.id ?? PlanID("unknown")
            return [send(PlanGet.self, PlanGet.Params(plan: plan), .probe)]
        }
        epoch = hello.epoch
        let greeting = try replica.greet(hello, device: device, now: now, declared: declared)
        summary.clockDriftMilliseconds = try replica.state().clockDriftMilliseconds
        summary.isRenewalAsked = device.isRenewalDue
        summary.reoffered += greeting.reopened
        summary.renumbered += greeting.renumbered
        summary.missing += greeting.missing
        batchBytesMax = min(options.batchBytesMax, max(4_096, Int(clamping: hello.frameBytesMax) - 4_096))
        var outgoing: [Outgoing] = [.progress(.greeted(server: hello.server))]
        if greeting.epochChanged { outgoing.append(.progress(.epochChanged(reoffered: greeting.reopened))) }
        if greeting.renumbered > 0 { outgoing.append(.progress(.renumbered(greeting.renumbered))) }
        if greeting.missing > 0 { outgoing.append(.progress(.missing(greeting.missing))) }
        let event = SyncStateMachine.Event.greeted(
            plans: greeting.plans, outdated: greeting.outdated, isRetired: greeting.isRetired)
        return outgoing + (try run(event, now))
    }

    private mutating func pushed(
        _ batch: PushBatch, _ answer: SyncPush.Result, _ now: Timestamp
    ) throws -> [Outgoing] {
        let ids = Set(answer.read.map(\.id))
        guard answer.results.count == answer.read.count, batch.changes.allSatisfy({ ids.contains($0.id) }) else {
            return try broken("sync.push did not answer every change", now)
        }
        let results = zip(answer.read, answer.results).map { ReceivedResult(result: $0.0, bytes: $0.1) }
        let stored = try replica.store(
            results, to: batch.changes, epoch: answer.epoch, backedUp: answer.backedUp)
        let state = try replica.state()
        for entry in stored { summary.count(entry, own: state.tenant) }
        return [.progress(.pushed(changes: stored.count))]
            + (try run(.pushStored(epochChanged: state.epoch != answer.epoch), now))
    }

    private mutating func pulled(
        _ plan: PlanID, _ place: PullPlace, _ page: SyncPull.Result, _ now: Timestamp
    ) throws -> [Outgoing] {
        if page.more, page.cursor == place.cursor { return try broken("sync.pull does not get on", now) }
        switch try replica.apply(page, of: plan, after: place.cursor, answers: place.answers) {
        case .applied(let cells):
            summary.pulledCells += cells
            let isOutdated = try isOutdated(plan, page.planRevision)
            return [.progress(.pulled(plan, cells: cells, more: page.more))]
                + (try run(isOutdated ? .planFoundOutdated : .pageStored(more: page.more), now))
        case .differs(let cells):
            summary.pulledCells += cells
            return [.progress(.damaged(plan))] + (try run(.cellsFoundDamaged, now))
        case .stale: return try run(.pageFoundStale, now)
        case .otherEpoch: return try run(.epochFoundChanged, now)
        }
    }

    /// Whether the server has a later revision than the one here.
    private func isOutdated(_ plan: PlanID, _ told: UInt64?) throws -> Bool {
        guard let told else { return false }
        return try replica.plans().contains { $0.id == plan && $0.revision < told }
    }

    private mutating func compared(
        _ plan: PlanID, _ told: SyncDigest.Result, _ now: Timestamp
    ) throws -> [Outgoing] {
        switch try replica.compare(told, of: plan) {
        case .differing(let parts, let dropped):
            summary.repairedCells += dropped
            return try run(.partsCompared(parts), now)
        case .otherEpoch: return try run(.epochFoundChanged, now)
        }
    }

    private mutating func pulled(
        _ part: ScopePart, of plan: PlanID, after asked: String?, _ page: SyncPull.Result, _ now: Timestamp
    ) throws -> [Outgoing] {
        if page.more, page.cursor == asked { return try broken("sync.pull does not get on", now) }
        switch try replica.stage(page, of: part, in: plan, after: asked) {
        case .staged(let repaired):
            summary.repairedCells += repaired
            let said: [Outgoing] = repaired > 0 ? [.progress(.repaired(plan, cells: repaired))] : []
            return said + (try run(.partStored(more: page.more), now))
        case .stale: return try run(.pageFoundStale, now)
        case .otherEpoch: return try run(.epochFoundChanged, now)
        }
    }

    // MARK: Actions

    private mutating func run(_ event: SyncStateMachine.Event, _ now: Timestamp) throws -> [Outgoing] {
        var outgoing: [Outgoing] = []
        var next: SyncStateMachine.Event? = event
        // A local action answers at once with the next event; a request ends the loop.
        while let event = next {
            let action = machine.handle(event)
            next = try perform(action, now, &outgoing)
        }
        return outgoing
    }

    private mutating func perform(
        _ action: SyncStateMachine.Action, _ now: Timestamp, _ outgoing: inout [Outgoing]
    ) throws -> SyncStateMachine.Event? {
        switch action {
        case .greet, .fetchPlan, .pull, .compareParts, .pullPart, .watch, .push: return try request(action, &outgoing)
        case .reopen(let number): return .reopened(found: try replica.reopenChanges(from: number))
        case .renumber(let incarnation):
            let count = try replica.renumberPending(into: incarnation)
            summary.renumbered += count
            outgoing.append(.progress(.renumbered(count)))
            return .renumbered
        case .tellIrreparable(let plan):
            outgoing.append(.progress(.irreparable(plan)))
            return .irreparableTold
        case .retire:
            let retired = try replica.retire(handedIn: summary.sent)
            summary.handedIn = retired.handedIn
            if retired.isFirst { outgoing.append(.progress(.retired(handedIn: retired.handedIn))) }
            return .retired(isFirst: retired.isFirst || summary.sent > 0)
        case .dropCursor(let plan):
            try replica.dropCursor(of: plan)
            outgoing.append(.progress(.snapshot(plan)))
            return .cursorDropped
        case .shrinkPush:
            let canShrink = batchCountMax > 1
            batchCountMax = max(1, batchCountMax / 4)
            return .pushShrunk(canShrink)
        case .pause(let milliseconds):
            outgoing += [.progress(.waiting(milliseconds: milliseconds)), .wait(milliseconds: milliseconds)]
        case .stayWatching:
            try replica.noteSynchronised(at: now)
            try nameAuthors()
            outgoing.append(.watching(summary))
            summary = SyncSummary(after: summary)
        case .finish:
            try replica.noteSynchronised(at: now)
            try nameAuthors()
            outgoing.append(.finished(summary))
        case .stop(let fault): outgoing.append(.stopped(fault, summary))
        case .none: break
        }
        return nil
    }

    /// Says whose value stands instead of what was sent, which only the pull has told.
    private mutating func nameAuthors() throws {
        let merged = summary.remarks.filter { $0.result.outcome == .merged }
        for (plan, remarks) in Dictionary(grouping: merged, by: \.plan) {
            let places = Set(remarks.compactMap(\.place))
            if places.isEmpty { continue }
            let authors: [CellKey: String]
            do {
                authors = try replica.authors(at: places, of: plan)
            } catch is ReplicaError {
                // A device that hands in what it held may have lost its plan; then nobody is named.
                continue
            }
            for (index, remark) in summary.remarks.enumerated() where remark.plan == plan {
                guard remark.result.outcome == .merged, let place = remark.place else { continue }
                summary.remarks[index].author = authors[place]
            }
        }
    }

    private mutating func request(
        _ action: SyncStateMachine.Action, _ outgoing: inout [Outgoing]
    ) throws -> SyncStateMachine.Event? {
        switch action {
        case .greet:
            let state = try replica.state()
            let declared = state.missing.flatMap { $0.incarnation == state.incarnation ? $0 : nil }
            let params = SessionHello.Params(
                client: options.client, language: options.language, incarnation: state.incarnation,
                missing: declared?.numbers)
            outgoing.append(send(SessionHello.self, params, .hello(declared: declared)))
        case .fetchPlan(let plan):
            outgoing.append(send(PlanGet.self, PlanGet.Params(plan: plan), .plan(plan)))
        case .pull(let plan):
            let place = try replica.pullPlace(of: plan)
            let params = SyncPull.Params(plan: plan, cursor: place.cursor, limit: nil)
            outgoing.append(send(SyncPull.self, params, .pull(plan, place: place)))
        case .compareParts(let plan):
            outgoing.append(send(SyncDigest.self, SyncDigest.Params(plan: plan), .digest(plan)))
        case .pullPart(let part, let plan):
            let cursor = try replica.partCursor(of: part, in: plan)
            let params = SyncPull.Params(plan: plan, cursor: cursor, limit: nil, part: part)
            outgoing.append(send(SyncPull.self, params, .part(part, plan, cursor: cursor)))
        case .watch(let plan):
            guard let cursor = try replica.cursor(of: plan) else { return .refused(.cursorExpired) }
            outgoing.append(send(SyncWatch.self, SyncWatch.Params(plan: plan, cursor: cursor), .watch(plan)))
        case .push:
            guard let batch = try replica.nextBatch(countMax: batchCountMax, bytesMax: batchBytesMax),
                let first = batch.changes.first
            else { return .outboxFoundEmpty }
            let params = SyncPush.Params(
                plan: first.plan, planRevision: first.planRevision, changes: batch.changes,
                signature: try signer.sign(batch.lastHash), acknowledged: first.number > 1 ? first.number - 1 : nil)
            outgoing.append(send(SyncPush.self, params, .push(batch)))
        default: break
        }
        return nil
    }

    private mutating func send<M: RPCMethod>(_ method: M.Type, _ params: M.Params, _ request: Request) -> Outgoing {
        lastID += 1
        let id = RPCID.number(lastID)
        underWay = (id, request)
        return .frame(RPCMessage.request(method, id: id, params: params))
    }
}
