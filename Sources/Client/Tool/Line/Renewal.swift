import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire

/// Gets a new certificate before the old one ends, over a connection that the old one opens.
struct Renewal {
    let folder: HomeFolder
    let say: Wording

    /// Whether a new certificate helps against what the server said.
    static func helps(_ fault: SyncFault) -> Bool {
        guard case .certificate(let reason) = fault else { return false }
        return reason == "certificate_expired" || reason == "certificate_superseded"
    }

    /// The line with a new certificate where it is time for one, else the line as it is.
    ///
    /// A renewal that fails while the old certificate still holds is told and nothing more.
    /// - Throws: ``ToolError`` when the old one is past its end, and the server gives no new one.
    func ifDue(_ line: EnrolledLine, now: Timestamp) async throws -> EnrolledLine {
        guard line.identity.isDue(at: now) else { return line }
        return try await renewed(line, now: now)
    }

    /// The line with a new certificate.
    ///
    /// - Throws: as ``ifDue(_:now:)``.
    func renewed(_ line: EnrolledLine, now: Timestamp, newKey: Bool = false) async throws -> EnrolledLine {
        do {
            let granted = try await ask(line, newKey: newKey)
            let renewed = try EnrolledLine(folder: folder, replica: line.replica)
            if granted {
                Console.message(
                    say(
                        "本设备的证书已更新，有效期至 \(renewed.identity.lastDay)。",
                        "This device's certificate was renewed; it holds until \(renewed.identity.lastDay)."))
            }
            return renewed
        } catch {
            let reason = LineFailure.error(error, address: line.address, pending: line.pending)
            guard !line.identity.isOver(at: now), !newKey else { throw ended(reason, line, now) }
            let sentence = Failure(reason, say)?.line ?? "\(reason)"
            Console.message(
                TextTable.plain(
                    say(
                        "本设备的证书 \(line.identity.lastDay) 到期，这次没有更新成功（\(sentence)），下次同步时再试。",
                        "This device's certificate ends on \(line.identity.lastDay) and could not be renewed now "
                            + "(\(sentence)); the next synchronisation tries again.")))
            return line
        }
    }

    /// What the person is told when there is no certificate that holds.
    private func ended(_ reason: any Error, _ line: EnrolledLine, _ now: Timestamp) -> any Error {
        guard line.identity.isOver(at: now) else { return reason }
        switch reason {
        case ToolError.deviceRefused, ToolError.sync(.certificate(reason: "certificate_expired")):
            return ToolError.certificateEnded(
                day: line.identity.lastDay, device: (try? line.replica.state().device?.rawValue) ?? "-",
                pending: line.pending)
        default: return reason
        }
    }

    /// Asks for a certificate and keeps it; `false` when the server gave the one that is here.
    private func ask(_ line: EnrolledLine, newKey: Bool) async throws -> Bool {
        let key = try key(line.identity, newKey: newKey)
        let request = try SigningRequest.make(key: key)
        let connection = try await Dialer().connect(
            host: line.address.host, port: line.address.port, context: try line.identity.context())
        let code = say.code
        let granted = try await withThrowingTaskGroup(of: Void.self) { group in
            // A server that never answers is hung up on.
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                await connection.close()
            }
            defer { group.cancelAll() }
            var caller = Caller(connection)
            do {
                _ = try await caller.call(
                    SessionHello.self,
                    SessionHello.Params(client: ClientRelease.name, language: code, incarnation: nil))
                let granted = try await caller.call(EnrolRenew.self, EnrolRenew.Params(signingRequest: request))
                await connection.close()
                return granted
            } catch let error as RPCError {
                throw ToolError.sync(SyncFault(error))
            }
        }
        return try keep(granted, key, line.identity)
    }

    /// The key of a renewal that was cut off, a new one, or the one that the device has.
    private func key(_ identity: DeviceIdentity, newKey: Bool) throws -> PrivateKey {
        if folder.has(.nextKey) { return try PrivateKey(pem: try folder.read(.nextKey)) }
        guard newKey else { return identity.key }
        let key = try PrivateKey.generate()
        try folder.write(try key.pem(), to: .nextKey)
        return key
    }

    /// Checks and keeps what the server gave: whom to trust first, then the certificate, then its key.
    private func keep(
        _ granted: EnrolRequest.Result, _ key: PrivateKey, _ identity: DeviceIdentity
    ) throws -> Bool {
        let certificate = try Certificate(pem: granted.certificate)
        let authorities = try granted.chain.flatMap { try Certificate.list(pem: $0) }
        // New ones are believed because a server of one that is trusted vouches for them.
        guard authorities.contains(where: { identity.authorities.contains($0) }),
            authorities.contains(where: { certificate.isSigned(by: $0) }),
            try certificate.publicKey() == key.publicKey,
            try certificate.soleSPIFFEURI() == identity.certificate.soleSPIFFEURI()
        else { throw ToolError.sync(.protocolBroken("enrol.renew")) }
        if authorities != identity.authorities {
            try folder.write(try authorities.map { try $0.pem() }.joined(), to: .authority)
        }
        guard certificate != identity.certificate else { return false }
        try folder.write(try certificate.pem(), to: .certificate)
        if folder.has(.nextKey) { try folder.promoteNextKey() }
        return true
    }
}
