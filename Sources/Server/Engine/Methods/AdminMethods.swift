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
        if let named = params.device { try checkReturn(of: named, params) }
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

    /// Whether a device may come back under its name.
    ///
    /// One that is not known was enrolled after the backup that this server was restored from: what waits on it, and
    /// what only it still has of what was lost, comes back with it.
    private func checkReturn(of named: DeviceID, _ params: AdminTokenCreate.Params) throws(RPCError) {
        guard let known = state.withLock({ $0.devices[named] }) else {
            guard named.rawValue.hasPrefix("\(params.tenant).") else {
                throw RPCError.invalidParams(
                    "No device of '\(params.tenant)' has a name like '\(named)'.", field: "params.device",
                    reason: "role_unfit")
            }
            return
        }
        guard known.revoked == nil else { throw RPCError.notFound(field: "params.device") }
        guard known.tenant == params.tenant, known.role == params.role else {
            throw RPCError.invalidParams(
                "'\(named)' is of '\(known.tenant)' and has the role '\(known.role.rawValue)'.",
                field: "params.device", reason: "role_unfit")
        }
    }
}
