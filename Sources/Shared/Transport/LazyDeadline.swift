import NIOCore

/// A deadline that is set and lifted far more often than it passes.
///
/// Setting and lifting only note the time; one timer at most is under way, and it looks
/// when it fires whether there is anything to do. Belongs to one event loop.
final class LazyDeadline {
    private let eventLoop: any EventLoop
    /// From when it is set to when it passes; may be changed meanwhile.
    var amount: TimeAmount
    private let pass: () -> Void
    private var since: NIODeadline?
    private var timer: Scheduled<Void>?

    /// - Parameter pass: Called on the event loop when the deadline passes; must not hold its owner.
    init(on eventLoop: any EventLoop, amount: TimeAmount, pass: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.amount = amount
        self.pass = pass
    }

    /// Sets the deadline unless it is set.
    func begin() {
        if since == nil { restart() }
    }

    /// Sets the deadline anew.
    func restart() {
        since = eventLoop.now
        if timer == nil { schedule(in: amount) }
    }

    /// Lifts the deadline.
    func lift() {
        since = nil
    }

    /// Lifts the deadline and its timer, at the end of its owner's life.
    func cancel() {
        since = nil
        timer?.cancel()
        timer = nil
    }

    private func schedule(in amount: TimeAmount) {
        timer = eventLoop.assumeIsolated().scheduleTask(in: amount) { [self] in fire() }
    }

    private func fire() {
        timer = nil
        guard let since else { return }
        let rest = since + amount - eventLoop.now
        guard rest <= .nanoseconds(0) else { return schedule(in: rest) }
        self.since = nil
        pass()
    }
}
