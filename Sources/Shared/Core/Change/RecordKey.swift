/// The name of a record within a tenant's part of a plan: its collection and its key.
public struct RecordKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The kind of record.
    public let collection: CollectionID
    /// The natural key: 1 to 128 ASCII bytes, `[A-Za-z0-9]` then `[A-Za-z0-9._:-]`.
    ///
    /// Upper case is allowed because credit codes (GB 32100-2015) and periods (`201905B`) have it.
    public let key: String

    /// Makes a record's name.
    ///
    /// - Throws: ``IdentifierError`` for a key that breaks the grammar.
    public init(collection: CollectionID, key: some StringProtocol) throws(IdentifierError) {
        let key = String(key)
        try IdentifierGrammar.check(key, maximum: 128, upperCase: true)
        self.collection = collection
        self.key = key
    }

    /// `COLLECTION/KEY`, as on the command line.
    public var description: String { "\(collection)/\(key)" }

    /// Orders by collection, then key.
    public static func < (one: RecordKey, other: RecordKey) -> Bool {
        (one.collection, one.key) < (other.collection, other.key)
    }
}

/// The place of one value: a tenant's record and its field.
public struct CellKey: Hashable, Sendable, Comparable {
    /// Whose record.
    public let tenant: TenantID
    /// The record.
    public let record: RecordKey
    /// The field.
    public let field: FieldID

    /// Makes a place.
    public init(tenant: TenantID, record: RecordKey, field: FieldID) {
        self.tenant = tenant
        self.record = record
        self.field = field
    }

    /// Orders by tenant, record, field.
    public static func < (one: CellKey, other: CellKey) -> Bool {
        (one.tenant, one.record, one.field) < (other.tenant, other.record, other.field)
    }
}
