// A ranking as it was published: exact figures in a text of lines, so that its digest can be compared and anybody can
// work it out again. The first line names the form; every line is a word and its fields, divided by tabs; `-` stands
// for what is not there. What is shown to all has no figures of indicators (`entry`); those are in each unit's own.

/// A published ranking of a period.
public struct PublishedRanking: Sendable {
    /// Bytes of a ranking at most: it is the value of a field.
    public static let lengthMax = 65_000
    static let form = "plansync-ranking/1"

    /// The plan.
    public let plan: PlanID
    /// The plan's revision, with the weights, targets and paths that counted.
    public let revision: UInt64
    /// The period.
    public let period: PeriodID
    /// Which figures counted.
    public let basis: RankingRule.Basis
    /// The units in the order of their groups and ranks.
    public let units: [RankedUnit]
    /// The indicators of the whole city.
    public let city: [IndicatorFigure]

    /// Ranks the units of a period by figures that count on the plan's basis.
    public init(_ plan: Plan, revision: UInt64, in period: Period, figures: FigureTable) {
        self.plan = plan.id
        self.revision = revision
        self.period = period.id
        basis = plan.ranking.basis
        units = Ranking(plan: plan, figures: figures).units(in: period)
        let aggregate = Aggregate(plan: plan, figures: figures)
        city = plan.indicators.map { aggregate.cityFigure($0, in: period) }
    }

    /// The text that is shown to all.
    public var text: String { text(of: units, isDetailed: false) + city.map { Self.line("city", $0) }.joined() }

    /// The text of one unit with every component; `nil` for one that is not ranked.
    public func text(of tenant: TenantID) -> String? {
        units.first { $0.tenant == tenant }.map { text(of: [$0], isDetailed: true) }
    }

    /// The digest of the whole: of what is shown to all and of every unit's own.
    public func digest(_ cryptography: any Cryptography) -> String {
        Self.digest(text, units.sorted { $0.tenant < $1.tenant }.compactMap { self.text(of: $0.tenant) }, cryptography)
    }

    /// The digest of a ranking's text and of its units' texts, by unit.
    public static func digest(_ text: String, _ units: [String], _ cryptography: any Cryptography) -> String {
        let parts = ([text] + units).map { Base64URL.encode(cryptography.sha256(Array($0.utf8))) }
        return Base64URL.encode(cryptography.sha256(Array(parts.joined(separator: "\n").utf8)))
    }

    /// The units that differ from another ranking: in rank or score, or in any component where both tell them.
    public func differences(from other: PublishedRanking) -> [TenantID] {
        let all = Set(units.map(\.tenant)).union(other.units.map(\.tenant))
        return all.sorted().filter { tenant in
            let sides = [self, other].map { side in
                side.units.first { $0.tenant == tenant }.map { side.lines(of: $0, isDetailed: false) }
            }
            return sides[0] != sides[1]
        }
    }

    // MARK: Writing

    private func text(of units: [RankedUnit], isDetailed: Bool) -> String {
        var text = "\(Self.form)\n"
        text += "plan\t\(plan)\t\(revision)\n"
        text += "period\t\(period)\t\(basis.rawValue)\n"
        for unit in units { text += lines(of: unit, isDetailed: isDetailed) }
        return text
    }

    private func lines(of unit: RankedUnit, isDetailed: Bool) -> String {
        var text = Self.line(
            "unit", unit.tenant.rawValue, unit.group, unit.rank.map(String.init), unit.shared ? "shared" : nil,
            unit.published, unit.score?.fraction, unit.stretch.fraction, unit.disputed ? "disputed" : nil)
        for part in unit.parts {
            text += Self.line(
                "part", part.id, part.score?.fraction, part.points.fraction, part.tally?.achieved.fraction,
                part.tally?.expected.fraction, part.tally?.daysLate.map(String.init), part.tally?.handedIn)
            if isDetailed { for entry in part.entries { text += Self.line("entry", entry) } }
        }
        if isDetailed { for entry in unit.bonus { text += Self.line("bonus", entry) } }
        for missing in unit.missing { text += Self.line("missing", missing) }
        return text
    }

    /// `also`: a last field that is written only where it is there.
    private static func line(_ fields: String?..., also: String? = nil) -> String {
        (fields.map { $0 ?? "-" } + [also].compactMap(\.self)).joined(separator: "\t") + "\n"
    }

    private static func line(_ word: String, _ missing: IndicatorFigure.Missing) -> String {
        line(
            word, missing.tenant.rawValue, missing.element.rawValue, missing.record?.collection.rawValue,
            missing.record?.key)
    }

    private static func line(_ word: String, _ entry: RankedUnit.Entry) -> String {
        line(word, entry.weight.fraction, entry.counted.fraction, entry.points.fraction) + line("figure", entry.figure)
    }

    private static func line(_ word: String, _ figure: IndicatorFigure) -> String {
        line(
            word, figure.indicator.rawValue, figure.tenant.rawValue, figure.state.rawValue,
            figure.numerator?.fraction, figure.denominator?.fraction, figure.value?.fraction, figure.target?.fraction,
            figure.due?.fraction, figure.completion?.fraction, figure.beside?.fraction,
            figure.disputed ? "disputed" : nil, also: figure.since?.rawValue)
            + figure.missing.map { line("lacks", $0) }.joined()
    }
}

// MARK: Reading

extension PublishedRanking {
    /// A text that is no ranking.
    public struct Fault: Error, Sendable, Equatable {
        /// The line, from 1.
        public let line: Int
    }

    /// Reads a ranking, or a unit's own part of it.
    ///
    /// - Throws: ``Fault`` at the first line that is not understood.
    public init(text: some StringProtocol) throws(Fault) {
        var reader = RankingLines(text)
        try reader.read()
        guard let plan = reader.plan, let period = reader.period, let basis = reader.basis else {
            throw Fault(line: 1)
        }
        self.plan = plan
        self.period = PeriodID(trusted: period)
        self.basis = basis
        revision = reader.revision
        units = reader.units
        city = reader.city
    }

    /// The same with the components of a unit that are told in its own text.
    public func detailed(by own: PublishedRanking) -> PublishedRanking {
        var copy = units
        for unit in own.units {
            guard let index = copy.firstIndex(where: { $0.tenant == unit.tenant }) else { continue }
            copy[index] = unit
        }
        return PublishedRanking(self, units: copy)
    }

    private init(_ other: PublishedRanking, units: [RankedUnit]) {
        plan = other.plan
        revision = other.revision
        period = other.period
        basis = other.basis
        city = other.city
        self.units = units
    }
}

/// Reads a ranking line by line.
private struct RankingLines {
    private let lines: [[String]]
    private var position = 0
    private(set) var plan: PlanID?
    private(set) var revision: UInt64 = 0
    private(set) var period: String?
    private(set) var basis: RankingRule.Basis?
    private(set) var units: [RankedUnit] = []
    private(set) var city: [IndicatorFigure] = []

    init(_ text: some StringProtocol) {
        lines = String(text).split(separator: "\n").map { (line: Substring) in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
        }
    }

    mutating func read() throws(PublishedRanking.Fault) {
        guard lines.first == [PublishedRanking.form] else { throw fault }
        position = 1
        while let word = next?.first {
            switch word {
            case "plan":
                plan = field(1).flatMap { try? PlanID($0) }
                revision = field(2).flatMap { UInt64($0) } ?? 0
                position += 1
            case "period":
                period = field(1)
                basis = field(2).flatMap(RankingRule.Basis.init)
                position += 1
            case "unit": units.append(try unit())
            case "city": city.append(try figure("city"))
            default: throw fault
            }
        }
    }

    private var fault: PublishedRanking.Fault { PublishedRanking.Fault(line: position + 1) }

    private var next: [String]? { lines.indices.contains(position) ? lines[position] : nil }

    /// A field of the line at hand; `nil` for one that is not there.
    private func field(_ index: Int) -> String? {
        guard let next, next.indices.contains(index), next[index] != "-" else { return nil }
        return next[index]
    }

    private func rational(_ index: Int) throws(PublishedRanking.Fault) -> Rational? {
        guard let text = field(index) else { return nil }
        guard let value = Rational(fraction: text) else { throw fault }
        return value
    }

    private func required(_ index: Int) throws(PublishedRanking.Fault) -> Rational {
        guard let value = try rational(index) else { throw fault }
        return value
    }

    private mutating func unit() throws(PublishedRanking.Fault) -> RankedUnit {
        guard let tenant = field(1).flatMap({ try? TenantID($0) }), let group = field(2) else { throw fault }
        let (rank, shared, published) = (field(3).flatMap { Int($0) }, field(4) != nil, field(5))
        let (score, stretch, disputed) = (try rational(6), try required(7), field(8) != nil)
        position += 1
        var parts: [RankedUnit.Part] = []
        while next?.first == "part" { parts.append(try part()) }
        var bonus: [RankedUnit.Entry] = []
        while next?.first == "bonus" { bonus.append(try entry()) }
        let missing = try missing("missing")
        return RankedUnit(
            tenant: tenant, group: group, rank: rank, shared: shared, score: score, published: published, parts: parts,
            stretch: stretch, bonus: bonus, missing: missing, disputed: disputed)
    }

    private mutating func part() throws(PublishedRanking.Fault) -> RankedUnit.Part {
        guard let id = field(1) else { throw fault }
        let (score, points) = (try rational(2), try required(3))
        var tally: RankedUnit.Tally?
        if let achieved = try rational(4), let expected = try rational(5) {
            tally = RankedUnit.Tally(
                achieved: achieved, expected: expected, daysLate: field(6).flatMap { Int($0) }, handedIn: field(7))
        }
        position += 1
        var entries: [RankedUnit.Entry] = []
        while next?.first == "entry" { entries.append(try entry()) }
        return RankedUnit.Part(id: id, score: score, points: points, entries: entries, tally: tally)
    }

    private mutating func entry() throws(PublishedRanking.Fault) -> RankedUnit.Entry {
        let (weight, counted, points) = (try required(1), try required(2), try required(3))
        position += 1
        return RankedUnit.Entry(figure: try figure("figure"), weight: weight, counted: counted, points: points)
    }

    private mutating func figure(_ word: String) throws(PublishedRanking.Fault) -> IndicatorFigure {
        guard next?.first == word, let indicator = field(1).flatMap({ try? IndicatorID($0) }),
            let tenant = field(2).flatMap({ try? TenantID($0) }),
            let state = field(3).flatMap(IndicatorFigure.State.init)
        else { throw fault }
        var figures: [Rational?] = []
        for index in 4...10 { figures.append(try rational(index)) }
        let disputed = field(11) != nil
        let since = field(12).map { PeriodID(trusted: $0) }
        position += 1
        return IndicatorFigure(
            indicator: indicator, tenant: tenant, state: state, numerator: figures[0], denominator: figures[1],
            value: figures[2], target: figures[3], due: figures[4], completion: figures[5], beside: figures[6],
            missing: try missing("lacks"), disputed: disputed, since: since)
    }

    private mutating func missing(_ word: String) throws(PublishedRanking.Fault) -> [IndicatorFigure.Missing] {
        var found: [IndicatorFigure.Missing] = []
        while next?.first == word {
            guard let tenant = field(1).flatMap({ try? TenantID($0) }),
                let element = field(2).flatMap({ try? FieldID($0) })
            else { throw fault }
            var record: RecordKey?
            if let collection = field(3).flatMap({ try? CollectionID($0) }), let key = field(4) {
                record = try? RecordKey(collection: collection, key: key)
            }
            found.append(IndicatorFigure.Missing(tenant: tenant, element: element, record: record))
            position += 1
        }
        return found
    }
}
