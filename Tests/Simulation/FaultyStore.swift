import PlanSyncCore
import PlanSyncServer
import Synchronization

/// A store that fails when it is told to: before a commit, within it, or after it with the whole process.
///
/// Within a transaction it does not matter at which write the process dies, since all of it is undone; what
/// matters is which of several commits it is.
final class FaultyStore: PlanStore {
    /// Where it fails.
    enum Place: Sendable, CaseIterable {
        /// Nothing of the transaction is done.
        case before
        /// All of it is done, and undone.
        case within
        /// It is durable, and nobody is told.
        case after
    }

    /// A failure that waits for its commit.
    struct Fault: Sendable {
        let place: Place
        /// How many commits still succeed before.
        var commitsBefore: Int
        /// Whether the process dies; else only this commit fails, as on a full disk.
        let isDeath: Bool
    }

    private struct Condition: Sendable {
        var fault: Fault?
        var isDead = false
        var commits = 0
        var failures = 0
    }

    private struct DiskFailure: Error {}

    private let store: any PlanStore
    private let condition = Mutex(Condition())

    init(_ store: any PlanStore) { self.store = store }

    /// How many commits were durable.
    var commits: Int { condition.withLock { $0.commits } }
    /// Whether the process has died.
    var isDead: Bool { condition.withLock { $0.isDead } }
    /// How many commits failed on purpose without a death.
    var failures: Int { condition.withLock { $0.failures } }

    func arm(_ fault: Fault?) { condition.withLock { $0.fault = fault } }

    func read<Value>(_ body: (any PlanReading) throws -> Value) throws -> Value {
        if isDead { throw DiskFailure() }
        return try store.read(body)
    }

    func backUp(to path: String) throws -> [ChainKey: UInt64] {
        if isDead { throw DiskFailure() }
        return try store.backUp(to: path)
    }

    func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value {
        let due = try condition.withLock { condition -> Fault? in
            if condition.isDead { throw DiskFailure() }
            guard var fault = condition.fault else { return nil }
            guard fault.commitsBefore == 0 else {
                fault.commitsBefore -= 1
                condition.fault = fault
                return nil
            }
            condition.fault = nil
            return fault
        }
        if let due, due.place == .before { try fail(due) }
        do {
            let value = try store.commit { writing in
                let value = try body(writing)
                if let due, due.place == .within { try self.fail(due) }
                return value
            }
            condition.withLock { $0.commits += 1 }
            if let due, due.place == .after { try fail(due) }
            return value
        } catch {
            // The trigger that stands for a change over which the process dies.
            if "\(error)".contains(Self.poison) { condition.withLock { $0.isDead = true } }
            throw error
        }
    }

    private func fail(_ fault: Fault) throws {
        condition.withLock { condition in
            // A full disk after the commit would be a commit: only a death can come there.
            if fault.isDeath || fault.place == .after { condition.isDead = true } else { condition.failures += 1 }
        }
        throw DiskFailure()
    }

    /// The text over which the process dies.
    static let poison = "poison-pill"
}
