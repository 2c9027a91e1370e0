package import PlanSyncCore

extension Editing {
    /// Puts a file into a field.
    ///
    /// - Throws: ``EditError``; then nothing is to be kept.
    package func attach(
        _ record: String, _ field: String, name: String, content: [UInt8], _ cryptography: any Cryptography
    ) throws(EditError) -> (draft: ChangeDraft, attachment: Attachment) {
        let (place, rule, limits) = try attachmentField(record, field, .insert)
        let attachment: Attachment
        do throws(AttachmentFault) {
            attachment = try Attachment(content: content, name: name, cryptography)
            try limits.check(attachment)
            guard FileContent.fits(type: attachment.type, content) else { throw .content(type: attachment.type) }
            let there = LocalView.files(of: view.field(place))
            if !there.contains(attachment), there.count >= limits.countMax { throw .tooMany(maximum: limits.countMax) }
        } catch {
            throw EditError([.value(field: rule.id.rawValue, .attachment(error))])
        }
        return (try insert(record, ["\(rule.id)=\(attachment.member)"]), attachment)
    }

    /// Takes a file out of a field, named by its name or by the beginning of its hash.
    ///
    /// - Throws: ``EditError``.
    package func detach(_ record: String, _ field: String, _ which: String) throws(EditError) -> ChangeDraft {
        let (place, rule, _) = try attachmentField(record, field, .remove)
        let there = LocalView.files(of: view.field(place))
        let found = there.filter { $0.name == which || (which.count >= 6 && $0.hash.hasPrefix(which)) }
        guard let only = found.first, found.count == 1 else {
            let known = there.map { "\($0.name) (\($0.hash.prefix(12)))" }
            throw EditError([.memberUnknown(which, field: rule.id.rawValue, known: known)])
        }
        return try remove(record, ["\(rule.id)=\(only.member)"])
    }

    private func attachmentField(
        _ record: String, _ field: String, _ action: Operation.Action
    ) throws(EditError) -> (place: CellKey, rule: FieldRule, limits: AttachmentRule) {
        let reference = try reference(record, action)
        let holders = reference.collection.fields.filter { $0.attachment != nil }
        let rule = holders.first { $0.id.rawValue == field || $0.name.zh == field || $0.name.en == field }
        guard let rule, let limits = rule.attachment else {
            throw EditError([
                .notForFiles(field, collection: reference.collection.id.rawValue, known: holders.map(\.id.rawValue))
            ])
        }
        let place = CellKey(tenant: tenant(of: reference), record: reference.record, field: rule.id)
        return (place, rule, limits)
    }
}
