import PlanSyncCore
import Yams

/// Turns the tree of a YAML text into plan nodes and collects what a plan file must not hold.
struct NodeConverter {
    static let anchorSentence =
        "Anchors and aliases (&name, *name) are not read; write the value out, or quote a text that begins so."
    static let depthSentence = "Lists and named values are nested more than \(PlanFile.Limits.depthMax) deep here."

    private let renamed: [YAMLDocument.Renamed]
    private var count = 0
    private(set) var faults: [PlanFault] = []

    init(renamed: [YAMLDocument.Renamed]) { self.renamed = renamed }

    mutating func convert(_ node: Node) -> PlanNode { convert(node, depth: 0) }

    private mutating func convert(_ node: Node, depth: Int) -> PlanNode {
        let place = place(of: node)
        guard admit(node, depth: depth, at: place) else { return PlanNode(.empty, at: place) }
        switch node {
        case .scalar(let scalar):
            let isAbsent = scalar.string.isEmpty && scalar.style == .plain
            return PlanNode(isAbsent ? .empty : .scalar(scalar.string), at: place, lead: Self.lead(of: scalar))
        case .sequence(let sequence):
            var members: [PlanNode] = []
            for member in sequence where !isFull { members.append(convert(member, depth: depth + 1)) }
            return PlanNode(.sequence(members), at: place)
        case .mapping(let mapping):
            return PlanNode(.mapping(entries(of: mapping, depth: depth)), at: place)
        case .alias:
            fault(Self.anchorSentence, at: place)
            return PlanNode(.empty, at: place)
        }
    }

    /// How far behind its place a text begins: behind a quotation mark, or on another line (`|`, `>`).
    private static func lead(of scalar: Node.Scalar) -> Int? {
        switch scalar.style {
        case .singleQuoted, .doubleQuoted: 1
        case .literal, .folded: nil
        default: 0
        }
    }

    private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [PlanNode.Entry] {
        var entries: [PlanNode.Entry] = []
        var lines: [String: Int] = [:]
        for (keyNode, value) in mapping where !isFull {
            guard let (key, place) = key(from: keyNode, depth: depth) else { continue }
            if let line = lines[key] {
                fault("'\(key)' stands twice in one group of named values; the first is on line \(line).", at: place)
                continue
            }
            lines[key] = place.line
            entries.append(PlanNode.Entry(key: key, keyPlace: place, value: convert(value, depth: depth + 1)))
        }
        return entries
    }

    private mutating func key(from node: Node, depth: Int) -> (String, PlanNode.Place)? {
        let place = place(of: node)
        guard admit(node, depth: depth, at: place) else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            fault("A name is expected before the ':'.", at: place)
            return nil
        }
        if scalar.string == "<<", scalar.style == .plain {
            fault("Merge keys (<<) are not read; write the values out.", at: place)
            return nil
        }
        for insertion in renamed where scalar.string.hasPrefix(insertion.prefix) && insertion.place == place {
            return (String(scalar.string.dropFirst(insertion.prefix.count)), place)
        }
        return (scalar.string, place)
    }

    /// Whether a node may stand in a plan file; says why not.
    private mutating func admit(_ node: Node, depth: Int, at place: PlanNode.Place) -> Bool {
        count += 1
        if count > PlanFile.Limits.nodesMax {
            fault("The file has more than \(PlanFile.Limits.nodesMax) values.", at: place)
            return false
        }
        if node.anchor != nil {
            fault(Self.anchorSentence, at: place)
            return false
        }
        let tag = Self.tagName(of: node)
        if !Self.knownTags.contains(tag) {
            fault("Tags ('\(tag)') are not read: every value of a plan file is a text.", at: place)
            return false
        }
        if depth > PlanFile.Limits.depthMax {
            fault(Self.depthSentence, at: place)
            return false
        }
        return true
    }

    private static let knownTags: Set<String> = [
        "", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
    ]

    private static func tagName(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.tag.rawValue
        case .sequence(let sequence): sequence.tag.rawValue
        case .mapping(let mapping): mapping.tag.rawValue
        case .alias: ""
        }
    }

    private var isFull: Bool { count > PlanFile.Limits.nodesMax || faults.count >= PlanFile.Limits.faultsMax }

    private mutating func fault(_ message: String, at place: PlanNode.Place) {
        if faults.count < PlanFile.Limits.faultsMax { faults.append(PlanFault(message, at: place)) }
    }

    private func place(of node: Node) -> PlanNode.Place {
        guard let mark = node.mark else { return .unknown }
        return YAMLDocument.original(PlanNode.Place(line: mark.line, column: mark.column), renamed)
    }
}
