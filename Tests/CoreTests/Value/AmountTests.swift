import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Amounts")
struct AmountTests {
    @Test(
        "A figure is printed in its one canonical form",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("00012", "12"), ("1234.50", "1234.5"), ("-0.25", "-0.25"),
            ("100", "100"), ("100.00", "100"), ("0.000000000001", "0.000000000001"), ("-7", "-7"), ("10.10", "10.1"),
            ("999999999999999999999999999999", "999999999999999999999999999999"),
        ])
    func canonical(text: String, expected: String) throws {
        let amount = try Amount(text)
        #expect(amount.description == expected)
        #expect(try Amount(amount.description) == amount)
    }

    @Test(
        "What is no plain decimal is refused",
        arguments: [
            "", "-", ".", ".5", "5.", "1.2.3", "+1", "1e3", "1,000", " 1", "1 ", "--1", "１２", "NaN", "0x10", "1-",
            "٣",
        ])
    func refuses(text: String) {
        #expect(throws: AmountError.notAFigure) { try Amount(text) }
    }

    @Test("An amount has at most 30 digits, and 12 after the point")
    func limits() throws {
        let longest = String(repeating: "9", count: 30)
        #expect(try Amount(longest).description == longest)
        #expect(throws: AmountError.tooLong) { try Amount(longest + "9") }
        #expect(throws: AmountError.tooLong) { try Amount("0.0000000000001") }
        #expect(throws: AmountError.tooLong) { try Amount(longest).adding(Amount(1)) }
        #expect(throws: AmountError.tooLong) { try Amount(longest).adding(Amount("0.1")) }
        #expect(throws: AmountError.tooLong) { try Amount(String(repeating: "0", count: 65)) }
        #expect(try Amount(longest).subtracting(Amount(longest)) == .zero)
    }

    @Test("Sums and differences lose no digit")
    func sums() throws {
        #expect(try Amount("0.1").adding(Amount("0.2")).description == "0.3")
        #expect(try Amount("1.05").adding(Amount("-0.05")).description == "1")
        #expect(try Amount("1").subtracting(Amount("0.000000000001")).description == "0.999999999999")
    }

    @Test("Comparison goes by the figure, not by the text")
    func comparison() throws {
        #expect(try Amount("9") < Amount("10"))
        #expect(try Amount("-10") < Amount("-9.99"))
        #expect(try Amount("0.1") < Amount("0.11"))
        #expect(try !(Amount("1.0") < Amount("1")))
        #expect(try Amount("1.0") == Amount("1"))
    }

    @Test("Adding is commutative and associative, and subtracting undoes it", arguments: Seed.smoke)
    func laws(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func amount() throws -> Amount {
            let whole = Int.random(in: -1_000_000...1_000_000, using: &random)
            return try Amount("\(whole).\(Int.random(in: 0...999_999, using: &random))")
        }
        for _ in 0..<300 {
            let (one, two, three) = (try amount(), try amount(), try amount())
            #expect(try one.adding(two) == two.adding(one))
            #expect(try one.adding(two).adding(three) == one.adding(two.adding(three)))
            #expect(try one.adding(two).subtracting(two) == one)
            #expect(try Amount(one.description) == one)
            #expect((one < two) == (Rational(one) < Rational(two)))
        }
    }
}
