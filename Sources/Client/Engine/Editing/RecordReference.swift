package import PlanSyncCore

/// A record as a person names it: `COLLECTION/KEY`, for another unit's `TENANT:COLLECTION/KEY`.
package struct RecordReference: Sendable, Equatable {
    /// Whose record; `nil`: one's own unit's.
    package let tenant: TenantID?
    /// The collection's rule.
    package let collection: CollectionRule
    /// The record.
    package let record: RecordKey

    /// Reads what a person typed and checks every part against the plan.
    ///
    /// - Throws: ``EditFault``.
    package init(_ typed: String, in plan: Plan) throws(EditFault) {
        let parts = typed.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let left = parts.first, let key = parts.last, !key.isEmpty else {
            throw .recordForm(typed)
        }
        let (tenant, collection) = try Self.collection(String(left), in: plan)
        guard let record = try? RecordKey(collection: collection.id, key: key) else {
            throw .key(String(key), collection, plan.keyFault(String(key), of: collection) ?? Self.keyForm)
        }
        if let fault = plan.keyFault(record.key, of: collection) {
            throw .key(String(key), collection, fault)
        }
        self.init(tenant: tenant, collection: collection, record: record)
    }

    private init(tenant: TenantID?, collection: CollectionRule, record: RecordKey) {
        self.tenant = tenant
        self.collection = collection
        self.record = record
    }

    /// Whether it names a new record, of a collection whose keys mean nothing outside.
    package var isNew: Bool {
        collection.origin == .declared && collection.key == [.name] && record.key == Editing.newKey
    }

    /// The same with another key.
    func keyed(_ key: String) throws(EditFault) -> RecordReference {
        guard let record = try? RecordKey(collection: collection.id, key: key) else {
            throw .key(key, collection, Self.keyForm)
        }
        return RecordReference(tenant: tenant, collection: collection, record: record)
    }

    private static let keyForm = Sentence(
        zh: "键由 1 至 128 个字母、数字或 . _ : - 组成。", en: "A key has 1 to 128 of A-Z a-z 0-9 . _ : -")

    /// Reads `COLLECTION` or `TENANT:COLLECTION`.
    ///
    /// - Throws: ``EditFault``.
    package static func collection(
        _ typed: String, in plan: Plan
    ) throws(EditFault) -> (tenant: TenantID?, rule: CollectionRule) {
        if let rule = plan.collections.values.first(where: { $0.id.rawValue == typed }) { return (nil, rule) }
        let parts = typed.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let tenantText = parts.first, let name = parts.last else {
            let known = plan.collections.keys.map(\.rawValue).sorted()
            throw .collectionUnknown(typed, nearest: Spelling.nearest(to: typed, among: known), known: known)
        }
        guard let tenant = plan.tenants.first(where: { $0.id.rawValue == tenantText || $0.name.zh == tenantText })
        else {
            throw .tenantUnknown(
                tenantText, nearest: Spelling.nearest(to: tenantText, among: plan.tenants.map(\.id.rawValue)))
        }
        guard let rule = plan.collections.values.first(where: { $0.id.rawValue == name }) else {
            let known = plan.collections.keys.map(\.rawValue).sorted()
            throw .collectionUnknown(name, nearest: Spelling.nearest(to: name, among: known), known: known)
        }
        return (tenant.id, rule)
    }
}
