/// What a field of the type `attachments` takes (docs/plan-format.md, "Evidence").
public struct AttachmentRule: Sendable, Equatable {
    /// The endings of the names, in lower case.
    public let types: [String]
    /// Bytes of one file.
    public let bytesMax: Int
    /// Files in one field.
    public let countMax: Int

    /// What is taken where the plan says nothing: office documents, pictures, and nothing that can be run.
    public static let typesDefault = [
        "pdf", "ofd", "jpg", "jpeg", "png", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "csv", "txt",
    ]
    static let mebibytesDefault = 20
    static let countDefault = 20

    /// Checks the member that stands for a file, and gives its canonical form.
    ///
    /// - Throws: ``AttachmentFault``.
    public func admit(member: String) throws(AttachmentFault) -> Attachment {
        let attachment = try Attachment(member: member)
        try check(attachment)
        return attachment
    }

    /// Checks type and size.
    ///
    /// - Throws: ``AttachmentFault``.
    public func check(_ attachment: Attachment) throws(AttachmentFault) {
        guard types.contains(attachment.type) else { throw .type(attachment.type, allowed: types) }
        guard attachment.size <= bytesMax else { throw .tooLarge(bytes: attachment.size, maximum: bytesMax) }
    }
}

/// Whether a content is of the type that a name says, by its first bytes.
public enum FileContent {
    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let compound: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Checks a content; a type whose form is not known passes.
    ///
    /// Source: ISO 32000 (PDF), W3C PNG, ITU-T T.81 (JPEG), ECMA-376 and GB/T 33190 (ZIP containers), MS-CFB.
    public static func fits(type: String, _ content: [UInt8]) -> Bool {
        switch type {
        case "pdf": content.starts(with: Array("%PDF-".utf8))
        case "png": content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case "jpg", "jpeg": content.starts(with: [0xFF, 0xD8, 0xFF])
        case "docx", "xlsx", "pptx", "ofd", "zip": content.starts(with: zip)
        case "doc", "xls", "ppt": content.starts(with: compound)
        // Later releases of WPS write containers of the other kind under the same endings.
        case "wps", "et", "dps": content.starts(with: compound) || content.starts(with: zip)
        case "csv", "txt": !content.contains(0)
        default: true
        }
    }
}

extension Plan {
    /// The most bytes of files that one tenant may keep on the server.
    public var attachmentQuotaBytes: Int {
        let typed = document.value("attachments")?.value("quota_mb")
        guard case .scalar(let text)? = typed?.content, let mebibytes = Int(text) else {
            return PlanReader.quotaDefault * 1_048_576
        }
        return mebibytes * 1_048_576
    }

    /// The file under a hash in a set of files; `nil`: the set has none, or the field holds no files.
    public func attachment(
        _ hash: String, in value: FieldValue?, of field: FieldID, collection: CollectionID
    ) -> Attachment? {
        guard self.field(field, of: collection)?.attachment != nil, case .members(let members)? = value else {
            return nil
        }
        // The cell says what is a member, and was checked when it was written.
        return members.lazy.compactMap { try? Attachment(member: $0) }.first { $0.hash == hash }
    }

    /// The fields that hold files, by collection.
    public var attachmentFields: [(collection: CollectionID, field: FieldID)] {
        collections.values.sorted { $0.id < $1.id }.flatMap { collection in
            collection.fields.filter { $0.attachment != nil }.map { (collection.id, $0.id) }
        }
    }
}

extension PlanReader {
    static let quotaDefault = 2_048

    /// The members of a field of the type `attachments`.
    mutating func readAttachmentRule(_ node: PlanNode, _ path: String) -> AttachmentRule? {
        guard case .scalar("attachments")? = node.value("type")?.content else {
            for key in ["types", "max_mb", "max_files"] where node.value(key) != nil {
                reader.fault("'\(key)' is for the type attachments.", at: node.value(key), "\(path).\(key)")
            }
            return nil
        }
        var types: [String] = []
        for (word, place) in reader.words("types", in: node, path) {
            let isType =
                (1...10).contains(word.utf8.count)
                && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            if !isType {
                reader.fault(
                    "'\(word)' is not the ending of a name such as pdf (small letters and digits, no point).",
                    at: place, "\(path).types")
            }
            types.append(word)
        }
        let most = Attachment.bytesMax / 1_048_576
        let mebibytes = reader.whole("max_mb", in: node, path, range: 1...most) ?? AttachmentRule.mebibytesDefault
        let count = reader.whole("max_files", in: node, path, range: 1...100) ?? AttachmentRule.countDefault
        return AttachmentRule(
            types: types.isEmpty ? AttachmentRule.typesDefault : types, bytesMax: mebibytes * 1_048_576,
            countMax: count)
    }

    /// The plan's part about files as a whole.
    mutating func checkAttachments(_ root: PlanNode) {
        guard let node = root.value("attachments"), node.content != .empty else { return }
        reader.allow(["quota_mb", "source", "note"], in: node, "attachments")
        _ = reader.whole("quota_mb", in: node, "attachments", range: 1...1_048_576)
    }
}
