import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `admin.device.list`.
    func deviceList(_ call: Call) throws -> Work {
        let devices = state.withLock { $0.devices.all }
        return .read { [self] in
            call.answer {
                let ends = try self.store.read { try $0.allChainEnds() }
                return AdminDeviceList.Result(
                    devices: devices.map { record in
                        let chains = ends.filter { $0.key.device == record.device && $0.value.number > 0 }
                            .sorted { $0.key < $1.key }
                        return AdminDeviceList.Row(
                            tenant: record.tenant, device: record.device, role: record.role.rawValue,
                            name: record.name, enrolled: record.enrolled, revoked: record.revoked,
                            retired: record.retired,
                            chains: chains.map { BackedUp(incarnation: $0.key.incarnation, number: $0.value.number) })
                    })
            }
        }
    }

    /// `admin.device.revoke`: durable first, then in force for every later call.
    func deviceRevoke(_ call: Call) throws -> Work { try end(call, .revoked) }

    /// `admin.device.retire`.
    func deviceRetire(_ call: Call) throws -> Work { try end(call, .retired) }

    private func end(_ call: Call, _ kind: Notice.Kind) throws -> Work {
        let params = try AdminDeviceRevoke.Params(json: call.params)
        return .write { [self] in
            var ended: Set<DeviceID> = []
            let frame = call.answer {
                guard let record = self.state.withLock({ $0.devices[params.device] }) else {
                    throw RPCError.notFound(field: "params.device")
                }
                try self.store.commit { writing in
                    let isNew =
                        try kind == .revoked
                        ? writing.revoke(params.device, at: call.now) : writing.retire(params.device, at: call.now)
                    guard isNew else { return }
                    try writing.append(
                        Notice(at: call.now, kind: kind, tenant: record.tenant, device: record.device, detail: ""))
                }
                self.state.withLock { $0.devices.insert(record.ended(kind, at: call.now)) }
                if kind == .revoked { ended = [record.device] }
                return RPCEmpty()
            }
            return Written(frame, revoked: ended)
        }
    }

    /// `admin.notice.list`.
    func noticeList(_ call: Call) throws -> Work {
        .read { [self] in
            call.answer {
                let notices = try self.store.read { try $0.notices() }
                return AdminNoticeList.Result(
                    notices: notices.map {
                        AdminNoticeList.Row(
                            at: $0.at, kind: $0.kind.rawValue, tenant: $0.tenant, device: $0.device, detail: $0.detail)
                    })
            }
        }
    }

    /// `admin.backup`: from the server's own machine only, because it writes a file there.
    func backup(_ call: Call) throws -> Work {
        guard call.peer == .operatorLocal else {
            throw RPCError.forbidden("A backup is made on the server's own machine, with 'plansyncd backup'.")
        }
        let params = try AdminBackup.Params(json: call.params)
        return .read { [self] in
            call.answer {
                do {
                    return AdminBackup.Result(chains: try self.backUp(to: params.file))
                } catch {
                    throw RPCError.invalidParams("\(error)", field: "params.file", reason: "backup_failed")
                }
            }
        }
    }

    /// Copies the store into a new file, and only then tells the devices up to where it holds their changes.
    ///
    /// - Throws: the store's errors; then nothing is told.
    @discardableResult
    package func backUp(to file: String) throws -> UInt64 {
        let numbers = try store.backUp(to: file)
        try store.commit { try $0.putBackups(numbers) }
        return UInt64(numbers.count)
    }
}
