// What a list of the plan comes to over the records that are here. Shares are by largest remainder, so that what is
// printed adds up to 100.0.

/// The rows of a list, with what its columns and groups sum to.
public struct RecordList: Sendable {
    /// What stands in a cell.
    public enum Cell: Sendable, Equatable {
        /// A figure in the column's unit.
        case figure(Rational)
        /// A text, a day, an option, a key.
        case text(String)
        /// Yes or no.
        case flag(Bool)
        /// A set.
        case members([String])
        /// Something is missing.
        case none
    }

    /// A record.
    public struct Row: Sendable {
        /// Whose it is.
        public let tenant: TenantID
        /// The record.
        public let record: RecordKey
        /// What stands beside it, in the order of the columns.
        public let cells: [Cell]
    }

    /// Records that are counted together.
    public struct Group: Sendable, Equatable {
        /// What they have in common; `nil`: it is missing.
        public let value: String?
        /// How many there are.
        public let count: Int
        /// Their share of all, in tenths of a percent; all shares sum to 1,000.
        public let share: Int
        /// What the columns sum to, for those that are summed.
        public let sums: [Rational?]
    }

    /// The rule.
    public let rule: ListRule
    /// The records by unit, in the order of the rule.
    public let rows: [Row]
    /// Records of which it is not known whether they belong to it: a field of theirs is missing.
    public let unclear: [Row]
    /// What the columns sum to, for those that are summed; of others the median, where the plan wants it.
    public let sums: [Rational?]
    /// The groups, the largest first; a record with a set is in the group of each member.
    public let groups: [Group]

    /// Draws a list from these figures and records, as of the end of a period; `tenants`: of these alone.
    public init(
        _ rule: ListRule, plan: Plan, figures: FigureTable, period: Period, tenants: [TenantID]? = nil
    ) {
        let evaluation = FormulaEvaluation(plan: plan, figures: figures)
        var rows: [Row] = []
        var unclear: [Row] = []
        var members: [[String]: [[Rational?]]] = [:]
        for tenant in plan.tenants where tenants?.contains(tenant.id) ?? true {
            var own: [(row: Row, place: Cell, groups: [String?])] = []
            for (key, scope) in Self.scopes(rule, tenant, figures, period) {
                func cell(_ formula: Formula) -> Cell { Self.cell(evaluation.value(formula.expression, scope)) }
                let standing = rule.condition.map { evaluation.value($0.expression, scope) } ?? .flag(true)
                if standing == .flag(false) || standing == .undefined { continue }
                let row = Row(tenant: tenant.id, record: key, cells: rule.columns.map { cell($0.formula) })
                guard standing == .flag(true) else {
                    unclear.append(row)
                    continue
                }
                let groups = rule.group.map { Self.names(of: cell($0.formula)) } ?? []
                own.append((row, rule.order.map(cell) ?? .none, groups))
            }
            for (row, _, groups) in own.sorted(by: {
                Self.isBefore($0.place, $1.place) ?? ($0.row.record < $1.row.record)
            }) {
                rows.append(row)
                for group in groups { members[[group].compactMap(\.self), default: []].append(Self.figures(of: row)) }
            }
        }
        self.rule = rule
        self.rows = rows
        self.unclear = unclear
        sums = Self.sums(rule, rows.map(Self.figures))
        groups = Self.grouped(members, rule)
    }

    /// The records of a unit, or the unit itself, each with where its formulas stand.
    private static func scopes(
        _ rule: ListRule, _ tenant: Plan.Tenant, _ figures: FigureTable, _ period: Period
    ) -> [(key: RecordKey, scope: FormulaEvaluation.Scope)] {
        let scope = FormulaEvaluation.Scope(tenant: tenant.id, period: period)
        guard rule.isOfUnits else {
            return figures.records(tenant.id, rule.collection).map { record in
                var within = scope
                within.record = record
                return (record.key, within)
            }
        }
        guard tenant.id != .city, let key = try? RecordKey(collection: rule.collection, key: tenant.id.rawValue) else {
            return []
        }
        return [(key, scope)]
    }

    // MARK: Cells

    private static func cell(_ value: Evaluated) -> Cell {
        switch value {
        case .number(let figure): .figure(figure)
        case .text(let text): .text(text)
        case .flag(let flag): .flag(flag)
        case .members(let members): .members(members)
        case .missing, .undefined: .none
        }
    }

    private static func figures(of row: Row) -> [Rational?] {
        row.cells.map { if case .figure(let figure) = $0 { figure } else { nil } }
    }

    private static func names(of cell: Cell) -> [String?] {
        switch cell {
        case .figure(let figure): [figure.shown(6)]
        case .text(let text): [text]
        case .flag(let flag): [flag ? "true" : "false"]
        case .members(let members): members.isEmpty ? [nil] : members.map(\.self)
        case .none: [nil]
        }
    }

    /// `nil`: both stand alike.
    private static func isBefore(_ one: Cell, _ other: Cell) -> Bool? {
        switch (one, other) {
        case (.figure(let one), .figure(let other)): one == other ? nil : one < other
        case (.text(let one), .text(let other)): one == other ? nil : one < other
        case (.none, .none): nil
        // What is missing stands last.
        case (.none, _): false
        case (_, .none): true
        default: nil
        }
    }

    // MARK: Sums

    private static func sums(_ rule: ListRule, _ rows: [[Rational?]]) -> [Rational?] {
        rule.columns.enumerated().map { index, column in
            let figures = rows.compactMap { $0.dropFirst(index).first ?? nil }
            return switch column.total {
            case .sum: figures.reduce(.zero, +)
            case .median: Rational.median(figures)
            case nil: nil
            }
        }
    }

    private static func grouped(_ members: [[String]: [[Rational?]]], _ rule: ListRule) -> [Group] {
        let sorted = members.sorted { one, other in
            one.value.count == other.value.count
                ? (one.key.first ?? "\u{10FFFF}") < (other.key.first ?? "\u{10FFFF}")
                : one.value.count > other.value.count
        }
        let shares = LargestRemainder.shares(of: sorted.map(\.value.count), whole: 1_000)
        return zip(sorted, shares).map { entry, share in
            Group(
                value: entry.key.first, count: entry.value.count, share: share, sums: Self.sums(rule, entry.value))
        }
    }
}

/// Splits a whole by counts, so that the parts sum to it.
public enum LargestRemainder {
    /// The parts of `whole` in the order of the counts; all 0 without a count.
    ///
    /// Each gets what it is due rounded down; what is left goes to the largest remainders, the first of equal ones.
    public static func shares(of counts: [Int], whole: Int) -> [Int] {
        let total = counts.reduce(0, +)
        guard total > 0 else { return counts.map { _ in 0 } }
        let due = counts.map { ($0 * whole).quotientAndRemainder(dividingBy: total) }
        let left = whole - due.reduce(0) { $0 + $1.quotient }
        let order = zip(due.indices, due).sorted { one, other in
            one.1.remainder == other.1.remainder ? one.0 < other.0 : one.1.remainder > other.1.remainder
        }
        let favoured = Set(order.prefix(left).map(\.0))
        return zip(due.indices, due).map { $1.quotient + (favoured.contains($0) ? 1 : 0) }
    }
}
