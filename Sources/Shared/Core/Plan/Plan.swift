/// A work plan: what is collected from whom, when, and how it is judged.
///
/// Data, not code.
///
/// Made by ``PlanReader`` from a plan file; a plan that exists is valid.
public struct Plan: Sendable {
    /// The plan's name for machines.
    public let id: PlanID
    /// Its title.
    public let title: LocalText
    /// The document's number, as printed.
    public let number: String
    /// Groups of tenants that are ranked apart.
    public let groups: [Group]
    /// The city and the responsible units, in the file's order.
    public let tenants: [Tenant]
    /// The city's departments.
    public let departments: [Department]
    /// The reporting periods.
    public let periods: PeriodCalendar
    /// The kinds of record, among them the built-in ``CollectionRule/values``, targets and conflicts.
    public let collections: [CollectionID: CollectionRule]
    /// The figures with a target, in the file's order.
    public let indicators: [Indicator]
    /// The plan's numbered measures.
    public let measures: [Measure]
    /// How tenants are ranked.
    public let ranking: RankingRule
    /// Fields that had another name in an earlier revision.
    public let renamed: [Renaming]
    /// The whole file, for what is shown but not computed.
    public let document: PlanNode
    /// What has to hold of a unit's figures of a period.
    public internal(set) var checks: [CheckRule] = []
    /// What an explanation of a fault that may stand must be.
    public internal(set) var explanations = ExplanationRule()
    /// Where reports on measures and their milestones stand; `nil`: the plan does not say.
    public internal(set) var followUp: FollowUpRule?
    /// How the future is told from the past.
    public internal(set) var forecast = ForecastRule()
    /// What is taken for granted about figures from one period to the next.
    public internal(set) var plausibility = PlausibilityRule()
    /// What is due for records, and where it is claimed.
    public internal(set) var rewards = RewardBasis()
    /// The texts of bulletins.
    public internal(set) var bulletins: [BulletinTemplate] = []
    /// Which days are worked on.
    public internal(set) var workCalendar = WorkCalendar()
    /// The lists that are drawn from records.
    public internal(set) var lists: [ListRule] = []

    /// A field that has another name since some revision; edits typed under the old name follow it.
    public struct Renaming: Sendable, Equatable {
        /// The collection.
        public let collection: CollectionID
        /// The name that is no longer in the plan.
        public let from: FieldID
        /// The name now, or at a later renaming.
        public let to: FieldID
    }

    /// The present name of a field that may have been renamed since.
    public func currentName(of field: FieldID, in collection: CollectionID) -> FieldID {
        var name = field
        // Each entry is followed at most once, so that a circle ends.
        for _ in renamed {
            guard self.field(name, of: collection) == nil,
                let next = renamed.first(where: { $0.collection == collection && $0.from == name })
            else { break }
            name = next.to
        }
        return name
    }

    /// A name in the languages of the plan.
    public struct LocalText: Sendable, Equatable {
        /// Chinese, or the plan's own language.
        public let zh: String
        /// English; the other one where the file has none.
        public let en: String

        init(zh: String, en: String) {
            self.zh = zh
            self.en = en
        }
    }

    /// Tenants that are ranked together.
    public struct Group: Sendable, Equatable {
        /// Its name for machines.
        public let id: String
        /// Its name for people.
        public let name: LocalText
    }

    /// The city, or a unit that answers for its figures.
    public struct Tenant: Sendable, Equatable {
        /// Its name for machines.
        public let id: TenantID
        /// Its name for people.
        public let name: LocalText
        /// The group in which it is ranked; `nil` for the city.
        public let group: String?
        /// Where it lies on the map of tiles; `nil`: after the others.
        public let tile: Tile?
        /// The code of its area (GB/T 2260), where the plan says it.
        public let code: String?
    }

    /// A place on a map that is made of tiles of one size.
    public struct Tile: Sendable, Hashable {
        /// From the west, from 0.
        public let column: Int
        /// From the north, from 0.
        public let row: Int
    }

    /// A department of the city.
    public struct Department: Sendable, Equatable {
        /// Its name for machines.
        public let id: String
        /// Its name for people.
        public let name: LocalText
    }

    /// One numbered measure.
    public struct Measure: Sendable, Equatable {
        /// Its name for machines.
        public let id: String
        /// Its title.
        public let title: LocalText
        /// The departments that lead (牵头).
        public let lead: [String]
        /// The departments that support (配合).
        public let support: [String]

        /// Whether a department leads or supports it.
        public func concerns(_ department: String) -> Bool { lead.contains(department) || support.contains(department) }
    }

    /// The collection with this name, or `nil`.
    public func collection(_ id: CollectionID) -> CollectionRule? { collections[id] }

    /// The rule of a field, or `nil`.
    public func field(_ id: FieldID, of collection: CollectionID) -> FieldRule? { collections[collection]?.field(id) }

    /// The tenant with this name, or `nil`.
    public func tenant(_ id: TenantID) -> Tenant? { tenants.first { $0.id == id } }

    /// The indicators as they hold in a period.
    public func indicators(in period: Period) -> [Indicator] { indicators.map { $0.at(period) } }

    /// The units that report and are ranked: all tenants but the city.
    public var units: [Tenant] { tenants.filter { $0.id != .city } }
}

/// A kind of record: its key and its fields.
public struct CollectionRule: Sendable, Equatable {
    /// One part of a record's key; parts are joined by `:`.
    public enum KeyPart: Sendable, Equatable {
        /// Any name.
        case name
        /// A period of the plan.
        case period
        /// A year of the plan.
        case year
        /// A year of the plan, or a period from which on something holds.
        case beginning
        /// A measure of the plan.
        case measure
        /// An indicator of the plan.
        case indicator
        /// An 18-character unified social credit code (GB 32100-2015).
        case uscc
        /// A rule of the plan's rewards whose amount is computed.
        case reward
        /// The key of a record of a collection of the plan.
        case record(CollectionID)
    }

    /// Who makes and owns records of this kind.
    public enum Origin: Sendable, Equatable {
        /// Declared by the plan file.
        case declared
        /// The figures: the plan's elements by period.
        case values
        /// What the city asks of each unit.
        case targets
        /// Made by the server where two edits met.
        case conflicts
        /// Where each period stands; only the city's administration changes it.
        case periods
        /// Where each unit's report of a period stands.
        case submissions
        /// Published and sealed rankings; only the city's administration makes them.
        case rankings
        /// A unit's own score in a published ranking, with every component; made with the ranking.
        case scores
        /// The revisions of the plan that came in; only the city's administration makes them.
        case revisions
    }

    /// Its name for machines.
    public let id: CollectionID
    /// Its name for people.
    public let name: Plan.LocalText
    /// Where it comes from.
    public let origin: Origin
    /// The parts of a record's key.
    public let key: [KeyPart]
    /// Whether the city's records of this kind are shown to every unit.
    public let published: Bool
    /// The fields in the file's order.
    public let fields: [FieldRule]
    /// What has to hold of each record.
    public internal(set) var checks: [CheckRule] = []
    /// What no two records have in common.
    public internal(set) var unique: [UniqueRule] = []
    /// The steps that a record takes.
    public internal(set) var workflow: WorkflowRule?
    /// Whether what was entered stands: nothing is changed or deleted, only corrected by a further record.
    public internal(set) var isAppendOnly = false

    /// The rule of a field, or `nil`.
    public func field(_ id: FieldID) -> FieldRule? { fields.first { $0.id == id } }

    /// The built-in collection of figures, keyed by period.
    public static let values = CollectionID(trusted: "values")
    /// The built-in collection of unit targets, keyed by indicator and year, or the period from which a version holds.
    public static let targets = CollectionID(trusted: "targets")
    /// The built-in collection of conflicts, keyed by the server.
    public static let conflicts = CollectionID(trusted: "conflicts")
    /// The built-in collection of period states, keyed by period; the city's, shown to all.
    public static let periods = CollectionID(trusted: "periods")
    /// The built-in collection of reports, keyed by period.
    public static let submissions = CollectionID(trusted: "submissions")
    /// The built-in collection of explanations of faults that may stand, keyed by period, check and place.
    public static let explanations = CollectionID(trusted: "explanations")
    /// The built-in collection of published rankings, keyed by period or year; the city's, shown to all.
    public static let rankings = CollectionID(trusted: "rankings")
    /// The built-in collection of the units' own published scores, keyed by period or year.
    public static let scores = CollectionID(trusted: "scores")
    /// The built-in collection of plan revisions, keyed by number.
    public static let revisions = CollectionID(trusted: "revisions")
}

/// The rule of a field, or of an element that is collected by period.
public struct FieldRule: Sendable, Equatable {
    /// What a value is.
    public enum Kind: Sendable, Equatable {
        /// A decimal figure; at most this many digits after the point.
        case amount(decimals: Int)
        /// Free text of at most this many characters.
        case text(maximum: Int)
        /// A day.
        case date
        /// Yes or no.
        case flag
        /// One of these; under the policy `ladder` in rising order.
        case option([String])
        /// A set of texts, each of at most this many characters.
        case members(maximum: Int)
        /// The key of a record of this collection.
        case reference(CollectionID)
    }

    /// Whose figure it is.
    public enum FilledBy: String, Sendable, CaseIterable {
        /// The unit's own; the city may correct it.
        case county
        /// The city's alone: official statistics, denominators, targets.
        case department
        /// Either side's.
        case both
    }

    /// How a figure runs through the year.
    public enum Basis: String, Sendable, CaseIterable {
        /// Cumulative from January.
        case ytd
        /// What the period added.
        case increment
        /// As of the period's last day.
        case stock
        /// Of one season.
        case seasonal
    }

    /// Its name for machines.
    public let id: FieldID
    /// Its name for people.
    public let name: Plan.LocalText
    /// What a value is.
    public let kind: Kind
    /// The unit of a figure, as shown; empty for none.
    public let unit: String
    /// The least figure allowed.
    public let minimum: Amount?
    /// The greatest figure allowed.
    public let maximum: Amount?
    /// Whose it is.
    public let filledBy: FilledBy
    /// The department, when ``FilledBy/department``.
    public let department: String?
    /// The rule for edits that meet.
    public let merge: MergePolicy
    /// Who may go back on a ladder.
    public let gate: Gate
    /// How it runs through the year; for elements.
    public let basis: Basis
    /// What files it takes; `nil`: its members are no files.
    public internal(set) var attachment: AttachmentRule?
    /// Whether a report without it is not complete.
    public internal(set) var required = false
    /// The only roles that may write it; empty: all that may write at all.
    public internal(set) var writers: [Role] = []
    /// Whether it is about a person, so that lists show its beginning only.
    public internal(set) var isPersonal = false
    /// The names of options for people; one without a name stands for itself.
    public internal(set) var optionNames: [String: Plan.LocalText] = [:]

    /// Whose decision it is to go back on a ladder.
    public enum Gate: String, Sendable, CaseIterable {
        /// The city's.
        case city
        /// The unit's own.
        case county
    }
}

/// A figure computed from elements, with its target.
public struct Indicator: Sendable {
    /// How completion is judged (docs/plan-format.md, "indicators").
    public enum Kind: String, Sendable, CaseIterable {
        /// Sum over sum, against its value.
        case ratio
        /// A share of a whole, against its value.
        case coverage
        /// A number in force on the period's last day, against a baseline.
        case stock
        /// A number counted up in the year.
        case flow
        /// A number counted up over the plan's life, against a baseline.
        case cumulative

        /// Whether it is numerator over denominator.
        public var isRatio: Bool { self == .ratio || self == .coverage }
    }

    /// In which periods it is due.
    public enum Calendar: String, Sendable, CaseIterable {
        /// In every one.
        case everyPeriod = "every_period"
        /// In the last of a year.
        case yearly
    }

    /// The city's target.
    public struct Target: Sendable, Equatable {
        /// The figure, in the indicator's unit.
        public let value: Amount
        /// Whether less is better (`<=`).
        public let atMost: Bool
        /// By when.
        public let deadline: CalendarDate
        /// Whether it begins anew every year.
        public let yearly: Bool
    }

    /// Its name for machines.
    public let id: IndicatorID
    /// Its name for people.
    public let name: Plan.LocalText
    /// The unit of its value, as shown.
    public let unit: String
    /// How completion is judged.
    public let kind: Kind
    /// What is counted, or stands above the line.
    public let numerator: Formula
    /// What stands below the line.
    public let denominator: Formula?
    /// The city's target.
    public internal(set) var target: Target?
    /// When it is due.
    public internal(set) var calendar: Calendar
    /// The share of the year's target that is due by each period of a year, 0 to 1, never falling.
    public internal(set) var path: [Rational]
    /// Its weight in the ranking.
    public internal(set) var weight: Amount
    /// Whether it can only add to a score (力争).
    public internal(set) var stretch: Bool
    /// Whether the target can be split over units.
    public let decomposable: Bool
    /// A second way to the same figure; where the two differ, the difference is shown.
    public internal(set) var beside: Formula?
    /// The city's target split over units, where the file says so; what the city enters stands before it.
    public internal(set) var units: [TenantID: Amount] = [:]
    /// What holds of it from later periods on, in their order.
    public internal(set) var versions: [Version] = []
    /// From which period on its target stands; `nil`: from the plan's first.
    public internal(set) var targetSince: PeriodID?
    /// From which period on its weight stands; `nil`: from the plan's first.
    public internal(set) var weightSince: PeriodID?

    /// An indicator with other terms from a period on.
    public struct Version: Sendable {
        /// The period from which on they hold.
        public let from: PeriodID
        /// The indicator with them; itself without versions.
        public let indicator: Indicator
    }

    /// The indicator as it holds in a period.
    public func at(_ period: Period) -> Indicator { at(period.id) }

    func at(_ period: PeriodID) -> Indicator { versions.last { $0.from <= period }?.indicator ?? self }
}
