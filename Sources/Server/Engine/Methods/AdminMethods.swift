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
        return .write { [self] in
            call.answer {
                let token = EnrolmentToken(
                    authorityHash: self.environment.issuer.authorityHash,
                    randomBytes: self.environment.randomBytes(EnrolmentToken.secretBytes))
                let record = TokenRecord(
                    secretHash: self.environment.cryptography.sha256(Array(token.secret.utf8)), tenant: params.tenant,
                    role: params.role, name: params.name,
                    expires: call.now.advanced(byMilliseconds: Int64(clamping: params.seconds) * 1_000), usedBy: nil)
                try self.store.commit { try $0.insert(record) }
                return AdminTokenCreate.Result(token: token.text)
            }
        }
    }

    /// `admin.device.list`.
    func deviceList(_ call: Call) throws -> Work {
        let devices = state.withLock { $0.devices.all }
        return .answer(
            call.answer {
                AdminDeviceList.Result(
                    devices: devices.map {
                        AdminDeviceList.Row(
                            tenant: $0.tenant, device: $0.device, role: $0.role.rawValue, name: $0.name,
                            enrolled: $0.enrolled, revoked: $0.revoked)
                    })
            })
    }

    /// `admin.device.revoke`: durable first, then in force for every later call.
    func deviceRevoke(_ call: Call) throws -> Work {
        let params = try AdminDeviceRevoke.Params(json: call.params)
        return .write { [self] in
            call.answer {
                guard let record = self.state.withLock({ $0.devices[params.device] }) else {
                    throw RPCError.notFound(field: "params.device")
                }
                _ = try self.store.commit { try $0.revoke(params.device, at: call.now) }
                let revoked = DeviceRecord(
                    tenant: record.tenant, device: record.device, role: record.role, name: record.name,
                    publicKey: record.publicKey, certificate: record.certificate, enrolled: record.enrolled,
                    revoked: record.revoked ?? call.now)
                self.state.withLock { $0.devices.insert(revoked) }
                return RPCEmpty()
            }
        }
    }

    /// `admin.plan.load`: a document that differs from the current one becomes the next revision.
    func planLoad(_ call: Call) throws -> Work {
        let params = try AdminPlanLoad.Params(json: call.params)
        return .write { [self] in
            call.answer {
                let entry = try self.load(params.document)
                return AdminPlanLoad.Result(plan: entry.plan.id, revision: entry.revision)
            }
        }
    }

    private func load(_ document: [UInt8]) throws -> PlanCatalogue.Entry {
        let reading: PlanReader.Reading
        do {
            reading = try PlanReader.read(try PlanDocumentJSON.decode(document))
        } catch let error as PlanFileError {
            throw RPCError.invalidParams(
                error.faults.first?.description ?? "The plan has faults.", field: "params.document",
                reason: "plan_faulty")
        }
        let current = state.withLock { $0.catalogue[reading.plan.id] }
        if let current, current.document == document { return current }
        let record = PlanRecord(plan: reading.plan.id, revision: (current?.revision ?? 0) + 1, document: document)
        try store.commit { try $0.insert(record) }
        let entry = PlanCatalogue.Entry(plan: reading.plan, revision: record.revision, document: document)
        state.withLock { $0.catalogue.insert(entry) }
        return entry
    }
}
