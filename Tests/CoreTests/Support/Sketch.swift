import PlanSyncCore

/// A plan's document as a literal; its lines are counted as if every key and every member stood on its own.
indirect enum Sketch: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    case text(String)
    case list([Sketch])
    case map([(String, Sketch)])

    init(stringLiteral value: String) { self = .text(value) }

    init(arrayLiteral elements: Sketch...) { self = .list(elements) }

    init(dictionaryLiteral elements: (String, Sketch)...) { self = .map(elements) }

    var node: PlanNode {
        var line = 0
        return node(&line)
    }

    private func node(_ line: inout Int) -> PlanNode {
        switch self {
        case .text(let text): return PlanNode(.scalar(text), at: .init(line: line, column: 1))
        case .list(let members):
            let start = line
            let nodes = members.map { member -> PlanNode in
                line += 1
                return member.node(&line)
            }
            return PlanNode(.sequence(nodes), at: .init(line: start, column: 1))
        case .map(let members):
            let start = line
            let entries = members.map { key, value -> PlanNode.Entry in
                line += 1
                let place = PlanNode.Place(line: line, column: 1)
                return PlanNode.Entry(key: key, keyPlace: place, value: value.node(&line))
            }
            return PlanNode(.mapping(entries), at: .init(line: start, column: 1))
        }
    }

    /// The document with one member replaced, added, or (`nil`) taken out; a step is a key or a place in a list.
    func with(_ path: String, _ value: Sketch?) -> Sketch {
        let steps = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = steps.first else { return value ?? self }
        let rest = steps.count > 1 ? steps[1] : ""
        switch self {
        case .map(var members):
            if let index = members.firstIndex(where: { $0.0 == first }) {
                if rest.isEmpty {
                    if let value { members[index].1 = value } else { members.remove(at: index) }
                } else {
                    members[index].1 = members[index].1.with(rest, value)
                }
            } else if rest.isEmpty, let value {
                members.append((first, value))
            }
            return .map(members)
        case .list(var members):
            guard let index = Int(first) else { return self }
            if index >= members.count {
                if let value { members.append(value) }
            } else if rest.isEmpty {
                if let value { members[index] = value } else { members.remove(at: index) }
            } else {
                members[index] = members[index].with(rest, value)
            }
            return .list(members)
        case .text: return self
        }
    }
}
