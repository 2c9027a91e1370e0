/// What an operation does to a cell.
public enum MergeDecision: Sendable, Equatable {
    /// The cell takes this value, and remembers this besides.
    case write(FieldValue?, Lineage?, OperationResult)
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
    /// Somebody went back on the ladder since.
    case reopened
    /// It was rejected, so nothing may build on it.
    case rejected
}

/// An operation on its way into a cell, with all that its merge needs.
public struct MergeCase: Sendable {
    /// The operation.
    public let operation: Operation
    /// Its value in its canonical form.
    public let theirs: FieldValue?
    /// The change that it belongs to.
    public let change: ChangeID
    /// The change's place in the tenant's order.
    public let seq: UInt64
    /// The change's note: the reason for going back on a ladder.
    public let note: String?
    /// Whether it comes from the city's side.
    public let byCity: Bool
    /// The field's rule.
    public let rule: FieldRule
    /// What became of what its author had seen.
    public let standing: BaseStanding

    /// Makes a case.
    public init(
        operation: Operation, theirs: FieldValue?, change: ChangeID, seq: UInt64, note: String?, byCity: Bool,
        rule: FieldRule, standing: BaseStanding
    ) {
        self.operation = operation
        self.theirs = theirs
        self.change = change
        self.seq = seq
        self.note = note
        self.byCity = byCity
        self.rule = rule
        self.standing = standing
    }
}

/// The three-way merge of one field.
///
/// Pure: the same cell, operation and rule give the same decision. Source: merge rules, section 2.
public enum Merge {
    /// Decides about an operation.
    public static func decide(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        if merge.standing == .rejected { return .reject(reason: "builds_on_rejected") }
        let policy = merge.rule.merge
        switch merge.operation.action {
        case .add: return policy == .counter ? add(merge, to: cell) : .reject(reason: "not_a_counter")
        case .insert, .remove: return policy == .members ? members(merge, on: cell) : .reject(reason: "not_a_set")
        case .reopen: return policy == .ladder ? reopen(merge, on: cell) : .reject(reason: "not_a_ladder")
        case .delete, .restore: return .reject(reason: "action_unsupported")
        case .set, .clear: break
        }
        switch policy {
        case .members: return .reject(reason: "members_one_by_one")
        // To take the stage away is to go back.
        case .ladder: return merge.theirs == nil ? .reject(reason: "ladder_goes_back") : climb(merge, on: cell)
        case .max where merge.theirs != nil, .min where merge.theirs != nil: return extreme(merge, on: cell)
        case .counter: return total(merge, on: cell)
        default: return register(merge, on: cell)
        }
    }

    // MARK: Registers

    private static func register(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        guard let cell, merge.standing != .current || !hasSeen(cell, merge) else {
            return write(merge.theirs, on: cell)
        }
        // What was taken is taken, and be it with the same figure.
        if merge.rule.merge == .first { return .reject(reason: "first_stands") }
        if cell.value == merge.theirs { return .keep(OperationResult(.applied, reason: "same")) }
        switch merge.rule.merge {
        case .latest: return write(merge.theirs, on: cell)
        case .first: return .reject(reason: "first_stands")
        case .review, .counter, .members, .ladder: return .conflict
        case .max, .min: return superseded(by: cell)
        case .text: return text(merge, on: cell)
        case .cityWins, .countyWins:
            let ownerIsCity = merge.rule.merge == .cityWins
            switch (merge.byCity == ownerIsCity, cell.byCity == ownerIsCity) {
            case (true, false): return .overrule(merge.theirs)
            case (false, true): return .propose
            // Two machines of one side: the rule says nothing about them, so a person decides.
            case (true, true), (false, false): return .conflict
            }
        }
    }

    private static func write(_ value: FieldValue?, on cell: Cell?) -> MergeDecision {
        .write(value, cell?.lineage, OperationResult(.applied))
    }

    private static func superseded(by cell: Cell) -> MergeDecision {
        .keep(OperationResult(.merged, value: cell.value, reason: "superseded"))
    }

    private static func text(_ merge: MergeCase, on cell: Cell) -> MergeDecision {
        guard case .text(let ours)? = cell.value, case .text(let theirs)? = merge.theirs,
            case .text(let base)? = merge.operation.shown,
            let merged = TextMerge.merge(base: base, ours: ours, theirs: theirs)
        else { return .conflict }
        // Two texts that fit may be too long together.
        if case .text(let maximum) = merge.rule.kind, merged.count > maximum { return .conflict }
        if merged == ours { return .keep(OperationResult(.merged, value: cell.value, reason: "contained")) }
        let isOwn = merged == theirs
        return .write(.text(merged), cell.lineage, OperationResult(isOwn ? .applied : .merged, value: .text(merged)))
    }

    // MARK: Figures

    private static func add(_ merge: MergeCase, to cell: Cell?) -> MergeDecision {
        guard let delta = merge.theirs?.amount, let sum = try? (cell?.value?.amount ?? .zero).adding(delta) else {
            return .reject(reason: "not_a_figure")
        }
        let total = FieldValue.text(sum.description)
        return .write(
            total, cell?.lineage, OperationResult(merge.standing == .current ? .applied : .merged, value: total))
    }

    /// A total that was copied from paper counts as the difference to what its author saw, so it fits only on that.
    private static func total(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        guard let cell, merge.standing == .current else { return register(merge, on: cell) }
        return hasSeen(cell, merge) || cell.value == merge.theirs ? write(merge.theirs, on: cell) : .conflict
    }

    /// Whether the author saw the value that stands, where its rev does not say so.
    ///
    /// An own add or text that was merged with another's has the author's rev, and a value that the author never saw.
    private static func hasSeen(_ cell: Cell, _ merge: MergeCase) -> Bool {
        guard merge.rule.merge.mixes, let shown = merge.operation.shown else { return true }
        return merge.rule.merge == .counter ? shown.amount == cell.value?.amount : shown == cell.value
    }

    /// The larger, or the smaller, whatever the order of arrival.
    private static func extreme(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        guard let mine = merge.theirs?.amount else { return .reject(reason: "not_a_figure") }
        guard let cell, let current = cell.value?.amount else { return write(merge.theirs, on: cell) }
        if mine == current { return .keep(OperationResult(.applied, reason: "same")) }
        return (merge.rule.merge == .max ? mine > current : mine < current)
            ? write(merge.theirs, on: cell) : superseded(by: cell)
    }

    // MARK: Sets

    private static func members(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        guard case .text(let member)? = merge.theirs else { return .reject(reason: "other_kind") }
        var set = MemberSet(cell?.lineage)
        if merge.operation.action == .insert {
            let isIn = set.insert(member, by: merge.change)
            let result = isIn ? OperationResult(.applied, value: set.value) : removedBefore(set)
            return .write(set.value, set.lineage, result)
        }
        set.remove(member, seen: merge.operation.base)
        // Somebody else put it in as well, and the remover had not seen that.
        let survives = set.tags[member] != nil
        return .write(
            set.value, set.lineage,
            OperationResult(survives ? .merged : .applied, value: set.value, reason: survives ? "add_wins" : nil))
    }

    private static func removedBefore(_ set: MemberSet) -> OperationResult {
        OperationResult(.merged, value: set.value, reason: "removed_before")
    }

    // MARK: Ladders

    /// The further stage stands, whatever the order of arrival.
    private static func climb(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        guard let mine = rank(merge.theirs, merge.rule) else { return .reject(reason: "not_an_option") }
        guard let cell else { return .write(merge.theirs, firstLadder, OperationResult(.applied)) }
        // Its author had not seen that somebody went back.
        if merge.standing == .reopened { return superseded(by: cell) }
        guard let current = rank(cell.value, merge.rule) else {
            return .write(merge.theirs, cell.lineage ?? firstLadder, OperationResult(.applied))
        }
        if mine == current { return .keep(OperationResult(.applied, reason: "same")) }
        return mine > current
            ? .write(merge.theirs, cell.lineage ?? firstLadder, OperationResult(.applied)) : superseded(by: cell)
    }

    private static func reopen(_ merge: MergeCase, on cell: Cell?) -> MergeDecision {
        let isGate = merge.byCity == (merge.rule.gate == .city)
        guard isGate else { return .reject(reason: "not_your_gate") }
        guard merge.note != nil else { return .reject(reason: "reopen_needs_reason") }
        guard let mine = rank(merge.theirs, merge.rule) else { return .reject(reason: "not_an_option") }
        guard let cell, let current = rank(cell.value, merge.rule) else { return .reject(reason: "nothing_to_reopen") }
        guard merge.standing == .current else { return .conflict }
        guard mine < current else { return .reject(reason: "not_back") }
        let generation = (cell.lineage?.generation ?? 0) + 1
        return .write(
            merge.theirs, .ladder(generation: generation, since: merge.seq), OperationResult(.applied))
    }

    private static let firstLadder = Lineage.ladder(generation: 0, since: 0)

    /// A stage's place on the ladder.
    private static func rank(_ value: FieldValue?, _ rule: FieldRule) -> Int? {
        guard case .text(let stage)? = value, case .option(let stages) = rule.kind else { return nil }
        return stages.firstIndex(of: stage)
    }
}

extension FieldRule {
    /// Whether a value may take another's place by the field's rule alone: always, but for `max`, `min`, `ladder`.
    public func isFurther(_ value: FieldValue?, than other: FieldValue?) -> Bool {
        switch merge {
        case .max, .min:
            guard let mine = value?.amount, let current = other?.amount else { return true }
            return merge == .max ? mine > current : mine < current
        case .ladder:
            guard case .option(let stages) = kind, case .text(let mine)? = value, case .text(let current)? = other,
                let rank = stages.firstIndex(of: mine), let stands = stages.firstIndex(of: current)
            else { return true }
            return rank > stands
        default: return true
        }
    }
}
