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

    /// Reminders (督办) that the city sends to units, and that they answer.
    public struct Reminders: Sendable, Equatable {
        /// The collection; its key is the measure and a name.
        public let collection: CollectionID
        /// The option with how urgent one is, from the mildest to the gravest.
        public let level: FieldID
        /// What one is about.
        public let text: FieldID
        /// The day on which one was sent.
        public let issued: FieldID
        /// The day by which an answer is due; `nil`: the plan has none.
        public let due: FieldID?
        /// The answer.
        public let reply: FieldID
        /// The measure under which the reports of periods are asked for; `nil`: they are not.
        public let reports: String?
    }

    /// The collection of the reports; its key has the measure and the period.
    public let reports: CollectionID
    /// The field with the progress, in percent.
    public let percent: FieldID
    /// The milestones; `nil`: the plan has none, and nobody is expected to report.
    public let milestones: Milestones?
    /// The reminders; `nil`: the plan has none.
    public let reminders: Reminders?
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
        _ root: PlanNode, _ collections: [CollectionID: CollectionRule], _ measures: [Plan.Measure]
    ) -> FollowUpRule? {
        let path = "follow_up"
        guard let node = root.value(path), node.content != .empty else { return nil }
        reader.allow(
            ["reports", "percent", "milestones", "due", "reached", "dropped", "reminders", "source", "note"], in: node,
            path)
        guard let reports = followed("reports", in: node, path, collections, keyed: [.measure, .period]),
            let percent = field(
                "percent", of: reports, in: node, path, where: { if case .amount = $0 { true } else { false } })
        else { return nil }
        var milestones: FollowUpRule.Milestones?
        if node.value("milestones") != nil {
            guard let rule = followed("milestones", in: node, path, collections, keyed: [.measure]),
                let due = field("due", of: rule, in: node, path, where: { $0 == .date })
            else { return nil }
            milestones = FollowUpRule.Milestones(
                collection: rule.id, due: due, reached: states("reached", of: rule, in: node),
                dropped: states("dropped", of: rule, in: node))
        }
        return FollowUpRule(
            reports: reports.id, percent: percent, milestones: milestones,
            reminders: readReminders(node, collections, measures))
    }

    private mutating func readReminders(
        _ followUp: PlanNode, _ collections: [CollectionID: CollectionRule], _ measures: [Plan.Measure]
    ) -> FollowUpRule.Reminders? {
        let path = "follow_up.reminders"
        guard let node = followUp.value("reminders"), node.content != .empty else { return nil }
        reader.allow(
            ["collection", "level", "text", "issued", "due", "reply", "reports", "source", "note"], in: node, path)
        func isText(_ kind: FieldRule.Kind) -> Bool { if case .text = kind { true } else { false } }
        guard let rule = followed("collection", in: node, path, collections, keyed: [.measure, .name]),
            let level = field(
                "level", of: rule, in: node, path, where: { if case .option = $0 { true } else { false } }),
            let text = field("text", of: rule, in: node, path, where: isText),
            let issued = field("issued", of: rule, in: node, path, where: { $0 == .date }),
            let reply = field("reply", of: rule, in: node, path, where: isText)
        else { return nil }
        var due: FieldID?
        if node.value("due") != nil { due = field("due", of: rule, in: node, path, where: { $0 == .date }) }
        var reports: String?
        if node.value("reports") != nil, let id = reader.text("reports", in: node, path) {
            if !measures.contains(where: { $0.id == id }) {
                let near = Spelling.nearest(to: id, among: measures.map(\.id)).map { "; did you mean '\($0)'?" } ?? "."
                reader.fault("'\(id)' is not a measure\(near)", at: node.value("reports"), path + ".reports")
            }
            reports = id
        }
        return FollowUpRule.Reminders(
            collection: rule.id, level: level, text: text, issued: issued, due: due, reply: reply, reports: reports)
    }

    /// A declared collection whose key has these parts.
    private mutating func followed(
        _ name: String, in node: PlanNode, _ path: String, _ collections: [CollectionID: CollectionRule],
        keyed parts: [CollectionRule.KeyPart]
    ) -> CollectionRule? {
        guard let text = reader.text(name, in: node, path) else { return nil }
        let known = collections.values.filter { rule in
            rule.origin == .declared && parts.allSatisfy { rule.key.contains($0) }
        }
        if let found = known.first(where: { $0.id.rawValue == text }) { return found }
        let near = Spelling.nearest(to: text, among: known.map(\.id.rawValue)).map { "; did you mean '\($0)'?" } ?? "."
        let needed = parts.map { $0 == .measure ? "measure" : $0 == .period ? "period" : "name" }
            .joined(separator: " and ")
        reader.fault(
            "'\(text)' is not a declared collection with \(needed) in its key\(near)", at: node.value(name),
            "\(path).\(name)")
        return nil
    }

    private mutating func field(
        _ name: String, of rule: CollectionRule, in node: PlanNode, _ path: String,
        where fits: (FieldRule.Kind) -> Bool
    ) -> FieldID? {
        guard let text = reader.text(name, in: node, path) else { return nil }
        let known = rule.fields.filter { fits($0.kind) }
        if let found = known.first(where: { $0.id.rawValue == text }) { return found.id }
        let near = Spelling.nearest(to: text, among: known.map(\.id.rawValue)).map { "; did you mean '\($0)'?" } ?? "."
        reader.fault(
            "'\(text)' is not a field of '\(rule.id)' of the kind that is needed\(near)", at: node.value(name),
            "\(path).\(name)")
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
