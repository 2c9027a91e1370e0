/// Reads the members of plan nodes and collects every fault with its place, like a compiler.
///
/// A reader never stops at the first mistake: what cannot be read gives `nil` and a fault.
struct PlanNodeReader {
    private(set) var faults: [PlanFault] = []

    var hasErrors: Bool { faults.contains { $0.severity == .error } }

    mutating func fault(
        _ message: String, at node: PlanNode?, _ path: String, severity: PlanFault.Severity = .error
    ) {
        faults.append(PlanFault(message, at: node?.place ?? .unknown, path: path, severity: severity))
    }

    /// Names members that nothing reads: nearly always a typing error.
    mutating func allow(_ keys: [String], in node: PlanNode, _ path: String) {
        guard case .mapping(let entries) = node.content else { return }
        for entry in entries where !keys.contains(entry.key) {
            let near = Spelling.nearest(to: entry.key, among: keys).map { "; did you mean '\($0)'?" } ?? "."
            faults.append(PlanFault("'\(entry.key)' is not known here\(near)", at: entry.keyPlace, path: path))
        }
    }

    mutating func required(_ key: String, in node: PlanNode, _ path: String) -> PlanNode? {
        guard case .mapping = node.content else {
            fault("Named values are expected here (\(key): …), not \(node.kindName).", at: node, path)
            return nil
        }
        guard let value = node.value(key) else {
            fault("'\(key)' is missing.", at: node, path)
            return nil
        }
        return value
    }

    mutating func text(_ key: String, in node: PlanNode, _ path: String) -> String? {
        guard let value = required(key, in: node, path) else { return nil }
        return scalar(value, "\(path).\(key)")
    }

    mutating func optionalText(_ key: String, in node: PlanNode, _ path: String) -> String? {
        guard let value = node.value(key), value.content != .empty else { return nil }
        return scalar(value, "\(path).\(key)")
    }

    mutating func scalar(_ node: PlanNode, _ path: String) -> String? {
        guard case .scalar(let text) = node.content else {
            fault("A text is expected here, not \(node.kindName).", at: node, path)
            return nil
        }
        return text
    }

    mutating func identifier<Kind>(
        _ key: String, in node: PlanNode, _ path: String, as type: Identifier<Kind>.Type
    ) -> Identifier<Kind>? {
        guard let value = required(key, in: node, path), let text = scalar(value, "\(path).\(key)") else { return nil }
        do {
            return try Identifier<Kind>(text)
        } catch {
            fault("'\(text)': \(error.sentence)", at: value, "\(path).\(key)")
            return nil
        }
    }

    mutating func amount(
        _ key: String, in node: PlanNode, _ path: String, range: ClosedRange<Amount>? = nil
    ) -> Amount? {
        guard let value = node.value(key) else { return nil }
        guard let text = scalar(value, "\(path).\(key)") else { return nil }
        guard let amount = try? Amount(text) else {
            fault("'\(text)' is not a figure; a decimal such as 12 or 0.5 is expected.", at: value, "\(path).\(key)")
            return nil
        }
        if let range, !range.contains(amount) {
            fault(
                "\(amount) is out of range; \(range.lowerBound) to \(range.upperBound) is expected.", at: value,
                "\(path).\(key)")
            return nil
        }
        return amount
    }

    mutating func whole(
        _ key: String, in node: PlanNode, _ path: String, range: ClosedRange<Int>
    ) -> Int? {
        guard let value = node.value(key) else { return nil }
        guard let text = scalar(value, "\(path).\(key)") else { return nil }
        guard let number = Int(text), range.contains(number) else {
            fault(
                "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound).", at: value,
                "\(path).\(key)")
            return nil
        }
        return number
    }

    mutating func date(_ key: String, in node: PlanNode, _ path: String) -> CalendarDate? {
        guard let value = required(key, in: node, path), let text = scalar(value, "\(path).\(key)") else { return nil }
        guard let date = try? CalendarDate(text) else {
            fault("'\(text)' is not a day; YYYY-MM-DD is expected.", at: value, "\(path).\(key)")
            return nil
        }
        return date
    }

    mutating func flag(_ key: String, in node: PlanNode, _ path: String, default standard: Bool) -> Bool {
        guard let value = node.value(key) else { return standard }
        switch scalar(value, "\(path).\(key)") {
        case "true"?: return true
        case "false"?: return false
        case let text?:
            fault("'\(text)' is not true or false.", at: value, "\(path).\(key)")
            return standard
        case nil: return standard
        }
    }

    /// One of the declared words; `standard` when the member is absent (`nil`: it must be there).
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, in node: PlanNode, _ path: String, default standard: Choice?
    ) -> Choice? where Choice.RawValue == String {
        guard let value = node.value(key) else {
            if standard == nil { fault("'\(key)' is missing.", at: node, path) }
            return standard
        }
        guard let text = scalar(value, "\(path).\(key)") else { return standard }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        let near = Spelling.nearest(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
        fault(
            "'\(text)' is not one of \(words.joined(separator: ", "))\(near)\(near.isEmpty ? "." : "")", at: value,
            "\(path).\(key)")
        return standard
    }

    mutating func localText(_ key: String, in node: PlanNode, _ path: String) -> Plan.LocalText? {
        guard let value = required(key, in: node, path) else { return nil }
        return localText(value, "\(path).\(key)")
    }

    /// A name for people: a text, or one for each language.
    mutating func localText(_ value: PlanNode, _ path: String) -> Plan.LocalText? {
        if case .scalar(let text) = value.content { return Plan.LocalText(zh: text, en: text) }
        allow(["zh", "en"], in: value, path)
        let zh = optionalText("zh", in: value, path)
        let en = optionalText("en", in: value, path)
        guard let some = zh ?? en else {
            fault("A name in Chinese (zh) or English (en) is expected.", at: value, path)
            return nil
        }
        return Plan.LocalText(zh: zh ?? some, en: en ?? some)
    }

    /// The members of a list; empty when the key is absent.
    mutating func list(_ key: String, in node: PlanNode, _ path: String) -> [(node: PlanNode, path: String)] {
        guard let value = node.value(key), value.content != .empty else { return [] }
        guard case .sequence(let members) = value.content else {
            fault("A list is expected here, not \(value.kindName).", at: value, "\(path).\(key)")
            return []
        }
        let prefix = path.isEmpty ? key : "\(path).\(key)"
        return members.enumerated().map { ($0.element, "\(prefix)[\($0.offset)]") }
    }

    mutating func words(_ key: String, in node: PlanNode, _ path: String) -> [(text: String, node: PlanNode)] {
        var words: [(String, PlanNode)] = []
        for (member, place) in list(key, in: node, path) {
            if let text = scalar(member, place) { words.append((text, member)) }
        }
        return words
    }

    /// Says where a name was used before; returns whether it is new.
    mutating func isNew(
        _ name: String, _ seen: inout [String: PlanNode.Place], at node: PlanNode, _ path: String
    ) -> Bool {
        if let first = seen[name] {
            fault("'\(name)' is used twice; the first is on line \(first.line).", at: node, path)
            return false
        }
        seen[name] = node.place
        return true
    }
}
