/// Finds the word that a person probably meant.
package enum Spelling {
    /// The known word with the fewest different characters; `nil` when none is near.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let letters = Array(word.lowercased().prefix(64))
        let best = words.map { ($0, distance(letters, Array($0.lowercased().prefix(64)))) }.min { $0.1 < $1.1 }
        guard let (nearest, steps) = best, steps <= max(1, letters.count / 2) else { return nil }
        return nearest
    }

    /// The edit distance of Levenshtein.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let cost = letter == other[column] ? diagonal : diagonal + 1
                diagonal = row[column + 1]
                row[column + 1] = min(cost, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[other.count]
    }
}
