/// What a merge must remember of a cell besides its value (merge rules, section 2: `ladder`, `members`).
public enum Lineage: Sendable, Equatable {
    /// A ladder: how often it was reopened, and the place of the change that did so last; 0: never.
    case ladder(generation: UInt64, since: UInt64)
    /// An add-wins set.
    ///
    /// `tags`: for each member the changes that inserted it and that nobody has removed. `removed`: insertions that
    /// a removal named before they arrived (only after a restored backup), so that they stay removed.
    case members(tags: [String: [ChangeID]], removed: [ChangeID])

    /// How often a ladder was reopened; 0 for everything else.
    public var generation: UInt64 {
        guard case .ladder(let generation, _) = self else { return 0 }
        return generation
    }

    /// The insertions of each member that nobody has removed; empty for everything else.
    public var tags: [String: [ChangeID]] {
        guard case .members(let tags, _) = self else { return [:] }
        return tags
    }

    /// The bytes that a store keeps: one list of texts for each line, in a fixed order.
    public var encoded: [UInt8] {
        var lines: [[String]] = []
        switch self {
        case .ladder(let generation, let since): lines = [["ladder", String(generation), String(since)]]
        case .members(let tags, let removed):
            lines = [["members"] + removed.map(\.rawValue).sorted()]
            for (member, ids) in tags.sorted(by: { $0.key < $1.key }) {
                lines.append([member] + ids.map(\.rawValue).sorted())
            }
        }
        return Array(lines.map { FieldValue.members($0).canonicalJSON }.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Reads stored bytes back; `nil` for bytes that ``encoded`` did not make.
    public init?(encoded bytes: [UInt8]) {
        var lines: [[String]] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard case .members(let texts)? = FieldValue(canonicalJSON: line) else { return nil }
            lines.append(texts)
        }
        guard let first = lines.first, let kind = first.first else { return nil }
        switch kind {
        case "ladder":
            guard first.count == 3, let generation = UInt64(first[1]), let since = UInt64(first[2]) else { return nil }
            self = .ladder(generation: generation, since: since)
        case "members":
            var tags: [String: [ChangeID]] = [:]
            for line in lines.dropFirst() {
                guard let member = line.first else { return nil }
                let ids = line.dropFirst().compactMap { try? ChangeID($0) }
                guard ids.count == line.count - 1 else { return nil }
                tags[member] = ids
            }
            let removed = first.dropFirst().compactMap { try? ChangeID($0) }
            guard removed.count == first.count - 1 else { return nil }
            self = .members(tags: tags, removed: removed)
        default: return nil
        }
    }
}
