/// What an operation does to a cell.
public enum MergeDecision: Sendable, Equatable {
    /// The cell takes this value.
    case write(FieldValue?, OperationResult)
    /// The owner's value is written; the other side's, which stood there, is kept as a proposal.
    case overrule(FieldValue?)
    /// The cell stays as it is.
    case keep(OperationResult)
    /// The cell stays; the value is kept beside it as a proposal.
    case propose
    /// The cell stays; both values are kept for a person.
    case conflict
    /// Nothing is stored but the fact.
    case reject(reason: String)
}

/// What became of the change that an author had seen.
public enum BaseStanding: Sendable, Equatable {
    /// It still stands.
    case current
    /// Somebody wrote since.
    case moved
    /// It was rejected, so nothing may build on it.
    case rejected
}

/// The three-way merge of one field.
///
/// Pure: the same cell, operation and policy give the same decision.
public enum Merge {
    /// Decides about an operation.
    ///
    /// `byCity`: whether the operation comes from the city's side. `theirs` is the operation's value,
    /// already in its canonical form. Source: merge rules, section 2.
    public static func decide(
        _ operation: Operation, theirs: FieldValue?, on cell: Cell?, policy: MergePolicy, standing: BaseStanding,
        byCity: Bool
    ) -> MergeDecision {
        if standing == .rejected { return .reject(reason: "builds_on_rejected") }
        let ours = cell?.value
        if operation.action == .add { return add(theirs, to: ours, policy: policy, standing: standing) }
        if policy == .max || policy == .min, theirs != nil { return extreme(theirs, ours, policy) }
        guard let cell, standing == .moved else { return .write(theirs, OperationResult(.applied)) }
        if ours == theirs { return .keep(OperationResult(.applied, reason: "same")) }
        switch policy {
        case .latest: return .write(theirs, OperationResult(.applied))
        case .review, .counter: return .conflict
        case .max, .min: return .keep(OperationResult(.merged, value: ours, reason: "superseded"))
        case .cityWins, .countyWins:
            let ownerIsCity = policy == .cityWins
            switch (byCity == ownerIsCity, cell.byCity == ownerIsCity) {
            case (true, false): return .overrule(theirs)
            case (false, true): return .propose
            // Two machines of one side: the rule says nothing about them, so a person decides.
            case (true, true), (false, false): return .conflict
            }
        }
    }

    private static func add(
        _ theirs: FieldValue?, to ours: FieldValue?, policy: MergePolicy, standing: BaseStanding
    ) -> MergeDecision {
        guard policy == .counter else { return .reject(reason: "not_a_counter") }
        guard let delta = theirs?.amount, let sum = try? (ours?.amount ?? .zero).adding(delta) else {
            return .reject(reason: "not_a_figure")
        }
        let total = FieldValue.text(sum.description)
        return .write(total, OperationResult(standing == .moved ? .merged : .applied, value: total))
    }

    /// The larger, or the smaller, whatever the order of arrival.
    private static func extreme(_ theirs: FieldValue?, _ ours: FieldValue?, _ policy: MergePolicy) -> MergeDecision {
        guard let mine = theirs?.amount else { return .reject(reason: "not_a_figure") }
        guard let current = ours?.amount else { return .write(theirs, OperationResult(.applied)) }
        if mine == current { return .keep(OperationResult(.applied, reason: "same")) }
        if policy == .max ? mine > current : mine < current { return .write(theirs, OperationResult(.applied)) }
        return .keep(OperationResult(.merged, value: ours, reason: "superseded"))
    }
}
