import PlanSyncCore

/// The text of a plan file by line and column, counted as YAML counts them.
struct SourceText {
    static let start = PlanNode.Place(line: 1, column: 1)

    private let text: String

    init(_ text: String) { self.text = text }

    /// Where the place is in the text; `nil` behind its end.
    func index(of place: PlanNode.Place) -> String.Index? {
        var cursor = Cursor()
        for (index, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
            cursor.enter(scalar)
            if cursor.place == place { return index }
        }
        return nil
    }

    /// The place of a character, counted from the start of the text.
    func place(ofCharacter offset: Int) -> PlanNode.Place {
        var cursor = Cursor()
        for scalar in text.prefix(offset + 1).unicodeScalars { cursor.enter(scalar) }
        return cursor.place
    }

    /// The character at a place.
    func scalar(at place: PlanNode.Place) -> Unicode.Scalar? {
        index(of: place).map { text.unicodeScalars[$0] }
    }

    /// The first tab before the first other character of the line, if there is one.
    func indentationTab(line: Int) -> PlanNode.Place? {
        var cursor = Cursor()
        for scalar in text.unicodeScalars {
            cursor.enter(scalar)
            if cursor.place.line > line { return nil }
            guard cursor.place.line == line else { continue }
            if scalar == "\t" { return cursor.place }
            if scalar != " " { return nil }
        }
        return nil
    }

    /// The first reference (`*name`) to a name (`&name`) of the file, when there are more than `limit`.
    ///
    /// Fewer cannot unfold into much; they are refused with the tree at hand, which knows what is a text.
    func tooManyAliases(limit: Int) -> PlanNode.Place? {
        var names: Set<Substring> = []
        var references: [(name: Substring, place: PlanNode.Place)] = []
        var cursor = Cursor()
        var before: Unicode.Scalar = "\n"
        let scalars = text.unicodeScalars
        for (index, scalar) in zip(scalars.indices, scalars) {
            cursor.enter(scalar)
            defer { before = scalar }
            guard scalar == "&" || scalar == "*", Self.opens.contains(before) else { continue }
            let end = scalars[scalars.index(after: index)...].firstIndex { !Self.isNameScalar($0) } ?? scalars.endIndex
            let name = text[scalars.index(after: index)..<end]
            if name.isEmpty { continue }
            if scalar == "&" { names.insert(name) } else { references.append((name, cursor.place)) }
        }
        let known = references.filter { names.contains($0.name) }
        return known.count > limit ? known.first?.place : nil
    }

    private static let opens: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r", "[", "{", ",", ":", "-", "?"]

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// Counts lines and columns; a line ends where YAML ends it.
    private struct Cursor {
        private var line = 1
        private var column = 0
        private var ended = false
        private var afterReturn = false

        /// The place of the scalar that was entered last.
        var place: PlanNode.Place { PlanNode.Place(line: line, column: column) }

        mutating func enter(_ scalar: Unicode.Scalar) {
            if ended, !(afterReturn && scalar == "\n") {
                line += 1
                column = 0
            }
            column += 1
            afterReturn = scalar == "\r"
            ended = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
        }
    }
}
