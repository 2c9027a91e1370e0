import Foundation
import Synchronization

/// Notes that somebody wants a campaign to end: it then says what was run up to there.
enum StopSignal {
    private static let received = Atomic<Int32>(0)

    /// The signal that came, if one did.
    static var number: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Notes the first SIGINT or SIGTERM; the second one ends the process.
    static func watch() {
        // What a handler touches must stand before it runs.
        _ = number
        for signal in [SIGINT, SIGTERM] { Foundation.signal(signal) { StopSignal.note($0) } }
    }

    private static func note(_ number: Int32) {
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    }
}
