// The three-way merge of narrative texts: by line, and within lines that both sides touched by runs of characters
// (graphemes, so that no Chinese or combined character is torn). Source of the method: diff3, as analysed by Khanna,
// Kunal and Pierce, "A Formal Investigation of Diff3" (2007).

/// The three-way merge of texts.
public enum TextMerge {
    /// The steps that a comparison may take; two texts that differ more are left to a person.
    static let stepsMax = 1_000_000

    /// The text with both sides' edits; `nil` where they overlap, or differ too much to be compared.
    public static func merge(base: String, ours: String, theirs: String) -> String? {
        if ours == theirs || theirs == base { return ours }
        if ours == base { return theirs }
        let merged = merge(lines(base), lines(ours), lines(theirs)) { base, ours, theirs in
            // Lines that both sides touched are compared by run of characters.
            merge(runs(base.joined()), runs(ours.joined()), runs(theirs.joined())) { _, _, _ in nil }
        }
        return merged?.joined()
    }

    /// The lines with their ends, so that they join to the text again.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for character in text {
            line.append(character)
            if character.isNewline {
                lines.append(line)
                line = ""
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// The characters, but figures and Latin words whole: half of one and half of another make one that nobody wrote.
    private static func runs(_ text: String) -> [String] {
        var runs: [String] = []
        var isWord = false
        for character in text {
            let isPoint = isWord && ".,．".contains(character)
            let goesOn = isPoint || character.isWholeNumber || character.isASCII && character.isLetter
            if goesOn, isWord, let last = runs.popLast() {
                runs.append(last + String(character))
            } else {
                runs.append(String(character))
            }
            isWord = goesOn
        }
        return runs
    }

    /// Merges sequences; where both sides changed the same place, `settle` may still find a common result.
    private static func merge<Element: Hashable>(
        _ base: [Element], _ ours: [Element], _ theirs: [Element],
        settle: ([Element], [Element], [Element]) -> [Element]?
    ) -> [Element]? {
        guard let toOurs = matches(base, ours), let toTheirs = matches(base, theirs) else { return nil }
        var merged: [Element] = []
        var place = (base: 0, ours: 0, theirs: 0)
        while true {
            // The next element that all three have.
            var anchor = place.base
            while anchor < base.count, toOurs[anchor] == nil || toTheirs[anchor] == nil { anchor += 1 }
            let isEnd = anchor == base.count
            let oursEnd = isEnd ? ours.count : toOurs[anchor] ?? ours.count
            let theirsEnd = isEnd ? theirs.count : toTheirs[anchor] ?? theirs.count
            let was = Array(base[place.base..<anchor])
            let mine = Array(ours[place.ours..<oursEnd])
            let yours = Array(theirs[place.theirs..<theirsEnd])
            if mine == yours || yours == was {
                merged += mine
            } else if mine == was {
                merged += yours
            } else if let settled = settle(was, mine, yours) {
                merged += settled
            } else {
                return nil
            }
            if isEnd { return merged }
            merged.append(base[anchor])
            place = (anchor + 1, oursEnd + 1, theirsEnd + 1)
        }
    }

    /// For each element of `one` its partner in `other` in a longest common subsequence; `nil` if that is too far.
    private static func matches<Element: Hashable>(_ one: [Element], _ other: [Element]) -> [Int?]? {
        var partners: [Int?] = Array(repeating: nil, count: one.count)
        var start = 0
        while start < one.count, start < other.count, one[start] == other[start] {
            partners[start] = start
            start += 1
        }
        var ends = (one.count, other.count)
        while ends.0 > start, ends.1 > start, one[ends.0 - 1] == other[ends.1 - 1] {
            ends = (ends.0 - 1, ends.1 - 1)
            partners[ends.0] = ends.1
        }
        let rows = ends.0 - start
        let columns = ends.1 - start
        guard rows > 0, columns > 0 else { return partners }
        let (steps, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, steps <= stepsMax else { return nil }
        // The length of the longest common subsequence of the rests, for each pair of places.
        let width = columns + 1
        var lengths = [Int32](repeating: 0, count: (rows + 1) * width)
        for row in stride(from: rows - 1, through: 0, by: -1) {
            for column in stride(from: columns - 1, through: 0, by: -1) {
                lengths[row * width + column] =
                    one[start + row] == other[start + column]
                    ? lengths[(row + 1) * width + column + 1] + 1
                    : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
            }
        }
        var row = 0
        var column = 0
        while row < rows, column < columns {
            if one[start + row] == other[start + column] {
                partners[start + row] = start + column
                row += 1
                column += 1
            } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
                row += 1
            } else {
                column += 1
            }
        }
        return partners
    }
}
