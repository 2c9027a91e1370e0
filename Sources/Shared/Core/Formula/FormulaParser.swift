// The grammar, from the loosest to the tightest: or; and; not; comparisons, in, is missing; + -; * /; a value, a
// name, a call or a group in parentheses. It is bounded in length, depth and steps, so that no plan file can exhaust
// a reader.

/// Reads a formula, a condition or a check.
struct FormulaParser {
    static let lengthMax = 2_000
    static let depthMax = 16
    static let stepsMax = 200

    private let tokens: [FormulaToken]
    private let length: Int
    private var position = 0
    private var steps = 0

    init(_ text: String) {
        length = text.count
        tokens = length > Self.lengthMax ? [] : FormulaToken.all(of: text)
    }

    /// The whole text as one expression.
    mutating func parse() throws(FormulaError) -> Expression {
        guard length <= Self.lengthMax else {
            throw FormulaError(offset: 0, message: "The formula is longer than 2,000 characters.")
        }
        let expression = try disjunction(depth: 0)
        guard token.kind == .end else {
            throw fault("\(token.shown) is not expected here; an operator (+ - * / = < > and or) or the end is.")
        }
        return expression
    }

    // MARK: Tokens

    private static let end = FormulaToken(kind: .end, offset: 0)

    private var token: FormulaToken { tokens.dropFirst(position).first ?? Self.end }

    private func fault(_ message: String, at other: FormulaToken? = nil) -> FormulaError {
        let place = other ?? token
        if case .bad(let message) = place.kind { return FormulaError(offset: place.offset, message: message) }
        return FormulaError(offset: place.offset, message: message)
    }

    private mutating func take(_ sign: String) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard token.kind == .word(word) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ sign: String, _ sentence: String) throws(FormulaError) {
        guard take(sign) else { throw fault(sentence) }
    }

    private mutating func step() throws(FormulaError) {
        steps += 1
        if steps > Self.stepsMax { throw fault("The formula has more than 200 steps.") }
    }

    // MARK: Conditions

    private mutating func disjunction(depth: Int) throws(FormulaError) -> Expression {
        var left = try conjunction(depth: depth)
        while takeWord("or") {
            try step()
            left = .or(left, try conjunction(depth: depth))
        }
        return left
    }

    private mutating func conjunction(depth: Int) throws(FormulaError) -> Expression {
        var left = try negation(depth: depth)
        while takeWord("and") {
            try step()
            left = .and(left, try negation(depth: depth))
        }
        return left
    }

    private mutating func negation(depth: Int) throws(FormulaError) -> Expression {
        guard depth < Self.depthMax else { throw tooDeep() }
        guard takeWord("not") else { return try comparison(depth: depth) }
        try step()
        return .not(try negation(depth: depth + 1))
    }

    private func tooDeep() -> FormulaError { fault("The formula nests deeper than 16 parentheses.") }

    private mutating func comparison(depth: Int) throws(FormulaError) -> Expression {
        let left = try sum(depth: depth)
        if case .sign(let sign) = token.kind, let comparison = Expression.Comparison(rawValue: sign) {
            position += 1
            try step()
            return .comparison(comparison, left, try sum(depth: depth))
        }
        if takeWord("is") {
            try step()
            let isNegated = takeWord("not")
            guard takeWord("missing") else { throw fault("'missing' or 'not missing' is expected after 'is'.") }
            return isNegated ? .not(.isMissing(left)) : .isMissing(left)
        }
        let start = position
        let isNegated = takeWord("not")
        guard takeWord("in") else {
            position = start
            return left
        }
        try step()
        try expect("(", "A list in parentheses is expected after 'in', such as (\"a\", \"b\").")
        var list: [Expression] = []
        repeat { list.append(try sum(depth: depth + 1)) } while take(",")
        try expect(")", "A closing parenthesis is missing.")
        return isNegated ? .not(.isIn(left, list)) : .isIn(left, list)
    }

    // MARK: Arithmetic

    private mutating func sum(depth: Int) throws(FormulaError) -> Expression {
        var left = try product(depth: depth)
        while true {
            let sign: Expression.Arithmetic
            if take("+") { sign = .plus } else if take("-") { sign = .minus } else { return left }
            left = .arithmetic(sign, left, try product(depth: depth))
            try step()
        }
    }

    private mutating func product(depth: Int) throws(FormulaError) -> Expression {
        var left = try factor(depth: depth)
        while true {
            let sign: Expression.Arithmetic
            if take("*") { sign = .times } else if take("/") { sign = .over } else { return left }
            left = .arithmetic(sign, left, try factor(depth: depth))
            try step()
        }
    }

    private mutating func factor(depth: Int) throws(FormulaError) -> Expression {
        guard depth < Self.depthMax else { throw tooDeep() }
        let start = token
        if take("(") {
            let inner = try disjunction(depth: depth + 1)
            try expect(")", "A closing parenthesis is missing.")
            return inner
        }
        switch start.kind {
        case .text(let text):
            position += 1
            return .text(text)
        case .word(let word):
            position += 1
            return try named(word, at: start, depth: depth)
        case .end: throw fault("The formula ends where a name or number is expected.")
        case .sign, .bad: throw fault("\(start.shown) is not expected here; a name, a number or '(' is.")
        }
    }

    private static let reserved: Set<String> = ["and", "or", "not", "in", "is", "where", "missing", "by", "each"]

    private mutating func named(_ word: String, at start: FormulaToken, depth: Int) throws(FormulaError) -> Expression {
        if word.first?.isNumber == true {
            guard let amount = try? Amount(word) else { throw fault("'\(word)' is not a number.", at: start) }
            return .number(amount)
        }
        if word == "true" || word == "false" { return .flag(word == "true") }
        if token.kind == .sign("(") { return try call(word, at: start, depth: depth) }
        guard !Self.reserved.contains(word) else {
            throw fault("'\(word)' is not expected here; a name, a number or '(' is.", at: start)
        }
        return .name(try name(word, at: start))
    }

    private func name(_ word: String, at start: FormulaToken) throws(FormulaError) -> Expression.Name {
        let name = Expression.Name(word, offset: start.offset)
        guard name.id != nil else { throw fault("'\(word)' is not the name of an element.", at: start) }
        return name
    }

    private mutating func call(_ word: String, at start: FormulaToken, depth: Int) throws(FormulaError) -> Expression {
        try step()
        if let fold = Expression.Fold(rawValue: word) { return try self.fold(fold, depth: depth) }
        guard let function = Expression.Function(rawValue: word) else {
            let known = Expression.Function.allCases.map(\.rawValue) + Expression.Fold.allCases.map(\.rawValue)
            let near = Spelling.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? "."
            throw fault("'\(word)' is not a function\(near)", at: start)
        }
        try expect("(", "A parenthesis is expected.")
        var arguments: [Expression] = []
        repeat { arguments.append(try disjunction(depth: depth + 1)) } while take(",")
        try expect(")", "A closing parenthesis is missing.")
        guard function.arity.contains(arguments.count) else {
            let least = function.arity.lowerBound
            let form = least == function.arity.upperBound ? "\(least)" : "\(least) to \(function.arity.upperBound)"
            throw fault("'\(word)' takes \(form) value\(form == "1" ? "" : "s"), not \(arguments.count).", at: start)
        }
        return .call(function, arguments)
    }

    private mutating func fold(_ fold: Expression.Fold, depth: Int) throws(FormulaError) -> Expression {
        try expect("(", "A parenthesis is expected.")
        let place = token
        let form = fold.hasField ? "COLLECTION.FIELD" : "COLLECTION"
        guard case .word(let word) = place.kind, !Self.reserved.contains(word) else {
            throw fault("'\(fold.rawValue)' needs \(form), then 'where' and a condition.")
        }
        position += 1
        var each: Expression?
        if takeWord("each") { each = try sum(depth: depth + 1) }
        var reference: Expression.Name?
        if takeWord("by") {
            let start = token
            guard case .word(let word) = start.kind, !Self.reserved.contains(word) else {
                throw fault("'by' needs the field by which records refer to the one at hand.")
            }
            position += 1
            reference = try name(word, at: start)
        }
        var condition: Expression?
        if takeWord("where") { condition = try disjunction(depth: depth + 1) }
        guard take(")") else {
            throw fault(
                condition == nil
                    ? "'by', 'where' or a closing parenthesis is missing." : "A closing parenthesis is missing.")
        }
        return .fold(fold, try name(word, at: place), each: each, by: reference, condition)
    }
}
