// A bulletin, filled in from a published ranking: every figure in it comes from there, and it says whether that is the
// preliminary or the sealed one.

/// A bulletin, ready to be set.
public struct Bulletin: Sendable, Equatable {
    /// A part of the body.
    public enum Block: Sendable, Equatable {
        /// A heading of the first or second level.
        case heading(Int, String)
        /// A paragraph.
        case paragraph(String)
        /// A table; the first row has the heads.
        case table([[String]])
    }

    /// Its form.
    public let form: BulletinTemplate.Form
    /// Whether it is Chinese.
    public let isChinese: Bool
    /// The lines above and below the body.
    public let lines: [BulletinTemplate.Field: String]
    /// The date of issue, as it is printed.
    public let date: String
    /// The body.
    public let blocks: [Block]
    /// From which ranking its figures come: a sentence with the digest.
    public let standing: String

    /// What is known of a bulletin besides its ranking.
    public struct Facts: Sendable {
        /// Where the ranking stands.
        public let state: RankingField.State
        /// The ranking's digest.
        public let digest: String
        /// The last day for objections.
        public let until: CalendarDate?
        /// The number of the issue, or of the document.
        public let number: Int
        /// The date of issue.
        public let date: CalendarDate

        /// Makes them.
        public init(state: RankingField.State, digest: String, until: CalendarDate?, number: Int, date: CalendarDate) {
            self.state = state
            self.digest = digest
            self.until = until
            self.number = number
            self.date = date
        }
    }

    /// Fills a template in.
    public init(_ template: BulletinTemplate, plan: Plan, period: Period, ranking: PublishedRanking, facts: Facts) {
        let composer = BulletinComposer(
            template: template, plan: plan, period: period, ranking: ranking, facts: facts)
        form = template.form
        isChinese = template.isChinese
        lines = template.lines.mapValues { composer.set(Self.normalised(composer.text($0, composer.whole))) }
        date = composer.day(facts.date)
        blocks = composer.blocks(template.body, composer.whole)
        standing = composer.set(composer.standing)
    }

    /// A document's number has the year in 〔〕, whatever brackets were typed (GB/T 9704-2012, 7.2.5).
    private static func normalised(_ text: String) -> String {
        var text = text
        for (open, close) in [("[", "]"), ("［", "］"), ("(", ")"), ("（", "）")] {
            guard let start = text.range(of: open), let end = text.range(of: close), start.upperBound <= end.lowerBound
            else { continue }
            let year = text[start.upperBound..<end.lowerBound]
            guard year.count == 4, year.allSatisfy({ $0.isASCII && $0.isNumber }) else { continue }
            text = text[..<start.lowerBound] + "〔" + year + "〕" + text[end.upperBound...]
        }
        return text
    }
}

extension String {
    /// Where a sign of one character stands.
    fileprivate func range(of sign: Character) -> Range<String.Index>? {
        firstIndex(of: sign).map { $0..<index(after: $0) }
    }

    fileprivate func range(of sign: String) -> Range<String.Index>? { sign.first.flatMap { range(of: $0) } }
}

/// Fills the names of a template in.
struct BulletinComposer {
    /// A value, and how it is printed.
    struct Value {
        let value: Evaluated
        let shown: String
    }

    typealias Names = [String: Value]

    let template: BulletinTemplate
    let plan: Plan
    let period: Period
    let ranking: PublishedRanking
    let facts: Bulletin.Facts

    private func say(_ zh: String, _ en: String) -> String { template.isChinese ? zh : en }

    private func say(_ name: Plan.LocalText) -> String { template.isChinese ? name.zh : name.en }

    /// A day as it is printed.
    func day(_ date: CalendarDate) -> String {
        template.isChinese ? "\(date.year)年\(date.month)月\(date.day)日" : date.description
    }

    /// From which ranking the figures come.
    var standing: String {
        switch facts.state {
        case .preliminary:
            say(
                "数据来源：\(period.titleZH)初步排名，摘要 \(facts.digest)。",
                "Figures: the preliminary ranking of \(period.id), "
                    + "digest \(facts.digest).")
        case .final:
            say(
                "数据来源：\(period.titleZH)封存排名，摘要 \(facts.digest)。",
                "Figures: the sealed ranking of \(period.id), "
                    + "digest \(facts.digest).")
        }
    }

    // MARK: Names

    private static func text(_ text: String) -> Value { Value(value: .text(text), shown: text) }

    private static func number(_ number: Int) -> Value { Value(value: .number(Rational(number)), shown: "\(number)") }

    private static func flag(_ flag: Bool) -> Value { Value(value: .flag(flag), shown: "") }

    private static func figure(_ value: Rational?, _ shown: (Rational) -> String) -> Value {
        guard let value else { return Value(value: .missing([]), shown: "—") }
        return Value(value: .number(value), shown: shown(value))
    }

    /// The names that stand everywhere.
    var whole: Names {
        let issuer: String
        if case .mapping? = plan.document.value("plan")?.value("issuer")?.content {
            let node = plan.document.value("plan")?.value("issuer")
            let word = node?.value(template.isChinese ? "zh" : "en") ?? node?.value("zh") ?? node?.value("en")
            issuer = word?.scalarText ?? ""
        } else {
            issuer = plan.document.value("plan")?.value("issuer")?.scalarText ?? ""
        }
        let basis =
            ranking.basis == .accepted ? say("已审核数据", "accepted figures") : say("已报数据", "reported figures")
        return [
            "plan.title": Self.text(say(plan.title)), "plan.number": Self.text(plan.number),
            "plan.issuer": Self.text(issuer), "period.id": Self.text(period.id.rawValue),
            "period.title": Self.text(say(period.titleZH, period.id.rawValue)),
            "period.year": Self.number(period.year), "period.index": Self.number(period.indexInYear),
            "number": Self.number(facts.number), "year": Self.number(facts.date.year),
            "date": Self.text(day(facts.date)),
            "standing": Self.text(
                facts.state == .final ? say("正式排名", "sealed ranking") : say("初步排名", "preliminary ranking")),
            "sealed": Self.flag(facts.state == .final), "digest": Self.text(facts.digest),
            "revision": Self.number(Int(clamping: ranking.revision)), "basis": Self.text(basis),
            "objections.until": Self.text(facts.until.map(day) ?? "—"), "units": Self.number(ranking.units.count),
        ]
    }

    private func names(of unit: RankedUnit) -> Names {
        let decimals = plan.ranking.decimals
        let lacking = unit.missing.reduce(into: [String]()) { names, missing in
            let name = self.name(of: missing.element)
            if !names.contains(name) { names.append(name) }
        }
        let report = unit.parts.compactMap(\.tally).first { $0.daysLate != nil }
        let isMissing = unit.missing.contains { $0.element.rawValue == CollectionRule.submissions.rawValue }
        var names: Names = [
            "unit.id": Self.text(unit.tenant.rawValue),
            "unit.name": Self.text(plan.tenant(unit.tenant).map { say($0.name) } ?? unit.tenant.rawValue),
            "unit.group": Self.text(unit.group),
            "unit.rank": Self.figure(unit.rank.map { Rational($0) }) {
                $0.shown(0) + (unit.shared ? say("（并列）", " (shared)") : "")
            },
            "unit.shared": Self.flag(unit.shared),
            "unit.score": Self.figure(unit.published.flatMap { try? Rational($0) }) { $0.rounded(decimals) },
            "unit.bonus": Self.figure(unit.stretch) { $0.rounded(decimals) },
            "unit.missing": Self.text(lacking.joined(separator: say("、", ", "))),
            "unit.disputed": Self.flag(unit.disputed), "unit.reported": Self.flag(!isMissing),
            "unit.late": Self.figure(report?.daysLate.map { Rational($0) }) { $0.shown(0) },
        ]
        for component in plan.ranking.components {
            let part = unit.parts.first { $0.id == component.id }
            let points = part.flatMap { $0.score == nil ? nil : $0.points }
            names["unit.part.\(component.id)"] = Self.figure(points) { $0.rounded(decimals) }
        }
        return names
    }

    private func name(of element: FieldID) -> String {
        if let rule = plan.field(element, of: CollectionRule.values) { return say(rule.name) }
        let collection = (try? CollectionID(element.rawValue)).flatMap { plan.collection($0) }
        return collection.map { say($0.name) } ?? element.rawValue
    }

    private func names(of group: Plan.Group) -> Names {
        [
            "group.id": Self.text(group.id), "group.name": Self.text(say(group.name)),
            "group.units": Self.number(ranking.units.filter { $0.group == group.id }.count),
        ]
    }

    private func names(of target: IndicatorFigure) -> Names {
        let indicator = plan.indicators.first { $0.id == target.indicator }
        return [
            "target.id": Self.text(target.indicator.rawValue),
            "target.name": Self.text(indicator.map { say($0.name) } ?? target.indicator.rawValue),
            "target.unit": Self.text(indicator?.unit ?? ""),
            "target.value": Self.figure(target.value) { $0.shown(2) },
            "target.target": Self.figure(target.target) { $0.shown(2) },
            "target.completion": Self.figure(target.completion.map { $0 * Rational(100) }) { $0.rounded(1) },
        ]
    }

    // MARK: Text

    /// A text as it is printed in the template's language.
    func set(_ text: String) -> String { template.isChinese ? ChinesePunctuation.set(text) : text }

    /// A line with everything filled in.
    func text(_ line: BulletinTemplate.Line, _ names: Names) -> String {
        line.parts.map { part in
            switch part {
            case .text(let text): return text
            case .name(let name): return names[name]?.shown ?? ""
            case .count(let condition): return "\(chosen(condition, names).count)"
            case .names(let condition):
                let found = chosen(condition, names).map { self.names(of: $0)["unit.name"]?.shown ?? "" }
                return found.isEmpty ? say("无", "none") : found.joined(separator: say("、", ", "))
            }
        }.joined()
    }

    private func chosen(_ condition: Expression, _ names: Names) -> [RankedUnit] {
        ranking.units.filter { holds(condition, names.merging(self.names(of: $0)) { $1 }) }
    }

    private func holds(_ condition: Expression?, _ names: Names) -> Bool {
        guard let condition else { return true }
        let found = FormulaArithmetic.value(of: condition) { name in
            names[name.text]?.value ?? .undefined
        } special: { _ in
            .undefined
        }
        return found == .flag(true)
    }

    /// The body; rows that follow each other are one table.
    func blocks(_ blocks: [BulletinTemplate.Block], _ names: Names) -> [Bulletin.Block] {
        var filled: [Bulletin.Block] = []
        for block in blocks {
            for next in self.blocks(block, names) {
                if case .table(let rows) = next, case .table(let before)? = filled.last {
                    filled[filled.count - 1] = .table(before + rows)
                } else {
                    filled.append(next)
                }
            }
        }
        return filled
    }

    private func blocks(_ block: BulletinTemplate.Block, _ names: Names) -> [Bulletin.Block] {
        switch block {
        case .heading(let level, let line): return [.heading(level, set(text(line, names)))]
        case .paragraph(let line): return [.paragraph(set(text(line, names)))]
        case .row(let cells): return [.table([cells.map { set(text($0, names)) }])]
        case .condition(let condition, let body, let other):
            return blocks(holds(condition, names) ? body : other, names)
        case .loop(let scope, let condition, let body):
            let all: [Names] =
                switch scope {
                case .unit: ranking.units.map { self.names(of: $0) }
                case .group: plan.groups.map { self.names(of: $0) }
                case .target: ranking.city.map { self.names(of: $0) }
                }
            return all.map { names.merging($0) { $1 } }.filter { holds(condition, $0) }
                .reduce(into: []) { $0 += blocks(body, $1) }
        }
    }
}

extension PlanNode {
    /// The text of a value.
    fileprivate var scalarText: String? {
        guard case .scalar(let text) = content else { return nil }
        return text
    }
}
