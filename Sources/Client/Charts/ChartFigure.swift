/// A figure in a chart: the text is what is shown, the number is only where it stands.
package struct ChartFigure: Sendable, Equatable {
    /// The decimal as it is shown.
    package let text: String
    /// About the same, for the place.
    package let number: Double

    /// A figure from a plain decimal; `nil` for anything else.
    package init?(_ text: String) {
        guard let number = Double(text), number.isFinite, abs(number) < 1e15 else { return nil }
        self.text = text
        self.number = number
    }
}

/// Places for round numbers on an axis.
struct AxisScale: Equatable {
    /// A number on the axis, with its text.
    struct Tick: Equatable {
        let value: Double
        let text: String
    }

    let ticks: [Tick]

    var least: Double { ticks.first?.value ?? 0 }
    var greatest: Double { ticks.last?.value ?? 1 }

    /// An axis that holds these numbers and 0, in about so many steps of 1, 2 or 5 times a power of ten.
    init(_ numbers: [Double], steps: Int = 5) {
        let least = min(0, numbers.min() ?? 0)
        let greatest = max(0, numbers.max() ?? 0)
        let span = greatest - least
        guard span > 0 else {
            ticks = [Tick(value: 0, text: "0"), Tick(value: 1, text: "1")]
            return
        }
        var exponent = 0
        var power = 1.0
        let wanted = span / Double(max(1, steps))
        while power * 10 <= wanted, exponent < 15 { (power, exponent) = (power * 10, exponent + 1) }
        while power > wanted, exponent > -12 { (power, exponent) = (power / 10, exponent - 1) }
        let mantissa = [1, 2, 5, 10].first { Double($0) * power >= wanted } ?? 10
        let step = Double(mantissa) * power
        let first = Int((least / step).rounded(.down))
        let last = Int((greatest / step).rounded(.up))
        ticks = (first...max(first, last)).map { index in
            Tick(value: Double(index) * step, text: Self.text(index * mantissa, exponent))
        }
    }

    /// A whole number of powers of ten as a decimal, without the noise of binary fractions.
    private static func text(_ whole: Int, _ exponent: Int) -> String {
        if whole == 0 { return "0" }
        if exponent >= 0 { return "\(whole)" + String(repeating: "0", count: exponent) }
        let digits = String(abs(whole))
        let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
        let cut = padded.index(padded.endIndex, offsetBy: exponent)
        let part = String(padded[cut...].reversed().drop { $0 == "0" }.reversed())
        return (whole < 0 ? "-" : "") + padded[..<cut] + (part.isEmpty ? "" : "." + part)
    }

    /// Where a number stands from 0 to 1.
    func share(_ value: Double) -> Double {
        let span = greatest - least
        return span > 0 ? min(1, max(0, (value - least) / span)) : 0
    }
}
