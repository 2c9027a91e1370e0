/// What a formula, a condition or a check says, as a tree.
///
/// One language for all three: what a name stands for is decided by where it stands (``FormulaResolver``).
indirect enum Expression: Sendable, Equatable {
    case number(Amount)
    case text(String)
    case flag(Bool)
    case name(Name)
    case arithmetic(Arithmetic, Expression, Expression)
    case comparison(Comparison, Expression, Expression)
    /// Whether a value is one of these.
    case isIn(Expression, [Expression])
    case isMissing(Expression)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case call(Function, [Expression])
    /// What the records of a collection come to; `each`: what stands for a record instead of a field; `by`: of those
    /// alone that refer to the record at hand by this field.
    case fold(Fold, Name, each: Expression?, by: Name?, Expression?)
    /// A figure in another unit: put in by the resolver where units differ.
    case scaled(Expression, by: Rational)

    /// A name as it stands in the text.
    struct Name: Sendable, Equatable {
        /// The text, with its points.
        let text: String
        /// Where it begins, in characters from the start of the formula.
        let offset: Int
        /// The whole text as one id; `nil` when it is none.
        let id: FieldID?
        /// The ids between the points.
        let parts: [FieldID]

        init(_ text: String, offset: Int) {
            self.text = text
            self.offset = offset
            id = try? FieldID(text)
            parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { try? FieldID($0) }
        }

        /// What follows the first point; `nil` when there is none.
        var rest: Name? {
            guard let point = text.firstIndex(of: ".") else { return nil }
            let start = text.index(after: point)
            return Name(String(text[start...]), offset: offset + text.distance(from: text.startIndex, to: start))
        }
    }

    enum Arithmetic: Character, Sendable, Equatable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
    }

    enum Comparison: String, Sendable, Equatable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        var isOfOrder: Bool { self != .equal && self != .unequal }
    }

    /// What is made of the records of a collection.
    enum Fold: String, Sendable, Equatable, CaseIterable {
        /// How many records there are.
        case count
        /// The same; missing where the unit keeps no record of the kind.
        case countGiven = "count_given"
        /// How many different values a field has.
        case countDistinct = "count_distinct"
        /// The sum of a field; 0 over no record.
        case sum
        /// The same; missing over no record.
        case sumGiven = "sum_given"
        /// What stands in the middle when a field's figures are in order; missing over no record.
        case median
        /// Whether a record refers to the one at hand.
        case exists

        /// Whether it names a field behind the collection.
        var hasField: Bool { self != .count && self != .countGiven }

        /// Whether it comes to nothing over no record.
        var needsRecords: Bool { self == .sumGiven || self == .median }
    }

    enum Function: String, Sendable, Equatable, CaseIterable {
        /// The value in the period before.
        case previous
        /// The sum over the year's periods so far.
        case yearToDate = "year_to_date"
        /// The first value that is not missing.
        case either
        /// The smallest, the largest.
        case least
        case greatest
        /// A day some years, some months later.
        case yearsAfter = "years_after"
        case monthsAfter = "months_after"
        /// The days from one day to another.
        case daysBetween = "days_between"
        /// The working days after one day up to another.
        case workdaysBetween = "workdays_between"
        /// The characters of a text, the members of a set.
        case size
        /// A part of a text: from one character to another, counted from 1.
        case slice

        /// How many arguments it takes.
        var arity: ClosedRange<Int> {
            switch self {
            case .previous, .yearToDate, .size: 1...1
            case .either, .least, .greatest: 2...8
            case .yearsAfter, .monthsAfter, .daysBetween, .workdaysBetween: 2...2
            case .slice: 3...3
            }
        }
    }

    /// The expressions within this one.
    var children: [Expression] {
        switch self {
        case .number, .text, .flag, .name: []
        case .arithmetic(_, let one, let other), .comparison(_, let one, let other), .and(let one, let other),
            .or(let one, let other):
            [one, other]
        case .isIn(let value, let list): [value] + list
        case .isMissing(let value), .not(let value), .scaled(let value, _): [value]
        case .call(_, let arguments): arguments
        case .fold(_, _, let each, _, let condition): [each, condition].compactMap(\.self)
        }
    }

    /// The names that stand for elements or indicators: those outside of conditions over records, in order.
    var outerNames: [Name] {
        switch self {
        case .name(let name): [name]
        case .fold: []
        default: children.flatMap(\.outerNames)
        }
    }

    /// The collections that it reads, in order; also those of `exists`.
    var folds: [(fold: Fold, name: Name)] {
        var found = children.flatMap(\.folds)
        if case .fold(let fold, let name, _, _, _) = self { found.insert((fold, name), at: 0) }
        return found
    }

    /// Whether it stands in a quotient without brackets.
    var isSimple: Bool {
        switch self {
        case .number, .name, .call, .fold, .text, .flag: true
        case .scaled(let inner, _): inner.isSimple
        default: false
        }
    }
}
