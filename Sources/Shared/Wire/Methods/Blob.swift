package import PlanSyncCore

// Files that stand as evidence in records. A file is named by the field that holds it and its hash, never by its
// hash alone: who may not read the field learns nothing of the file, not even whether it is there.

/// Where a file stands: a field of a record, and which of the field's files.
package struct BlobPlace: JSONReadable, JSONWritable, Sendable, Equatable {
    /// The plan.
    package let plan: PlanID
    /// Whose record.
    package let tenant: TenantID
    /// The record.
    package let record: RecordKey
    /// The field.
    package let field: FieldID
    /// The SHA-256 of the content in hexadecimal.
    package let hash: String

    package init(plan: PlanID, tenant: TenantID, record: RecordKey, field: FieldID, hash: String) {
        self.plan = plan
        self.tenant = tenant
        self.record = record
        self.field = field
        self.hash = hash
    }

    package init(json: JSONView) throws(JSONFault) {
        plan = try json.requireMember("plan").identifier()
        tenant = try json.requireMember("tenant").identifier()
        record = try json.requireMember("rec").recordKey()
        field = try json.requireMember("field").identifier()
        let view = try json.requireMember("hash")
        hash = try view.string()
        guard Attachment.isHash(hash) else {
            throw view.fault("64 digits of lower-case hexadecimal are expected (a SHA-256).")
        }
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { members(to: &$0) }
    }

    func members(to writer: inout JSONWriter) {
        writer.member("plan", plan.rawValue)
        writer.member("tenant", tenant.rawValue)
        writer.name("rec")
        writer.record(record)
        writer.member("field", field.rawValue)
        writer.member("hash", hash)
    }
}

/// How much of a file the server has.
package struct BlobStanding: JSONReadable, JSONWritable, Sendable, Equatable {
    /// Bytes from the file's beginning.
    package let received: UInt64
    /// Bytes of the whole file.
    package let size: UInt64
    /// Whether the whole is there and its hash was verified.
    package let isComplete: Bool

    package init(received: UInt64, size: UInt64, isComplete: Bool) {
        self.received = received
        self.size = size
        self.isComplete = isComplete
    }

    package init(json: JSONView) throws(JSONFault) {
        received = try json.requireMember("received").wholeNumber()
        size = try json.requireMember("size").wholeNumber()
        isComplete = try json.requireMember("complete").bool()
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("received", received)
            writer.member("size", size)
            writer.member("complete", isComplete)
        }
    }
}

/// The pieces of a file in a frame: texts of base64url, so that none is over the limit for strings.
package struct BlobChunks: Sendable, Equatable {
    /// The bytes.
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(json: JSONView) throws(JSONFault) {
        let list = try json.elementArray()
        guard list.count <= Limits.blobChunksMax else {
            throw json.fault("At most \(Limits.blobChunksMax) pieces are expected.")
        }
        var bytes: [UInt8] = []
        for view in list {
            guard let piece = Base64URL.decode(try view.string()), piece.count <= Limits.blobChunkBytesMax else {
                throw view.fault("base64url of at most \(Limits.blobChunkBytesMax) bytes is expected.")
            }
            bytes += piece
        }
        self.bytes = bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.array { writer in
            var rest = bytes[...]
            while !rest.isEmpty {
                writer.string(Base64URL.encode(rest.prefix(Limits.blobChunkBytesMax)))
                rest = rest.dropFirst(Limits.blobChunkBytesMax)
            }
        }
    }
}

/// Asks how much of a file the server has, and makes room for it.
package enum BlobOffer: RPCMethod {
    package static let name = "blob.offer"
    package static let access = RPCAccess.device
    package static let summary = "How much of a file that a field names the server has; makes room for it."

    package typealias Params = BlobPlace
    package typealias Result = BlobStanding
}

/// Sends a part of a file.
package enum BlobPut: RPCMethod {
    package static let name = "blob.put"
    package static let access = RPCAccess.device
    package static let summary = "Takes the next bytes of a file; the last ones are taken when the hash is right."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The file.
        package let place: BlobPlace
        /// Where the bytes begin.
        package let offset: UInt64
        /// The bytes.
        package let chunks: BlobChunks

        package init(place: BlobPlace, offset: UInt64, bytes: [UInt8]) {
            self.place = place
            self.offset = offset
            chunks = BlobChunks(bytes)
        }

        package init(json: JSONView) throws(JSONFault) {
            place = try BlobPlace(json: json)
            offset = try json.requireMember("offset").wholeNumber()
            let list = try json.requireMember("chunks")
            chunks = try BlobChunks(json: list)
            if chunks.bytes.isEmpty { throw list.fault("At least one byte is expected.") }
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                place.members(to: &writer)
                writer.member("offset", offset)
                writer.name("chunks")
                chunks.write(to: &writer)
            }
        }
    }

    package typealias Result = BlobStanding
}

/// Fetches a part of a file.
package enum BlobGet: RPCMethod {
    package static let name = "blob.get"
    package static let access = RPCAccess.device
    package static let summary = "Bytes of a file that a field names, from an offset; only of a whole, verified file."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The file.
        package let place: BlobPlace
        /// Where the bytes begin.
        package let offset: UInt64

        package init(place: BlobPlace, offset: UInt64) {
            self.place = place
            self.offset = offset
        }

        package init(json: JSONView) throws(JSONFault) {
            place = try BlobPlace(json: json)
            offset = try json.requireMember("offset").wholeNumber()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                place.members(to: &writer)
                writer.member("offset", offset)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// Bytes of the whole file.
        package let size: UInt64
        /// The bytes from the offset; none at the end.
        package let chunks: BlobChunks

        package init(size: UInt64, bytes: [UInt8]) {
            self.size = size
            chunks = BlobChunks(bytes)
        }

        package init(json: JSONView) throws(JSONFault) {
            size = try json.requireMember("size").wholeNumber()
            chunks = try BlobChunks(json: try json.requireMember("chunks"))
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("size", size)
                writer.name("chunks")
                chunks.write(to: &writer)
            }
        }
    }
}
