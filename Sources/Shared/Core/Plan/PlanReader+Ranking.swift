// How units are ranked, how they object, and how the year is judged.

extension PlanReader {
    mutating func readRanking(
        _ root: PlanNode, _ indicators: [Indicator], _ periods: PeriodCalendar?
    ) -> RankingRule? {
        guard let node = reader.required("ranking", in: root, "") else { return nil }
        reader.allow(
            [
                "basis", "decimals", "completion_cap", "components", "changes", "stretch_max", "objections", "year_end",
                "groups", "source", "note",
            ], in: node, "ranking")
        let (components, total) = readComponents(node)
        if total != Amount(100) {
            reader.fault(
                "The shares of the components sum to \(total), not to 100.", at: node.value("components") ?? node,
                "ranking.components")
        }
        let weights = indicators.filter { !$0.stretch }.reduce(Amount.zero) { (try? $0.adding($1.weight)) ?? $0 }
        if weights != Amount(100) {
            reader.fault(
                "The weights of the indicators sum to \(weights), not to 100.", at: root.value("indicators"),
                "indicators")
        }
        var rule = RankingRule(
            basis: reader.choice("basis", in: node, "ranking", default: .reported) ?? .reported,
            decimals: reader.whole("decimals", in: node, "ranking", range: 0...6) ?? 2,
            completionCap: reader.amount("completion_cap", in: node, "ranking", range: Amount(1)...Amount(10))
                ?? Amount(1),
            components: components,
            stretchMaximum: reader.amount("stretch_max", in: node, "ranking", range: .zero...Amount(100)) ?? .zero)
        rule.changes = readShareChanges(node, components, periods)
        checkWeights(indicators, root)
        rule.objections = readObjections(node)
        rule.yearEnd = readYearEnd(node)
        return rule
    }

    private mutating func readComponents(_ node: PlanNode) -> ([RankingRule.Component], Amount) {
        var components: [RankingRule.Component] = []
        var total = Amount.zero
        var seen: [String: PlanNode.Place] = [:]
        for (part, path) in reader.list("components", in: node, "ranking") {
            reader.allow(
                ["id", "kind", "share", "name", "credit", "achieved", "expected", "source", "note"], in: part, path)
            guard let id = reader.identifier("id", in: part, path, as: CollectionID.self)?.rawValue,
                let name = reader.localText("name", in: part, path),
                let kind: RankingRule.Component.Kind = reader.choice("kind", in: part, path, default: nil),
                reader.isNew(id, &seen, at: part, path)
            else { continue }
            let share = reader.amount("share", in: part, path, range: .zero...Amount(100)) ?? .zero
            total = (try? total.adding(share)) ?? total
            var component = RankingRule.Component(
                id: id, name: name, kind: kind, share: share, credit: readCredit(part, path))
            component.tally = readTally(part, path, kind)
            components.append(component)
        }
        return (components, total)
    }

    private mutating func readCredit(_ node: PlanNode, _ path: String) -> [RankingRule.Credit] {
        reader.list("credit", in: node, path).map { step, place in
            reader.allow(["days_late", "credit"], in: step, place)
            let value = reader.amount("credit", in: step, place, range: .zero...Amount(1)) ?? .zero
            let days = reader.whole("days_late", in: step, place, range: 0...1_000)
            return RankingRule.Credit(daysLate: days, credit: value)
        }
    }

    private mutating func readTally(
        _ node: PlanNode, _ path: String, _ kind: RankingRule.Component.Kind
    ) -> RankingRule.Tally? {
        let names = ["achieved", "expected"].filter { node.value($0) != nil }
        guard kind == .milestones else {
            for name in names {
                reader.fault("Only 'milestones' have '\(name)'.", at: node.value(name), "\(path).\(name)")
            }
            return nil
        }
        // A part without a count is for plans that do not keep milestones yet: nothing of it is ever due.
        guard !names.isEmpty else { return nil }
        guard let achieved = readFigureFormula("achieved", node, path),
            let expected = readFigureFormula("expected", node, path)
        else { return nil }
        return RankingRule.Tally(achieved: achieved.formula, expected: expected.formula)
    }

    private mutating func readObjections(_ ranking: PlanNode) -> RankingRule.Objections? {
        guard let node = ranking.value("objections"), node.content != .empty else { return nil }
        let path = "ranking.objections"
        reader.allow(["collection", "open", "days", "source", "note"], in: node, path)
        guard let id = reader.identifier("collection", in: node, path, as: CollectionID.self),
            let days = reader.required("days", in: node, path) == nil
                ? nil : reader.whole("days", in: node, path, range: 0...60)
        else { return nil }
        guard let rule = collections[id], rule.origin == .declared, rule.key.contains(.period) else {
            let known = collections.values.filter { $0.origin == .declared && $0.key.contains(.period) }
            let near = Spelling.nearest(to: id.rawValue, among: known.map(\.id.rawValue))
            reader.fault(
                "'\(id)' is not a declared collection with the period in its key"
                    + (near.map { "; did you mean '\($0)'?" } ?? "."), at: node.value("collection"),
                "\(path).collection")
            return nil
        }
        guard let workflow = rule.workflow, case .option(let states)? = rule.field(workflow.field)?.kind else {
            reader.fault(
                "'\(id)' needs a workflow: its states say which objections are answered.",
                at: node.value("collection"), "\(path).collection")
            return nil
        }
        let words = reader.words("open", in: node, path)
        for (word, place) in words where !states.contains(word) {
            let near = Spelling.nearest(to: word, among: states).map { "; did you mean '\($0)'?" } ?? "."
            reader.fault(
                "'\(word)' is not one of \(states.joined(separator: ", "))\(near)", at: place, "\(path).open")
        }
        let open = words.isEmpty ? [workflow.initial] : words.map(\.text)
        return RankingRule.Objections(collection: id, open: open, days: days)
    }

    private mutating func readYearEnd(_ ranking: PlanNode) -> RankingRule.YearEnd? {
        guard let node = ranking.value("year_end"), node.content != .empty else { return nil }
        let path = "ranking.year_end"
        reader.allow(["periods", "final", "cap", "source", "note"], in: node, path)
        let range = Amount.zero...Amount(100)
        guard reader.required("periods", in: node, path) != nil, reader.required("final", in: node, path) != nil,
            let periods = reader.amount("periods", in: node, path, range: range),
            let final = reader.amount("final", in: node, path, range: range)
        else { return nil }
        if (try? periods.adding(final)) != Amount(100) {
            reader.fault("The shares 'periods' and 'final' do not sum to 100.", at: node, path)
        }
        let cap = reader.amount("cap", in: node, path, range: Amount(1)...Amount(10)) ?? Amount(1)
        return RankingRule.YearEnd(periods: periods, final: final, cap: cap)
    }
}
