// Synchronises by itself: when the page starts, when something was saved, when the person asks, and now and then.
// After a failure it waits longer and longer, up to five minutes.

package import PlanSyncClient
package import PlanSyncCore
import PlanSyncWire
import ServiceLifecycle
import Synchronization

/// The synchronisation that runs behind the page.
package final class BackgroundSync: Service {
    /// Where it stands.
    package struct State: Sendable {
        /// Whether one is under way.
        package var isRunning = false
        /// What it does just now.
        package var progress: SyncProgress?
        /// How many changes the one under way has sent.
        package var sent = 0
        /// Why the last one failed; `nil` when it did not.
        package var fault: PageFault?
        /// Since when the server was not reached.
        package var offlineSince: Timestamp?
        /// What the last one came to.
        package var summary: SyncSummary?
        /// How many have ended.
        package var ended = 0
        /// How many of them changed anything that a page shows.
        package var arrivals = 0
    }

    private static let restSeconds = 60
    private static let restSecondsMax = 300

    private let host: any PageHost
    private let current = Mutex(State())
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    package init(host: any PageHost) {
        self.host = host
        (wishes, wish) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Where it stands.
    package var state: State { current.withLock { $0 } }

    /// Asks for one soon.
    package func nudge() { wish.yield() }

    /// Runs one now, so that what the server was just told shows at once; it says itself when it fails.
    func once() async { _ = await synchronise() }

    package func run() async throws {
        wish.yield()
        await cancelWhenGracefulShutdown { [self] in
            var failures = 0
            var rest: Task<Void, any Error>?
            defer { rest?.cancel() }
            for await _ in wishes {
                guard await self.synchronise() else { continue }
                failures = state.fault == nil ? 0 : min(failures + 1, 8)
                let seconds = failures == 0 ? Self.restSeconds : min(1 << failures, Self.restSecondsMax)
                rest?.cancel()
                rest = Task { [host, wish] in
                    try await host.pause(.seconds(seconds))
                    wish.yield()
                }
            }
        }
    }

    /// Fetches why reports came back, so that it can be read offline, too; what fails is tried again the next time.
    private func fetchReasons() async {
        guard let replica = try? host.replica(), let plans = try? replica.plans() else { return }
        for plan in plans {
            guard let view = try? replica.view(of: plan.id), !view.principal.role.isOfCity else { continue }
            for report in view.reports where report.state == .returned && report.tenant == view.principal.tenant {
                guard let rev = report.stateField?.rev, (try? replica.note(of: rev)) == .some(.none),
                    let record = try? RecordKey(
                        collection: CollectionRule.submissions, key: report.period.id.rawValue),
                    let steps = try? await host.history(
                        of: record, of: report.tenant, field: SubmissionField.state, in: plan.id),
                    let step = steps.last(where: { $0.id == rev })
                else { continue }
                try? replica.keep(note: step.note ?? "", of: rev)
            }
        }
    }

    /// Runs one; `false` when there is nothing to synchronise yet.
    private func synchronise() async -> Bool {
        guard (try? host.replica()) != nil else { return false }
        current.withLock { state in
            state.isRunning = true
            state.sent = 0
        }
        var fault: PageFault?
        var summary: SyncSummary?
        do {
            summary = try await host.synchronise { [self] progress in
                current.withLock { state in
                    state.progress = progress
                    if case .pushed(let changes) = progress { state.sent += changes }
                }
            }
        } catch let error as PageFault {
            fault = error
        } catch {
            fault = PageFault(zh: "同步没有完成。", en: "The synchronisation did not come to its end.")
        }
        if fault == nil { await fetchReasons() }
        let now = host.now()
        current.withLock { state in
            state.isRunning = false
            state.progress = nil
            state.fault = fault
            if let summary { state.summary = summary }
            if fault?.isOffline == true {
                if state.offlineSince == nil { state.offlineSince = now }
            } else {
                state.offlineSince = nil
            }
            state.ended += 1
            if let summary, summary.sent + summary.pulledCells + summary.repairedCells > 0 { state.arrivals += 1 }
        }
        return true
    }
}
