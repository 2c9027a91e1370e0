/// A unit of measure as a plan writes it: a base and how many of it, so that 亿元, 万元 and 元 are one kind.
///
/// Units are converted exactly and never mixed. A unit that is not understood is a base of its own.
public struct Measure: Sendable, Equatable {
    /// The unit without its multiplier: `元` of `万元`.
    public let base: String
    /// How many of the base.
    public let factor: Rational

    private static let multipliers: [(text: String, factor: Int)] = [
        ("千万", 10_000_000), ("百万", 1_000_000), ("亿", 100_000_000), ("万", 10_000), ("千", 1_000),
    ]
    /// Units with a name of their own, in others.
    private static let named: [String: (base: String, factor: Int)] = ["公顷": ("亩", 15)]

    /// Reads a unit.
    public init(_ unit: String) {
        if let known = Self.named[unit] {
            base = known.base
            factor = Rational(known.factor)
            return
        }
        for (text, factor) in Self.multipliers where unit.hasPrefix(text) && unit.count > text.count {
            base = String(unit.dropFirst(text.count))
            self.factor = Rational(factor)
            return
        }
        base = unit
        factor = Rational(1)
    }

    /// What a figure in this unit is multiplied with to be in another; `nil` when they are of different kinds.
    public func factor(to other: Measure) -> Rational? { base == other.base ? factor / other.factor : nil }

    /// The unit that a person means who typed a text behind a figure of a field with some unit.
    ///
    /// `亿` stands for 亿元 where the field is in 万元. `nil`: it is no unit of the same kind.
    static func typed(_ text: String, for unit: String) -> Measure? {
        let own = Measure(unit)
        for form in [text, text + own.base] {
            let measure = Measure(form)
            if measure.base == own.base { return measure }
        }
        return nil
    }
}
