// The parts of a plan file that say what is collected: fields, collections, and fields that have another name since.

extension FieldRule.Kind {
    /// Whether it is a text, or a set of texts.
    fileprivate var isText: Bool {
        switch self {
        case .text, .members: true
        default: false
        }
    }
}

extension PlanReader {
    mutating func readField(_ node: PlanNode, _ path: String) -> FieldRule? {
        reader.allow(
            [
                "id", "name", "type", "unit", "min", "max", "decimals", "max_length", "options", "option_names",
                "required", "basis", "filled_by", "department", "merge", "gate", "source", "note", "goal", "to", "by",
                "types", "max_mb", "max_files", "personal",
            ], in: node, path)
        guard let id = reader.identifier("id", in: node, path, as: FieldID.self),
            let name = reader.localText("name", in: node, path), let kind = readKind(node, path)
        else { return nil }
        let filledBy: FieldRule.FilledBy = reader.choice("filled_by", in: node, path, default: .county) ?? .county
        let department = reader.optionalText("department", in: node, path)
        if let department { checkDepartment(department, node.value("department"), "\(path).department") }
        let byKind: MergePolicy = if case .members = kind { .members } else { .review }
        let merge: MergePolicy = reader.choice("merge", in: node, path, default: byKind) ?? byKind
        checkMerge(merge, of: kind, node, path)
        var rule = FieldRule(
            id: id, name: name, kind: kind, unit: reader.optionalText("unit", in: node, path) ?? "",
            minimum: reader.amount("min", in: node, path), maximum: reader.amount("max", in: node, path),
            filledBy: filledBy, department: department, merge: merge,
            gate: reader.choice("gate", in: node, path, default: .city) ?? .city,
            basis: reader.choice("basis", in: node, path, default: .stock) ?? .stock,
            required: reader.flag("required", in: node, path, default: false), writers: readRoles(node, path),
            optionNames: readOptionNames(kind, node, path))
        rule.attachment = readAttachmentRule(node, path)
        rule.isPersonal = reader.flag("personal", in: node, path, default: false)
        if rule.isPersonal, !kind.isText {
            reader.fault("Only texts are personal.", at: node.value("personal"), "\(path).personal")
        }
        return rule
    }

    /// The names of options, in their order; of a plain text, the name in Chinese alone.
    private mutating func readOptionNames(
        _ kind: FieldRule.Kind, _ node: PlanNode, _ path: String
    ) -> [String: Plan.LocalText] {
        guard let list = node.value("option_names") else { return [:] }
        let place = "\(path).option_names"
        guard case .option(let options) = kind, case .sequence(let members) = list.content,
            members.count == options.count
        else {
            reader.fault("As many names as there are 'options' are expected, in their order.", at: list, place)
            return [:]
        }
        var names: [String: Plan.LocalText] = [:]
        for (option, member) in zip(options, members) {
            if case .scalar(let text) = member.content {
                names[option] = Plan.LocalText(zh: text, en: option.replacing("_", with: " "))
            } else {
                names[option] = reader.localText(member, place)
            }
        }
        return names
    }

    private enum TypeWord: String, CaseIterable {
        case amount, count, text, date, flag, option, members, reference, attachments
    }

    private mutating func readKind(_ node: PlanNode, _ path: String) -> FieldRule.Kind? {
        guard let word: TypeWord = reader.choice("type", in: node, path, default: nil) else { return nil }
        switch word {
        case .amount: return .amount(decimals: reader.whole("decimals", in: node, path, range: 0...6) ?? 2)
        case .count: return .amount(decimals: 0)
        case .text: return .text(maximum: reader.whole("max_length", in: node, path, range: 1...20_000) ?? 2_000)
        case .members: return .members(maximum: reader.whole("max_length", in: node, path, range: 1...2_000) ?? 200)
        case .attachments: return .members(maximum: Attachment.memberCountMax)
        case .date: return .date
        case .flag: return .flag
        case .reference:
            return reader.identifier("to", in: node, path, as: CollectionID.self).map { .reference($0) }
        case .option:
            let options = reader.words("options", in: node, path).map(\.text)
            if options.isEmpty {
                reader.fault("An option needs its 'options'.", at: node, "\(path).options")
            }
            return .option(options)
        }
    }

    mutating func readCollections(_ root: PlanNode) -> [CollectionID: CollectionRule] {
        var seen: [String: PlanNode.Place] = [:]
        var collections: [CollectionID: CollectionRule] = [:]
        for (node, path) in reader.list("collections", in: root, "") {
            reader.allow(
                [
                    "id", "name", "key", "filled_by", "published", "fields", "checks", "unique", "workflow",
                    "append_only", "source", "note",
                ], in: node, path)
            guard let id = reader.identifier("id", in: node, path, as: CollectionID.self),
                let name = reader.localText("name", in: node, path), reader.isNew(id.rawValue, &seen, at: node, path)
            else { continue }
            if Self.builtIn([]).contains(where: { $0.id == id }) {
                reader.fault("'\(id)' is built in; choose another name.", at: node.value("id"), "\(path).id")
            }
            var parts: [CollectionRule.KeyPart] = []
            for (word, place) in reader.words("key", in: node, path) {
                if let part = CollectionRule.KeyPart.words.first(where: { $0.rawValue == word }) {
                    parts.append(part)
                } else if let collection = try? CollectionID(word) {
                    // Whether there is such a collection is told when all are known.
                    parts.append(.record(collection))
                } else {
                    let words = CollectionRule.KeyPart.words.map(\.rawValue).joined(separator: ", ")
                    reader.fault("'\(word)' is not one of \(words).", at: place, "\(path).key")
                }
            }
            var fields: [FieldRule] = []
            var names: [String: PlanNode.Place] = [:]
            for (field, place) in reader.list("fields", in: node, path) {
                guard let rule = readField(field, place), reader.isNew(rule.id.rawValue, &names, at: field, place)
                else { continue }
                if rule.id.rawValue.contains(":") {
                    reader.fault("A field's id has no ':'.", at: field.value("id"), "\(place).id")
                }
                fields.append(rule)
            }
            var rule = CollectionRule(
                id: id, name: name, origin: .declared, key: parts.isEmpty ? [.name] : parts,
                published: reader.flag("published", in: node, path, default: false), fields: fields)
            rule.isAppendOnly = reader.flag("append_only", in: node, path, default: false)
            if rule.isAppendOnly { checkAppendOnly(node, path) }
            collections[id] = rule
        }
        return collections
    }

    /// What was entered stands, so there is nothing to merge and no state to leave.
    private mutating func checkAppendOnly(_ node: PlanNode, _ path: String) {
        for (field, place) in reader.list("fields", in: node, path) {
            guard let merge = field.value("merge"), merge.content != .scalar("members") else { continue }
            reader.fault(
                "What is entered once is not merged; leave 'merge' out in an append-only collection.", at: merge,
                "\(place).merge")
        }
        if let flow = node.value("workflow"), flow.content != .empty {
            reader.fault(
                "A state changes, and what is entered in an append-only collection does not.", at: flow,
                "\(path).workflow")
        }
    }

    /// Each policy fits some kinds of value only.
    private mutating func checkMerge(_ merge: MergePolicy, of kind: FieldRule.Kind, _ node: PlanNode, _ path: String) {
        let need: String
        switch (merge, kind) {
        case (.counter, .amount), (.max, .amount), (.min, .amount), (.ladder, .option), (.members, .members),
            (.text, .text):
            return
        case (.counter, _), (.max, _), (.min, _): need = "a figure (type amount or count)"
        case (.ladder, _): need = "stages in rising order (type option)"
        case (.members, _): need = "the type members"
        case (.text, _): need = "the type text"
        case (_, .members):
            reader.fault("The type members has the policy members only.", at: node.value("merge"), "\(path).merge")
            return
        default: return
        }
        reader.fault("'\(merge.rawValue)' needs \(need).", at: node.value("merge"), "\(path).merge")
    }

    /// The fields that had another name in an earlier revision.
    mutating func readRenamed(
        _ root: PlanNode, _ collections: [CollectionID: CollectionRule]
    ) -> [Plan.Renaming] {
        var renamed: [Plan.Renaming] = []
        var ends: [(node: PlanNode?, path: String)] = []
        for (node, path) in reader.list("renamed", in: root, "") {
            reader.allow(["collection", "from", "to", "source", "note"], in: node, path)
            guard let name = reader.identifier("collection", in: node, path, as: CollectionID.self),
                let from = reader.identifier("from", in: node, path, as: FieldID.self),
                let to = reader.identifier("to", in: node, path, as: FieldID.self)
            else { continue }
            let renamable = collections.values.filter {
                [.declared, .values].contains($0.origin) && $0.id != CollectionRule.explanations
            }
            guard let collection = renamable.first(where: { $0.id == name }) else {
                let known = renamable.map(\.id.rawValue)
                reader.fault(
                    "'\(name)' is not a collection of this plan; they are \(known.sorted().joined(separator: ", ")).",
                    at: node.value("collection"), "\(path).collection")
                continue
            }
            if collection.field(from) != nil {
                reader.fault(
                    "'\(from)' is still a field, so nothing was renamed.", at: node.value("from"), "\(path).from")
            }
            if renamed.contains(where: { $0.collection == name && $0.from == from }) {
                reader.fault("'\(from)' was renamed already.", at: node.value("from"), "\(path).from")
            }
            // What stood in both could not be kept.
            if renamed.contains(where: { $0.collection == name && $0.to == to }) {
                reader.fault("Another field was renamed to '\(to)' already.", at: node.value("to"), "\(path).to")
            }
            renamed.append(Plan.Renaming(collection: name, from: from, to: to))
            ends.append((node.value("to"), "\(path).to"))
        }
        for (entry, end) in zip(renamed, ends) where !endsAtField(entry, renamed, collections) {
            reader.fault("'\(entry.to)' is not a field of '\(entry.collection)'.", at: end.node, end.path)
        }
        return renamed
    }

    /// Whether a renaming, followed through later ones, comes to a field of the plan.
    private func endsAtField(
        _ entry: Plan.Renaming, _ renamed: [Plan.Renaming], _ collections: [CollectionID: CollectionRule]
    ) -> Bool {
        var name = entry.to
        // Each entry is followed at most once, so that a circle ends.
        for _ in renamed {
            if collections[entry.collection]?.field(name) != nil { return true }
            guard let next = renamed.first(where: { $0.collection == entry.collection && $0.from == name }) else {
                return false
            }
            name = next.to
        }
        return collections[entry.collection]?.field(name) != nil
    }

    /// Local time in China, which has one.
    static let chinaMinutes = 480

    /// What local time is ahead of UTC, like `+08:00`, in minutes.
    mutating func readOffset(_ node: PlanNode) -> Int? {
        guard let text = reader.optionalText("utc_offset", in: node, "periods") else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = text.first, sign == "+" || sign == "-", parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), (0...14).contains(hours), (0...59).contains(minutes)
        else {
            reader.fault(
                "'\(text)' is not an offset such as +08:00.", at: node.value("utc_offset"), "periods.utc_offset")
            return nil
        }
        return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    static func builtIn(_ elements: [FieldRule]) -> [CollectionRule] {
        func figure(_ id: FieldID, _ zh: String, _ en: String) -> FieldRule {
            FieldRule(
                id: id, name: Plan.LocalText(zh: zh, en: en), kind: .amount(decimals: 6), unit: "",
                minimum: nil, maximum: nil, filledBy: .department, department: nil, merge: .cityWins, gate: .city,
                basis: .stock)
        }
        let applies = FieldRule(
            id: TargetField.applies, name: Plan.LocalText(zh: "是否适用", en: "Applies"), kind: .flag, unit: "",
            minimum: nil, maximum: nil, filledBy: .department, department: nil, merge: .cityWins, gate: .city,
            basis: .stock)
        return [
            CollectionRule(
                id: CollectionRule.values, name: Plan.LocalText(zh: "填报数据", en: "Figures"), origin: .values,
                key: [.period], published: false, fields: elements),
            CollectionRule(
                id: CollectionRule.targets, name: Plan.LocalText(zh: "分解目标", en: "Targets"), origin: .targets,
                key: [.indicator, .beginning], published: false,
                fields: [
                    figure(TargetField.target, "目标值", "Target"),
                    figure(TargetField.baseline, "基数", "Baseline"), applies,
                ]),
            CollectionRule(
                id: CollectionRule.conflicts, name: Plan.LocalText(zh: "待裁定", en: "Conflicts"), origin: .conflicts,
                key: [.name], published: false, fields: ConflictField.rules),
            CollectionRule(
                id: CollectionRule.periods, name: Plan.LocalText(zh: "报告期", en: "Periods"), origin: .periods,
                key: [.period], published: true, fields: PeriodField.rules),
            CollectionRule(
                id: CollectionRule.submissions, name: Plan.LocalText(zh: "上报", en: "Submissions"),
                origin: .submissions, key: [.period], published: false, fields: SubmissionField.rules),
            CollectionRule(
                id: CollectionRule.explanations, name: Plan.LocalText(zh: "核实说明", en: "Explanations"),
                origin: .declared, key: [.period, .name], published: false, fields: ExplanationField.rules),
            CollectionRule(
                id: CollectionRule.rankings, name: Plan.LocalText(zh: "排名", en: "Rankings"), origin: .rankings,
                key: [.name], published: true, fields: RankingField.rules),
            CollectionRule(
                id: CollectionRule.scores, name: Plan.LocalText(zh: "得分明细", en: "Scores"), origin: .scores,
                key: [.name], published: false, fields: ScoreField.rules),
            CollectionRule(
                id: CollectionRule.revisions, name: Plan.LocalText(zh: "方案修订", en: "Revisions"),
                origin: .revisions, key: [.name], published: true, fields: RevisionField.rules),
        ]
    }
}
