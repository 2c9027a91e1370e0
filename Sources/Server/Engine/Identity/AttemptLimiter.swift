import PlanSyncCore
import PlanSyncWire

/// Bounds the failed tries of something: for each key in each minute.
///
/// A try takes its places before it is made and gives them back when it succeeds, so that many at once are no way
/// around it.
struct AttemptLimiter: Sendable {
    /// A counted thing and the most failures of it in a minute.
    struct Key: Hashable, Sendable {
        let name: String
        let failuresMax: Int
    }

    private struct Window {
        var begin: Int64
        var count = 0
    }

    private static let windowMilliseconds: Int64 = 60_000
    /// Over this many keys, those whose minute is over are forgotten.
    private static let keysMax = 1_024

    private var windows: [String: Window] = [:]

    /// Takes a place for a try.
    ///
    /// - Throws: `overloaded` with the rest of the minute; no place is taken then.
    mutating func begin(_ keys: [Key], now: Timestamp) throws(RPCError) {
        if windows.count > Self.keysMax {
            windows = windows.filter { isRunning($0.value, now) }
        }
        for key in keys {
            guard let window = windows[key.name], isRunning(window, now), window.count >= key.failuresMax else {
                continue
            }
            let rest = window.begin + Self.windowMilliseconds - now.milliseconds
            throw .overloaded(retryAfterMilliseconds: Int(clamping: max(1, rest)))
        }
        for key in keys {
            var window = windows[key.name] ?? Window(begin: now.milliseconds)
            if !isRunning(window, now) { window = Window(begin: now.milliseconds) }
            window.count += 1
            windows[key.name] = window
        }
    }

    /// The try succeeded, or was no try at all.
    mutating func giveBack(_ keys: [Key]) {
        for key in keys where (windows[key.name]?.count ?? 0) > 0 { windows[key.name]?.count -= 1 }
    }

    private func isRunning(_ window: Window, _ now: Timestamp) -> Bool {
        // A clock that was set back begins a new minute.
        let age = now.milliseconds.subtractingReportingOverflow(window.begin)
        return !age.overflow && (0..<Self.windowMilliseconds).contains(age.partialValue)
    }
}
