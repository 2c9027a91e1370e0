// A text that begins like a formula is run as one by a spreadsheet that opens a CSV file (OWASP ASVS 1.2.10). An
// apostrophe before it makes it a text for every such program, and is taken away again when the file comes back.

/// Keeps texts in CSV files from being taken for formulas.
package enum FormulaGuard {
    private static let mark: Unicode.Scalar = "'"
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠",
    ]

    /// The text as it is written.
    package static func guarded(_ text: String) -> String { isDangerous(text) ? "\(mark)\(text)" : text }

    /// The text that was written; exactly one mark is taken away.
    package static func stripped(_ text: String) -> String {
        guard text.unicodeScalars.first == mark, isDangerous(text) else { return text }
        return String(text.unicodeScalars.dropFirst())
    }

    /// Whether it begins like a formula, behind any marks.
    private static func isDangerous(_ text: String) -> Bool {
        guard let scalar = text.unicodeScalars.first(where: { $0 != mark }) else { return false }
        return dangerous.contains(scalar)
    }
}
