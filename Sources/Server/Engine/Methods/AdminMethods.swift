import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    private static let tokenSecondsMax: UInt64 = 30 * 86_400

    /// `admin.token.create`.
    func tokenCreate(_ call: Call) throws -> Work {
        let params = try AdminTokenCreate.Params(json: call.params)
        guard state.withLock({ $0.catalogue.hasTenant(params.tenant) }) else {
            throw RPCError.invalidParams(
                "No plan of this server has the tenant '\(params.tenant)'.", field: "params.tenant",
                reason: "tenant_unknown")
        }
        guard params.role.isOfCity == (params.tenant == .city) else {
            let roles = Role.allCases.filter { $0.isOfCity == (params.tenant == .city) }.map(\.rawValue)
            throw RPCError.invalidParams(
                "The roles of '\(params.tenant)' are \(roles.joined(separator: ", ")).", field: "params.role",
                reason: "role_unfit")
        }
        guard params.seconds <= Self.tokenSecondsMax else {
            throw RPCError.invalidParams("A token lives at most 30 days.", field: "params.seconds")
        }
        if let named = params.device {
            let known = state.withLock { $0.devices[named] }
            guard let known, known.revoked == nil else { throw RPCError.notFound(field: "params.device") }
            guard known.tenant == params.tenant, known.role == params.role else {
                throw RPCError.invalidParams(
                    "'\(named)' is of '\(known.tenant)' and has the role '\(known.role.rawValue)'.",
                    field: "params.device", reason: "role_unfit")
            }
        }
        return .write { [self] in
            Written(
                call.answer {
                    let token = EnrolmentToken(
                        authorityHash: self.environment.issuer.authorityHash,
                        randomBytes: self.environment.randomBytes(EnrolmentToken.secretBytes))
                    let record = TokenRecord(
                        secretHash: self.environment.cryptography.sha256(Array(token.secret.utf8)),
                        tenant: params.tenant,
                        role: params.role, name: params.name,
                        expires: call.now.advanced(byMilliseconds: Int64(clamping: params.seconds) * 1_000),
                        usedBy: nil,
                        device: params.device)
                    try self.store.commit { try $0.insert(record) }
                    return AdminTokenCreate.Result(token: token.text)
                })
        }
    }
}
