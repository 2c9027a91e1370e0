import PlanSyncServer
import Synchronization

/// What is being decided, as it is read after a death: what a dead process would still note is not noted.
final class SimulatedFlights: FlightRecorder {
    private struct Condition: Sendable {
        var hashes: [String] = []
        var deaths: [String: Int] = [:]
        var isDead: (@Sendable () -> Bool)?
    }

    private let condition = Mutex(Condition())

    /// Goes on in a new process over this store.
    func follow(_ store: FaultyStore) { condition.withLock { $0.isDead = { store.isDead } } }

    /// How often the process died over a change.
    func deaths(over hash: String) -> Int { condition.withLock { $0.deaths[hash] ?? 0 } }

    func began(_ hashes: [String]) { condition.withLock { if $0.isDead?() != true { $0.hashes = hashes } } }

    func ended() { condition.withLock { if $0.isDead?() != true { $0.hashes = [] } } }

    func unfinished() -> [String] {
        condition.withLock { condition in
            for hash in condition.hashes { condition.deaths[hash, default: 0] += 1 }
            return condition.hashes
        }
    }
}
