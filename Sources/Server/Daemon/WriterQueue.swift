import NIOCore
import NIOPosix
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Synchronization

// The single writer. What arrives while a commit runs waits and is committed as one group with one fsync; the
// answers go back with one hop for each event loop and group.

/// Runs writes alone and in order, pushes in groups.
final class WriterQueue: Sendable {
    private let engine: ServerEngine
    private let pool: NIOThreadPool
    private let waiting = Mutex<Waiting>(Waiting())
    private let onCommit: @Sendable (Set<TenantID>) -> Void
    private static let groupMax = 512

    private enum Entry: Sendable {
        case push(PendingPush, ReplyTarget)
        case write(@Sendable () -> Written, ReplyTarget)
        case upkeep(@Sendable () -> Void)
    }

    private struct Waiting: Sendable {
        var entries: [Entry] = []
        var isScheduled = false
    }

    /// `pool` has exactly one thread; `onCommit` is told whose journals grew, after the answers went out.
    init(engine: ServerEngine, pool: NIOThreadPool, onCommit: @escaping @Sendable (Set<TenantID>) -> Void) {
        self.engine = engine
        self.pool = pool
        self.onCommit = onCommit
    }

    func push(_ push: PendingPush, reply: ReplyTarget) { enqueue(.push(push, reply)) }

    func write(_ work: @escaping @Sendable () -> Written, reply: ReplyTarget) { enqueue(.write(work, reply)) }

    /// Runs work that nobody waits for.
    func upkeep(_ work: @escaping @Sendable () -> Void) { enqueue(.upkeep(work)) }

    private func enqueue(_ entry: Entry) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.entries.append(entry)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        guard mustSchedule else { return }
        pool.submit { state in
            if state == .active { self.drain() }
        }
    }

    private func drain() {
        while true {
            let entries = waiting.withLock { waiting -> [Entry] in
                let taken = Array(waiting.entries.prefix(Self.groupMax))
                waiting.entries.removeFirst(taken.count)
                if taken.isEmpty { waiting.isScheduled = false }
                return taken
            }
            if entries.isEmpty { return }
            var group: [(PendingPush, ReplyTarget)] = []
            for entry in entries {
                switch entry {
                case .push(let push, let reply): group.append((push, reply))
                case .write(let work, let reply):
                    // Order is kept: what came before the write is committed before it.
                    commit(&group)
                    let written = work()
                    ReplyTarget.send([(reply, written.frame)])
                    if !written.tenants.isEmpty { onCommit(written.tenants) }
                case .upkeep(let work):
                    commit(&group)
                    work()
                }
            }
            commit(&group)
        }
    }

    private func commit(_ group: inout [(PendingPush, ReplyTarget)]) {
        guard !group.isEmpty else { return }
        let answer = engine.commit(group.map(\.0), now: WallClock.now())
        ReplyTarget.send(Array(zip(group.map(\.1), answer.frames)))
        group.removeAll()
        if !answer.tenants.isEmpty { onCommit(answer.tenants) }
    }
}
