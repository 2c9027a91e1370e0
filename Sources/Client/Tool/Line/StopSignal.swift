import Glibc
import Synchronization

private let isStopRequested = Atomic<Bool>(false)

/// SIGINT and SIGTERM as something to look at.
enum StopSignal {
    /// From now on the signals do not end the process at once.
    static func watch() {
        isStopRequested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in isStopRequested.store(true, ordering: .relaxed) }
        }
    }

    /// Whether one of them has come.
    static var isReceived: Bool { isStopRequested.load(ordering: .relaxed) }
}
