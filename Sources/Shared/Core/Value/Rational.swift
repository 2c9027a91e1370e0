import BigInt

/// An exact fraction, for everything between the figures and the page.
///
/// Rounding happens once, for show: half away from zero (`domain: rounded half up`).
public struct Rational: Sendable {
    private let numerator: BigInt
    private let denominator: BigInt  // always above zero

    private init(_ numerator: BigInt, over denominator: BigInt) {
        // Reducing costs more than the digits that it saves until they are many.
        if denominator.magnitude.bitWidth > 512 {
            let divisor = numerator.greatestCommonDivisor(with: denominator)
            self.numerator = numerator / divisor
            self.denominator = denominator / divisor
        } else {
            self.numerator = numerator
            self.denominator = denominator
        }
    }

    /// A whole number.
    public init(_ whole: Int) {
        self.init(BigInt(whole), over: 1)
    }

    /// An amount, exactly.
    public init(_ amount: Amount) {
        self.init(BigInt(amount.coefficient), over: BigInt(10).power(amount.scale))
    }

    /// Reads a decimal (`0.25`) or a fraction of decimals (`1/4`).
    ///
    /// - Throws: ``AmountError/notAFigure`` for anything else, and for a denominator of 0.
    public init(_ text: some StringProtocol) throws(AmountError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw .notAFigure }
        let top = Rational(try Amount(first))
        guard parts.count == 2 else {
            self = top
            return
        }
        guard let quotient = top / Rational(try Amount(parts[1])) else { throw .notAFigure }
        self = quotient
    }

    /// Nothing.
    public static let zero = Rational(0)

    /// Whether it is 0.
    public var isZero: Bool { numerator.isZero }

    /// The sum.
    public static func + (one: Rational, other: Rational) -> Rational {
        if one.denominator == other.denominator {
            return Rational(one.numerator + other.numerator, over: one.denominator)
        }
        return Rational(
            one.numerator * other.denominator + other.numerator * one.denominator,
            over: one.denominator * other.denominator)
    }

    /// The difference.
    public static func - (one: Rational, other: Rational) -> Rational {
        one + Rational(-other.numerator, over: other.denominator)
    }

    /// The product.
    public static func * (one: Rational, other: Rational) -> Rational {
        Rational(one.numerator * other.numerator, over: one.denominator * other.denominator)
    }

    /// The quotient; `nil` when the divisor is 0.
    public static func / (one: Rational, other: Rational) -> Rational? {
        guard !other.isZero else { return nil }
        let top = one.numerator * other.denominator
        let bottom = one.denominator * other.numerator
        return bottom < 0 ? Rational(-top, over: -bottom) : Rational(top, over: bottom)
    }

    /// The exact fraction in lowest terms, like `-7/3`; a whole number alone.
    public var fraction: String {
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        guard divisor > 1 else { return denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
        let (top, bottom) = (numerator / divisor, denominator / divisor)
        return bottom == 1 ? "\(top)" : "\(top)/\(bottom)"
    }

    /// Digits of a fraction's parts that are read.
    private static let fractionDigitsMax = 4_096

    /// Reads what ``fraction`` writes; `nil` for anything else.
    public init?(fraction text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= Self.fractionDigitsMax, let first = parts.first,
            let top = BigInt(String(first))
        else { return nil }
        guard parts.count == 2 else {
            self.init(top, over: 1)
            return
        }
        guard let bottom = parts.last.flatMap({ BigInt(String($0)) }), bottom > 0 else { return nil }
        self.init(top, over: bottom)
    }

    /// The decimal text with exactly `places` digits after the point, rounded half away from zero.
    public func rounded(_ places: Int) -> String {
        let scaled = numerator.magnitude * BigUInt(10).power(places)
        let divisor = denominator.magnitude
        let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: divisor)
        let whole = remainder * 2 >= divisor ? quotient + 1 : quotient
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let cut = padded.index(padded.endIndex, offsetBy: -places)
        let sign = numerator < 0 && !whole.isZero ? "-" : ""
        return places == 0 ? sign + padded : "\(sign)\(padded[..<cut]).\(padded[cut...])"
    }

    /// The shortest exact decimal when it has at most `places` digits after the point, else rounded to them.
    public func shown(_ places: Int) -> String {
        let text = rounded(places)
        guard text.contains(".") else { return text }
        return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    }
}

extension Rational {
    /// What stands in the middle when these are in order, half of both between two; `nil` of none.
    static func median(_ values: [Rational]) -> Rational? {
        let sorted = values.sorted { $0 < $1 }
        guard let upper = sorted.dropFirst(sorted.count / 2).first else { return nil }
        guard sorted.count.isMultiple(of: 2), let lower = sorted.dropFirst(sorted.count / 2 - 1).first else {
            return upper
        }
        return (lower + upper) / Rational(2)
    }
}

extension Rational: Comparable {
    /// Compares exactly.
    public static func < (one: Rational, other: Rational) -> Bool {
        one.numerator * other.denominator < other.numerator * one.denominator
    }

    /// Equal in value, whatever the terms.
    public static func == (one: Rational, other: Rational) -> Bool {
        one.numerator * other.denominator == other.numerator * one.denominator
    }
}
