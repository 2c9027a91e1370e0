import NIOPosix
import PlanSyncServer
import Synchronization

/// Runs reads on a few threads; the tenants take turns.
final class ReaderQueue: Sendable {
    private struct Waiting: Sendable {
        var bodies = FairQueue<String, @Sendable () -> Void>(quantum: 1)
        var running = 0
    }

    private let pool: NIOThreadPool
    private let threads: Int
    private let waiting = Mutex(Waiting())

    init(pool: NIOThreadPool, threads: Int) {
        self.pool = pool
        self.threads = threads
    }

    /// Runs a read when it is its tenant's turn.
    func submit(of tenant: String, _ body: @escaping @Sendable () -> Void) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.bodies.append(body, to: tenant)
            guard waiting.running < threads else { return false }
            waiting.running += 1
            return true
        }
        guard mustSchedule else { return }
        pool.submit { state in
            if state == .active { self.drain() }
        }
    }

    private func drain() {
        while true {
            let next = waiting.withLock { waiting -> (@Sendable () -> Void)? in
                let body = waiting.bodies.take(costMax: 1).first
                if body == nil { waiting.running -= 1 }
                return body
            }
            guard let next else { return }
            next()
        }
    }
}
