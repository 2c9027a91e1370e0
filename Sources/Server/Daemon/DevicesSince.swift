import PlanSyncServer
import PlanSyncServerSQLite

/// What was done to devices between a backup and the database that it replaces: the operator does it again.
struct DevicesSince {
    /// Enrolled since; the restored server does not know them.
    var enrolled: [DeviceRecord] = []
    /// Retired or revoked since; the restored server has them in service.
    var ended: [DeviceRecord] = []

    init() {}

    /// Compares two databases; nothing is told of one that cannot be read, as it may be the reason for the restore.
    init(before: String, now: String) {
        guard let before = Self.devices(before), let now = Self.devices(now) else { return }
        let known = Dictionary(now.map { ($0.device, $0) }, uniquingKeysWith: { first, _ in first })
        for device in before.sorted(by: { ($0.tenant, $0.device) < ($1.tenant, $1.device) }) {
            let isEnded = device.revoked != nil || device.retired != nil
            if let here = known[device.device] {
                if isEnded, here.revoked == nil, here.retired == nil { ended.append(device) }
            } else if device.revoked == nil {
                enrolled.append(device)
            }
        }
    }

    private static func devices(_ path: String) -> [DeviceRecord]? {
        guard let store = try? SQLitePlanStore(readingOnly: path) else { return nil }
        defer { try? store.close() }
        return try? store.read { try $0.devices() }
    }

    /// What to do, a line for each device.
    func advice(data: String) -> [String] {
        var lines: [String] = []
        if !enrolled.isEmpty {
            lines.append(
                "Enrolled since the backup, and not known now. Give each a token, and have it run 'plansync enrol "
                    + "HOST:PORT TOKEN --again': what waits there is kept, and what it still has is sent again.")
        }
        for device in enrolled {
            lines.append(
                "  plansyncd token --data \(data) --tenant \(device.tenant) --role \(device.role.rawValue) "
                    + "--device \(device.device)")
        }
        if !ended.isEmpty { lines.append("Out of service since the backup, and in service now. Do it again:") }
        for device in ended {
            let how = device.revoked == nil ? "retire" : "revoke"
            lines.append("  plansyncd device \(how) \(device.device) --data \(data)")
        }
        return lines
    }
}
