import NIOCore
import PlanSyncServer
import Synchronization

/// The connections that want to be told of news.
final class Watchers: Sendable {
    private struct State: Sendable {
        var feed = ChangeFeed<ObjectIdentifier>()
        var targets: [ObjectIdentifier: ReplyTarget] = [:]
    }

    private let state = Mutex(State())

    func watch(_ connection: ObjectIdentifier, _ target: ReplyTarget, _ interest: FeedInterest) {
        state.withLock { state in
            state.feed.watch(connection, interest)
            state.targets[connection] = target
        }
    }

    func forget(_ connection: ObjectIdentifier) {
        state.withLock { state in
            state.feed.forget(connection)
            state.targets[connection] = nil
        }
    }

    /// Cells were written: whoever may see them is told.
    func committed(_ growth: Growth) {
        let news = state.withLock { state in
            state.feed.committed(growth).compactMap { connection, interest in
                state.targets[connection].map { ($0, interest) }
            }
        }
        ReplyTarget.notify(news)
    }
}
