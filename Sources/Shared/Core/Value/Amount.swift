/// An exact decimal figure: a whole number of 10^-scale.
///
/// At most 30 digits in all and 12 after the point; never a binary fraction. Its canonical text
/// has no thousands marks, no `+`, no needless zeros (`1234.5`, `-0.25`, `0`), so equal figures
/// are equal texts.
public struct Amount: Hashable, Sendable, CustomStringConvertible {
    /// The digits, with the sign.
    public let coefficient: Int128
    /// The digits after the point, 0 to 12; as few as the figure needs.
    public let scale: Int

    static let digitsMax = 30
    static let scaleMax = 12

    /// Nothing.
    public static let zero = Amount(0)

    /// A whole number.
    public init(_ whole: Int) {
        coefficient = Int128(whole)
        scale = 0
    }

    private init(coefficient: Int128, scale: Int) {
        var digits = coefficient
        var places = scale
        while places > 0, digits % 10 == 0 {
            digits /= 10
            places -= 1
        }
        self.coefficient = digits
        self.scale = places
    }

    /// Reads a plain decimal such as `1234.50` or `-3`: ASCII digits, one point, no exponent.
    ///
    /// - Throws: ``AmountError``.
    public init(_ text: some StringProtocol) throws(AmountError) {
        var digits: Int128 = 0
        var count = 0
        var places: Int?
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        let negative = next == UInt8(ascii: "-")
        if negative { next = bytes.next() }
        var seen = 0
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
                if digits != 0 { count += 1 }
                if let some = places { places = some + 1 }
                seen += 1
                guard count <= Self.digitsMax, (places ?? 0) <= Self.scaleMax, seen <= 64 else { throw .tooLong }
            case UInt8(ascii: ".") where places == nil && seen > 0:
                places = 0
            default:
                throw .notAFigure
            }
            next = bytes.next()
        }
        guard seen > 0, places != 0 else { throw .notAFigure }
        self.init(coefficient: negative ? -digits : digits, scale: places ?? 0)
    }

    /// The canonical text.
    public var description: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let cut = padded.index(padded.endIndex, offsetBy: -scale)
        return "\(sign)\(padded[..<cut]).\(padded[cut...])"
    }

    /// The sum.
    ///
    /// - Throws: ``AmountError/tooLong`` when it needs more digits than an amount has.
    public func adding(_ other: Amount) throws(AmountError) -> Amount {
        let common = max(scale, other.scale)
        let (sum, overflow) = try widened(to: common).addingReportingOverflow(try other.widened(to: common))
        guard !overflow, String(sum.magnitude).count <= Self.digitsMax else { throw .tooLong }
        return Amount(coefficient: sum, scale: common)
    }

    /// The difference.
    ///
    /// - Throws: ``AmountError/tooLong`` when it needs more digits than an amount has.
    public func subtracting(_ other: Amount) throws(AmountError) -> Amount {
        try adding(Amount(coefficient: -other.coefficient, scale: other.scale))
    }

    private func widened(to places: Int) throws(AmountError) -> Int128 {
        var result = coefficient
        for _ in scale..<max(scale, places) {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .tooLong }
            result = product
        }
        return result
    }
}

extension Amount: Comparable {
    /// Compares the figures, whatever their digits after the point.
    public static func < (one: Amount, other: Amount) -> Bool {
        Rational(one) < Rational(other)
    }
}

/// A text that is no figure, or one too long to be kept exactly.
public enum AmountError: Error, Equatable, Sendable {
    /// Not of the form digits, point, digits.
    case notAFigure
    /// More than 30 digits, or more than 12 after the point.
    case tooLong
}
