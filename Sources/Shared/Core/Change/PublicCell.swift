/// A cell as those who may see it are told: what travels in a pull and lies in a replica.
public struct PublicCell: Sendable, Equatable {
    /// Its place.
    public let key: CellKey
    /// Its value; `nil`: cleared.
    public let value: FieldValue?
    /// The change that wrote it.
    public let rev: ChangeID
    /// The place, in the tenant's journal, of the change that last touched it.
    public let seq: UInt64
    /// The device.
    public let by: DeviceID
    /// The person, a claim.
    public let author: String
    /// The person's clock, a claim.
    public let at: Timestamp
    /// Whether its record was deleted; then it has no value and leaves the replica.
    public let deleted: Bool
    /// How often a ladder was reopened.
    public let generation: UInt64
    /// For a set of members: the changes that inserted each, sorted; what a `remove` has to name.
    public let tags: [String: [ChangeID]]

    /// Makes a cell.
    public init(
        key: CellKey, value: FieldValue?, rev: ChangeID, seq: UInt64, by: DeviceID, author: String, at: Timestamp,
        deleted: Bool = false, generation: UInt64 = 0, tags: [String: [ChangeID]] = [:]
    ) {
        self.key = key
        self.value = value
        self.rev = rev
        self.seq = seq
        self.by = by
        self.author = author
        self.at = at
        self.deleted = deleted
        self.generation = generation
        self.tags = tags
    }

    /// What may be told of the server's cell at a place.
    public init(_ key: CellKey, _ cell: Cell) {
        self.init(
            key: key, value: cell.deleted ? nil : cell.value, rev: cell.rev, seq: cell.seq, by: cell.by,
            author: cell.author, at: cell.at, deleted: cell.deleted, generation: cell.lineage?.generation ?? 0,
            tags: (cell.lineage?.tags ?? [:]).mapValues { $0.sorted() })
    }

    /// The bytes that ``ScopeDigest`` is made of.
    public var digestBytes: [UInt8] {
        var digest = CellDigestBytes()
        digest.append(key.tenant.rawValue)
        digest.append(key.record.collection.rawValue)
        digest.append(key.record.key)
        digest.append(key.field.rawValue)
        digest.append(value?.canonicalJSON ?? [])
        digest.append(rev.rawValue)
        digest.append(String(seq))
        digest.append(by.rawValue)
        digest.append(author)
        digest.append(at.description)
        digest.append(String(generation))
        digest.append(tags)
        return digest.bytes
    }
}

/// The members of a cell in the order of ``PublicCell/digestBytes``, each with its length in front.
public struct CellDigestBytes: Sendable {
    /// What was put in.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() { bytes.reserveCapacity(256) }

    /// Begins anew, with the same memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Puts a text in.
    public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Puts bytes in.
    public mutating func append(_ part: some Collection<UInt8>) {
        let length = UInt32(clamping: part.count)
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> UInt32(shift)))
        }
        bytes.append(contentsOf: part)
    }

    /// Puts the members of a set in, with the changes that inserted each.
    public mutating func append(_ tags: [String: [ChangeID]]) {
        for (member, ids) in tags.sorted(by: { $0.key < $1.key }) {
            append(member)
            for id in ids { append(id.rawValue) }
        }
    }
}

/// An order-free sum over the cells of a scope: equal for equal sets of cells, kept up to date cell by cell.
///
/// It finds damage, not attackers: whoever can write the file can also write a fitting sum.
public struct ScopeDigest: Sendable, Equatable {
    private var lanes: (UInt64, UInt64) = (0, 0)
    /// How many cells are in it.
    public private(set) var cells: UInt64 = 0

    /// The sum over nothing.
    public init() {}

    /// Reads what ``text`` gave; `nil` for anything else.
    public init?(text: String) {
        guard let bytes = Base64URL.decode(text), bytes.count == 24 else { return nil }
        lanes = (Self.word(bytes[0..<8]), Self.word(bytes[8..<16]))
        cells = Self.word(bytes[16..<24])
    }

    /// The sum as base64url (32 characters).
    public var text: String {
        var bytes: [UInt8] = []
        for word in [lanes.0, lanes.1, cells] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return Base64URL.encode(bytes)
    }

    /// Takes a cell in; a deleted one counts for nothing.
    public mutating func insert(_ cell: PublicCell, _ cryptography: any Cryptography) {
        guard !cell.deleted else { return }
        insert(digestBytes: cell.digestBytes, cryptography)
    }

    /// Takes a cell in that is not deleted, by its ``PublicCell/digestBytes``.
    public mutating func insert(digestBytes: [UInt8], _ cryptography: any Cryptography) {
        let hash = cryptography.sha256(digestBytes)
        lanes.0 &+= Self.word(hash[0..<8])
        lanes.1 &+= Self.word(hash[8..<16])
        cells &+= 1
    }

    /// Takes a cell out that was taken in.
    public mutating func remove(_ cell: PublicCell, _ cryptography: any Cryptography) {
        guard !cell.deleted else { return }
        remove(digestBytes: cell.digestBytes, cryptography)
    }

    /// Takes a cell out that was taken in, by its ``PublicCell/digestBytes``.
    public mutating func remove(digestBytes: [UInt8], _ cryptography: any Cryptography) {
        let hash = cryptography.sha256(digestBytes)
        lanes.0 &-= Self.word(hash[0..<8])
        lanes.1 &-= Self.word(hash[8..<16])
        cells &-= 1
    }

    /// Takes another sum's cells in.
    public mutating func add(_ other: ScopeDigest) {
        lanes.0 &+= other.lanes.0
        lanes.1 &+= other.lanes.1
        cells &+= other.cells
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// Whether two sums are over the same cells.
    public static func == (one: ScopeDigest, other: ScopeDigest) -> Bool {
        one.lanes == other.lanes && one.cells == other.cells
    }
}
