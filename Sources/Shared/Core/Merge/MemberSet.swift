// The set of the policy `members`: an insertion is known by its change, and a removal takes away the insertions that
// its author had seen, so an insertion that the remover had not seen survives (an observed-remove set: Shapiro and
// others, "A comprehensive study of Convergent and Commutative Replicated Data Types", 2011).

/// An add-wins set.
struct MemberSet {
    private(set) var tags: [String: [ChangeID]]
    private(set) var removed: [ChangeID]

    init(_ lineage: Lineage?) {
        guard case .members(let tags, let removed)? = lineage else {
            (tags, removed) = ([:], [])
            return
        }
        self.tags = tags
        self.removed = removed
    }

    var lineage: Lineage { .members(tags: tags, removed: removed) }

    /// The members, sorted by bytes; `nil` for none.
    var value: FieldValue? {
        tags.isEmpty ? nil : .members(tags.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Puts a member in; `false` when its removal came before it.
    mutating func insert(_ member: String, by change: ChangeID) -> Bool {
        if let index = removed.firstIndex(of: change) {
            removed.remove(at: index)
            return false
        }
        if tags[member]?.contains(change) != true { tags[member, default: []].append(change) }
        return true
    }

    /// Takes out the insertions of a member that were seen; those that have not arrived yet are remembered.
    mutating func remove(_ member: String, seen: [ChangeID]) {
        let present = tags[member] ?? []
        let rest = present.filter { !seen.contains($0) }
        tags[member] = rest.isEmpty ? nil : rest
        for change in seen where !present.contains(change) && !removed.contains(change) { removed.append(change) }
    }
}
