import PlanSyncCore
import Testing

@Suite("Permissions")
struct PermissionTests {
    @Test(
        "Each role has its rights and no more",
        arguments: [
            (.viewer, [.readOwn]), (.editor, [.readOwn, .writeOwn, .resolve]),
            (.approver, [.readOwn, .writeOwn, .resolve]),
            (.reviewer, [.readOwn, .readAll, .writeOwn, .writeAll, .resolve]),
            (.supervisor, Set(Permission.Right.allCases)),
        ] as [(Role, Set<Permission.Right>)])
    func rights(role: Role, expected: Set<Permission.Right>) {
        #expect(Permission.rights(of: role) == expected)
        #expect(role.isOfCity == expected.contains(.readAll))
    }

    /// The fault for a field of one's own unit, one of another unit, and a department's field of one's own.
    @Test(
        "Who may write what",
        arguments: [
            (.viewer, "forbidden_role", "forbidden_tenant", "forbidden_role"),
            (.editor, nil, "forbidden_tenant", "not_yours"), (.approver, nil, "forbidden_tenant", "not_yours"),
            (.reviewer, nil, nil, nil), (.supervisor, nil, nil, nil),
        ] as [(Role, String?, String?, String?)])
    func writing(role: Role, own: String?, others: String?, departments: String?) throws {
        let plan = try SamplePlan.plan()
        let values = try #require(plan.collection(CollectionRule.values))
        let mine = try #require(values.field(try FieldID("g07")))
        let official = try #require(values.field(try FieldID("g12d")))
        let principal = try principal(role)
        let other = try TenantID("pingyu")
        let home = principal.tenant
        #expect(Permission.writeFault(principal, tenant: home, collection: values, field: mine) == own)
        #expect(Permission.writeFault(principal, tenant: other, collection: values, field: mine) == others)
        #expect(Permission.writeFault(principal, tenant: home, collection: values, field: official) == departments)
    }

    private func principal(_ role: Role) throws -> Principal {
        Principal(tenant: role.isOfCity ? .city : try TenantID("xiping"), device: try DeviceID("pc-1"), role: role)
    }

    @Test("A conflict is decided by those who may write, and not by a viewer", arguments: Role.allCases)
    func resolving(role: Role) throws {
        let plan = try SamplePlan.plan()
        let conflicts = try #require(plan.collection(CollectionRule.conflicts))
        let field = try #require(conflicts.field(ConflictField.resolution))
        let principal = try principal(role)
        let fault = Permission.writeFault(principal, tenant: principal.tenant, collection: conflicts, field: field)
        #expect(fault == (Permission.rights(of: role).contains(.resolve) ? nil : "forbidden_role"))
    }

    @Test(
        "Every fault has a sentence in both languages", arguments: ["not_yours", "forbidden_role", "forbidden_tenant"])
    func sentences(word: String) {
        #expect(Permission.sentence(for: word, chinese: true).hasSuffix("。"))
        #expect(Permission.sentence(for: word, chinese: false).hasSuffix("."))
    }
}
