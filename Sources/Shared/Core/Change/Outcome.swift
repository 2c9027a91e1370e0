/// What became of an operation, or of a whole change (then the gravest of its operations').
public enum Outcome: String, Sendable, Comparable, CaseIterable {
    /// The value stands as sent.
    case applied
    /// Taken after its period was closed.
    case late
    /// The stored value differs from the sent one, by the field's declared rule.
    case merged
    /// Both values are kept for a person to decide.
    case conflict
    /// Nothing of the change is stored except the fact.
    case rejected

    private var gravity: Int {
        switch self {
        case .applied: 0
        case .late: 1
        case .merged: 2
        case .conflict: 3
        case .rejected: 4
        }
    }

    /// The graver comes later.
    public static func < (one: Outcome, other: Outcome) -> Bool { one.gravity < other.gravity }
}

/// The answer to one operation.
public struct OperationResult: Sendable, Equatable {
    /// What became of it.
    public let outcome: Outcome
    /// How the stored value reads now, when it differs from the sent one.
    public let value: FieldValue?
    /// A stable machine word: why.
    public let reason: String?
    /// The key of the record in `conflicts`, when both values are kept.
    public let conflict: String?

    /// Makes an answer.
    public init(_ outcome: Outcome, value: FieldValue? = nil, reason: String? = nil, conflict: String? = nil) {
        self.outcome = outcome
        self.value = value
        self.reason = reason
        self.conflict = conflict
    }
}

/// The answer to one change; stored with it, and given again word for word.
public struct ChangeResult: Sendable, Equatable {
    /// The change.
    public let id: ChangeID
    /// Its number in its chain.
    public let number: UInt64
    /// Its place in the tenant's order.
    public let seq: UInt64
    /// The gravest of its operations' outcomes.
    public let outcome: Outcome
    /// The operations' answers, in their order.
    public let operations: [OperationResult]

    /// Makes an answer; the outcome follows from the operations.
    public init(id: ChangeID, number: UInt64, seq: UInt64, operations: [OperationResult]) {
        self.id = id
        self.number = number
        self.seq = seq
        self.operations = operations
        outcome = operations.map(\.outcome).max() ?? .applied
    }
}
