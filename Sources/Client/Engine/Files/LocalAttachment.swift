package import PlanSyncCore

/// A file that a record names, as this device sees it.
package struct LocalAttachment: Sendable, Equatable {
    /// The field that holds it.
    package let place: CellKey
    /// The file.
    package let attachment: Attachment
    /// Where the field stands.
    package let state: LocalField.State
}

extension LocalView {
    /// The files of all records that are not deleted, by record, field and name.
    package var attachments: [LocalAttachment] {
        var found: [LocalAttachment] = []
        for (collection, field) in plan.attachmentFields {
            for record in records(of: collection) {
                guard let name = try? RecordKey(collection: collection, key: record.key) else { continue }
                let place = CellKey(tenant: record.tenant, record: name, field: field)
                guard let holder = self.field(place) else { continue }
                found += Self.files(of: holder).map {
                    LocalAttachment(place: place, attachment: $0, state: holder.state)
                }
            }
        }
        return found
    }

    /// The files in a field.
    package static func files(of field: LocalField?) -> [Attachment] {
        guard case .members(let members)? = field?.value else { return [] }
        return members.compactMap { try? Attachment(member: $0) }.sorted { ($0.name, $0.hash) < ($1.name, $1.hash) }
    }

    /// Whether this device may put files into a field.
    package func canSend(_ place: CellKey) -> Bool {
        guard let collection = plan.collection(place.record.collection), let rule = collection.field(place.field)
        else { return false }
        let fault = Permission.writeFault(principal, tenant: place.tenant, collection: collection, field: rule)
        return fault == nil
    }
}
