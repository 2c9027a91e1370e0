import NIOCore
import NIOPosix
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Synchronization

// The single writer. What arrives while a commit runs waits and is committed as one group with one fsync; the
// answers go back with one hop for each event loop and group. Tenants take turns, so that one tenant's thousand
// changes do not hold up another's one.

/// Runs writes alone and in order, pushes in groups.
final class WriterQueue: Sendable {
    private let engine: ServerEngine
    private let pool: NIOThreadPool
    private let waiting = Mutex<Waiting>(Waiting())
    private let onCommit: @Sendable (Growth) -> Void
    private let onRevocation: @Sendable (Set<DeviceID>) -> Void
    /// Changes in one group; a push counts as many as it holds, another write as sixteen.
    private static let groupCostMax = 1_024
    private static let quantum = 64
    private static let writeCost = 16

    private enum Entry: Sendable {
        case push(PendingPush, ReplyTarget)
        case write(@Sendable () -> Written, ReplyTarget)
        case upkeep(@Sendable () -> Void)
    }

    private struct Waiting: Sendable {
        var entries = FairQueue<String, Entry>(quantum: quantum)
        var isScheduled = false
    }

    /// `pool` has exactly one thread; the others are told, after the answers went out, where cells were written and
    /// which devices were revoked.
    init(
        engine: ServerEngine, pool: NIOThreadPool, onCommit: @escaping @Sendable (Growth) -> Void,
        onRevocation: @escaping @Sendable (Set<DeviceID>) -> Void
    ) {
        self.engine = engine
        self.pool = pool
        self.onCommit = onCommit
        self.onRevocation = onRevocation
    }

    /// Commits a push at its tenant's turn.
    func push(_ push: PendingPush, of tenant: String, reply: ReplyTarget) {
        enqueue(.push(push, reply), of: tenant, cost: push.submission.changes.count)
    }

    /// Runs a write at its tenant's turn.
    func write(_ work: @escaping @Sendable () -> Written, of tenant: String, reply: ReplyTarget) {
        enqueue(.write(work, reply), of: tenant, cost: Self.writeCost)
    }

    /// Runs work that nobody waits for.
    func upkeep(_ work: @escaping @Sendable () -> Void) { enqueue(.upkeep(work), of: "upkeep", cost: 1) }

    private func enqueue(_ entry: Entry, of tenant: String, cost: Int) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.entries.append(entry, to: tenant, cost: cost)
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
                let taken = waiting.entries.take(costMax: Self.groupCostMax)
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
                    if !written.growth.isEmpty { onCommit(written.growth) }
                    if !written.revoked.isEmpty { onRevocation(written.revoked) }
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
        if !answer.growth.isEmpty { onCommit(answer.growth) }
    }
}
