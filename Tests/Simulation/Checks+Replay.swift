import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite

// Invariant 6: the journals alone, taken once more by the real committer into an empty store, give the same
// answers, cells and sums, also over revisions of the plan.

extension World {
    func checkReplay() throws {
        let (store, probe) = try replays.emptied()
        var replay = Replay(cryptography: SimulatedCryptography())
        do {
            _ = try server.store.read { try replay.run($0, into: store) { _ in } }
        } catch let finding as AuditFinding {
            violations.append(.replay("\(finding)"))
            return
        }
        reached[.replayedChanges] += history.rows.count
        if planCount > 0 { reached[.replayedRevisions] += 1 }
        if try probe.stateBytes() != server.probe.stateBytes() {
            violations.append(.replay("the journals give other cells the second time"))
        }
        if try probe.digests() != server.probe.digests() {
            violations.append(.replay("the journals give other sums the second time"))
        }
    }
}
