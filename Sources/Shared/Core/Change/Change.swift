/// What a person saved at once: an atomic group of operations, numbered by its device.
public struct Change: Sendable, Equatable {
    /// The idempotency key.
    public let id: ChangeID
    /// The unbroken life of the device's chain that it belongs to; issued by the server.
    public let incarnation: UInt64
    /// 1, 2, 3 … dense within the incarnation.
    public let number: UInt64
    /// base64url SHA-256 of the device's change before; empty for the first.
    public let previous: String
    /// The plan that it edits.
    public let plan: PlanID
    /// The plan's revision that its author saw.
    public let planRevision: UInt64
    /// The record's owner, when that is not the author's own tenant (only from the city).
    public let tenant: TenantID?
    /// The author's clock: a claim, shown, never a winner.
    public let at: Timestamp
    /// The person, free text.
    public let author: String
    /// Why, in the author's words.
    public let note: String?
    /// The edits; at least one.
    public let operations: [Operation]

    /// Makes a change.
    public init(
        id: ChangeID, incarnation: UInt64, number: UInt64, previous: String, plan: PlanID, planRevision: UInt64,
        tenant: TenantID?, at: Timestamp, author: String, note: String?, operations: [Operation]
    ) {
        self.id = id
        self.incarnation = incarnation
        self.number = number
        self.previous = previous
        self.plan = plan
        self.planRevision = planRevision
        self.tenant = tenant
        self.at = at
        self.author = author
        self.note = note?.isEmpty == true ? nil : note
        self.operations = operations
    }

    /// The same edits at another place in a chain; the id stays, so what was known is answered from memory.
    public func renumbered(incarnation: UInt64, number: UInt64, previous: String) -> Change {
        Change(
            id: id, incarnation: incarnation, number: number, previous: previous, plan: plan,
            planRevision: planRevision, tenant: tenant, at: at, author: author, note: note, operations: operations)
    }
}

extension Change {
    /// The same with renamed fields under their present names.
    public func present(in plan: Plan) -> Change {
        guard !plan.renamed.isEmpty else { return self }
        return Change(
            id: id, incarnation: incarnation, number: number, previous: previous, plan: self.plan,
            planRevision: planRevision, tenant: tenant, at: at, author: author, note: note,
            operations: operations.map { operation in
                Operation(
                    record: operation.record,
                    field: operation.field.map { plan.currentName(of: $0, in: operation.record.collection) },
                    action: operation.action, value: operation.value, base: operation.base, shown: operation.shown)
            })
    }
}

/// The intent to change one field; immutable once saved.
public struct Operation: Sendable, Equatable {
    /// What to do.
    public enum Action: String, Sendable, CaseIterable {
        /// Put this value there.
        case set
        /// Take the value away.
        case clear
        /// Add this number.
        case add
        /// Put a member into a set.
        case insert
        /// Take a member out of a set.
        case remove
        /// Go back on a ladder.
        case reopen
        /// Delete the record.
        case delete
        /// Undo a deletion.
        case restore
    }

    /// The record.
    public let record: RecordKey
    /// The field; `nil` only for ``Action/delete`` and ``Action/restore``.
    public let field: FieldID?
    /// What to do.
    public let action: Action
    /// The value, number or member.
    public let value: FieldValue?
    /// The change that wrote what the author saw (for `remove`: all that it saw); empty when nothing stood there.
    public let base: [ChangeID]
    /// The value that stood there, where a merge needs it.
    public let shown: FieldValue?

    /// Makes an operation.
    public init(
        record: RecordKey, field: FieldID?, action: Action, value: FieldValue?, base: [ChangeID], shown: FieldValue?
    ) {
        self.record = record
        self.field = field
        self.action = action
        self.value = value
        self.base = base
        self.shown = shown
    }
}
