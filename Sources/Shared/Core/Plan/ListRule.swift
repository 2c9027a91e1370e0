/// A list that is drawn from the records of a collection: which of them, with what beside each, how they are summed.
///
/// Source: docs/plan-format.md, "lists".
public struct ListRule: Sendable, Equatable {
    /// What the figures of a column come to together.
    public enum Total: Sendable, Equatable {
        /// Their sum.
        case sum
        /// What stands in the middle.
        case median
    }

    /// A column.
    public struct Column: Sendable, Equatable {
        /// Its head.
        public let name: Plan.LocalText
        /// What stands in it.
        public let formula: Formula
        /// The unit of its figures, as shown; empty for none.
        public let unit: String
        /// What its figures come to in a group, and in all; `nil`: nothing.
        public let total: Total?
        /// The field that it shows; `nil`: it is worked out.
        public let field: FieldRule?
    }

    /// Its name for machines.
    public let id: String
    /// Its name for people.
    public let name: Plan.LocalText
    /// The collection; ``ofUnits``: a list of the plan's units.
    public let collection: CollectionID
    /// Which records; `nil`: all.
    public internal(set) var condition: Formula?
    /// What stands beside each.
    public let columns: [Column]
    /// By what the records are counted together; `nil`: not at all.
    public let group: Column?
    /// By what the records of a unit are ordered; `nil`: by their keys.
    public let order: Formula?

    /// What stands for the collection in a list with one row for each unit.
    public static let ofUnits = CollectionID(trusted: "units")

    /// Whether it has a row for each unit, with what its figures and records come to, instead of one for each record.
    public var isOfUnits: Bool { collection == Self.ofUnits }
}

extension PlanReader {
    /// Reads `lists`, once all collections are known.
    mutating func readLists(_ root: PlanNode) -> [ListRule] {
        var seen: [String: PlanNode.Place] = [:]
        var lists: [ListRule] = []
        for (node, path) in reader.list("lists", in: root, "") {
            reader.allow(
                ["id", "name", "of", "where", "columns", "group", "order", "source", "note"], in: node, path)
            guard let id = reader.identifier("id", in: node, path, as: CollectionID.self)?.rawValue,
                let name = reader.localText("name", in: node, path), reader.isNew(id, &seen, at: node, path),
                let rule = readListed(node, path)
            else { continue }
            let context = rule.map { FormulaResolver.Context.record($0) } ?? .figures
            let condition = node.value("where") == nil ? nil : readCondition("where", node, path, in: context)
            var columns: [ListRule.Column] = []
            for (column, place) in reader.list("columns", in: node, path) {
                if let found = readColumn(column, place, of: rule) { columns.append(found) }
            }
            let group = node.value("group").flatMap { readColumn($0, "\(path).group", of: rule) }
            let order = node.value("order").flatMap { readExpression($0, "\(path).order", in: context) }?.formula
            lists.append(
                ListRule(
                    id: id, name: name, collection: rule?.id ?? ListRule.ofUnits, condition: condition,
                    columns: columns, group: group,
                    order: order))
        }
        return lists
    }

    /// The collection of a list; `.some(nil)`: it is about the units themselves.
    private mutating func readListed(_ node: PlanNode, _ path: String) -> CollectionRule?? {
        let isOfUnits = node.value("of")?.content == .scalar(ListRule.ofUnits.rawValue)
        if isOfUnits, collections[ListRule.ofUnits] == nil { return .some(nil) }
        return declaredCollection("of", in: node, path).map { .some($0) }
    }

    /// A declared collection by its name, or a fault.
    mutating func declaredCollection(_ key: String, in node: PlanNode, _ path: String) -> CollectionRule? {
        guard let word = reader.text(key, in: node, path) else { return nil }
        let known = collections.values.filter { $0.origin == .declared }
        if let found = known.first(where: { $0.id.rawValue == word }) { return found }
        let near = Spelling.nearest(to: word, among: known.map(\.id.rawValue).sorted())
        reader.fault(
            "'\(word)' is not a collection of this plan\(near.map { "; did you mean '\($0)'?" } ?? ".")",
            at: node.value(key), "\(path).\(key)")
        return nil
    }

    /// A column: a field by its name, or a name with a formula.
    private mutating func readColumn(_ node: PlanNode, _ path: String, of rule: CollectionRule?) -> ListRule.Column? {
        let context = rule.map { FormulaResolver.Context.record($0) } ?? .figures
        guard case .mapping = node.content else {
            guard let text = reader.scalar(node, path),
                let found = readExpression(node, path, in: context)
            else { return nil }
            let field = field(named: Expression.Name(text, offset: 0), of: rule)
            if field == nil, text != "key", !text.hasPrefix("key.") {
                reader.fault("A column that is no field has a name: {name: …, value: …}.", at: node, path)
            }
            let key = Plan.LocalText(zh: "编号", en: "Key")
            return ListRule.Column(
                name: field?.name ?? key, formula: found.formula, unit: field?.unit ?? "", total: nil, field: field)
        }
        reader.allow(["name", "value", "unit", "sum", "median", "source", "note"], in: node, path)
        let total = readTotal(node, path)
        let unit = reader.optionalText("unit", in: node, path)
        guard let value = reader.required("value", in: node, path), let text = reader.scalar(value, "\(path).value"),
            let found = readExpression(value, "\(path).value", in: context)
        else { return nil }
        let field = field(named: Expression.Name(text, offset: 0), of: rule)
        let given = node.value("name").flatMap { reader.localText($0, "\(path).name") }
        guard let name = given ?? field?.name else {
            reader.fault("'name' is missing: what stands at the head of the column.", at: node, "\(path).name")
            return nil
        }
        var formula = ResolvedFormula(formula: found.formula, unit: nil, node: value)
        if case .number(let from) = found.kind {
            formula = ResolvedFormula(formula: found.formula, unit: from, node: value)
        } else if total != nil, found.kind != .unknown {
            reader.fault(
                "Only figures are summed, and this is \(FormulaResolver.word(found.kind)).", at: value, "\(path).value")
        }
        // A quotient in percent is multiplied, as an indicator's is.
        if let unit, ["%", "‰"].contains(unit), formula.unit == nil {
            formula.formula = formula.formula.scaled(by: Rational(unit == "%" ? 100 : 1_000))
        } else if let unit {
            formula = formula.converted(to: unit) ?? formula
        }
        return ListRule.Column(
            name: name, formula: formula.formula, unit: unit ?? formula.unit ?? "", total: total, field: field)
    }

    private mutating func readTotal(_ node: PlanNode, _ path: String) -> ListRule.Total? {
        let isSummed = reader.flag("sum", in: node, path, default: false)
        guard reader.flag("median", in: node, path, default: false) else { return isSummed ? .sum : nil }
        if isSummed {
            reader.fault(
                "A column is summed or has its median, not both.", at: node.value("median"), "\(path).median")
        }
        return .median
    }

    /// The field that a name leads to, also through references and parts of the key.
    private func field(named name: Expression.Name, of rule: CollectionRule?) -> FieldRule? {
        guard let rule else { return elements.first { $0.id == name.id } }
        if let id = name.id, let field = rule.field(id) { return field }
        guard let first = name.parts.first, let rest = name.rest else { return nil }
        if first.rawValue == "key" {
            guard let part = rest.parts.first, let target = try? CollectionID(part.rawValue),
                rule.key.contains(.record(target)), let more = rest.rest,
                let other = collections.values.first(where: { $0.id == target })
            else { return nil }
            return field(named: more, of: other)
        }
        guard case .reference(let target)? = rule.field(first)?.kind,
            let other = collections.values.first(where: { $0.id == target })
        else {
            return nil
        }
        return field(named: rest, of: other)
    }
}
