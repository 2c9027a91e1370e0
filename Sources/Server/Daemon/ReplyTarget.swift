import NIOCore
import PlanSyncServer

/// Where an answer or a notification goes: a connection's handler on its event loop.
struct ReplyTarget: Sendable {
    let eventLoop: any EventLoop
    let handler: NIOLoopBound<ConnectionHandler>
    /// Gives back what the call held while it waited.
    var release: (@Sendable () -> Void)?

    /// Delivers answers, with one hop for each event loop.
    static func send(_ answers: [(ReplyTarget, [UInt8])]) {
        for (target, _) in answers { target.release?() }
        deliver(answers) { handler, frame in handler.answer(frame) }
    }

    /// Delivers notifications, with one hop for each event loop.
    static func notify(_ news: [(ReplyTarget, FeedInterest)]) {
        deliver(news) { handler, interest in handler.notify(interest) }
    }

    private static func deliver<Item: Sendable>(
        _ items: [(ReplyTarget, Item)], _ body: @escaping @Sendable (ConnectionHandler, Item) -> Void
    ) {
        for (_, group) in Dictionary(grouping: items, by: { ObjectIdentifier($0.0.eventLoop) }) {
            guard let loop = group.first?.0.eventLoop else { continue }
            loop.execute {
                var touched: [ObjectIdentifier: ConnectionHandler] = [:]
                for (target, item) in group {
                    let handler = target.handler.value
                    body(handler, item)
                    touched[ObjectIdentifier(handler)] = handler
                }
                for handler in touched.values { handler.flush() }
            }
        }
    }
}
