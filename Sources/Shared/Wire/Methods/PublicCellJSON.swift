package import PlanSyncCore

// How a cell stands in a pull.

extension PublicCell: JSONReadable, JSONWritable {
    package init(json: JSONView) throws(JSONFault) {
        var tags: [String: [ChangeID]] = [:]
        if let list = try json.optional("tags") {
            for entry in try list.elementArray() {
                let parts = try entry.elementArray()
                guard let name = parts.first else { throw entry.fault("A member and its changes are expected.") }
                var ids: [ChangeID] = []
                for part in parts.dropFirst() { ids.append(try part.changeID()) }
                tags[try name.string(bytesMax: Limits.textBytesMax)] = ids
            }
        }
        self.init(
            key: CellKey(
                tenant: try json.requireMember("tenant").identifier(TenantID.self),
                record: try json.requireMember("rec").recordKey(),
                field: try json.requireMember("field").identifier(FieldID.self)),
            value: try json.requireMember("value").fieldValue(), rev: try json.requireMember("rev").changeID(),
            seq: try json.requireMember("seq").wholeNumber(),
            by: try json.requireMember("by").identifier(DeviceID.self),
            author: try json.requireMember("author").string(), at: try json.requireMember("at").timestamp(),
            deleted: try json.optional("deleted")?.bool() ?? false,
            generation: try json.optional("generation")?.wholeNumber() ?? 0, tags: tags)
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tenant", key.tenant.rawValue)
            writer.name("rec")
            writer.record(key.record)
            writer.member("field", key.field.rawValue)
            writer.name("value")
            writer.value(value)
            writer.member("rev", rev.rawValue)
            writer.member("seq", seq)
            writer.member("by", by.rawValue)
            writer.member("author", author)
            writer.member("at", at.description)
            if deleted { writer.member("deleted", true) }
            if generation > 0 { writer.member("generation", generation) }
            guard !tags.isEmpty else { return }
            writer.name("tags")
            writer.array { writer in
                for (member, ids) in tags.sorted(by: { $0.key < $1.key }) {
                    writer.array { writer in
                        writer.string(member)
                        for id in ids { writer.string(id.rawValue) }
                    }
                }
            }
        }
    }
}

extension JSONView {
    /// A sum over cells.
    package func scopeDigest() throws(JSONFault) -> ScopeDigest {
        guard let digest = ScopeDigest(text: try string(bytesMax: 64)) else {
            throw fault("A digest of 32 characters of base64url is expected.")
        }
        return digest
    }
}
