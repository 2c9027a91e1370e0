// Folds over the records of a collection: which collection, what of each record, and in which records.

extension FormulaResolver {
    mutating func fold(
        _ fold: Expression.Fold, _ name: Expression.Name, each: Expression?, by reference: Expression.Name?,
        _ condition: Expression?
    ) -> (expression: Expression, kind: Kind) {
        let expression = Expression.fold(fold, name, each: each, by: reference, condition)
        let declared = collections.values.filter { $0.origin == .declared }
        let first = name.text.split(separator: ".").first.map(String.init) ?? name.text
        guard let rule = declared.first(where: { $0.id.rawValue == first }) else {
            let near = Spelling.nearest(to: first, among: declared.map(\.id.rawValue).sorted())
            fault(
                name.offset,
                "'\(first)' is not a collection of this plan\(near.map { "; did you mean '\($0)'?" } ?? ".")")
            return (expression, .unknown)
        }
        if isInFold, fold != .exists, reference == nil {
            fault(
                name.offset,
                "About a record, '\(fold.rawValue)' looks only at those that refer to it: "
                    + "\(fold.rawValue)(\(name.text) by FIELD where …).")
            return (expression, .unknown)
        }
        let outer = context
        let wasInFold = isInFold
        defer {
            context = outer
            isInFold = wasInFold
        }
        context = .record(rule)
        isInFold = true
        let (stands, kind) = foldKind(fold, name, each, rule, outer)
        if let reference { checkReference(reference, fold, outer) }
        let inner = condition.map { flag($0) }
        return (.fold(fold, name, each: stands, by: reference, inner), kind)
    }

    /// Whether the field behind `by` refers to records of the kind at hand.
    private mutating func checkReference(_ name: Expression.Name, _ fold: Expression.Fold, _ outer: Context) {
        guard fold != .exists else {
            return fault(name.offset, "'exists' names the field behind the collection, without 'by'.")
        }
        guard case .record(let at) = outer else {
            return fault(name.offset, "'by' asks about a record; there is none here.")
        }
        let kind = self.kind(of: name)
        // A part of the key that is all of the other's key leads to it as well: both are of one measure, or period.
        if case .record(let rule) = context, let only = at.key.first, at.key.count == 1, only != .name,
            rule.key.contains(only), name.text == "key.\(only.rawValue)"
        {
            return
        }
        if kind != .key(at.id), kind != .unknown {
            fault(name.offset, "'\(name.text)' does not refer to a record of '\(at.id)'.")
        }
    }

    /// What a fold comes to, with what stands for each record.
    private mutating func foldKind(
        _ fold: Expression.Fold, _ name: Expression.Name, _ each: Expression?, _ rule: CollectionRule, _ outer: Context
    ) -> (each: Expression?, kind: Kind) {
        guard let each else { return (nil, foldKind(fold, name, rule, outer)) }
        guard fold.hasField, fold != .exists else {
            fault(name.offset, "'\(fold.rawValue)' takes no 'each'; it is about whole records.")
            return (each, .unknown)
        }
        if name.rest != nil {
            fault(name.offset, "'\(fold.rawValue)' takes a field or 'each', not both; write '\(rule.id) each …'.")
        }
        let found = resolve(each)
        if fold == .countDistinct { return (found.expression, .number(unit: nil)) }
        if case .number = found.kind { return (found.expression, found.kind) }
        if found.kind != .unknown {
            fault(Self.offset(of: each), "A figure is expected here, not \(Self.word(found.kind)).")
        }
        return (found.expression, .unknown)
    }

    private mutating func foldKind(
        _ fold: Expression.Fold, _ name: Expression.Name, _ rule: CollectionRule, _ outer: Context
    ) -> Kind {
        guard fold.hasField else {
            if name.rest != nil {
                fault(name.offset, "'\(fold.rawValue)' counts whole records; write '\(rule.id)' alone.")
            }
            return .number(unit: nil)
        }
        guard let field = name.rest else {
            fault(
                name.offset,
                "'\(fold.rawValue)' needs a field, such as \(rule.id).\(rule.fields.first?.id.rawValue ?? "x").")
            return .unknown
        }
        let kind = self.kind(of: field)
        switch fold {
        case .sum, .sumGiven, .median:
            if case .number = kind { return kind }
            if kind != .unknown {
                fault(
                    field.offset,
                    fold == .median
                        ? "'\(field.text)' is \(Self.word(kind)); only figures have a middle."
                        : "'\(field.text)' is \(Self.word(kind)); only figures are summed.")
            }
            return .unknown
        case .exists:
            guard case .record(let at) = outer else {
                fault(name.offset, "'exists' asks about a record, so it stands in a condition behind 'where'.")
                return .unknown
            }
            if kind != .key(at.id), kind != .unknown {
                fault(field.offset, "'\(field.text)' does not refer to a record of '\(at.id)'.")
            }
            return .flag
        case .countDistinct:
            if kind == .members { fault(field.offset, "'\(field.text)' is a set; only single values are told apart.") }
            return .number(unit: nil)
        case .count, .countGiven: return .number(unit: nil)
        }
    }
}
