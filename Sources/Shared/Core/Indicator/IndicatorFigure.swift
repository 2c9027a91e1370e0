// From figures and records to indicators. A ratio is always the sum of numerators over the sum of denominators, never
// a mean of ratios; what is missing is named, and zero, missing and not-applicable are three states.
// Source of the formulas: docs/plan-format.md, "completion".

/// One indicator of one unit (or of the city) in one period.
public struct IndicatorFigure: Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// There is a value.
        case known
        /// Some figure is missing: ``missing`` names it.
        case missing
        /// The city declared that it does not apply to the unit.
        case notApplicable = "not_applicable"
        /// It is not due in this period.
        case notDue = "not_due"
        /// The denominator is 0.
        case undefined
    }

    /// A figure that is not there.
    public struct Missing: Sendable, Equatable {
        /// Whose it is.
        public let tenant: TenantID
        /// What it is: an element, a field of a record, or a collection of which the unit keeps no record.
        public let element: FieldID
        /// The record that lacks it; `nil` for an element.
        public let record: RecordKey?

        init(tenant: TenantID, element: FieldID, record: RecordKey? = nil) {
            self.tenant = tenant
            self.element = element
            self.record = record
        }
    }

    /// The indicator.
    public let indicator: IndicatorID
    /// The unit, or the city.
    public let tenant: TenantID
    /// Where it stands.
    public let state: State
    /// What is counted, or stands above the line; over the units that reported.
    public let numerator: Rational?
    /// What stands below the line.
    public let denominator: Rational?
    /// The value in the indicator's unit.
    public let value: Rational?
    /// The target: the unit's of the year, or the city's.
    public let target: Rational?
    /// The part of it that is due by now.
    public let due: Rational?
    /// Achieved over due, as a factor from 0; `nil` without a target or a value.
    public let completion: Rational?
    /// What the plan's second way to the same figure comes to (`beside`); `nil` where there is none.
    public let beside: Rational?
    /// What is missing.
    public let missing: [Missing]
    /// Whether an open conflict stands about one of its inputs.
    public let disputed: Bool
    /// From which period on this target stands, where it is a version of the year's; `nil`: from its beginning.
    public var since: PeriodID?

    /// By how much the two ways to the figure differ; `nil` where they agree or one is not there.
    public var difference: Rational? {
        guard let value, let beside, value != beside else { return nil }
        return value - beside
    }
}
