// Finds out what each name of a formula stands for, whether the parts fit together, and in which unit the result is.
// It is the plan's type checker: all faults at once, each with its place and what was probably meant.

/// Checks an expression against a plan and converts units where they differ.
struct FormulaResolver {
    /// What an expression comes to.
    indirect enum Kind: Equatable {
        /// A figure; `nil`: of no certain unit, so that it fits to each.
        case number(unit: String?)
        case text
        case day
        case option([String])
        case flag
        case members
        /// The key of a record.
        case key(CollectionID)
        /// Something faulty, about which enough was said.
        case unknown
    }

    /// Where names are looked up.
    enum Context {
        /// Elements and indicators.
        case figures
        /// The fields of a record.
        case record(CollectionRule)
    }

    /// A fault of a formula.
    struct Fault {
        let offset: Int
        let message: String
        var severity = PlanFault.Severity.error
    }

    /// An indicator as far as other formulas have to know it.
    struct KnownIndicator {
        let unit: String
        let isRatio: Bool
    }

    let elements: [FieldRule]
    let indicators: [String: KnownIndicator]
    let collections: [CollectionID: CollectionRule]
    private(set) var faults: [Fault] = []
    var context = Context.figures
    var isInFold = false
    private var yearDepth = 0

    init(
        elements: [FieldRule], indicators: [String: KnownIndicator], collections: [CollectionID: CollectionRule]
    ) {
        self.elements = elements
        self.indicators = indicators
        self.collections = collections
    }

    /// Resolves an expression; the faults are in ``faults``.
    mutating func resolve(_ expression: Expression, in context: Context) -> (expression: Expression, kind: Kind) {
        self.context = context
        if case .record = context { isInFold = true } else { isInFold = false }
        return resolve(expression)
    }

    mutating func fault(_ offset: Int, _ message: String, severity: PlanFault.Severity = .error) {
        faults.append(Fault(offset: offset, message: message, severity: severity))
    }

    /// The first name in an expression, for the place of a fault.
    static func offset(of expression: Expression) -> Int {
        if case .name(let name) = expression { return name.offset }
        if case .fold(_, let name, _, _, _) = expression { return name.offset }
        return expression.children.map { offset(of: $0) }.first { $0 > 0 } ?? 0
    }

    // MARK: Expressions

    mutating func resolve(_ expression: Expression) -> (expression: Expression, kind: Kind) {
        switch expression {
        case .number: return (expression, .number(unit: nil))
        case .text: return (expression, .text)
        case .flag: return (expression, .flag)
        case .name(let name): return (expression, kind(of: name))
        case .arithmetic(let sign, let one, let other): return arithmetic(sign, one, other)
        case .comparison(let sign, let one, let other): return comparison(sign, one, other)
        case .isIn(let one, let list): return isIn(one, list)
        case .isMissing(let inner): return (.isMissing(resolve(inner).expression), .flag)
        case .not(let inner): return (.not(flag(inner)), .flag)
        case .and(let one, let other): return (.and(flag(one), flag(other)), .flag)
        case .or(let one, let other): return (.or(flag(one), flag(other)), .flag)
        case .call(let function, let arguments): return call(function, arguments)
        case .fold(let fold, let name, let each, let reference, let condition):
            return self.fold(fold, name, each: each, by: reference, condition)
        case .scaled(let inner, let factor):
            let found = resolve(inner)
            return (.scaled(found.expression, by: factor), found.kind)
        }
    }

    mutating func flag(_ expression: Expression) -> Expression {
        let (found, kind) = resolve(expression)
        if kind != .flag, kind != .unknown {
            fault(Self.offset(of: expression), "A condition is expected here, not \(Self.word(kind)).")
        }
        return found
    }

    private mutating func figure(_ expression: Expression) -> (expression: Expression, unit: String?) {
        let (found, kind) = resolve(expression)
        if case .number(let unit) = kind { return (found, unit) }
        if kind != .unknown {
            if case .name(let name) = expression, case .figures = context {
                fault(name.offset, "'\(name.text)' is not a figure, so no formula can use it.")
            } else {
                fault(Self.offset(of: expression), "A figure is expected here, not \(Self.word(kind)).")
            }
        }
        return (found, nil)
    }

    private mutating func arithmetic(
        _ sign: Expression.Arithmetic, _ one: Expression, _ other: Expression
    ) -> (expression: Expression, kind: Kind) {
        let left = figure(one)
        var right = figure(other)
        var unit: String?
        switch sign {
        case .plus, .minus:
            right.expression = converted(right, to: left.unit, at: other)
            unit = left.unit ?? right.unit
        case .times: unit = left.unit == nil ? right.unit : right.unit == nil ? left.unit : nil
        case .over:
            if let from = right.unit, let to = left.unit, Measure(from).factor(to: Measure(to)) != nil {
                right.expression = converted(right, to: to, at: other)
            } else if right.unit == nil {
                unit = left.unit
            }
        }
        return (.arithmetic(sign, left.expression, right.expression), .number(unit: unit))
    }

    /// The same figure in another unit; a fault when it cannot be.
    private mutating func converted(
        _ value: (expression: Expression, unit: String?), to unit: String?, at place: Expression
    ) -> Expression {
        guard let from = value.unit, let unit, from != unit else { return value.expression }
        if let factor = Measure(from).factor(to: Measure(unit)) { return .scaled(value.expression, by: factor) }
        fault(
            Self.offset(of: place),
            "This is in \(Self.shown(from)) and the other side in \(Self.shown(unit)); "
                + "they are not of one kind.", severity: .warning)
        return value.expression
    }

    private static func shown(_ unit: String) -> String { unit.isEmpty ? "no unit" : unit }

    private mutating func comparison(
        _ sign: Expression.Comparison, _ one: Expression, _ other: Expression
    ) -> (expression: Expression, kind: Kind) {
        let left = resolve(one)
        var right = resolve(other)
        if case .number(let from) = right.kind, case .number(let to) = left.kind {
            right.expression = converted((right.expression, from), to: to, at: other)
        } else {
            checkFit(left.kind, right.kind, one, other)
            if sign.isOfOrder, left.kind == .flag || left.kind == .members {
                fault(Self.offset(of: one), "\(Self.word(left.kind)) has no order; use = or !=.".capitalizedFirst)
            }
        }
        return (.comparison(sign, left.expression, right.expression), .flag)
    }

    private mutating func isIn(_ one: Expression, _ list: [Expression]) -> (expression: Expression, kind: Kind) {
        let left = resolve(one)
        var found: [Expression] = []
        for member in list {
            let right = resolve(member)
            checkFit(left.kind == .members ? .text : left.kind, right.kind, one, member)
            found.append(right.expression)
        }
        return (.isIn(left.expression, found), .flag)
    }

    /// Whether two values can be compared at all.
    private mutating func checkFit(_ left: Kind, _ right: Kind, _ one: Expression, _ other: Expression) {
        switch (left, right) {
        case (.unknown, _), (_, .unknown), (.number, .number), (.flag, .flag), (.text, .text), (.day, .day): return
        case (.key, .text), (.text, .key), (.key, .key): return
        case (.option(let known), .text): checkOption(other, known, Self.offset(of: one))
        case (.text, .option(let known)): checkOption(one, known, Self.offset(of: other))
        case (.option, .option): return
        case (.day, .text): checkDay(other, Self.offset(of: one))
        case (.text, .day): checkDay(one, Self.offset(of: other))
        default:
            fault(
                max(Self.offset(of: one), Self.offset(of: other)),
                "\(Self.word(left).capitalizedFirst) is compared with \(Self.word(right)).")
        }
    }

    private mutating func checkOption(_ literal: Expression, _ known: [String], _ offset: Int) {
        guard case .text(let text) = literal, !known.contains(text) else { return }
        let near = Spelling.nearest(to: text, among: known).map { "; did you mean '\($0)'?" } ?? "."
        fault(offset, "'\(text)' is not one of \(known.joined(separator: ", "))\(near)")
    }

    private mutating func checkDay(_ literal: Expression, _ offset: Int) {
        guard case .text(let text) = literal, (try? CalendarDate(text)) == nil else { return }
        fault(offset, "'\(text)' is not a day; write it like \"2019-06-30\".")
    }

    static func word(_ kind: Kind) -> String {
        switch kind {
        case .number: "a figure"
        case .text: "a text"
        case .day: "a day"
        case .option: "an option"
        case .flag: "a yes or no"
        case .members: "a set"
        case .key(let collection): "a record of '\(collection)'"
        case .unknown: "something unknown"
        }
    }

    // MARK: Functions

    private mutating func call(
        _ function: Expression.Function, _ arguments: [Expression]
    ) -> (expression: Expression, kind: Kind) {
        switch function {
        case .previous, .yearToDate:
            guard let argument = arguments.first else { return (.call(function, arguments), .unknown) }
            if case .record(let rule) = context, function == .previous { return earlier(argument, rule) }
            if isInFold {
                fault(Self.offset(of: argument), "'\(function.rawValue)' is for figures, not for records.")
            }
            yearDepth += 1
            if yearDepth > 2 { fault(Self.offset(of: argument), "Not more than two of these may nest.") }
            if function == .yearToDate { checkSummable(argument) }
            let found = figure(argument)
            yearDepth -= 1
            return (.call(function, [found.expression]), .number(unit: found.unit))
        case .either, .least, .greatest:
            var found: [Expression] = []
            var unit: String?
            for argument in arguments {
                let value = figure(argument)
                found.append(converted(value, to: unit, at: argument))
                unit = unit ?? value.unit
            }
            return (.call(function, found), .number(unit: unit))
        case .yearsAfter, .monthsAfter:
            return (.call(function, dayAndNumber(arguments)), .day)
        case .daysBetween, .workdaysBetween:
            return (.call(function, arguments.map { day($0) }), .number(unit: nil))
        case .slice: return slice(arguments)
        case .size:
            return (.call(function, arguments.map { resolve($0).expression }), .number(unit: nil))
        }
    }

    /// The same record of the period before: its collection is kept by period.
    private mutating func earlier(
        _ argument: Expression, _ rule: CollectionRule
    ) -> (expression: Expression, kind: Kind) {
        if !rule.key.contains(.period) {
            fault(Self.offset(of: argument), "The records of '\(rule.id)' have no period, so there is none before.")
        }
        yearDepth += 1
        if yearDepth > 2 { fault(Self.offset(of: argument), "Not more than two of these may nest.") }
        let found = resolve(argument)
        yearDepth -= 1
        return (.call(.previous, [found.expression]), found.kind)
    }

    private mutating func slice(_ arguments: [Expression]) -> (expression: Expression, kind: Kind) {
        guard let first = arguments.first else { return (.call(.slice, arguments), .unknown) }
        let text = resolve(first)
        switch text.kind {
        case .text, .key, .option, .day, .unknown: break
        default: fault(Self.offset(of: first), "A text is expected here, not \(Self.word(text.kind)).")
        }
        return (.call(.slice, [text.expression] + arguments.dropFirst().map { figure($0).expression }), .text)
    }

    private mutating func dayAndNumber(_ arguments: [Expression]) -> [Expression] {
        guard let first = arguments.first, let last = arguments.last else { return arguments }
        return [day(first), figure(last).expression]
    }

    private mutating func day(_ expression: Expression) -> Expression {
        let (found, kind) = resolve(expression)
        if case .text(let text) = expression {
            checkDay(.text(text), 0)
        } else if kind != .day, kind != .unknown {
            fault(Self.offset(of: expression), "A day is expected here, not \(Self.word(kind)).")
        }
        return found
    }

    private mutating func checkSummable(_ argument: Expression) {
        for name in argument.outerNames {
            guard let rule = elements.first(where: { $0.id == name.id }) else { continue }
            if rule.basis == .ytd {
                fault(name.offset, "'\(name.text)' is cumulative already (basis: ytd), so its sum would count twice.")
            }
        }
    }

    // MARK: Names

    mutating func kind(of name: Expression.Name) -> Kind {
        if let builtIn = Formula.BuiltInName(rawValue: name.text) {
            switch builtIn {
            case .id: return .text
            case .start, .end, .yearStart, .yearEnd: return .day
            case .year, .index: return .number(unit: nil)
            case .unitID, .unitName, .unitCode, .unitGroup: return .text
            }
        }
        switch context {
        case .figures: return kind(ofFigure: name)
        case .record(let rule): return kind(ofField: name, of: rule)
        }
    }

    private mutating func kind(ofFigure name: Expression.Name) -> Kind {
        if let rule = elements.first(where: { $0.id == name.id }) { return Self.kind(of: rule) }
        if let known = indicators[name.text] { return .number(unit: known.isRatio ? nil : known.unit) }
        let near = Spelling.nearest(to: name.text, among: elements.map(\.id.rawValue) + indicators.keys.sorted())
        fault(
            name.offset, "'\(name.text)' is not an element of this plan\(near.map { "; did you mean '\($0)'?" } ?? ".")"
        )
        return .unknown
    }

    private mutating func kind(ofField name: Expression.Name, of rule: CollectionRule) -> Kind {
        if name.text == "key" { return .key(rule.id) }
        if let field = rule.field(name) { return Self.kind(of: field) }
        if let first = name.parts.first, let rest = name.rest {
            if first.rawValue == "key" { return kind(ofKeyPart: rest, of: rule) }
            if case .reference(let target)? = rule.field(first)?.kind, let collection = collections[target] {
                return kind(ofField: rest, of: collection)
            }
        }
        let known = rule.fields.map(\.id.rawValue) + ["key", "period.end", "period.start", "period.id"]
        let near = Spelling.nearest(to: name.text, among: known).map { "; did you mean '\($0)'?" } ?? "."
        fault(name.offset, "'\(name.text)' is not a field of '\(rule.id)'\(near)")
        return .unknown
    }

    private mutating func kind(ofKeyPart name: Expression.Name, of rule: CollectionRule) -> Kind {
        let first = name.parts.first?.rawValue ?? name.text
        guard let part = rule.key.first(where: { $0.rawValue == first }) else {
            let words = rule.key.map(\.rawValue).joined(separator: ", ")
            fault(name.offset, "The key of '\(rule.id)' has no part '\(first)'; it has \(words).")
            return .unknown
        }
        guard case .record(let target) = part else { return .text }
        guard let rest = name.rest, let collection = collections[target] else { return .key(target) }
        return kind(ofField: rest, of: collection)
    }

    private static func kind(of rule: FieldRule) -> Kind {
        switch rule.kind {
        case .amount: .number(unit: rule.unit.isEmpty ? nil : rule.unit)
        case .text: .text
        case .date: .day
        case .flag: .flag
        case .option(let options): .option(options)
        case .members: .members
        case .reference(let collection): .key(collection)
        }
    }
}

extension CollectionRule {
    /// The field of this name, when it is a single word.
    fileprivate func field(_ name: Expression.Name) -> FieldRule? { name.id.flatMap { field($0) } }
}

extension String {
    /// The text as the beginning of a sentence.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
