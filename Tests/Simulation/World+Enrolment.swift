import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// Machines that come later, with a token as in an office; and that come back when the server knows them no more.

extension World {
    /// A new machine takes the place of one that was lost or is out of service.
    func enrol(_ random: inout SplitMix64) throws {
        if inService.count < desks { try addMachine(&random) }
    }

    /// A machine enrols with a token, and has not synchronised yet.
    func addMachine(_ random: inout SplitMix64) throws {
        guard clients.count < 100 else { return }
        let units = Set(clients.map(\.record.tenant)).subtracting([.city]).sorted()
        guard !units.isEmpty else { return }
        let tenant = units[random.below(units.count)]
        let role = random.happens(60) ? Role.approver : .editor
        let place = clients.count
        guard
            let record = try enrolled(
                AdminTokenCreate.Params(tenant: tenant, role: role, name: "", seconds: 3_600),
                key: [UInt8(truncatingIfNeeded: place), 7])
        else { return }
        reached[.enrolments] += 1
        log("enrolled \(record.device)")
        clients.append(
            try SimulatedClient(
                record: record, index: place, path: "\(folder)/client\(place).sqlite",
                isWatching: random.happens(30)))
    }

    /// After a restore the operator brings back whom the server does not know; for those out of service as well, who
    /// may have to hand something in.
    func bringBack() throws {
        let known = try server.probe.devices()
        for client in clients where !client.isGone && !client.isRevoked {
            let record = client.record
            guard !known.contains(record.device.rawValue) else { continue }
            let params = AdminTokenCreate.Params(
                tenant: record.tenant, role: record.role, name: "", seconds: 3_600, device: record.device)
            let again = try enrolled(params, key: record.publicKey)
            // Of a cloned disk the second one finds its name already known.
            if again == nil, try !server.probe.devices().contains(record.device.rawValue) {
                violations.append(.restoreHealing("\(record.device) cannot come back under its name"))
            } else if again != nil {
                reached[.returns] += 1
            }
        }
    }

    /// What a token makes; `nil`: the server did not take part.
    private func enrolled(_ params: AdminTokenCreate.Params, key: [UInt8]) throws -> DeviceRecord? {
        guard let answer = server.operate(AdminTokenCreate.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            return nil
        }
        guard let token = Self.result(AdminTokenCreate.self, answer)?.token else { return nil }
        let request = EnrolRequest.Params(token: token, signingRequest: String(decoding: key, as: UTF8.self))
        // The server may die over it, before or after; asked again it gives what it gave.
        for _ in 0..<2 {
            guard let answer = server.ask(EnrolRequest.self, request, now: serverNow) else {
                reached[.deathsInCommit] += 1
                try crashServer()
                continue
            }
            return Self.result(EnrolRequest.self, answer).map { granted in
                DeviceRecord(
                    tenant: params.tenant, device: granted.device, role: params.role, name: "", publicKey: key,
                    certificate: [], enrolled: serverNow, revoked: nil)
            }
        }
        return nil
    }

    private static func result<M: RPCMethod>(_ method: M.Type, _ frame: [UInt8]) -> M.Result? {
        guard case .response(_, let json)? = try? IncomingMessage(frame: frame, limits: .document) else { return nil }
        return try? M.Result(json: json)
    }
}
