import PlanSyncClient
import Synchronization

/// A replica's lock at which the client's process dies: before a transaction, or when it is durable.
final class FaultyLock: ReplicaLock {
    /// The process died.
    struct Death: Error {}

    private struct Condition: Sendable {
        var transactionsBefore: Int?
        var isAfter = false
        var isDead = false
        var count = 0
    }

    private let condition = Mutex(Condition())

    /// How many transactions there were.
    var transactions: Int { condition.withLock { $0.count } }
    /// Whether the process has died.
    var isDead: Bool { condition.withLock { $0.isDead } }

    /// Dies at the transaction after so many others.
    func arm(transactionsBefore: Int, isAfter: Bool) {
        condition.withLock {
            $0.transactionsBefore = transactionsBefore
            $0.isAfter = isAfter
        }
    }

    func disarm() { condition.withLock { $0.transactionsBefore = nil } }

    func withLock<Answer>(_ body: () throws -> Answer) throws -> Answer {
        let isAfter = try condition.withLock { condition -> Bool in
            if condition.isDead { throw Death() }
            condition.count += 1
            guard let left = condition.transactionsBefore else { return false }
            condition.transactionsBefore = left == 0 ? nil : left - 1
            guard left == 0 else { return false }
            condition.isDead = true
            if !condition.isAfter { throw Death() }
            return true
        }
        let answer = try body()
        if isAfter { throw Death() }
        return answer
    }
}
