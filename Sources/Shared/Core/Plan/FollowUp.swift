/// Where the plan keeps how far its measures are: reports by period, and dated milestones.
public struct FollowUpRule: Sendable, Equatable {
    /// The milestones of measures, dispatched to the units concerned.
    public struct Milestones: Sendable, Equatable {
        /// The collection; its key has the measure.
        public let collection: CollectionID
        /// The field with the day on which one is due.
        public let due: FieldID
        /// The states in which one counts as reached.
        public let reached: [String]
        /// The states in which one is no longer asked for.
        public let dropped: [String]
    }

    /// The collection of the reports; its key has the measure and the period.
    public let reports: CollectionID
    /// The field with the progress, in percent.
    public let percent: FieldID
    /// The milestones; `nil`: the plan has none, and nobody is expected to report.
    public let milestones: Milestones?
}

extension CollectionRule {
    /// The part of a record's key that is of a kind; `nil` where the key has no such part.
    public func part(_ kind: KeyPart, of key: String) -> String? {
        let parts = key.split(separator: ":", omittingEmptySubsequences: false)
        guard let index = self.key.firstIndex(of: kind) else { return nil }
        return parts.dropFirst(index).first.map(String.init)
    }
}

extension PlanReader {
    /// Reads `follow_up` (docs/plan-format.md).
    mutating func readFollowUp(
        _ root: PlanNode, _ collections: [CollectionID: CollectionRule]
    ) -> FollowUpRule? {
        let path = "follow_up"
        guard let node = root.value(path), node.content != .empty else { return nil }
        reader.allow(
            ["reports", "percent", "milestones", "due", "reached", "dropped", "source", "note"], in: node, path)
        guard let reports = followed("reports", in: node, collections, keyed: [.measure, .period]),
            let percent = field(
                "percent", of: reports, in: node, where: { if case .amount = $0 { true } else { false } })
        else { return nil }
        var milestones: FollowUpRule.Milestones?
        if node.value("milestones") != nil {
            guard let rule = followed("milestones", in: node, collections, keyed: [.measure]),
                let due = field("due", of: rule, in: node, where: { $0 == .date })
            else { return nil }
            milestones = FollowUpRule.Milestones(
                collection: rule.id, due: due, reached: states("reached", of: rule, in: node),
                dropped: states("dropped", of: rule, in: node))
        }
        return FollowUpRule(reports: reports.id, percent: percent, milestones: milestones)
    }

    /// A declared collection whose key has these parts.
    private mutating func followed(
        _ name: String, in node: PlanNode, _ collections: [CollectionID: CollectionRule],
        keyed parts: [CollectionRule.KeyPart]
    ) -> CollectionRule? {
        guard let text = reader.text(name, in: node, "follow_up") else { return nil }
        let known = collections.values.filter { rule in
            rule.origin == .declared && parts.allSatisfy { rule.key.contains($0) }
        }
        if let found = known.first(where: { $0.id.rawValue == text }) { return found }
        let near = Spelling.nearest(to: text, among: known.map(\.id.rawValue)).map { "; did you mean '\($0)'?" } ?? "."
        let needed = parts.map { $0 == .measure ? "measure" : "period" }.joined(separator: " and ")
        reader.fault(
            "'\(text)' is not a declared collection with \(needed) in its key\(near)", at: node.value(name),
            "follow_up.\(name)")
        return nil
    }

    private mutating func field(
        _ name: String, of rule: CollectionRule, in node: PlanNode, where fits: (FieldRule.Kind) -> Bool
    ) -> FieldID? {
        guard let text = reader.text(name, in: node, "follow_up") else { return nil }
        let known = rule.fields.filter { fits($0.kind) }
        if let found = known.first(where: { $0.id.rawValue == text }) { return found.id }
        let near = Spelling.nearest(to: text, among: known.map(\.id.rawValue)).map { "; did you mean '\($0)'?" } ?? "."
        reader.fault(
            "'\(text)' is not a field of '\(rule.id)' of the kind that is needed\(near)", at: node.value(name),
            "follow_up.\(name)")
        return nil
    }

    private mutating func states(_ name: String, of rule: CollectionRule, in node: PlanNode) -> [String] {
        var known: [String] = []
        if let flow = rule.workflow, case .option(let options)? = rule.field(flow.field)?.kind { known = options }
        let words = reader.words(name, in: node, "follow_up")
        for (word, place) in words where !known.contains(word) {
            let near = Spelling.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? "."
            reader.fault("'\(word)' is not a state of '\(rule.id)'\(near)", at: place, "follow_up.\(name)")
        }
        return words.map(\.text)
    }
}
