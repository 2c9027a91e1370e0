import PlanSyncCore
import Yams

/// The sentence for a text that is no YAML.
enum SyntaxFault {
    static func fault(of error: any Error, in text: SourceText) -> PlanFault {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _)?, .parser(let context, let problem, let mark, _)?,
            .composer(let context, let problem, let mark, _)?:
            let place = PlanNode.Place(line: mark.line, column: mark.column)
            if let tab = text.indentationTab(line: place.line) {
                return PlanFault("A tab stands in the indentation; indent with spaces.", at: tab)
            }
            return PlanFault(sentence(problem, since: context?.mark.line, text.scalar(at: place)), at: place)
        case .reader(_, let offset, let value, _)?:
            let place = offset.map { text.place(ofCharacter: $0) } ?? .unknown
            let code = value < 0 ? "" : " (U+\(String(value, radix: 16, uppercase: true)))"
            return PlanFault("A character\(code) that no text may hold stands here.", at: place)
        default:
            return PlanFault("The file cannot be read as YAML.", at: SourceText.start)
        }
    }

    private static func sentence(_ problem: String, since line: Int?, _ scalar: Unicode.Scalar?) -> String {
        let begun = line.map { " that begins on line \($0)" } ?? ""
        let shown = scalar.map { "'\($0)'" } ?? "This character"
        switch problem {
        case "mapping values are not allowed in this context":
            return "A ':' is not expected here: check the indentation, or quote a text that holds ': '."
        case "could not find expected ':'":
            let spot = line.map { "on line \($0)" } ?? "here"
            return "A name followed by ': ' is expected \(spot); check the indentation."
        case "did not find expected key":
            return "The group of named values\(begun) goes on here with another indentation, or a line has no 'name: '."
        case "did not find expected '-' indicator":
            return "The list\(begun) goes on here with another indentation, or a line has no '- '."
        case "block sequence entries are not allowed in this context":
            return "A '- ' is not expected here; a list begins on a line of its own."
        case "mapping keys are not allowed in this context":
            return "A '? ' is not expected here; put the text in quotation marks."
        case "did not find expected ',' or ']'":
            return "A ',' or the closing ']' of the list\(begun) is missing before this place."
        case "did not find expected ',' or '}'":
            return "A ',' or the closing '}' of the group\(begun) is missing before this place."
        case "found unexpected end of stream", "found unexpected document indicator":
            return "The text in quotation marks\(begun) is not closed."
        case "found character that cannot start any token":
            return "\(shown) cannot begin a value; put the text in quotation marks."
        case "found unknown escape character":
            return "After '\\' in quotation marks only known signs may follow; write '\\\\' for the sign itself."
        case "did not find expected node content":
            return "A value is expected here."
        case "found undefined alias": return NodeConverter.anchorSentence
        case "found undefined tag handle": return "Tags (!…!name) are not read: every value of a plan file is a text."
        case "did not find expected <document start>":
            return "The plan has ended before this place; check the indentation and the brackets above."
        case "but found another document":
            return "A second document begins here; a plan file is one document (no '---' in between)."
        default:
            if problem.hasPrefix("Maximum nesting level") { return NodeConverter.depthSentence }
            return "The YAML cannot be read here: \(problem)."
        }
    }
}
