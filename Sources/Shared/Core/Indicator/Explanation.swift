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

    /// The indicator.
    public let indicator: Indicator
    /// What it comes to.
    public let figure: IndicatorFigure
    /// The figures that it reads: by unit, then in the order of the formula, then by period.
    public let inputs: [Input]

    /// Explains the indicator of a unit, or of the city.
    public init(_ indicator: Indicator, of tenant: TenantID, in period: Period, plan: Plan, figures: FigureTable) {
        self.indicator = indicator
        let aggregate = Aggregate(plan: plan, figures: figures)
        figure =
            tenant == .city
            ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: tenant, in: period)
        let units = plan.units.map(\.id).filter { unit in
            tenant == .city ? figures.target(unit, indicator.id, period.year)?.applies != false : unit == tenant
        }
        inputs = units.flatMap { unit in
            indicator.elements.flatMap { element in
                plan.periods(readBy: element, in: period).map { earlier in
                    let input = figures.figure(unit, earlier.id, element)
                    return Input(
                        tenant: unit, period: earlier.id, element: element, amount: input?.amount,
                        disputed: input?.disputed ?? false)
                }
            }
        }
    }

    /// The formula as a person reads it.
    public var formula: String {
        guard let denominator = indicator.denominator else { return indicator.numerator.text }
        let quotient = "\(Self.bracketed(indicator.numerator)) / \(Self.bracketed(denominator))"
        return indicator.scale == 1 ? quotient : quotient + " * \(indicator.scale)"
    }

    private static func bracketed(_ formula: Formula) -> String {
        formula.term.isSimple ? formula.text : "(\(formula.text))"
    }
}

extension Formula.Term {
    /// Whether it stands in a quotient without brackets.
    fileprivate var isSimple: Bool {
        switch self {
        case .number, .element: true
        case .sum, .difference, .product, .quotient: false
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
        return periods.all.filter { $0.year == period.year && $0.indexInYear <= period.indexInYear }
    }
}
