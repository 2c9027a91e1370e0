import PlanSyncCore
import PlanSyncWire

/// Makes the changes that the city's administration writes: ordinary changes of a device of the server's own, signed
/// with the server's key, so that a replay of the journal gives the same state.
struct SystemAuthor {
    /// The server's own device.
    static let device = DeviceID(trusted: "city.server")
    static let principal = Principal(tenant: .city, device: device, role: .supervisor)
    private static let chain = ChainKey(tenant: .city, device: device, incarnation: 1)

    let environment: EngineEnvironment

    /// The push of changes that follow each other, each about one record of a tenant.
    ///
    /// - Throws: the store's errors, and why the server's key cannot sign.
    func push(
        _ edits: [(tenant: TenantID, operations: [Operation])], plan: PlanID, revision: UInt64, note: String?,
        now: Timestamp, in writer: any PlanWriting
    ) throws -> PushSubmission {
        var end = try writer.chainEnds([Self.chain])[Self.chain] ?? .start
        if end == .start { try writer.put([Self.chain: .start]) }
        var changes: [PushSubmission.Hashed] = []
        var last: [UInt8] = []
        for edit in edits {
            var random = EnvironmentRandom(environment: environment)
            let change = Change(
                id: ChangeID(now: now, random: &random), incarnation: Self.chain.incarnation, number: end.number + 1,
                previous: end.head, plan: plan, planRevision: revision,
                tenant: edit.tenant == .city ? nil : edit.tenant, at: now, author: "plansyncd", note: note,
                operations: edit.operations)
            let body = change.canonicalBytes
            last = environment.cryptography.sha256(body)
            let hash = Base64URL.encode(last)
            changes.append(PushSubmission.Hashed(change: change, body: body, hash: hash))
            end = Admission.ChainEnd(number: change.number, head: hash)
        }
        return PushSubmission(
            principal: Self.principal, plan: plan, changes: changes, signature: try environment.issuer.sign(last),
            isSignatureValid: true)
    }
}

/// The environment's chance as a generator.
private struct EnvironmentRandom: RandomNumberGenerator {
    let environment: EngineEnvironment

    mutating func next() -> UInt64 { environment.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
