/// What a role may do: the one table, used by the server and, offline, by the client.
public enum Permission: Sendable {
    /// One thing that a caller may be allowed to do.
    public enum Right: Sendable, CaseIterable {
        /// Read the records of one's own tenant, and what the city publishes.
        case readOwn
        /// Read the records of every tenant.
        case readAll
        /// Edit the records of one's own tenant.
        case writeOwn
        /// Edit the records of every tenant.
        case writeAll
        /// Decide conflicts about records that one may write.
        case resolve
        /// Manage tokens, devices, periods and plans.
        case administer
    }

    /// The rights of a role.
    public static func rights(of role: Role) -> Set<Right> {
        switch role {
        case .viewer: [.readOwn]
        case .editor: [.readOwn, .writeOwn, .resolve]
        case .approver: [.readOwn, .writeOwn, .resolve]
        case .reviewer: [.readOwn, .readAll, .writeOwn, .writeAll, .resolve]
        case .finance: [.readOwn, .readAll, .writeOwn, .writeAll]
        case .auditor: [.readOwn, .readAll]
        case .supervisor: [.readOwn, .readAll, .writeOwn, .writeAll, .resolve, .administer]
        }
    }

    /// Why a caller may not edit a field of a tenant's record: a stable word; `nil` when it may.
    public static func writeFault(
        _ principal: Principal, tenant: TenantID, collection: CollectionRule, field: FieldRule
    ) -> String? {
        let rights = rights(of: principal.role)
        if tenant != principal.tenant, !rights.contains(.writeAll) { return "forbidden_tenant" }
        if !rights.contains(.writeOwn) { return "forbidden_role" }
        if collection.origin == .conflicts { return rights.contains(.resolve) ? nil : "forbidden_role" }
        if !field.writers.isEmpty, !field.writers.contains(principal.role) { return "not_your_role" }
        // Finance may take the steps of a workflow, and write what names it.
        if principal.role == .finance, field.writers.isEmpty, collection.workflow?.field != field.id {
            return "not_your_role"
        }
        if field.filledBy == .department, !principal.role.isOfCity { return "not_yours" }
        return nil
    }

    /// The sentence for a word of ``writeFault(_:tenant:collection:field:)``.
    public static func sentence(for word: String, chinese: Bool) -> String {
        switch word {
        case "not_yours":
            chinese ? "这个数由市级部门填报，县区不能修改。" : "This figure is entered by a department of the city."
        case "not_your_role":
            chinese ? "这一栏由方案指定的其他角色填写。" : "The plan has another role fill this in."
        case "forbidden_role":
            chinese ? "本设备的角色只能查看，不能修改。" : "The role of this device may read but not edit."
        default: chinese ? "不能修改其他单位的数据。" : "The records of another unit cannot be edited."
        }
    }
}
