import PlanSyncCore
import Testing

@Suite("Formulas")
struct FormulaTests {
    private static func figure(_ id: FieldID) -> Amount? {
        switch id.rawValue {
        case "a": Amount(6)
        case "b": Amount(4)
        case "zero": .zero
        default: nil
        }
    }

    @Test(
        "Products come before sums, and equals from the left",
        arguments: [
            ("a + b * 2", "14"), ("(a + b) * 2", "20"), ("a - b - 1", "1"), ("a / b / 3", "0.5"), ("a*b/8", "3"),
            ("a - (b - 1)", "3"), ("2.5", "2.5"), ("  a\n+\tb ", "10"), ("a / 3 * 2", "4"), ("((((a))))", "6"),
        ])
    func precedence(text: String, expected: String) throws {
        #expect(try Formula(text).value(Self.figure) == .value(try Rational(expected)))
    }

    @Test("A missing element is named once, and is never taken for zero")
    func missing() throws {
        let formula = try Formula("a + x / (y * x)")
        #expect(formula.value(Self.figure) == .missing([try FieldID("x"), try FieldID("y")]))
        #expect(formula.elements.map(\.rawValue) == ["a", "x", "y"])
        #expect(try Formula("a * 0 * x").value(Self.figure) == .missing([try FieldID("x")]))
    }

    @Test("A division by zero has no value", arguments: ["a / zero", "a / (b - 4)", "1 / 0", "zero / zero + a"])
    func undefined(text: String) throws {
        #expect(try Formula(text).value(Self.figure) == .undefined)
    }

    @Test(
        "A fault is placed where the text goes wrong",
        arguments: [
            ("", 0), ("a +", 3), ("a b", 2), ("a + + b", 4), ("(a", 2), ("a)", 1), ("a $ b", 2), ("a + 1.2.3", 4),
            ("a + B", 4), ("-a", 0), ("a * ()", 5), ("1a", 0), ("a + _b", 4),
        ])
    func faults(text: String, offset: Int) throws {
        let error = try #require(throws: FormulaError.self) { try Formula(text) }
        #expect(error.offset == offset, "\(error.message)")
        #expect(error.message.hasSuffix(".") || error.message.hasSuffix("is."))
    }

    @Test("A formula is bounded in depth, steps and length")
    func bounds() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try Formula(nested(15)).elements.count == 1)
        #expect(throws: FormulaError.self) { try Formula(nested(16)) }
        #expect(throws: FormulaError.self) { try Formula(nested(900)) }
        let long = (0...200).map { _ in "1" }.joined(separator: "+")
        #expect(try Formula(long).value(Self.figure) == .value(Rational(201)))
        #expect(throws: FormulaError.self) { try Formula(long + "+1") }
        #expect(throws: FormulaError.self) { try Formula(String(repeating: " ", count: 2_001) + "a") }
    }
}
