import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `enrol.request`: a token makes one certificate; asked again with the same key, it is the same one.
    func enrol(_ call: Call) throws -> Work {
        let params = try EnrolRequest.Params(json: call.params)
        guard let secret = EnrolmentToken.secret(in: params.token) else { throw Self.tokenFault("token_unknown") }
        guard let key = environment.issuer.publicKey(ofRequest: params.signingRequest) else {
            throw RPCError.invalidParams(
                "A certificate signing request in PEM with a P-256, P-384 or Ed25519 key is expected.",
                field: "params.csr", reason: "csr_invalid")
        }
        let hash = environment.cryptography.sha256(Array(secret.utf8))
        return .write { [self] in
            Written(call.answer { try self.redeem(hash, key: key, now: call.now) })
        }
    }

    private func redeem(_ hash: [UInt8], key: [UInt8], now: Timestamp) throws -> EnrolRequest.Result {
        let record = try store.commit { writing -> DeviceRecord in
            guard let token = try writing.token(secretHash: hash) else { throw Self.tokenFault("token_unknown") }
            if let used = token.usedBy {
                // The answer was lost on its way: the same key gets the same certificate.
                let known = self.state.withLock { $0.devices[used] }
                guard let known, known.publicKey == key, known.revoked == nil else {
                    throw Self.tokenFault("token_used")
                }
                return known
            }
            if now >= token.expires { throw Self.tokenFault("token_expired") }
            let device = try DeviceID("\(token.tenant).\(Self.suffix(self.environment.randomBytes(8)))")
            let name = try SPIFFEID(trustDomain: self.trustDomain, tenant: token.tenant, device: device)
            let seconds = now.milliseconds / 1_000
            let certificate = try self.environment.issuer.issue(
                publicKey: key, uri: name.uri, notBefore: seconds - 3_600,
                notAfter: seconds + self.environment.certificateSeconds)
            let record = DeviceRecord(
                tenant: token.tenant, device: device, role: token.role, name: token.name, publicKey: key,
                certificate: certificate, enrolled: now, revoked: nil)
            guard try writing.redeem(secretHash: hash, by: device) else { throw Self.tokenFault("token_used") }
            try writing.insert(record)
            return record
        }
        state.withLock { $0.devices.insert(record) }
        return EnrolRequest.Result(
            certificate: environment.issuer.pem(ofCertificate: record.certificate),
            chain: [environment.issuer.authorityPEM], device: record.device)
    }

    /// Eight characters that can be read out on the telephone.
    private static func suffix(_ random: [UInt8]) -> String {
        let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz2".utf8)
        return String(decoding: random.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }

    private static func tokenFault(_ reason: String) -> RPCError {
        let sentence =
            switch reason {
            case "token_used": "This token was used before; ask the city for a new one."
            case "token_expired": "This token has expired; ask the city for a new one."
            default: "The server does not know this token; check that it was copied whole, or ask for a new one."
            }
        var error = RPCError.unauthenticated()
        error.reason = reason
        error.field = "params.token"
        error.message = sentence
        return error
    }
}
