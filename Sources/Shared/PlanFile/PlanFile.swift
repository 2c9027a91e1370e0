package import PlanSyncCore
import Yams

// A plan file is a small, strict part of YAML: maps, lists and texts. What makes YAML surprising is
// refused: anchors and aliases (a short file that unfolds into a huge one), merge keys, tags, several
// documents, keys that stand twice. Yams reads the YAML; this module turns its tree into plan nodes
// with places, and its complaints into sentences. The meaning is given by PlanReader, not here.

/// Reads the YAML of a plan file into plan nodes with their places.
package enum PlanFile {
    /// What a plan file may hold at most; far above any real plan.
    package enum Limits {
        /// The size of the text in bytes.
        package static let textBytesMax = 4 * 1_024 * 1_024
        /// Nodes: values, lists, maps and keys.
        package static let nodesMax = 200_000
        /// Maps and lists inside each other.
        package static let depthMax = 16
        /// Faults that are told at once.
        static let faultsMax = 100
        /// Keys that stand twice, of which both places are looked up.
        static let duplicatesMax = 20
        /// References to names of the file before it is refused unread.
        static let aliasesMax = 8
    }

    /// Reads a plan file; every scalar becomes text, an absent value becomes `empty`.
    ///
    /// - Throws: ``PlanFileError``: one fault for a text that is no YAML, else all faults at once, each with
    ///   its line and column.
    package static func parse(_ text: String) throws(PlanFileError) -> PlanNode {
        try refuseOversized(text)
        let hasMark = text.unicodeScalars.first == "\u{FEFF}"
        let document = try YAMLDocument.compose(hasMark ? String(text.unicodeScalars.dropFirst()) : text)
        var converter = NodeConverter(renamed: document.renamed)
        let node = withExtendedLifetime(document.parser) { document.root.map { converter.convert($0) } }
        guard let node else { throw PlanFileError([PlanFault("The file is empty.", at: SourceText.start)]) }
        guard converter.faults.isEmpty else { throw PlanFileError(converter.faults) }
        return node
    }

    private static func refuseOversized(_ text: String) throws(PlanFileError) {
        let size = text.utf8.count
        if size > Limits.textBytesMax {
            throw PlanFileError([
                PlanFault(
                    "The file has \(size) bytes; a plan file has at most \(Limits.textBytesMax).", at: SourceText.start)
            ])
        }
        if let place = SourceText(text).tooManyAliases(limit: Limits.aliasesMax) {
            throw PlanFileError([PlanFault(NodeConverter.anchorSentence, at: place)])
        }
    }
}
