// Formulas, conditions and checks of a plan file: read, resolved against the whole plan, and free of circles.

extension PlanReader {
    /// What other formulas have to know of the indicators, before any of them is read.
    static func knownIndicators(_ root: PlanNode) -> [String: FormulaResolver.KnownIndicator] {
        guard case .sequence(let members)? = root.value("indicators")?.content else { return [:] }
        var known: [String: FormulaResolver.KnownIndicator] = [:]
        for node in members {
            guard case .scalar(let id)? = node.value("id")?.content else { continue }
            var unit = ""
            if case .scalar(let text)? = node.value("unit")?.content { unit = text }
            known[id] = FormulaResolver.KnownIndicator(unit: unit, isRatio: node.value("denominator") != nil)
        }
        return known
    }

    /// A formula of figures, with its unit.
    mutating func readFigureFormula(_ key: String, _ node: PlanNode, _ path: String) -> ResolvedFormula? {
        guard let value = reader.required(key, in: node, path) else { return nil }
        let found = readExpression(value, "\(path).\(key)", in: .figures)
        guard let found else { return nil }
        switch found.kind {
        case .number(let unit): return ResolvedFormula(formula: found.formula, unit: unit, node: value)
        case .unknown: return ResolvedFormula(formula: found.formula, unit: nil, node: value)
        default:
            let name = found.formula.elements.first.map { "'\($0)'" } ?? "'\(found.formula.text)'"
            reader.fault("\(name) is not a figure, so no formula can use it.", at: value, "\(path).\(key)")
            return nil
        }
    }

    /// A formula whose names are known.
    struct ResolvedFormula {
        var formula: Formula
        let unit: String?
        let node: PlanNode

        /// The same formula in another unit; `nil` when the two are of different kinds.
        func converted(to other: String?) -> ResolvedFormula? {
            guard let unit, let other, unit != other else { return self }
            guard let factor = Measure(unit).factor(to: Measure(other)) else { return nil }
            return ResolvedFormula(formula: formula.scaled(by: factor), unit: other, node: node)
        }
    }

    /// A condition, or `nil` with a fault.
    mutating func readCondition(
        _ key: String, _ node: PlanNode, _ path: String, in context: FormulaResolver.Context
    ) -> Formula? {
        guard let value = reader.required(key, in: node, path),
            let found = readExpression(value, "\(path).\(key)", in: context)
        else { return nil }
        guard found.kind == .flag || found.kind == .unknown else {
            reader.fault(
                "A condition is expected here, not \(FormulaResolver.word(found.kind)).", at: value, "\(path).\(key)")
            return nil
        }
        return found.formula
    }

    /// A formula of any kind, with what it comes to.
    mutating func readExpression(
        _ value: PlanNode, _ path: String, in context: FormulaResolver.Context
    ) -> (formula: Formula, kind: FormulaResolver.Kind)? {
        guard let text = reader.scalar(value, path) else { return nil }
        do throws(FormulaError) {
            var parser = FormulaParser(text)
            let parsed = try parser.parse()
            var resolver = FormulaResolver(
                elements: elements, indicators: knownIndicators, collections: collections)
            let (expression, kind) = resolver.resolve(parsed, in: context)
            for fault in resolver.faults { tell(fault.message, fault.severity, at: fault.offset, in: value, path) }
            let others = Set(knownIndicators.keys.compactMap { try? IndicatorID($0) })
                .subtracting(elements.compactMap { try? IndicatorID($0.id.rawValue) })
            let formula = Formula(text, expression, indicators: others, collections: Set(collections.keys))
            if case .figures = context { used.formUnion(formula.elements) }
            return (formula, kind)
        } catch {
            tell(error.message, .error, at: error.offset, in: value, path)
            return nil
        }
    }

    /// A fault within a text, at its own place where the text stands on one line.
    private mutating func tell(
        _ message: String, _ severity: PlanFault.Severity, at offset: Int, in value: PlanNode, _ path: String
    ) {
        let place =
            value.lead.map { PlanNode.Place(line: value.place.line, column: value.place.column + $0 + offset) }
            ?? value.place
        reader.fault(message, at: PlanNode(.empty, at: place), path, severity: severity)
    }

    // MARK: Circles

    /// Refuses indicators that use each other in a circle.
    mutating func refuseCircles(_ indicators: [Indicator], _ root: PlanNode) {
        let uses = Dictionary(indicators.map { ($0.id, $0.used) }, uniquingKeysWith: { first, _ in first })
        var done: Set<IndicatorID> = []
        for indicator in indicators {
            guard let circle = Self.circle(from: indicator.id, uses, &done) else { continue }
            let chain = circle.map(\.rawValue).joined(separator: " -> ")
            reader.fault(
                "The formulas go in a circle: \(chain).", at: node(ofIndicator: indicator.id, root), "indicators")
        }
    }

    /// The first circle that is reached from an indicator; what was looked at before is passed over.
    private static func circle(
        from start: IndicatorID, _ uses: [IndicatorID: [IndicatorID]], _ done: inout Set<IndicatorID>
    ) -> [IndicatorID]? {
        var path: [IndicatorID] = []
        var waiting: [(id: IndicatorID, depth: Int)] = [(start, 0)]
        while let next = waiting.popLast() {
            path = Array(path.prefix(next.depth))
            if let index = path.firstIndex(of: next.id) { return Array(path.suffix(from: index)) + [next.id] }
            guard done.insert(next.id).inserted else { continue }
            path.append(next.id)
            for other in (uses[next.id] ?? []).reversed() { waiting.append((other, path.count)) }
        }
        return nil
    }

    private func node(ofIndicator id: IndicatorID, _ root: PlanNode) -> PlanNode? {
        guard case .sequence(let members)? = root.value("indicators")?.content else { return nil }
        let found = members.first { $0.value("id")?.content == .scalar(id.rawValue) }
        return found?.value("numerator") ?? found
    }
}

extension Formula {
    /// The same in another unit.
    func scaled(by factor: Rational) -> Formula {
        Formula(
            text, .scaled(expression, by: factor), indicators: Set(indicators), collections: Set(collections))
    }
}

extension Indicator {
    /// The indicators that it uses.
    var used: [IndicatorID] { formulas.flatMap(\.indicators) }

    /// Its formulas.
    var formulas: [Formula] { [numerator] + [denominator, beside].compactMap(\.self) }
}

extension Plan {
    /// The declared collections whose records the indicators and the ranking read, also by reference.
    public var counted: [CollectionID] {
        let tallies = ranking.components.compactMap(\.tally).flatMap { [$0.achieved, $0.expected] }
        return reach(from: (indicators.flatMap(\.formulas) + tallies).flatMap(\.collections))
    }

    /// Some collections with all that their records refer to, by name.
    func reach(from start: [CollectionID]) -> [CollectionID] {
        var reached = Set(start)
        var waiting = Array(reached)
        while let id = waiting.popLast() {
            guard let rule = collection(id) else { continue }
            for target in rule.referred where reached.insert(target).inserted { waiting.append(target) }
        }
        return reached.sorted()
    }
}

extension CollectionRule {
    /// The collections that its records refer to, by a field or by their key.
    var referred: [CollectionID] {
        let byField = fields.compactMap { if case .reference(let target) = $0.kind { target } else { nil } }
        return byField + key.compactMap { if case .record(let target) = $0 { target } else { nil } }
    }
}
