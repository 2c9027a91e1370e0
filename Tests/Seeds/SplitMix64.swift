/// Chance that repeats: the same seed gives the same numbers everywhere (SplitMix64 by Sebastiano Vigna).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &self) }

    /// Whether something of this likelihood, in percent, happens.
    package mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
}

/// The seeds of property tests; a failing one is added here and stays.
package enum Seed {
    package static let smoke: [UInt64] = [1, 2, 3, 20_180_507]
}
