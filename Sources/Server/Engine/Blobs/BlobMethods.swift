import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `blob.offer`: how much of a file is there, and room for the rest.
    func blobOffer(_ call: Call) throws -> Work {
        let place = try BlobOffer.Params(json: call.params)
        let entry = try plan(toWrite: place, by: try call.principal())
        return .write { [self] in
            Written(
                call.answer {
                    try self.store.commit { writer in
                        let attachment = try Self.attachment(at: place, of: entry.plan, in: writer)
                        return BlobStanding(try Self.room(for: attachment, place, entry.plan, in: writer))
                    }
                })
        }
    }

    /// `blob.put`: the next bytes of a file.
    func blobPut(_ call: Call) throws -> Work {
        let params = try BlobPut.Params(json: call.params)
        let entry = try plan(toWrite: params.place, by: try call.principal())
        return .write { [self] in
            Written(
                call.answer {
                    let taken = try self.store.commit { writer in try self.take(params, of: entry.plan, in: writer) }
                    switch taken {
                    case .success(let standing): return standing
                    case .failure(let refusal): throw refusal
                    }
                })
        }
    }

    /// `blob.get`: bytes of a whole, verified file.
    func blobGet(_ call: Call) throws -> Work {
        let params = try BlobGet.Params(json: call.params)
        let principal = try call.principal()
        let place = params.place
        let entry = try plan(place.plan, for: principal)
        guard PullScope(of: principal, in: entry.plan).holds(place.record.collection, of: place.tenant) else {
            throw RPCError.notFound(field: "params.hash")
        }
        return .read { [self] in
            call.answer {
                try self.store.read { reading in
                    _ = try Self.attachment(at: place, of: entry.plan, in: reading)
                    guard let blob = try reading.blob(place.hash, of: place.tenant), blob.isComplete else {
                        throw RPCError.fileNotYet()
                    }
                    guard params.offset < blob.size else { return BlobGet.Result(size: blob.size, bytes: []) }
                    let bytes = try reading.blobContent(
                        place.hash, of: place.tenant, from: params.offset,
                        count: Limits.blobChunkBytesMax * Limits.blobChunksMax)
                    return BlobGet.Result(size: blob.size, bytes: bytes)
                }
            }
        }
    }

    // MARK: Parts

    /// The plan of a field in which the principal may put files.
    ///
    /// - Throws: "not found" alike for what is not there and what is a stranger's.
    private func plan(toWrite place: BlobPlace, by principal: Principal) throws(RPCError) -> PlanCatalogue.Entry {
        let entry = try plan(place.plan, for: principal)
        guard PullScope(of: principal, in: entry.plan).holdsAll(of: place.tenant),
            let collection = entry.plan.collection(place.record.collection),
            let field = collection.field(place.field)
        else { throw .notFound(field: "params.hash") }
        let fault = Permission.writeFault(principal, tenant: place.tenant, collection: collection, field: field)
        if fault != nil { throw .forbidden() }
        return entry
    }

    /// The file that a field names: nothing can be sent or fetched that no committed change has put in.
    private static func attachment(
        at place: BlobPlace, of plan: Plan, in reading: any PlanReading
    ) throws -> Attachment {
        let key = CellKey(tenant: place.tenant, record: place.record, field: place.field)
        guard let cell = try reading.cells([key], of: plan.id)[key], !cell.deleted,
            let attachment = plan.attachment(
                place.hash, in: cell.value, of: place.field, collection: place.record.collection)
        else { throw RPCError.notFound(field: "params.hash") }
        return attachment
    }

    /// What is known of a file; one of which nothing is, is noted when the tenant has room for it.
    private static func room(
        for attachment: Attachment, _ place: BlobPlace, _ plan: Plan, in writer: any PlanWriting
    ) throws -> BlobRecord {
        let size = UInt64(attachment.size)
        if let known = try writer.blob(attachment.hash, of: place.tenant) {
            if known.isComplete || known.size == size { return known }
            // Somebody said another size before; only one of both can be true, and the hash will tell.
            try writer.deleteBlob(attachment.hash, of: place.tenant)
        }
        let rule = plan.field(place.field, of: place.record.collection)?.attachment
        if let rule, attachment.size > rule.bytesMax {
            throw RPCError.tooLarge("The file is larger than the plan allows.", field: "params.hash")
        }
        let quota = UInt64(clamping: plan.attachmentQuotaBytes)
        let used = try writer.blobBytes(of: place.tenant)
        guard used <= quota, size <= quota - used else {
            throw RPCError.quota(usedBytes: used, quotaBytes: quota)
        }
        let blob = BlobRecord(
            tenant: place.tenant, hash: attachment.hash, size: size, received: 0, isComplete: false)
        try writer.put(blob)
        return blob
    }

    /// Takes the next bytes of a file in; a content that is not what it says is thrown away as a whole.
    private func take(
        _ params: BlobPut.Params, of plan: Plan, in writer: any PlanWriting
    ) throws -> Result<BlobStanding, RPCError> {
        let place = params.place
        let bytes = params.chunks.bytes
        let attachment = try Self.attachment(at: place, of: plan, in: writer)
        let known = try Self.room(for: attachment, place, plan, in: writer)
        // Sent twice, or by two devices at once: the answer says where to go on.
        guard !known.isComplete, params.offset == known.received else { return .success(BlobStanding(known)) }
        guard UInt64(bytes.count) <= known.size - known.received else {
            throw RPCError.invalidParams(
                "These are more bytes than the file has.", field: "params.chunks", reason: "blob_too_long")
        }
        try writer.appendBlobContent(bytes, place.hash, of: place.tenant, at: known.received)
        let received = known.received + UInt64(bytes.count)
        if received == known.size {
            let content = try writer.blobContent(
                place.hash, of: place.tenant, from: 0, count: Int(clamping: known.size))
            if let refusal = fault(of: content, attachment) {
                try writer.deleteBlob(place.hash, of: place.tenant)
                return .failure(refusal)
            }
        }
        let blob = BlobRecord(
            tenant: place.tenant, hash: place.hash, size: known.size, received: received,
            isComplete: received == known.size)
        try writer.put(blob)
        return .success(BlobStanding(blob))
    }

    private func fault(of content: [UInt8], _ attachment: Attachment) -> RPCError? {
        guard Attachment.hex(environment.cryptography.sha256(content)) == attachment.hash else {
            return .invalidParams(
                "The bytes do not have this hash; they were thrown away. Send the file again from its beginning.",
                field: "params.hash", reason: "hash_mismatch")
        }
        guard FileContent.fits(type: attachment.type, content) else {
            return .invalidParams(
                "The content is not of the type that the name says; it was thrown away.", field: "params.hash",
                reason: "attachment_content")
        }
        return nil
    }
}

extension BlobStanding {
    fileprivate init(_ blob: BlobRecord) {
        self.init(received: blob.received, size: blob.size, isComplete: blob.isComplete)
    }
}

extension PullScope {
    /// Whether it reads a collection of a tenant.
    func holds(_ collection: CollectionID, of tenant: TenantID) -> Bool {
        parts.contains { $0.tenant == tenant && $0.collections?.contains(collection) ?? true }
    }
}

extension RPCError {
    /// The file is named, and its content has not come yet.
    static func fileNotYet() -> Self {
        RPCError(
            code: .notFound, reason: "not_yet", field: "params.hash",
            message: "The file has not arrived at the server yet; its author's next synchronisation brings it.")
    }

    /// The tenant's files take all the room that the plan gives them.
    static func quota(usedBytes: UInt64, quotaBytes: UInt64) -> Self {
        RPCError(
            code: .tooLarge, reason: "quota", field: "params.hash",
            message: "The unit's files take \(usedBytes) of \(quotaBytes) bytes; there is no room for this one.")
    }
}
