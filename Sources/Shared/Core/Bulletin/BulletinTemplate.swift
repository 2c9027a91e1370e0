// The texts of bulletins, as a plan declares them: lines with names in braces, loops over units, groups and targets,
// and conditions. Every name is checked when the plan is read, so that no bulletin fails when it is due; loops are over
// what is there and not deeper than four, so every text ends.

/// The text of a bulletin, with what is filled in.
public struct BulletinTemplate: Sendable, Equatable {
    /// Which of the two official forms it has.
    public enum Form: String, Sendable, CaseIterable {
        /// A numbered brief (简报): series, number, office and date above a line.
        case brief
        /// A formal notice (通报): issuer, document number, signature and date.
        case notice
    }

    /// A line with what is filled in.
    public struct Line: Sendable, Equatable {
        enum Part: Sendable, Equatable {
            case text(String)
            case name(String)
            /// The names of the units for which a condition holds.
            case names(Expression)
            /// How many units there are for which a condition holds.
            case count(Expression)
        }

        let parts: [Part]
    }

    /// A part of the body.
    indirect enum Block: Sendable, Equatable {
        case heading(Int, Line)
        case paragraph(Line)
        case row([Line])
        case loop(Scope, Expression?, [Block])
        case condition(Expression, [Block], [Block])
    }

    /// What a loop goes over, and whose names it brings.
    enum Scope: String, Sendable, CaseIterable {
        case unit
        case group
        case target
    }

    /// Its name for machines.
    public let id: String
    /// Its name for people.
    public let name: Plan.LocalText
    /// Its form.
    public let form: Form
    /// Whether what is filled in is Chinese; English otherwise.
    public let isChinese: Bool
    /// The lines above and below the body, by their names in the plan file.
    public let lines: [Field: Line]
    let body: [Block]

    /// A line above or below the body.
    public enum Field: String, Sendable, CaseIterable {
        /// The series, or the issuer's name with 文件.
        case head
        /// The number of the issue, or of the document.
        case number
        /// The office that issues it.
        case office
        /// The title.
        case title
        /// To whom it goes.
        case addressees
        /// Who signs.
        case signature
        /// To whom copies go.
        case copies
        /// Who prints it.
        case printed
    }

    static let linesMax = 400
    static let depthMax = 4

    /// The names that may stand in a text, with what each is.
    static func names(of ranking: [RankingRule.Component], in scopes: Set<Scope>) -> [String: Kind] {
        var names: [String: Kind] = [
            "plan.title": .text, "plan.number": .text, "plan.issuer": .text, "period.id": .text,
            "period.title": .text, "period.year": .number, "period.index": .number, "number": .number, "year": .number,
            "date": .text, "standing": .text, "sealed": .flag, "digest": .text, "revision": .number, "basis": .text,
            "objections.until": .text, "units": .number,
        ]
        if scopes.contains(.group) {
            names.merge(["group.id": .text, "group.name": .text, "group.units": .number]) { first, _ in first }
        }
        if scopes.contains(.target) {
            names.merge([
                "target.id": .text, "target.name": .text, "target.unit": .text, "target.value": .number,
                "target.target": .number, "target.completion": .number,
            ]) { first, _ in first }
        }
        if scopes.contains(.unit) {
            names.merge([
                "unit.id": .text, "unit.name": .text, "unit.group": .text, "unit.rank": .number, "unit.shared": .flag,
                "unit.score": .number, "unit.bonus": .number, "unit.missing": .text, "unit.disputed": .flag,
                "unit.reported": .flag, "unit.late": .number,
            ]) { first, _ in first }
            for component in ranking { names["unit.part.\(component.id)"] = .number }
        }
        return names
    }

    /// What a name stands for.
    enum Kind: String, Sendable {
        case number
        case text
        case flag
    }
}

/// Reads the texts of a template.
struct BulletinReader {
    /// Something wrong in a text.
    struct Fault: Error {
        let line: Int
        let offset: Int
        let message: String
    }

    let components: [RankingRule.Component]
    private(set) var faults: [Fault] = []
    private var lines: [String] = []
    private var position = 0

    init(components: [RankingRule.Component]) { self.components = components }

    /// One line of text.
    mutating func line(_ text: String) -> BulletinTemplate.Line {
        position = 0
        return line(text, at: 0, in: [])
    }

    /// A body of many lines.
    mutating func body(_ text: String) -> [BulletinTemplate.Block] {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        position = 0
        guard lines.count <= BulletinTemplate.linesMax else {
            fault(0, "A text has at most \(BulletinTemplate.linesMax) lines.")
            return []
        }
        let blocks = blocks(in: [], depth: 0)
        if let word = word { fault(0, "'@\(word)' stands here without its beginning.") }
        return blocks
    }

    private mutating func fault(_ offset: Int, _ message: String) {
        faults.append(Fault(line: position, offset: offset, message: message))
    }

    /// The word of a line that begins with `@`.
    private var word: String? {
        guard lines.indices.contains(position) else { return nil }
        let text = lines[position].drop { $0 == " " }
        guard text.first == "@" else { return nil }
        return String(text.dropFirst().prefix { $0.isLetter })
    }

    /// Blocks up to `@end`, `@else` or the end of the text.
    private mutating func blocks(in scopes: Set<BulletinTemplate.Scope>, depth: Int) -> [BulletinTemplate.Block] {
        var blocks: [BulletinTemplate.Block] = []
        while lines.indices.contains(position) {
            let text = lines[position]
            switch word {
            case "end", "else": return blocks
            case "for": if let loop = loop(in: scopes, depth: depth) { blocks.append(loop) }
            case "if": if let condition = condition(in: scopes, depth: depth) { blocks.append(condition) }
            case let other?:
                fault(0, "'@\(other)' is not known here; @for, @if, @else and @end are.")
                position += 1
            case nil:
                if let block = plain(text, in: scopes) { blocks.append(block) }
                position += 1
            }
        }
        return blocks
    }

    private mutating func plain(
        _ text: String, in scopes: Set<BulletinTemplate.Scope>
    ) -> BulletinTemplate.Block? {
        let trimmed = text.drop { $0 == " " }
        let offset = text.count - trimmed.count
        if trimmed.isEmpty { return nil }
        if trimmed.hasPrefix("## ") {
            return .heading(2, line(String(trimmed.dropFirst(3)), at: offset + 3, in: scopes))
        }
        if trimmed.hasPrefix("# ") {
            return .heading(1, line(String(trimmed.dropFirst(2)), at: offset + 2, in: scopes))
        }
        guard trimmed.first == "|" else { return .paragraph(line(String(trimmed), at: offset, in: scopes)) }
        var cells = trimmed.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map { String($0) }
        if cells.last?.allSatisfy({ $0 == " " }) ?? false { cells.removeLast() }
        var place = offset + 1
        var found: [BulletinTemplate.Line] = []
        for cell in cells {
            let body = cell.drop { $0 == " " }
            let text = String(String(body.reversed().drop { $0 == " " }).reversed())
            found.append(line(text, at: place + cell.count - body.count, in: scopes))
            place += cell.count + 1
        }
        return .row(found)
    }

    /// What follows a word like `@for`, and the depth that it opens.
    private mutating func opening(_ depth: Int) -> (text: String, offset: Int)? {
        let text = lines[position]
        let start = text.drop { $0 == " " }.dropFirst().drop { $0.isLetter }
        guard depth < BulletinTemplate.depthMax else {
            fault(0, "Loops and conditions are at most \(BulletinTemplate.depthMax) deep.")
            position = lines.count
            return nil
        }
        return (String(start), text.count - start.count)
    }

    private mutating func closing() {
        guard word == "end" else {
            position = min(position, max(0, lines.count - 1))
            fault(0, "'@end' is missing here.")
            position = lines.count
            return
        }
        position += 1
    }

    private mutating func loop(
        in scopes: Set<BulletinTemplate.Scope>, depth: Int
    ) -> BulletinTemplate.Block? {
        guard let (text, offset) = opening(depth) else { return nil }
        let words = text.drop { $0 == " " }
        let name = String(words.prefix { $0.isLetter })
        guard let scope = BulletinTemplate.Scope(rawValue: name) else {
            let known = BulletinTemplate.Scope.allCases.map(\.rawValue)
            let near = Spelling.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "."
            fault(offset, "'\(name)' is not one of \(known.joined(separator: ", "))\(near)")
            position = lines.count
            return nil
        }
        let inner = scopes.union([scope])
        let rest = words.dropFirst(name.count)
        let chosen = condition(String(rest), at: offset + text.count - rest.count, in: inner)
        position += 1
        let body = blocks(in: inner, depth: depth + 1)
        closing()
        return .loop(scope, chosen, body)
    }

    private mutating func condition(
        in scopes: Set<BulletinTemplate.Scope>, depth: Int
    ) -> BulletinTemplate.Block? {
        guard let (text, offset) = opening(depth) else { return nil }
        let condition = expression(text, at: offset, in: scopes)
        position += 1
        let body = blocks(in: scopes, depth: depth + 1)
        var other: [BulletinTemplate.Block] = []
        if word == "else" {
            position += 1
            other = blocks(in: scopes, depth: depth + 1)
        }
        closing()
        return condition.map { .condition($0, body, other) }
    }

    /// The condition behind `where`; `nil` where there is none.
    private mutating func condition(
        _ text: String, at offset: Int, in scopes: Set<BulletinTemplate.Scope>
    ) -> Expression? {
        let words = text.drop { $0 == " " }
        if words.isEmpty { return nil }
        guard words.hasPrefix("where ") else {
            fault(offset, "'where' with a condition, or nothing, is expected here.")
            return nil
        }
        let rest = words.dropFirst(6)
        return expression(String(rest), at: offset + text.count - rest.count, in: scopes)
    }

    // MARK: Lines

    private mutating func line(
        _ text: String, at start: Int, in scopes: Set<BulletinTemplate.Scope>
    ) -> BulletinTemplate.Line {
        var parts: [BulletinTemplate.Line.Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let offset = start + text.distance(from: text.startIndex, to: open) + 1
            guard let close = rest[open...].firstIndex(of: "}") else {
                fault(offset - 1, "The '{' that stands here is not closed.")
                return BulletinTemplate.Line(parts: parts)
            }
            let inner = String(rest[rest.index(after: open)..<close])
            if let part = part(inner, at: offset, in: scopes) { parts.append(part) }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return BulletinTemplate.Line(parts: parts)
    }

    private mutating func part(
        _ text: String, at offset: Int, in scopes: Set<BulletinTemplate.Scope>
    ) -> BulletinTemplate.Line.Part? {
        for (word, isCount) in [("names", false), ("count", true)] where text.hasPrefix(word + " ") {
            let rest = String(text.dropFirst(word.count))
            guard let chosen = condition(rest, at: offset + word.count, in: scopes.union([.unit])) else { return nil }
            return isCount ? .count(chosen) : .names(chosen)
        }
        let known = BulletinTemplate.names(of: components, in: scopes)
        guard known[text] != nil else {
            fault(offset, unknown(text, known))
            return nil
        }
        return .name(text)
    }

    private func unknown(_ name: String, _ known: [String: BulletinTemplate.Kind]) -> String {
        let all = BulletinTemplate.names(of: components, in: Set(BulletinTemplate.Scope.allCases))
        if all[name] != nil, let scope = name.split(separator: ".").first {
            return "'\(name)' is known only within '@for \(scope)'."
        }
        let near = Spelling.nearest(to: name, among: known.keys.sorted()).map { "; did you mean '\($0)'?" } ?? "."
        return "'\(name)' cannot be filled in here\(near)"
    }

    // MARK: Conditions

    private mutating func expression(
        _ text: String, at offset: Int, in scopes: Set<BulletinTemplate.Scope>
    ) -> Expression? {
        do throws(FormulaError) {
            var parser = FormulaParser(text)
            let expression = try parser.parse()
            let known = BulletinTemplate.names(of: components, in: scopes)
            guard kind(of: expression, known, offset) == .flag else {
                if !faults.contains(where: { $0.line == position }) { fault(offset, "A condition is expected here.") }
                return nil
            }
            return expression
        } catch {
            fault(offset + error.offset, error.message)
            return nil
        }
    }

    /// What an expression comes to; `nil` with a fault.
    private mutating func kind(
        of expression: Expression, _ known: [String: BulletinTemplate.Kind], _ offset: Int
    ) -> BulletinTemplate.Kind? {
        switch expression {
        case .number: return .number
        case .text: return .text
        case .flag: return .flag
        case .name(let name):
            if let kind = known[name.text] { return kind }
            fault(offset + name.offset, unknown(name.text, known))
            return nil
        case .arithmetic(_, let one, let other): return same(one, other, .number, .number, known, offset)
        case .and(let one, let other), .or(let one, let other): return same(one, other, .flag, .flag, known, offset)
        case .not(let inner): return same(inner, inner, .flag, .flag, known, offset)
        case .comparison(_, let one, let other): return same(one, other, nil, .flag, known, offset)
        case .isMissing(let inner): return kind(of: inner, known, offset).map { _ in .flag }
        case .isIn(let one, let list):
            for other in list where same(one, other, nil, .flag, known, offset) == nil { return nil }
            return .flag
        case .call, .fold, .scaled:
            fault(offset, "Functions and counts of records are not known in bulletins.")
            return nil
        }
    }

    /// What two sides of one kind come to.
    private mutating func same(
        _ one: Expression, _ other: Expression, _ wanted: BulletinTemplate.Kind?, _ result: BulletinTemplate.Kind,
        _ known: [String: BulletinTemplate.Kind], _ offset: Int
    ) -> BulletinTemplate.Kind? {
        guard let left = kind(of: one, known, offset), let right = kind(of: other, known, offset) else { return nil }
        if left == right, wanted.map({ $0 == left }) ?? true { return result }
        fault(
            offset,
            wanted == nil
                ? "A \(left.rawValue) is compared with a \(right.rawValue)."
                : "A \(wanted?.rawValue ?? "") is expected on both sides.")
        return nil
    }
}
