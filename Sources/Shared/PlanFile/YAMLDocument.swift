import PlanSyncCore
import Yams

/// A YAML text as a tree, in which no two keys of a map are equal.
///
/// Yams stops at a key that stands twice and tells only the first place. So that first one is given a
/// prefix and the text is read again: the tree then holds both, and the converter can name both places.
struct YAMLDocument {
    /// A prefix that was put before a key, where it stands in the text as it was.
    struct Renamed {
        let place: PlanNode.Place
        let key: String
        let prefix: String
    }

    let root: Node?
    let renamed: [Renamed]
    /// Keeps the names of anchors alive: nodes hold them weakly.
    let parser: Parser

    static func compose(_ text: String) throws(PlanFileError) -> YAMLDocument {
        var current = text
        var renamed: [Renamed] = []
        while true {
            do {
                let parser = try Parser(yaml: current, resolver: .basic, encoding: .utf8)
                return YAMLDocument(root: try parser.singleRoot(), renamed: renamed, parser: parser)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context)
                where renamed.count < PlanFile.Limits.duplicatesMax
            {
                let found = PlanNode.Place(line: context.mark.line, column: context.mark.column)
                let new = Renamed(
                    place: original(found, renamed), key: keys.first ?? "", prefix: "plansync-twice-\(renamed.count)-")
                let isKnown = renamed.contains { $0.place == new.place }
                guard !isKnown, let next = insert(new.prefix, at: found, in: current) else {
                    throw PlanFileError((renamed + [new]).map(twice))
                }
                renamed.append(new)
                current = next
            } catch {
                let known = renamed.map(twice)
                if case YamlError.duplicatedKeysInMapping? = error as? YamlError { throw PlanFileError(known) }
                throw PlanFileError(known + [SyntaxFault.fault(of: error, in: SourceText(current))])
            }
        }
    }

    /// The place in the text as it was, of a place in the text with the prefixes.
    static func original(_ place: PlanNode.Place, _ renamed: [Renamed]) -> PlanNode.Place {
        var column = place.column
        for insertion in renamed.filter({ $0.place.line == place.line }).sorted(by: { $0.place < $1.place }) {
            let before = column - insertion.prefix.unicodeScalars.count
            if before > insertion.place.column { column = before }
        }
        return PlanNode.Place(line: place.line, column: column)
    }

    private static func insert(_ prefix: String, at place: PlanNode.Place, in text: String) -> String? {
        guard var index = SourceText(text).index(of: place) else { return nil }
        if text.unicodeScalars[index] == "\"" || text.unicodeScalars[index] == "'" {
            index = text.unicodeScalars.index(after: index)
        }
        return String(text[..<index]) + prefix + String(text[index...])
    }

    private static func twice(_ key: Renamed) -> PlanFault {
        PlanFault("'\(key.key)' stands twice in one group of named values; this is the first.", at: key.place)
    }
}
