// A conflict is a record of the collection `conflicts` and syncs like any other; this is how it is laid out in fields,
// few of them, because each travels with its own name, author and time. `ours` stood on the server, `theirs` arrived,
// `theirs2`, `theirs3` … joined later. A proposal (policies city-wins, county-wins) has the same form with the state
// `proposal`. Source: docs/protocol.md, "Conflicts".

/// The fields of a conflict's record.
public enum ConflictField {
    /// What is in dispute, as `COLLECTION/KEY/FIELD`.
    public static let about = FieldID(trusted: "about")
    /// A state and how it began, as ``ConflictRecord/State/text(from:)`` spells them.
    public static let state = FieldID(trusted: "state")
    /// What the side had seen before its edit.
    public static let base = FieldID(trusted: "base")
    /// What the arriving side did, where it is not `set` or `clear`.
    public static let action = FieldID(trusted: "action")
    /// The decision: a side's name, or `value:` and a third value.
    ///
    /// The only field that people write.
    public static let resolution = FieldID(trusted: "resolution")

    /// The field that holds a side's value; without it the side cleared the field.
    ///
    /// - Throws: ``IdentifierError`` for a side that is not a name.
    public static func value(of side: String) throws(IdentifierError) -> FieldID { try FieldID(side) }

    /// The field that says where a side comes from.
    ///
    /// - Throws: ``IdentifierError`` for a side that is not a name.
    public static func origin(of side: String) throws(IdentifierError) -> FieldID { try FieldID("\(side).from") }

    /// The name of the side that joins after `count` arrivals: `theirs`, then `theirs2` and so on.
    public static func sideName(after count: Int) -> String { count == 0 ? "theirs" : "theirs\(count + 1)" }

    /// The text of ``about``.
    public static func text(about subject: CellKey) -> String { "\(subject.record)/\(subject.field)" }

    /// What a text of ``about`` names; neither the name of a collection nor that of a field has a `/`.
    static func subject(_ text: String, of tenant: TenantID) -> CellKey? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 2, let collection = parts.first.flatMap({ try? CollectionID($0) }),
            let record = try? RecordKey(
                collection: collection, key: parts.dropFirst().dropLast().joined(separator: "/")),
            let field = parts.last.flatMap({ try? FieldID($0) })
        else { return nil }
        return CellKey(tenant: tenant, record: record, field: field)
    }

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
        var origin: [(String, String)] = [
            ("rev", rev.rawValue), ("by", by.rawValue), ("author", author), ("at", at.description),
        ]
        if let note { origin.append(("note", note)) }
        let from = (try ConflictField.origin(of: name), FieldValue.text(JSONText.object(origin)))
        guard let value else { return [from] }
        return [(try ConflictField.value(of: name), value), from]
    }

    /// Reads a side from its record's fields; `nil` where there is none of this name.
    init?(name: String, in fields: [FieldID: FieldValue]) {
        guard let origin = try? ConflictField.origin(of: name), case .text(let text)? = fields[origin],
            let members = JSONText.members(ofObject: text), let rev = members["rev"].flatMap({ try? ChangeID($0) }),
            let by = members["by"].flatMap({ try? DeviceID($0) }),
            let at = members["at"].flatMap({ try? Timestamp($0) })
        else { return nil }
        self.init(
            name: name, value: (try? ConflictField.value(of: name)).flatMap { fields[$0] }, rev: rev, by: by,
            author: members["author"] ?? "", at: at, note: members["note"])
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

        /// How a record tells it: by its name, and where it is `resolved`, behind a colon the state in which the
        /// conflict began, if that was not `open`.
        public func text(from kind: State) -> String {
            self == .resolved && kind != .open ? "\(rawValue):\(kind.rawValue)" : rawValue
        }

        /// Reads what ``text(from:)`` gives.
        public static func read(_ text: String) -> (state: State, kind: State)? {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let state = parts.first.flatMap(State.init(rawValue:)) else { return nil }
            guard parts.count > 1 else { return (state, state == .resolved ? .open : state) }
            guard state == .resolved, let kind = parts.last.flatMap(State.init(rawValue:)) else { return nil }
            return (state, kind)
        }
    }

    /// Its key in `conflicts`.
    public let id: String
    /// Whose record is in dispute.
    public let tenant: TenantID
    /// The place in dispute.
    public private(set) var subject: CellKey
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
        guard let subject = fields[ConflictField.about]?.text.flatMap({ ConflictField.subject($0, of: tenant) }),
            let standing = fields[ConflictField.state]?.text.flatMap({ State.read($0) })
        else { return nil }
        self.id = id
        self.tenant = tenant
        self.subject = subject
        (state, kind) = standing
        base = fields[ConflictField.base]
        resolution = fields[ConflictField.resolution]?.text
        action = fields[ConflictField.action]?.text.flatMap { Operation.Action(rawValue: $0) } ?? .set
        var sides = ConflictSide(name: "ours", in: fields).map { [$0] } ?? []
        var arrivals = 0
        while let side = ConflictSide(name: ConflictField.sideName(after: arrivals), in: fields) {
            sides.append(side)
            arrivals += 1
        }
        self.sides = sides
    }

    /// The same with the field in dispute under its present name.
    public func named(by plan: Plan) -> Self {
        var record = self
        record.subject = plan.currentPlace(of: subject)
        return record
    }
}
