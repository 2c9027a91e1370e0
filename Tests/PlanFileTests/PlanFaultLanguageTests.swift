import Foundation
import PlanSyncCore
import PlanSyncPlanFile
import Testing

/// Every fault of a plan file has its sentence in Chinese: the sources are read for their sentences.
@Suite("Plan faults in Chinese")
struct PlanFaultLanguageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files whose sentences are for clerks and have their Chinese beside them, or are no faults of a plan file.
    private static let others = [
        "FieldAdmission.swift", "KeyAdmission.swift", "Period.swift", "Attachment.swift", "Bulletin.swift",
        "PlanFault.swift", "PlanFaultChinese.swift", "PlanFaultChinese+Formulas.swift", "PlanFaultChinese+Rules.swift",
        "PlanFaultChinese+Records.swift",
    ]

    /// Sentences whose parts are translated one by one.
    private static let composed = ["'{}': {}", "'{}' takes {} value{}, not {}."]

    /// The texts in a source; what is filled in stands as `{}`, and what is joined by `+` is one.
    private func texts(of source: String) -> [String] {
        var found: [(text: String, start: String.Index, end: String.Index)] = []
        var place = source.startIndex
        while place < source.endIndex {
            if source[place...].hasPrefix("//") {
                place = source[place...].firstIndex(of: "\n") ?? source.endIndex
            } else if source[place] == "\"" {
                let start = place
                let text = literal(source, &place)
                if let last = found.last, isJoined(source[last.end..<start]) {
                    found[found.count - 1] = (last.text + text, last.start, place)
                } else {
                    found.append((text, start, place))
                }
            } else {
                place = source.index(after: place)
            }
        }
        return found.map(\.text)
    }

    private func isJoined(_ between: Substring) -> Bool { between.filter { !$0.isWhitespace } == "+" }

    /// Reads a text from its first quotation mark on.
    private func literal(_ source: String, _ place: inout String.Index) -> String {
        var text = ""
        place = source.index(after: place)
        while place < source.endIndex, source[place] != "\"" {
            if source[place...].hasPrefix("\\(") {
                place = source.index(place, offsetBy: 2)
                var depth = 1
                while place < source.endIndex, depth > 0 {
                    if source[place] == "\"" {
                        _ = literal(source, &place)
                        continue
                    }
                    if source[place] == "(" { depth += 1 }
                    if source[place] == ")" { depth -= 1 }
                    place = source.index(after: place)
                }
                text += "{}"
                continue
            }
            if source[place] == "\\" { place = source.index(after: place) }
            text.append(source[place])
            place = source.index(after: place)
        }
        if place < source.endIndex { place = source.index(after: place) }
        return text
    }

    @Test("Whatever the readers of plan files say in English, they can say in Chinese")
    func all() throws {
        var sentences = 0
        for folder in ["Core/Plan", "Core/Formula", "Core/Evidence", "Core/Bulletin", "PlanFile"] {
            let place = Self.root.appending(path: "Sources/Shared/\(folder)")
            for name in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
            where name.hasSuffix(".swift") && !Self.others.contains(name) {
                let source = try String(contentsOf: place.appending(path: name), encoding: .utf8)
                for text in texts(of: source) where isSentence(text) && !Self.composed.contains(text) {
                    sentences += 1
                    // What is filled in is a name; at the end often what was probably meant, or nothing.
                    let whole = text.hasSuffix("{}") ? String(text.dropLast(2)) + "." : text
                    let said = whole.replacing("{}", with: "x")
                    let fault = PlanFault(said, at: PlanNode.Place(line: 1, column: 1))
                    let told = fault.sentence(chinese: true)
                    #expect(told != said, "\(name): \(text)")
                }
            }
        }
        #expect(sentences > 130)
    }

    /// A sentence begins with a capital, a name in quotation marks or what is filled in, and ends like one.
    private func isSentence(_ text: String) -> Bool {
        guard text.contains(" "), let first = text.first, first.isUppercase || first == "'" || first == "{" else {
            return false
        }
        return text.hasSuffix(".") || (text.hasSuffix("{}") && text.hasPrefix("'"))
    }

    @Test("A fault in Chinese has its line, its column, the word and what was probably meant")
    func told() throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/plan-tutorial.md"), encoding: .utf8)
        let plan = try #require(
            text.components(separatedBy: "```yaml\n").dropFirst().first?
                .components(separatedBy: "\n```").first)
        func faults(_ old: String, _ new: String) throws -> [String] {
            do throws(PlanFileError) {
                _ = try PlanReader.read(try PlanFile.parse(plan.replacing(old, with: new) + "\n"))
                return []
            } catch {
                return error.faults.filter { $0.severity == .error }.map { $0.description(chinese: true) }
            }
        }
        #expect(
            try faults("numerator: planted", "numerator: plantd") == [
                "21:16: 错误: 方案没有数据项“plantd”；是不是“planted”？ (indicators[0].numerator)"
            ])
        #expect(try faults("weight: \"100\"", "weight: \"90\"").first?.contains("指标权重合计 90，应为 100。") == true)
        #expect(try faults("numerator: planted", "numerator: trees").first?.contains("公式循环引用：") == true)
        #expect(try faults("type: count", "type: cuont").contains { $0.contains("“cuont”不在其中：") })
        #expect(try faults("  - {id: east", "\t- {id: east").first?.contains("请用空格。") == true)
    }
}
