import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    private static let failuresPerAddressMax = 10
    private static let failuresPerTokenMax = 10
    private static let failuresMax = 100

    /// `enrol.request`: a token makes one certificate; asked again with the same key, it is the same one.
    func enrol(_ call: Call) throws -> Work {
        let params = try EnrolRequest.Params(json: call.params)
        guard let secret = EnrolmentToken.secret(in: params.token) else { throw Self.tokenFault("token_unknown") }
        let hash = environment.cryptography.sha256(Array(secret.utf8))
        let places = [
            AttemptLimiter.Key(name: "all", failuresMax: Self.failuresMax),
            AttemptLimiter.Key(name: "address \(call.address)", failuresMax: Self.failuresPerAddressMax),
            AttemptLimiter.Key(name: "token \(Base64URL.encode(hash))", failuresMax: Self.failuresPerTokenMax),
        ]
        try state.withLock { state throws(RPCError) in try state.attempts.begin(places, now: call.now) }
        return .write { [self] in
            let frame = call.answer {
                let granted = try self.redeem(hash, params.signingRequest, call)
                self.state.withLock { $0.attempts.giveBack(places) }
                return granted
            }
            return Written(frame)
        }
    }

    /// The signature of the request is looked at last: whoever has no token costs the server one hash and one look-up.
    private func redeem(_ hash: [UInt8], _ request: String, _ call: Call) throws -> EnrolRequest.Result {
        let now = call.now
        let record = try store.commit { writing -> DeviceRecord in
            guard let token = try writing.token(secretHash: hash) else { throw Self.tokenFault("token_unknown") }
            if token.usedBy == nil, now >= token.expires { throw Self.tokenFault("token_expired") }
            let key = try self.key(of: request)
            if let used = token.usedBy {
                // The answer was lost on its way: the same key gets the same certificate.
                let known = self.state.withLock { $0.devices[used] }
                guard let known, known.publicKey == key, known.revoked == nil else {
                    throw Self.tokenFault("token_used")
                }
                return known
            }
            let record = try self.device(for: token, key: key, now: now, in: writing)
            guard try writing.redeem(secretHash: hash, by: record.device) else { throw Self.tokenFault("token_used") }
            return record
        }
        state.withLock { $0.devices.insert(record) }
        note(.enrolled, record, call)
        return granted(record)
    }

    /// The device that a token makes, or brings back.
    private func device(
        for token: TokenRecord, key: [UInt8], now: Timestamp, in writing: any PlanWriting
    ) throws -> DeviceRecord {
        if let named = token.device, let known = state.withLock({ $0.devices[named] }) {
            guard known.revoked == nil else { throw Self.tokenFault("token_unknown") }
            let certificate = try issue(key, tenant: known.tenant, device: known.device, now: now)
            try writing.renew(known, publicKey: key, certificate: certificate, at: now)
            return known.renewed(publicKey: key, certificate: certificate)
        }
        let device = try token.device ?? DeviceID("\(token.tenant).\(Self.suffix(environment.randomBytes(8)))")
        let record = DeviceRecord(
            tenant: token.tenant, device: device, role: token.role, name: token.name, publicKey: key,
            certificate: try issue(key, tenant: token.tenant, device: device, now: now), enrolled: now, revoked: nil)
        try writing.insert(record)
        return record
    }

    /// `enrol.renew`: another certificate for the device that calls, of its key or of a new one.
    ///
    /// With the key that the server has already, and a certificate that is not due, it is the same certificate: so an
    /// answer that was lost is given again, and nobody collects certificates.
    func renew(_ call: Call) throws -> Work {
        let params = try EnrolRenew.Params(json: call.params)
        let principal: Principal
        switch call.peer {
        case .device(let caller), .renewing(let caller, _): principal = caller
        case .anonymous, .refused, .operatorLocal: throw RPCError.unauthenticated()
        }
        guard let shown = call.certificate?.publicKey else { throw RPCError.unauthenticated() }
        return .write { [self] in
            Written(call.answer { try self.renew(principal.device, shown: shown, params.signingRequest, call) })
        }
    }

    private func renew(
        _ device: DeviceID, shown: [UInt8], _ request: String, _ call: Call
    ) throws -> EnrolRequest.Result {
        let now = call.now
        guard let record = state.withLock({ $0.devices[device] }), record.revoked == nil else {
            throw RPCError.certificateRevoked()
        }
        let key = try key(of: request)
        let isKnown = key == record.publicKey
        if isKnown, let issued = environment.issuer.issued(record.certificate), !issued.isDue(at: now) {
            return granted(record)
        }
        // A key that was replaced may fetch what was issued for its successor, and nothing else.
        guard isKnown || shown == record.publicKey else { throw RPCError.certificateSuperseded() }
        if !isKnown {
            guard !record.formerKeys.contains(key) else {
                throw RPCError.invalidParams(
                    "This key was replaced before; make a new one.", field: "params.csr", reason: "csr_invalid")
            }
            let places = [AttemptLimiter.Key(name: "keys \(device)", failuresMax: Self.failuresPerTokenMax)]
            try state.withLock { state throws(RPCError) in try state.attempts.begin(places, now: now) }
        }
        let certificate = try issue(key, tenant: record.tenant, device: device, now: now)
        try store.commit { try $0.renew(record, publicKey: key, certificate: certificate, at: now) }
        let renewed = record.renewed(publicKey: key, certificate: certificate)
        state.withLock { $0.devices.insert(renewed) }
        note(.renewed, renewed, call)
        return granted(renewed)
    }

    // MARK: Parts

    /// The key of a signing request that is signed by it.
    private func key(of request: String) throws(RPCError) -> [UInt8] {
        guard let key = environment.issuer.publicKey(ofRequest: request) else {
            throw RPCError.invalidParams(
                "A certificate signing request in PEM with a P-256, P-384 or Ed25519 key is expected.",
                field: "params.csr", reason: "csr_invalid")
        }
        return key
    }

    private func issue(_ key: [UInt8], tenant: TenantID, device: DeviceID, now: Timestamp) throws -> [UInt8] {
        let name = try SPIFFEID(trustDomain: trustDomain, tenant: tenant, device: device)
        let seconds = now.milliseconds / 1_000
        let life = environment.certificateSeconds
        // A client's clock may be an hour behind; a short life, as in tests, is backdated by no more than itself.
        return try environment.issuer.issue(
            publicKey: key, uri: name.uri, notBefore: seconds - min(3_600, life), notAfter: seconds + life)
    }

    private func granted(_ record: DeviceRecord) -> EnrolRequest.Result {
        EnrolRequest.Result(
            certificate: environment.issuer.pem(ofCertificate: record.certificate),
            chain: environment.issuer.authorityPEMs, device: record.device)
    }

    private func note(_ kind: AuditEvent.Kind, _ record: DeviceRecord, _ call: Call) {
        environment.audit.record(
            AuditEvent(
                at: call.now, kind: kind, tenant: record.tenant, device: record.device, address: call.address,
                serial: environment.issuer.serial(ofCertificate: record.certificate), detail: record.role.rawValue))
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
