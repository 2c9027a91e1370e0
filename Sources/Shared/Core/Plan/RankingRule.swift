/// How tenants are ranked (docs/plan-format.md, "ranking").
public struct RankingRule: Sendable, Equatable {
    /// Which figures count.
    public enum Basis: String, Sendable, CaseIterable {
        /// All that were reported.
        case reported
        /// Only those that the city accepted.
        case accepted
    }

    /// A part of the score.
    public struct Component: Sendable, Equatable {
        /// What it measures.
        public enum Kind: String, Sendable, CaseIterable {
            /// Weighted completion of the indicators.
            case indicators
            /// Reports in time.
            case timeliness
            /// Milestones of measures.
            case milestones
        }

        /// Its name for machines.
        public let id: String
        /// Its name for people.
        public let name: Plan.LocalText
        /// What it measures.
        public let kind: Kind
        /// Its share of the score.
        public internal(set) var share: Amount
        /// For timeliness: credit for a report that came this many days late, in order.
        public let credit: [Credit]
        /// For milestones: what is achieved, and what is due.
        public internal(set) var tally: Tally?
    }

    /// What a part of the score is counted from, besides indicators.
    public struct Tally: Sendable, Equatable {
        /// What counts as achieved.
        public let achieved: Formula
        /// What is due; where it is 0, nothing is.
        public let expected: Formula
    }

    /// How units object to a ranking before it is sealed.
    public struct Objections: Sendable, Equatable {
        /// The collection of the objections: records of the units, answered by the city.
        public let collection: CollectionID
        /// The states in which one waits for its answer.
        public let open: [String]
        /// Working days from the publication to the end of the window.
        public let days: Int
    }

    /// How the year is judged from its rankings and the final state of the targets.
    public struct YearEnd: Sendable, Equatable {
        /// The share of the mean of the year's scores.
        public let periods: Amount
        /// The share of the final completion.
        public let final: Amount
        /// The most that one indicator's final completion may count, as a factor.
        public let cap: Amount
    }

    /// Other shares of the components from a period on.
    public struct ShareChange: Sendable, Equatable {
        /// The period.
        public let from: PeriodID
        /// The share of each component.
        public let shares: [String: Amount]
    }

    /// Credit for a report that is late by at most some days.
    public struct Credit: Sendable, Equatable {
        /// The days; `nil`: however late.
        public let daysLate: Int?
        /// The credit, 0 to 1.
        public let credit: Amount
    }

    /// Which figures count.
    public let basis: Basis
    /// The digits after the point of a published score.
    public let decimals: Int
    /// The most that one indicator's completion may count, as a factor.
    public let completionCap: Amount
    /// The parts of the score.
    public let components: [Component]
    /// The shares of the components from later periods on, in their order.
    public internal(set) var changes: [ShareChange] = []
    /// The most points that stretch goals may add.
    public let stretchMaximum: Amount
    /// How units object before a ranking is sealed; `nil`: it is sealed with its period, without a window.
    public internal(set) var objections: Objections?
    /// How the year is judged; `nil`: it is not.
    public internal(set) var yearEnd: YearEnd?

    /// The components with the shares that they have in a period.
    public func components(in period: Period) -> [Component] {
        guard let change = changes.last(where: { $0.from <= period.id }) else { return components }
        return components.map { component in
            var component = component
            component.share = change.shares[component.id] ?? component.share
            return component
        }
    }
}
