// What a plan file says of records beyond their fields: checks, uniqueness, workflows; and the checks of figures.

extension PlanReader {
    /// Reads what collections say of their records, once all collections are known.
    mutating func readRecordRules(_ root: PlanNode) {
        for (node, path) in reader.list("collections", in: root, "") {
            guard case .scalar(let name)? = node.value("id")?.content, let id = try? CollectionID(name),
                var rule = collections[id], rule.origin == .declared
            else { continue }
            checkReferences(rule, node, path)
            rule.checks = readChecks(node, path, in: .record(rule))
            rule.unique = readUnique(rule, node, path)
            rule.workflow = readWorkflow(rule, node, path)
            collections[id] = rule
        }
    }

    /// The checks of a group of values; their ids are unique in the whole plan, because explanations name them.
    mutating func readChecks(_ node: PlanNode, _ path: String, in context: FormulaResolver.Context) -> [CheckRule] {
        var checks: [CheckRule] = []
        for (entry, place) in reader.list("checks", in: node, path) {
            reader.allow(["id", "strength", "rule", "text", "source", "note"], in: entry, place)
            guard let id = reader.identifier("id", in: entry, place, as: CollectionID.self)?.rawValue,
                let strength: CheckRule.Strength = reader.choice("strength", in: entry, place, default: nil),
                let text = reader.localText("text", in: entry, place),
                reader.isNew(id, &checkNames, at: entry, place),
                let condition = readCondition("rule", entry, place, in: context)
            else { continue }
            if id.contains(":") { reader.fault("A check's id has no ':'.", at: entry.value("id"), "\(place).id") }
            var fields: [FieldID] = []
            for name in condition.expression.outerNames where !Formula.isBuiltIn(name) {
                guard let field = name.parts.first, !fields.contains(field) else { continue }
                if case .record(let rule) = context, rule.field(field) == nil { continue }
                fields.append(field)
            }
            checks.append(
                CheckRule(id: id, strength: strength, condition: condition, text: text, fields: fields))
        }
        return checks
    }

    private mutating func checkReferences(_ rule: CollectionRule, _ node: PlanNode, _ path: String) {
        for (index, field) in rule.fields.enumerated() {
            guard case .reference(let target) = field.kind, collections[target]?.origin != .declared else { continue }
            let place = "\(path).fields[\(index)].to"
            let fields = reader.list("fields", in: node, path)
            let at = fields.indices.contains(index) ? fields[index].node.value("to") : node
            tellUnknownCollection(target, at: at, place)
        }
        for case .record(let target) in rule.key {
            guard let other = collections[target], other.origin == .declared else {
                tellUnknownCollection(target, at: node.value("key"), "\(path).key")
                continue
            }
            if other.key.count != 1 {
                reader.fault(
                    "The key of '\(target)' has several parts, so it cannot be part of another key.",
                    at: node.value("key"), "\(path).key")
            }
        }
    }

    private mutating func tellUnknownCollection(_ id: CollectionID, at node: PlanNode?, _ path: String) {
        let known = collections.values.filter { $0.origin == .declared }.map(\.id.rawValue).sorted()
        let words = path.hasSuffix(".key") ? CollectionRule.KeyPart.words.map(\.rawValue) + known : known
        let near = Spelling.nearest(to: id.rawValue, among: words).map { "; did you mean '\($0)'?" } ?? "."
        reader.fault("'\(id)' is not one of \(words.joined(separator: ", "))\(near)", at: node, path)
    }

    private mutating func readUnique(_ rule: CollectionRule, _ node: PlanNode, _ path: String) -> [UniqueRule] {
        var rules: [UniqueRule] = []
        for (entry, place) in reader.list("unique", in: node, path) {
            var fields: [FieldID] = []
            let words: [(text: String, node: PlanNode)]
            if case .scalar(let text) = entry.content {
                words = [(text, entry)]
            } else {
                words = reader.words(
                    "unique",
                    in: PlanNode(
                        .mapping([
                            PlanNode.Entry(key: "unique", keyPlace: entry.place, value: entry)
                        ]), at: entry.place), place)
            }
            for (word, at) in words {
                guard let field = field(word, of: rule, at: at, place) else { continue }
                fields.append(field.id)
            }
            if !fields.isEmpty { rules.append(UniqueRule(fields: fields)) }
        }
        return rules
    }

    /// The field of a collection with this name, or a fault.
    mutating func field(
        _ word: String, of rule: CollectionRule, at node: PlanNode?, _ path: String
    ) -> FieldRule? {
        if let id = try? FieldID(word), let field = rule.field(id) { return field }
        let near = Spelling.nearest(to: word, among: rule.fields.map(\.id.rawValue))
        reader.fault(
            "'\(word)' is not a field of '\(rule.id)'\(near.map { "; did you mean '\($0)'?" } ?? ".")", at: node, path)
        return nil
    }

    // MARK: Workflows

    private mutating func readWorkflow(_ rule: CollectionRule, _ node: PlanNode, _ path: String) -> WorkflowRule? {
        guard let flow = node.value("workflow"), flow.content != .empty else { return nil }
        let place = "\(path).workflow"
        reader.allow(["field", "initial", "transitions", "source", "note"], in: flow, place)
        guard let word = reader.text("field", in: flow, place),
            let field = field(word, of: rule, at: flow.value("field"), "\(place).field"),
            let initial = reader.text("initial", in: flow, place)
        else { return nil }
        guard case .option(let states) = field.kind, field.merge == .review else {
            reader.fault(
                "The state of a workflow is an option with the policy review; '\(word)' is not.",
                at: flow.value("field"), "\(place).field")
            return nil
        }
        checkState(initial, states, at: flow.value("initial"), "\(place).initial")
        var transitions: [WorkflowRule.Transition] = []
        for (entry, at) in reader.list("transitions", in: flow, place) {
            if let transition = readTransition(rule, states, entry, at) { transitions.append(transition) }
        }
        let workflow = WorkflowRule(field: field.id, initial: initial, transitions: transitions)
        for state in workflow.unreachable(of: states) {
            reader.fault(
                "No step leads to the state '\(state)'.", at: flow, place, severity: .warning)
        }
        return workflow
    }

    /// The roles under `by`.
    mutating func readRoles(_ node: PlanNode, _ path: String) -> [Role] {
        var roles: [Role] = []
        for (word, at) in reader.words("by", in: node, path) {
            if let role = Role(rawValue: word) {
                roles.append(role)
            } else {
                checkState(word, Role.allCases.map(\.rawValue), at: at, "\(path).by")
            }
        }
        return roles
    }

    /// A fault where a word is none of those that are known.
    mutating func checkState(_ word: String, _ states: [String], at node: PlanNode?, _ path: String) {
        guard !states.contains(word) else { return }
        let near = Spelling.nearest(to: word, among: states).map { "; did you mean '\($0)'?" } ?? "."
        reader.fault("'\(word)' is not one of \(states.joined(separator: ", "))\(near)", at: node, path)
    }

    private mutating func readTransition(
        _ rule: CollectionRule, _ states: [String], _ node: PlanNode, _ path: String
    ) -> WorkflowRule.Transition? {
        reader.allow(["from", "to", "by", "needs", "reason", "name", "source", "note"], in: node, path)
        guard let target = reader.text("to", in: node, path) else { return nil }
        checkState(target, states, at: node.value("to"), "\(path).to")
        let from = reader.words("from", in: node, path)
        for (word, at) in from { checkState(word, states, at: at, "\(path).from") }
        let roles = readRoles(node, path)
        if roles.isEmpty { reader.fault("'by' says which roles take this step.", at: node, "\(path).by") }
        var needs: [FieldID] = []
        for (word, at) in reader.words("needs", in: node, path) {
            if let field = field(word, of: rule, at: at, "\(path).needs") { needs.append(field.id) }
        }
        let name = node.value("name") == nil ? nil : reader.localText("name", in: node, path)
        return WorkflowRule.Transition(
            from: from.map(\.text), to: target, roles: roles, needs: needs,
            needsReason: reader.flag("reason", in: node, path, default: false),
            name: name ?? Plan.LocalText(zh: target, en: target))
    }

    // MARK: The whole plan

    mutating func readExplanations(_ root: PlanNode) -> ExplanationRule {
        guard let node = root.value("explanations"), node.content != .empty else { return ExplanationRule() }
        reader.allow(["min_length", "stop", "source", "note"], in: node, "explanations")
        var rule = ExplanationRule()
        if let minimum = reader.whole("min_length", in: node, "explanations", range: 1...200) { rule.minimum = minimum }
        rule.empty = reader.words("stop", in: node, "explanations").map(\.text)
        return rule
    }

    mutating func readPlausibility(_ root: PlanNode) -> PlausibilityRule {
        guard let node = root.value("plausibility"), node.content != .empty else { return PlausibilityRule() }
        reader.allow(["falls", "factor", "change_percent", "repeats", "source", "note"], in: node, "plausibility")
        return PlausibilityRule(
            falls: reader.flag("falls", in: node, "plausibility", default: false),
            factor: reader.flag("factor", in: node, "plausibility", default: false),
            changePercent: reader.whole("change_percent", in: node, "plausibility", range: 1...10_000),
            repeats: reader.whole("repeats", in: node, "plausibility", range: 2...12))
    }

    mutating func readForecast(_ root: PlanNode) -> ForecastRule {
        guard let node = root.value("forecast"), node.content != .empty else { return ForecastRule() }
        reader.allow(["method", "points", "ahead", "source", "note"], in: node, "forecast")
        var rule = ForecastRule()
        rule.method = reader.choice("method", in: node, "forecast", default: .line) ?? .line
        if let points = reader.whole("points", in: node, "forecast", range: 2...12) { rule.points = points }
        if let ahead = reader.amount("ahead", in: node, "forecast", range: Amount(1)...Amount(10)) {
            rule.ahead = ahead
        }
        return rule
    }

    /// The targets of units: of units that are there, and for counts that can be split; another sum is a warning.
    mutating func readUnits(_ node: PlanNode, _ path: String, of target: Indicator.Target?) -> [TenantID: Amount] {
        guard let value = node.value("units"), case .mapping(let entries) = value.content else { return [:] }
        var units: [TenantID: Amount] = [:]
        var sum = Amount.zero
        for entry in entries {
            guard let tenant = tenants.first(where: { $0.id.rawValue == entry.key && $0.id != .city }) else {
                let known = tenants.map(\.id.rawValue)
                let near = Spelling.nearest(to: entry.key, among: known).map { "; did you mean '\($0)'?" } ?? "."
                reader.fault(
                    "'\(entry.key)' is not a unit of this plan\(near)", at: PlanNode(.empty, at: entry.keyPlace),
                    "\(path).units")
                continue
            }
            guard let amount = reader.amount(entry.key, in: value, "\(path).units") else { continue }
            units[tenant.id] = amount
            sum = (try? sum.adding(amount)) ?? sum
        }
        if let target, units.count == entries.count, sum != target.value, node.value("denominator") == nil {
            reader.fault(
                "The targets of the units sum to \(sum), the city's is \(target.value); "
                    + (sum < target.value ? "the rest is nobody's." : "more is asked of the units than of the city."),
                at: value, "\(path).units",
                severity: .warning)
        }
        return units
    }

    /// What nothing uses, and what does nothing.
    mutating func warnOfIdle(_ root: PlanNode) {
        for (node, path) in reader.list("elements", in: root, "") {
            guard case .scalar(let text)? = node.value("id")?.content, let id = try? FieldID(text),
                let rule = elements.first(where: { $0.id == id }), !used.contains(id)
            else { continue }
            // Texts and days are read by people.
            guard case .amount = rule.kind else { continue }
            reader.fault(
                "No indicator and no check uses the element '\(text)'.", at: node.value("id"), "\(path).id",
                severity: .warning)
        }
    }
}
