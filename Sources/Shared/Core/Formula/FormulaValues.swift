/// What a part of a formula comes to.
enum Evaluated: Sendable, Equatable {
    case number(Rational)
    /// A text, an option, a record's key, or a day as `YYYY-MM-DD`, which orders as days do.
    case text(String)
    case flag(Bool)
    case members([String])
    /// These are missing.
    case missing([IndicatorFigure.Missing])
    /// A division by zero, or more work than one figure is worth.
    case undefined

    static func == (one: Evaluated, other: Evaluated) -> Bool {
        switch (one, other) {
        case (.number(let one), .number(let other)): one == other
        case (.text(let one), .text(let other)): one == other
        case (.flag(let one), .flag(let other)): one == other
        case (.members(let one), .members(let other)): one == other
        case (.missing(let one), .missing(let other)): one == other
        case (.undefined, .undefined): true
        default: false
        }
    }

    /// What several values lack: missing goes before undefined, because it can be filled in.
    static func lack(_ values: [Evaluated]) -> Evaluated? {
        var gaps: [IndicatorFigure.Missing] = []
        var isUndefined = false
        for value in values {
            switch value {
            case .missing(let more): for gap in more where !gaps.contains(gap) { gaps.append(gap) }
            case .undefined: isUndefined = true
            default: break
            }
        }
        if !gaps.isEmpty { return .missing(gaps) }
        return isUndefined ? .undefined : nil
    }
}

/// The rules of arithmetic and of three-valued logic, whatever the names stand for.
///
/// What is missing is unknown: a comparison with it is unknown, too, and only what is known to be true counts.
enum FormulaArithmetic {
    /// Works an expression out; `name` and `special` say what names, `previous`, `year_to_date` and folds come to.
    static func value(
        of expression: Expression, name: (Expression.Name) -> Evaluated, special: (Expression) -> Evaluated
    ) -> Evaluated {
        func value(_ expression: Expression) -> Evaluated {
            self.value(of: expression, name: name, special: special)
        }
        switch expression {
        case .number(let amount): return .number(Rational(amount))
        case .text(let text): return .text(text)
        case .flag(let flag): return .flag(flag)
        case .name(let found): return name(found)
        case .arithmetic(let sign, let one, let other): return arithmetic(sign, value(one), value(other))
        case .comparison(let sign, let one, let other): return comparison(sign, value(one), value(other))
        case .isIn(let one, let list): return isIn(value(one), list.map(value))
        case .isMissing(let inner):
            guard case .missing = value(inner) else { return .flag(false) }
            return .flag(true)
        case .not(let inner):
            guard case .flag(let flag) = value(inner) else { return value(inner) }
            return .flag(!flag)
        case .and(let one, let other): return joined(value(one), value(other), decidedBy: false)
        case .or(let one, let other): return joined(value(one), value(other), decidedBy: true)
        case .scaled(let inner, let factor):
            guard case .number(let amount) = value(inner) else { return value(inner) }
            return .number(amount * factor)
        case .call(.previous, _), .call(.yearToDate, _), .call(.workdaysBetween, _), .fold: return special(expression)
        case .call(let function, let arguments): return call(function, arguments.map(value))
        }
    }

    private static func arithmetic(_ sign: Expression.Arithmetic, _ one: Evaluated, _ other: Evaluated) -> Evaluated {
        if let lack = Evaluated.lack([one, other]) { return lack }
        guard case .number(let left) = one, case .number(let right) = other else { return .undefined }
        switch sign {
        case .plus: return .number(left + right)
        case .minus: return .number(left - right)
        case .times: return .number(left * right)
        case .over: return (left / right).map(Evaluated.number) ?? .undefined
        }
    }

    private static func comparison(_ sign: Expression.Comparison, _ one: Evaluated, _ other: Evaluated) -> Evaluated {
        if let lack = Evaluated.lack([one, other]) { return lack }
        let order: Int
        switch (one, other) {
        case (.number(let left), .number(let right)): order = left < right ? -1 : left == right ? 0 : 1
        case (.text(let left), .text(let right)):
            order = left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        case (.flag(let left), .flag(let right)): order = left == right ? 0 : 1
        default: return .undefined
        }
        switch sign {
        case .equal: return .flag(order == 0)
        case .unequal: return .flag(order != 0)
        case .less: return .flag(order < 0)
        case .lessOrEqual: return .flag(order <= 0)
        case .greater: return .flag(order > 0)
        case .greaterOrEqual: return .flag(order >= 0)
        }
    }

    private static func isIn(_ one: Evaluated, _ list: [Evaluated]) -> Evaluated {
        if let lack = Evaluated.lack([one] + list) { return lack }
        // Of a set any member may be the one.
        if case .members(let members) = one { return .flag(members.contains { list.contains(.text($0)) }) }
        return .flag(list.contains(one))
    }

    /// `and` is decided by one side that is false, `or` by one that is true, whatever is unknown about the other.
    private static func joined(_ one: Evaluated, _ other: Evaluated, decidedBy decisive: Bool) -> Evaluated {
        if one == .flag(decisive) || other == .flag(decisive) { return .flag(decisive) }
        return Evaluated.lack([one, other]) ?? .flag(!decisive)
    }

    private static func call(_ function: Expression.Function, _ arguments: [Evaluated]) -> Evaluated {
        if function == .either {
            let given = arguments.first { if case .missing = $0 { false } else { true } }
            return given ?? Evaluated.lack(arguments) ?? .undefined
        }
        if let lack = Evaluated.lack(arguments) { return lack }
        guard let first = arguments.first, let last = arguments.last else { return .undefined }
        switch function {
        case .least: return extreme(arguments) { $0 < $1 }
        case .greatest: return extreme(arguments) { $0 > $1 }
        case .yearsAfter: return monthsAfter(first, last, times: 12)
        case .monthsAfter: return monthsAfter(first, last, times: 1)
        case .daysBetween:
            guard let start = day(first), let end = day(last) else { return .undefined }
            return .number(Rational(end.daysSince1970 - start.daysSince1970))
        case .size:
            if case .members(let members) = first { return .number(Rational(members.count)) }
            if case .text(let text) = first { return .number(Rational(text.count)) }
            return .undefined
        case .slice: return slice(first, arguments.dropFirst().first, last)
        case .either, .previous, .yearToDate, .workdaysBetween: return .undefined
        }
    }

    private static func extreme(_ values: [Evaluated], _ isBetter: (Rational, Rational) -> Bool) -> Evaluated {
        var best: Rational?
        for value in values {
            guard case .number(let number) = value else { return .undefined }
            if let current = best, !isBetter(number, current) { continue }
            best = number
        }
        return best.map(Evaluated.number) ?? .undefined
    }

    /// The characters of a text from one place to another; as many of them as there are.
    private static func slice(_ value: Evaluated, _ from: Evaluated?, _ to: Evaluated) -> Evaluated {
        guard case .text(let text) = value, case .number(let first)? = from, case .number(let last) = to,
            first >= Rational(1)
        else { return .undefined }
        // A place between two characters is none of them.
        let places = text.indices.enumerated().filter { index, _ in
            let place = Rational(index + 1)
            return place >= first && place <= last
        }
        return .text(String(places.map { text[$0.element] }))
    }

    static func day(_ value: Evaluated) -> CalendarDate? {
        guard case .text(let text) = value else { return nil }
        return try? CalendarDate(text)
    }

    private static func monthsAfter(_ value: Evaluated, _ count: Evaluated, times: Int) -> Evaluated {
        guard let start = day(value), case .number(let number) = count, let months = Int(number.rounded(0)),
            (0...1_200).contains(months), let end = start.adding(months: months * times)
        else { return .undefined }
        return .text(end.description)
    }
}

extension CalendarDate {
    /// The same day some months later; the month's last day where it has no such day.
    func adding(months: Int) -> CalendarDate? {
        let all = year * 12 + month - 1 + months
        let (year, month) = (all / 12, all % 12 + 1)
        return try? CalendarDate(year: year, month: month, day: min(day, CalendarDate.days(in: month, of: year)))
    }
}

extension Formula {
    /// The value over these figures alone, or what is missing for it.
    public func value(_ figure: (FieldID) -> Amount?) -> FormulaValue {
        let found = FormulaArithmetic.value(of: expression) { name in
            guard let id = name.id else { return .undefined }
            return figure(id).map { .number(Rational($0)) }
                ?? .missing([IndicatorFigure.Missing(tenant: .city, element: id)])
        } special: { _ in
            .undefined
        }
        switch found {
        case .number(let value): return .value(value)
        case .missing(let gaps): return .missing(gaps.map(\.element))
        default: return .undefined
        }
    }
}
