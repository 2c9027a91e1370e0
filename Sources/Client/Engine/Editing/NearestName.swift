/// Finds the name that a person probably meant.
package enum NearestName {
    private static let lengthMax = 64

    /// The known name with the fewest different characters; `nil` when none is near.
    package static func of(_ typed: String, among known: [String]) -> String? {
        let wanted = Array(typed.lowercased().prefix(lengthMax))
        guard !wanted.isEmpty else { return nil }
        let allowed = max(1, wanted.count / 2)
        var best: (name: String, distance: Int)?
        for name in known {
            let distance = distance(wanted, Array(name.lowercased().prefix(lengthMax)))
            if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// The characters to insert, delete or replace (Levenshtein).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (line, character) in one.enumerated() {
            var diagonal = line
            row[0] = line + 1
            for (column, candidate) in other.enumerated() {
                let kept = diagonal + (character == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(kept, row[column] + 1, diagonal + 1)
            }
        }
        return row.last ?? 0
    }
}
