import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Rationals")
struct RationalTests {
    @Test(
        "Rounding is half away from zero",
        arguments: [
            ("87.354", 2, "87.35"), ("87.3459", 2, "87.35"), ("87.355", 2, "87.36"), ("-87.355", 2, "-87.36"),
            ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("2.49", 0, "2"), ("1/3", 4, "0.3333"), ("2/3", 4, "0.6667"),
            ("0", 2, "0.00"), ("-0.001", 2, "0.00"), ("0.005", 2, "0.01"), ("99.995", 2, "100.00"), ("7", 3, "7.000"),
        ])
    func rounding(text: String, places: Int, expected: String) throws {
        #expect(try Rational(text).rounded(places) == expected)
    }

    @Test(
        "A figure is shown with no digit that it does not need",
        arguments: [("1.50", 6, "1.5"), ("2", 6, "2"), ("1/3", 2, "0.33"), ("100", 2, "100"), ("0.004", 2, "0")])
    func shown(text: String, places: Int, expected: String) throws {
        #expect(try Rational(text).shown(places) == expected)
    }

    @Test("Fractions are read, and compared by value whatever their terms")
    func fractions() throws {
        #expect(try Rational("1/4") == Rational("0.25"))
        #expect(try Rational("2/6") == Rational("1/3"))
        #expect(try Rational("1/-4") == Rational("-0.25"))
        #expect(try Rational("0.5/0.25") == Rational(2))
        #expect(try Rational("1/3") < Rational("0.3334"))
    }

    @Test("What is no fraction is refused", arguments: ["", "/", "1/", "/2", "1/0", "1/2/3", "a"])
    func refuses(text: String) {
        #expect(throws: AmountError.notAFigure) { try Rational(text) }
    }

    @Test("Dividing by zero gives nothing")
    func zeroDivision() {
        #expect(Rational(1) / .zero == nil)
        #expect(Rational(0).isZero)
    }

    @Test("The laws of a field hold", arguments: Seed.smoke)
    func laws(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func fraction() throws -> Rational {
            let top = Int.random(in: -10_000...10_000, using: &random)
            return try Rational("\(top)/\(Int.random(in: 1...997, using: &random))")
        }
        for _ in 0..<200 {
            let (one, two, three) = (try fraction(), try fraction(), try fraction())
            #expect(one + two == two + one)
            #expect((one + two) + three == one + (two + three))
            #expect(one * (two + three) == one * two + one * three)
            #expect(one - one == .zero)
            let quotient: Rational? = one / two
            #expect(two.isZero ? quotient == nil : quotient.map { $0 * two } == one)
            #expect((one < two) != (two <= one))
        }
    }

    @Test("A long sum of fractions stays exact")
    func longSum() throws {
        var sum = Rational.zero
        for number in 1...300 { sum = sum + (try Rational("1/\(number * (number + 1))")) }
        #expect(sum == (try Rational("300/301")))
    }

    @Test("Rounding is never off by more than half of the last place", arguments: Seed.smoke)
    func roundingBound(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let top = Int.random(in: -1_000_000...1_000_000, using: &random)
            let value = try Rational("\(top)/\(Int.random(in: 1...9_999, using: &random))")
            let places = Int.random(in: 0...6, using: &random)
            let off = try Rational(value.rounded(places)) - value
            let half = try Rational("1/2")
            let last = (0..<places).reduce(half) { result, _ in result * Rational(Amount.tenth) }
            #expect(off <= last && .zero - last <= off)
        }
    }
}

extension Amount {
    fileprivate static let tenth: Amount = (try? Amount("0.1")) ?? .zero
}
