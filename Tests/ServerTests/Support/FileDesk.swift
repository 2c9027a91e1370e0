import PlanSyncCore
import PlanSyncWire
import Testing

/// A file of a test: its content, and the member that names it.
struct TestFile {
    let content: [UInt8]
    let attachment: PlanSyncCore.Attachment

    init(_ content: [UInt8], name: String = "a.txt") throws {
        self.content = content
        attachment = try PlanSyncCore.Attachment(content: content, name: name, FakeCryptography())
    }

    init(_ text: String, name: String = "a.txt") throws { try self.init(Array(text.utf8), name: name) }

    /// So many bytes that repeat in no short run.
    static func bytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33) | 1
        }
    }
}

extension Desk {
    /// The place of a file in the desk's own records, or in another tenant's.
    func place(_ file: TestFile, key: String = "b1", tenant: String? = nil) throws -> BlobPlace {
        BlobPlace(
            plan: try PlanID("plan"), tenant: try tenant.map { try TenantID($0) } ?? self.tenant,
            record: try RecordKey(collection: CollectionID("bulletins"), key: key), field: try FieldID("files"),
            hash: file.attachment.hash)
    }

    /// Names a file in a record.
    @discardableResult
    func name(_ file: TestFile, key: String = "b1", tenant: String? = nil) throws -> ChangeResult {
        try push(
            Edit.operation(.insert, "files", file.attachment.member, collection: "bulletins", key: key),
            tenant: tenant)
    }

    /// Takes a file out of a record.
    @discardableResult
    func unname(_ file: TestFile, base: ChangeID, key: String = "b1") throws -> ChangeResult {
        try push(
            Edit.operation(.remove, "files", file.attachment.member, base: base, collection: "bulletins", key: key))
    }

    func offer(_ place: BlobPlace) throws -> Reply { try call(BlobOffer.self, place) }

    func put(_ place: BlobPlace, _ bytes: [UInt8], at offset: Int) throws -> Reply {
        try call(BlobPut.self, BlobPut.Params(place: place, offset: UInt64(offset), bytes: bytes))
    }

    func get(_ place: BlobPlace, from offset: Int = 0) throws -> Reply {
        try call(BlobGet.self, BlobGet.Params(place: place, offset: UInt64(offset)))
    }

    /// Sends a file in pieces and gives where it stands then.
    @discardableResult
    func send(_ file: TestFile, pieceBytes: Int = 200_000, tenant: String? = nil) throws -> BlobStanding {
        let place = try place(file, tenant: tenant)
        var standing = try offer(place).result(BlobOffer.self)
        while !standing.isComplete {
            let offset = Int(standing.received)
            let piece = Array(file.content.dropFirst(offset).prefix(pieceBytes))
            standing = try put(place, piece, at: offset).result(BlobPut.self)
        }
        return standing
    }

    /// Fetches a file.
    func fetch(_ place: BlobPlace) throws -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let part = try get(place, from: content.count).result(BlobGet.self).chunks.bytes
            if part.isEmpty { return content }
            content += part
        }
    }
}
