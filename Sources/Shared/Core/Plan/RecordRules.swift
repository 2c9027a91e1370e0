// What a plan demands of its records besides their fields' types: checks, uniqueness, and the steps of a workflow.

/// A condition that has to hold, with the sentence for a person where it does not.
public struct CheckRule: Sendable, Equatable {
    /// How much a fault matters (强制性, 核实性).
    public enum Strength: String, Sendable, CaseIterable {
        /// It keeps a report from being handed in, and never keeps anything from being saved.
        case hard
        /// It may stand with an explanation.
        case soft
    }

    /// Its name for machines, unique in the plan.
    public let id: String
    /// How much a fault matters.
    public let strength: Strength
    /// What has to hold; while something that it reads is missing it is not judged.
    public let condition: Formula
    /// The sentence for a person where it does not hold.
    public let text: Plan.LocalText
    /// The fields that it reads, for the place of the fault.
    public let fields: [FieldID]
}

/// Fields that no two records have in common.
public struct UniqueRule: Sendable, Equatable {
    /// The fields: together they are given once.
    public let fields: [FieldID]
}

/// What an explanation of a soft fault must be.
public struct ExplanationRule: Sendable, Equatable {
    /// The least number of characters.
    public internal(set) var minimum = 8
    /// Texts that explain nothing.
    public internal(set) var empty: [String] = []

    /// Whether a text explains anything.
    public func accepts(_ text: String) -> Bool {
        let words = text.filter { !$0.isWhitespace && !$0.isPunctuation }
        return words.count >= minimum && !empty.contains(words)
    }
}

/// How the future is told from the past.
public struct ForecastRule: Sendable, Equatable {
    /// The method.
    public enum Method: String, Sendable, CaseIterable {
        /// The straight line through the last points, by least squares.
        case line
        /// No forecast.
        case none
    }

    /// The method.
    public internal(set) var method = Method.line
    /// How many of the last points it goes through.
    public internal(set) var points = 3
    /// From which completion on a target is ahead of the calendar.
    public internal(set) var ahead = Amount(1)
}

/// The steps that a record takes, and who may take each.
public struct WorkflowRule: Sendable, Equatable {
    /// A step.
    public struct Transition: Sendable, Equatable {
        /// From which states; empty: from any.
        public let from: [String]
        /// To which.
        public let to: String
        /// Who may take it.
        public let roles: [Role]
        /// The fields that must be filled in by then.
        public let needs: [FieldID]
        /// Whether the change must carry a reason.
        public let needsReason: Bool
        /// Its name for people.
        public let name: Plan.LocalText
    }

    /// The option that says where a record stands.
    public let field: FieldID
    /// Where a record stands that says nothing.
    public let initial: String
    /// The steps.
    public let transitions: [Transition]

    /// Why a step cannot be taken.
    public enum Fault: Error, Sendable, Equatable {
        /// There is no such step; these states can follow.
        case noSuchStep(from: String, next: [String])
        /// Others may take it.
        case otherRole([Role])
        /// These fields are not filled in.
        case needs([FieldID])
        /// It needs a reason.
        case reasonMissing
        /// A state is not taken away.
        case cleared

        /// The stable machine word.
        public var reason: String {
            switch self {
            case .noSuchStep: "no_such_step"
            case .otherRole: "step_of_other_role"
            case .needs: "step_needs_fields"
            case .reasonMissing: "note_missing"
            case .cleared: "state_not_cleared"
            }
        }
    }

    /// Whether a role may take a record from where it stands to a state.
    ///
    /// `standing`: `nil` for a record that says nothing yet. `isGiven`: whether a field is filled in.
    /// - Throws: ``Fault``.
    public func check(
        from standing: String?, to state: String?, by role: Role, hasReason: Bool, isGiven: (FieldID) -> Bool
    ) throws(Fault) {
        guard let state else { throw .cleared }
        let current = standing ?? initial
        // To say what stands is no step.
        if state == current { return }
        let steps = transitions.filter { ($0.from.isEmpty || $0.from.contains(current)) && $0.to == state }
        guard !steps.isEmpty else { throw .noSuchStep(from: current, next: next(after: current)) }
        guard let step = steps.first(where: { $0.roles.contains(role) }) else {
            throw .otherRole(steps.flatMap(\.roles).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
        let lacking = step.needs.filter { !isGiven($0) }
        guard lacking.isEmpty else { throw .needs(lacking) }
        if step.needsReason, !hasReason { throw .reasonMissing }
    }

    /// The states that can follow one.
    public func next(after state: String) -> [String] {
        transitions.filter { $0.from.isEmpty || $0.from.contains(state) }.map(\.to)
            .reduce(into: []) { if !$0.contains($1), $1 != state { $0.append($1) } }
    }

    /// The states that no step leads to.
    func unreachable(of states: [String]) -> [String] {
        var reached: Set<String> = [initial]
        var waiting = [initial]
        while let state = waiting.popLast() {
            for follower in next(after: state) where reached.insert(follower).inserted { waiting.append(follower) }
        }
        return states.filter { !reached.contains($0) }
    }
}

extension CollectionRule.KeyPart {
    /// The word for it in a plan file; of a record, the collection.
    public var rawValue: String {
        switch self {
        case .name: "name"
        case .period: "period"
        case .year: "year"
        case .beginning: "year_or_period"
        case .measure: "measure"
        case .indicator: "indicator"
        case .uscc: "uscc"
        case .reward: "reward"
        case .record(let collection): collection.rawValue
        }
    }

    /// The parts that have a word of their own.
    static let words: [CollectionRule.KeyPart] = [.name, .period, .year, .measure, .indicator, .uscc, .reward]
}
