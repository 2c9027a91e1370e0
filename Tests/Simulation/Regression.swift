/// A seed that once failed.
package struct Regression: Sendable, Equatable {
    /// The seed.
    package let seed: UInt64
    /// How many events it has.
    package let events: Int
    /// What it was.
    package let what: String

    /// The seeds of a list: `SEED EVENTS WHAT IT WAS` on each line, and comments that begin with `#`.
    ///
    /// - Returns: `nil` when a line is none of these.
    package static func all(in list: String) -> [Regression]? {
        var found: [Regression] = []
        for line in list.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let seed = UInt64(words[0]), let events = Int(words[1]), events > 0 else {
                return nil
            }
            found.append(Regression(seed: seed, events: events, what: String(words[2])))
        }
        return found
    }
}
