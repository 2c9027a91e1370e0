import NIOCore

/// Where an answer or a notification goes: a connection's handler on its event loop.
struct ReplyTarget: Sendable {
    let eventLoop: any EventLoop
    let handler: NIOLoopBound<ConnectionHandler>

    /// Delivers answers, with one hop for each event loop.
    static func send(_ answers: [(ReplyTarget, [UInt8])]) {
        deliver(answers) { handler, frame in handler.answer(frame) }
    }

    /// Delivers notifications, with one hop for each event loop.
    static func notify(_ news: [(ReplyTarget, [UInt8])]) {
        deliver(news) { handler, frame in handler.write(frame) }
    }

    private static func deliver(
        _ frames: [(ReplyTarget, [UInt8])], _ body: @escaping @Sendable (ConnectionHandler, [UInt8]) -> Void
    ) {
        for (_, group) in Dictionary(grouping: frames, by: { ObjectIdentifier($0.0.eventLoop) }) {
            guard let loop = group.first?.0.eventLoop else { continue }
            loop.execute {
                var touched: [ObjectIdentifier: ConnectionHandler] = [:]
                for (target, frame) in group {
                    let handler = target.handler.value
                    body(handler, frame)
                    touched[ObjectIdentifier(handler)] = handler
                }
                for handler in touched.values { handler.flush() }
            }
        }
    }
}
