/// Where an indicator comes from: its formula, and every figure that the formula reads.
///
/// The same on the server and offline; what was done to each figure is the history's business.
public struct Explanation: Sendable {
    /// One figure that the formula reads.
    public struct Input: Sendable, Equatable {
        /// Whose it is.
        public let tenant: TenantID
        /// The period for which it was filled in.
        public let period: PeriodID
        /// What it is.
        public let element: FieldID
        /// The figure; `nil`: missing.
        public let amount: Amount?
        /// Whether an open conflict stands about it.
        public let disputed: Bool

        /// Where it stands among the cells; `nil` for a period whose name is no key.
        public var place: CellKey? {
            guard let record = try? RecordKey(collection: CollectionRule.values, key: period.rawValue) else {
                return nil
            }
            return CellKey(tenant: tenant, record: record, field: element)
        }
    }

    /// One record that the formula reads.
    public struct RecordInput: Sendable {
        /// What it does to the figure.
        public enum Standing: String, Sendable {
            /// It counts.
            case counted
            /// It stands behind a record that counts.
            case supports
            /// Whether it counts is not known: a field of it is missing.
            case unclear
        }

        /// Whose it is.
        public let tenant: TenantID
        /// The record.
        public let record: RecordKey
        /// The period for which it was read.
        public let period: PeriodID
        /// What it does to the figure.
        public let standing: Standing
        /// What it adds to a sum; `nil` where records are counted.
        public let value: Rational?
        /// The fields that would have to be known.
        public let missing: [FieldID]
        /// Whether an open conflict stands about it.
        public let disputed: Bool
    }

    /// The indicator.
    public let indicator: Indicator
    /// What it comes to.
    public let figure: IndicatorFigure
    /// The figures that it reads: by unit, then in the order of the formula, then by period.
    public let inputs: [Input]
    /// The records that it reads and that count, support one that counts, or are unclear: in the same order.
    public let records: [RecordInput]

    /// Explains the indicator of a unit, or of the city.
    public init(_ indicator: Indicator, of tenant: TenantID, in period: Period, plan: Plan, figures: FigureTable) {
        self.indicator = indicator
        let aggregate = Aggregate(plan: plan, figures: figures)
        figure =
            tenant == .city
            ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: tenant, in: period)
        let units = plan.units.map(\.id).filter { unit in
            tenant == .city ? figures.target(unit, indicator.id, in: period)?.applies != false : unit == tenant
        }
        let evaluation = FormulaEvaluation(plan: plan, figures: figures, tracing: true)
        for unit in units { _ = evaluation.parts(indicator, of: unit, in: period) }
        if tenant == .city, indicator.isOfRecordsAlone { _ = evaluation.parts(indicator, of: .city, in: period) }
        (inputs, records) = Self.read(evaluation.readings, figures)
    }

    /// What was read on the way, each once.
    static func read(
        _ readings: [FormulaEvaluation.Reading], _ figures: FigureTable
    ) -> (inputs: [Input], records: [RecordInput]) {
        var inputs: [Input] = []
        var records: [RecordInput] = []
        var known: Set<String> = []
        for reading in readings {
            switch reading {
            case .element(let unit, let period, let element):
                let found = figures.figure(unit, period, element)
                let input = Input(
                    tenant: unit, period: period, element: element, amount: found?.amount,
                    disputed: found?.disputed ?? false)
                if !inputs.contains(input) { inputs.append(input) }
            case .record(let record, let unit, let period, let standing):
                let input = RecordInput(record, of: unit, in: period, standing, figures)
                let line = "\(unit) \(record) \(period) \(input.standing) \(input.value?.shown(12) ?? "")"
                if known.insert(line).inserted { records.append(input) }
            }
        }
        return (inputs, records)
    }

    /// The formula as a person reads it.
    public var formula: String {
        guard let denominator = indicator.denominator else { return indicator.numerator.text }
        let quotient = "\(Self.bracketed(indicator.numerator)) / \(Self.bracketed(denominator))"
        return indicator.scale == 1 ? quotient : quotient + " * \(indicator.scale)"
    }

    private static func bracketed(_ formula: Formula) -> String {
        formula.expression.isSimple ? formula.text : "(\(formula.text))"
    }
}

extension Explanation.RecordInput {
    fileprivate init(
        _ record: RecordKey, of tenant: TenantID, in period: PeriodID, _ standing: FormulaEvaluation.Standing,
        _ figures: FigureTable
    ) {
        self.tenant = tenant
        self.record = record
        self.period = period
        disputed = figures.record(tenant, record.collection, record.key).map { !$0.disputed.isEmpty } ?? false
        switch standing {
        case .counted(let value): (self.standing, self.value, missing) = (.counted, value, [])
        case .supports: (self.standing, value, missing) = (.supports, nil, [])
        case .unclear(let fields): (self.standing, value, missing) = (.unclear, nil, fields)
        }
    }
}

extension Indicator {
    /// The elements that it reads, each once, in the order of the formulas.
    public var elements: [FieldID] {
        let below = denominator?.elements ?? []
        return numerator.elements + below.filter { !numerator.elements.contains($0) }
    }

    /// What a quotient is multiplied with to be in the indicator's unit.
    var scale: Int { unit == "%" ? 100 : unit == "‰" ? 1_000 : 1 }
}

extension Plan {
    /// The periods whose figures an element stands for: what a period added (`increment`) is summed over the year.
    func periods(readBy element: FieldID, in period: Period) -> [Period] {
        guard field(element, of: CollectionRule.values)?.basis == .increment else { return [period] }
        return periods.year(to: period)
    }
}
