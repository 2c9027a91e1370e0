/// An arithmetic formula over elements: names, decimals, `+ - * /` and parentheses.
///
/// Bounded: at most 2,000 characters, 16 levels and 200 steps. A name stands for the element's figure
/// in the period at hand; a missing figure makes the result missing, and is named.
public struct Formula: Sendable, Equatable {
    indirect enum Term: Sendable, Equatable {
        case number(Amount)
        case element(FieldID)
        case sum(Term, Term)
        case difference(Term, Term)
        case product(Term, Term)
        case quotient(Term, Term)
    }

    /// The formula as written.
    public let text: String
    /// The elements that it reads, each once, in the order of the text.
    public let elements: [FieldID]
    let term: Term

    /// Reads a formula.
    ///
    /// - Throws: ``FormulaError`` with the offset in characters of the offending text.
    public init(_ text: String) throws(FormulaError) {
        var parser = FormulaParser(text)
        term = try parser.parse()
        elements = parser.elements
        self.text = text
    }

    /// The value, or what is missing for it.
    public func value(_ figure: (FieldID) -> Amount?) -> FormulaValue {
        let missing = elements.filter { figure($0) == nil }
        if !missing.isEmpty { return .missing(missing) }
        guard let value = Self.evaluate(term, figure) else { return .undefined }
        return .value(value)
    }

    private static func evaluate(_ term: Term, _ figure: (FieldID) -> Amount?) -> Rational? {
        switch term {
        case .number(let amount): return Rational(amount)
        case .element(let id): return figure(id).map { Rational($0) }
        case .sum(let one, let other): return both(one, other, figure).map { $0.0 + $0.1 }
        case .difference(let one, let other): return both(one, other, figure).map { $0.0 - $0.1 }
        case .product(let one, let other): return both(one, other, figure).map { $0.0 * $0.1 }
        case .quotient(let one, let other): return both(one, other, figure).flatMap { $0.0 / $0.1 }
        }
    }

    private static func both(
        _ one: Term, _ other: Term, _ figure: (FieldID) -> Amount?
    ) -> (Rational, Rational)? {
        guard let first = evaluate(one, figure), let second = evaluate(other, figure) else { return nil }
        return (first, second)
    }
}

/// What a formula comes to.
public enum FormulaValue: Sendable, Equatable {
    /// A figure.
    case value(Rational)
    /// These elements have no figure.
    case missing([FieldID])
    /// A division by zero.
    case undefined
}

/// A text that is no formula.
public struct FormulaError: Error, Sendable, Equatable {
    /// Where, in characters from the start of the formula.
    public let offset: Int
    /// One sentence.
    public let message: String
}

private struct FormulaParser {
    private let characters: [Character]
    private var position = 0
    private var steps = 0
    var elements: [FieldID] = []

    init(_ text: String) { characters = Array(text) }

    mutating func parse() throws(FormulaError) -> Formula.Term {
        guard characters.count <= 2_000 else { throw fault("The formula is longer than 2,000 characters.") }
        let term = try sum(depth: 0)
        skipSpace()
        guard position == characters.count else {
            throw fault("'\(characters[position])' is not expected here; an operator (+ - * /) or the end is.")
        }
        return term
    }

    private func fault(_ message: String) -> FormulaError { FormulaError(offset: position, message: message) }

    private mutating func skipSpace() {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    private mutating func takeOperator(_ choices: String) -> Character? {
        skipSpace()
        guard position < characters.count, choices.contains(characters[position]) else { return nil }
        defer { position += 1 }
        return characters[position]
    }

    private mutating func sum(depth: Int) throws(FormulaError) -> Formula.Term {
        var term = try product(depth: depth)
        while let sign = takeOperator("+-") {
            let next = try product(depth: depth)
            term = sign == "+" ? .sum(term, next) : .difference(term, next)
            try step()
        }
        return term
    }

    private mutating func product(depth: Int) throws(FormulaError) -> Formula.Term {
        var term = try factor(depth: depth)
        while let sign = takeOperator("*/") {
            let next = try factor(depth: depth)
            term = sign == "*" ? .product(term, next) : .quotient(term, next)
            try step()
        }
        return term
    }

    private mutating func step() throws(FormulaError) {
        steps += 1
        if steps > 200 { throw fault("The formula has more than 200 steps.") }
    }

    private mutating func factor(depth: Int) throws(FormulaError) -> Formula.Term {
        guard depth < 16 else { throw fault("The formula nests deeper than 16 parentheses.") }
        skipSpace()
        guard position < characters.count else { throw fault("The formula ends where a name or number is expected.") }
        if characters[position] == "(" {
            position += 1
            let term = try sum(depth: depth + 1)
            guard takeOperator(")") != nil else { throw fault("A closing parenthesis is missing.") }
            return term
        }
        let start = position
        while position < characters.count, Self.isWord(characters[position]) { position += 1 }
        let word = String(characters[start..<position])
        guard let first = word.first else {
            throw fault("'\(characters[start])' is not expected here; a name, a number or '(' is.")
        }
        if first.isNumber {
            guard let amount = try? Amount(word) else {
                position = start
                throw fault("'\(word)' is not a number.")
            }
            return .number(amount)
        }
        guard let id = try? FieldID(word) else {
            position = start
            throw fault("'\(word)' is not the name of an element.")
        }
        if !elements.contains(id) { elements.append(id) }
        return .element(id)
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ".")
    }
}
