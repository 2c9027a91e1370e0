/// A formula over elements, other indicators, and the records of collections (docs/plan-format.md, "formulas").
///
/// Bounded: at most 2,000 characters, 16 levels and 200 steps. What is missing makes the result missing, and is named.
public struct Formula: Sendable, Equatable {
    /// The formula as written.
    public let text: String
    /// The elements that it reads, each once, in the order of the text.
    public let elements: [FieldID]
    /// The indicators that it uses, each once.
    public let indicators: [IndicatorID]
    /// The collections whose records it reads, each once.
    public let collections: [CollectionID]
    let expression: Expression

    /// Reads a formula; every name in it is taken for an element.
    ///
    /// - Throws: ``FormulaError`` with the offset in characters of the offending text.
    public init(_ text: String) throws(FormulaError) {
        var parser = FormulaParser(text)
        let expression = try parser.parse()
        self.init(text, expression, indicators: [], collections: [])
    }

    /// A formula whose names are known.
    init(_ text: String, _ expression: Expression, indicators: Set<IndicatorID>, collections: Set<CollectionID>) {
        var elements: [FieldID] = []
        var used: [IndicatorID] = []
        for name in expression.outerNames where !Self.isBuiltIn(name) {
            if let id = try? IndicatorID(name.text), indicators.contains(id) {
                if !used.contains(id) { used.append(id) }
            } else if let id = name.id, !elements.contains(id) {
                elements.append(id)
            }
        }
        var read: [CollectionID] = []
        for (_, name) in expression.folds {
            let found = collections.first { name.text == $0.rawValue || name.text.hasPrefix($0.rawValue + ".") }
            if let found, !read.contains(found) { read.append(found) }
        }
        self.text = text
        self.expression = expression
        self.elements = elements
        self.indicators = used
        self.collections = read
    }

    /// Whether a name is one of the period or unit at hand.
    static func isBuiltIn(_ name: Expression.Name) -> Bool { BuiltInName(rawValue: name.text) != nil }

    /// What every formula can ask of the period and the unit at hand.
    enum BuiltInName: String, CaseIterable {
        case id = "period.id"
        case start = "period.start"
        case end = "period.end"
        case year = "period.year"
        case index = "period.index"
        case yearStart = "year.start"
        case yearEnd = "year.end"
        case unitID = "unit.id"
        case unitName = "unit.name"
        case unitCode = "unit.code"
        case unitGroup = "unit.group"
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
