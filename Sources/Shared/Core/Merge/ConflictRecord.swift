// A conflict is a record of the collection `conflicts` and syncs like any other; this is how its sides
// are laid out in fields. `ours` stood on the server, `theirs` arrived, `theirs2`, `theirs3` … joined later.
// A proposal (policies city-wins, county-wins) has the same form with the state `proposal`.

/// The fields of a conflict's record.
public enum ConflictField {
    /// The record in dispute: its collection.
    public static let collection = FieldID(trusted: "collection")
    /// The record in dispute: its key.
    public static let key = FieldID(trusted: "key")
    /// The field in dispute.
    public static let field = FieldID(trusted: "field")
    /// `open`, `resolved` or `proposal`.
    public static let state = FieldID(trusted: "state")
    /// What the side had seen before its edit.
    public static let base = FieldID(trusted: "base")
    /// The state in which it began, where that is not `open`: a decision that is undone goes back there.
    public static let kind = FieldID(trusted: "kind")
    /// What the arriving side did, where it is not `set` or `clear`.
    public static let action = FieldID(trusted: "action")
    /// The decision: a side's name, or `value:` and a third value.
    ///
    /// The only field that people write.
    public static let resolution = FieldID(trusted: "resolution")

    /// The parts of a side, as `SIDE.part`.
    public enum SidePart: String, CaseIterable, Sendable {
        /// The value; absent: cleared.
        case value
        /// The change.
        case rev
        /// The device.
        case by
        /// The person.
        case author
        /// The person's clock.
        case at
        /// The person's reason.
        case note
    }

    /// The field of a side's part, like `theirs.value`.
    ///
    /// - Throws: ``IdentifierError`` for a side that is not a name.
    public static func part(_ part: SidePart, of side: String) throws(IdentifierError) -> FieldID {
        try FieldID("\(side).\(part.rawValue)")
    }

    /// The name of the side that joins after `count` arrivals: `theirs`, then `theirs2` and so on.
    public static func sideName(after count: Int) -> String { count == 0 ? "theirs" : "theirs\(count + 1)" }

    static let rules: [FieldRule] = [
        FieldRule(
            id: resolution, name: Plan.LocalText(zh: "裁定", en: "Decision"), kind: .text(maximum: 2_000), unit: "",
            minimum: nil, maximum: nil, filledBy: .both, department: nil, merge: .review, gate: .city,
            basis: .stock)
    ]
}

/// One side of a conflict.
public struct ConflictSide: Sendable, Equatable {
    /// One of `ours`, `theirs`, `theirs2` and so on.
    public let name: String
    /// The value; `nil`: the field was cleared.
    public let value: FieldValue?
    /// The change that holds it.
    public let rev: ChangeID
    /// The device.
    public let by: DeviceID
    /// The person.
    public let author: String
    /// The person's clock.
    public let at: Timestamp
    /// The person's reason.
    public let note: String?

    /// Makes a side.
    public init(
        name: String, value: FieldValue?, rev: ChangeID, by: DeviceID, author: String, at: Timestamp, note: String?
    ) {
        self.name = name
        self.value = value
        self.rev = rev
        self.by = by
        self.author = author
        self.at = at
        self.note = note
    }

    /// The side's fields and values, for the record.
    ///
    /// - Throws: ``IdentifierError`` for a name that is none.
    public func fields() throws(IdentifierError) -> [(FieldID, FieldValue)] {
        var fields: [(FieldID, FieldValue)] = []
        if let value { fields.append((try ConflictField.part(.value, of: name), value)) }
        fields.append((try ConflictField.part(.rev, of: name), .text(rev.rawValue)))
        fields.append((try ConflictField.part(.by, of: name), .text(by.rawValue)))
        fields.append((try ConflictField.part(.author, of: name), .text(author)))
        fields.append((try ConflictField.part(.at, of: name), .text(at.description)))
        if let note { fields.append((try ConflictField.part(.note, of: name), .text(note))) }
        return fields
    }
}

/// A conflict or proposal, read back from its record.
public struct ConflictRecord: Sendable, Equatable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// A person has to decide.
        case open
        /// A person has decided.
        case resolved
        /// The owner's value stands; this one is kept beside it.
        case proposal
        /// It arrived after its period was sealed: kept apart, and in only by the city's amendment.
        case late
        /// A retired device handed it in: the city takes or refuses it.
        case escrow

        /// Whether somebody has still to decide.
        public var isOpen: Bool { self == .open || self == .late || self == .escrow }
    }

    /// Its key in `conflicts`.
    public let id: String
    /// Whose record is in dispute.
    public let tenant: TenantID
    /// The place in dispute.
    public let subject: CellKey
    /// Where it stands.
    public let state: State
    /// What had stood there before the edits, if anything.
    public let base: FieldValue?
    /// The state to which it goes back when its decision is undone.
    public let kind: State
    /// What the arriving side did: `add` where its value is a number to add.
    public let action: Operation.Action
    /// The sides, `ours` first.
    public let sides: [ConflictSide]
    /// The decision, when there is one.
    public let resolution: String?

    /// Reads a conflict from its record's fields; `nil` when they are not a conflict's.
    public init?(id: String, tenant: TenantID, fields: [FieldID: FieldValue]) {
        func text(_ field: FieldID) -> String? {
            guard case .text(let text)? = fields[field] else { return nil }
            return text
        }
        guard let collection = text(ConflictField.collection).flatMap({ try? CollectionID($0) }),
            let record = text(ConflictField.key).flatMap({ try? RecordKey(collection: collection, key: $0) }),
            let field = text(ConflictField.field).flatMap({ try? FieldID($0) }),
            let state = text(ConflictField.state).flatMap({ State(rawValue: $0) })
        else { return nil }
        self.id = id
        self.tenant = tenant
        subject = CellKey(tenant: tenant, record: record, field: field)
        self.state = state
        base = fields[ConflictField.base]
        resolution = text(ConflictField.resolution)
        kind = text(ConflictField.kind).flatMap { State(rawValue: $0) } ?? .open
        action = text(ConflictField.action).flatMap { Operation.Action(rawValue: $0) } ?? .set
        var sides: [ConflictSide] = []
        var names = ["ours"]
        var arrivals = 0
        while let name = names.popLast() {
            func part(_ part: ConflictField.SidePart) -> FieldValue? {
                (try? ConflictField.part(part, of: name)).flatMap { fields[$0] }
            }
            func partText(_ side: ConflictField.SidePart) -> String? {
                guard case .text(let text)? = part(side) else { return nil }
                return text
            }
            if let rev = partText(.rev).flatMap({ try? ChangeID($0) }),
                let by = partText(.by).flatMap({ try? DeviceID($0) }),
                let at = partText(.at).flatMap({ try? Timestamp($0) })
            {
                sides.append(
                    ConflictSide(
                        name: name, value: part(.value), rev: rev, by: by, author: partText(.author) ?? "", at: at,
                        note: partText(.note)))
            } else if name != "ours" {
                break
            }
            names.append(ConflictField.sideName(after: arrivals))
            arrivals += 1
        }
        self.sides = sides
    }
}
