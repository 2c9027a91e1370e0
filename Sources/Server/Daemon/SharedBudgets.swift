import PlanSyncServer
import PlanSyncWire
import Synchronization

/// The budgets of all connections.
final class SharedBudgets: Sendable {
    private let budgets: Mutex<CallBudgets>

    init(_ ceilings: CallBudgets.Ceilings = .init()) { budgets = Mutex(CallBudgets(ceilings: ceilings)) }

    /// Takes a place for a call; the error to answer where there is none.
    func enter(_ holder: CallBudgets.Holder, bytes: Int) -> RPCError? {
        budgets.withLock { budgets in
            if budgets.enter(holder, bytes: bytes) { return nil }
            return .overloaded(retryAfterMilliseconds: budgets.retryAfterMilliseconds)
        }
    }

    /// Gives the place of a call back.
    func leave(_ holder: CallBudgets.Holder, bytes: Int) { budgets.withLock { $0.leave(holder, bytes: bytes) } }
}
