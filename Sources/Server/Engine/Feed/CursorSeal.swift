package import PlanSyncCore

/// How far a reader has read: the last place seen in each tenant's journal, within one epoch.
package struct PullPosition: Sendable, Equatable {
    /// The epoch that the places belong to.
    package let epoch: String
    /// The last place that was delivered, by tenant; absent: nothing yet.
    package var seen: [TenantID: UInt64]

    package init(epoch: String, seen: [TenantID: UInt64] = [:]) {
        self.epoch = epoch
        self.seen = seen
    }
}

/// Makes cursors opaque, authentic and of use to one device only.
package struct CursorSeal: Sendable {
    private let key: [UInt8]
    private let cryptography: any Cryptography
    private static let tagBytes = 16

    package init(key: [UInt8], cryptography: any Cryptography) {
        self.key = key
        self.cryptography = cryptography
    }

    /// The cursor for a position.
    package func seal(_ position: PullPosition, device: DeviceID, plan: PlanID, scope: PullScope) -> String {
        let seen = position.seen.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        let payload = Array("\(position.epoch)|\(seen)".utf8)
        return Base64URL.encode(payload + tag(payload, device, plan, scope))
    }

    /// The position of a cursor; `nil` for one that is forged, or of another device, plan or scope.
    package func open(_ cursor: String, device: DeviceID, plan: PlanID, scope: PullScope) -> PullPosition? {
        guard cursor.utf8.count <= 1_048_576, let bytes = Base64URL.decode(cursor), bytes.count > Self.tagBytes else {
            return nil
        }
        let payload = Array(bytes.dropLast(Self.tagBytes))
        let given = bytes.suffix(Self.tagBytes)
        // All bytes are compared whatever they are, so that the time tells nothing.
        let difference = zip(given, tag(payload, device, plan, scope)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0 else { return nil }
        let parts = String(decoding: payload, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        var position = PullPosition(epoch: String(parts[0]))
        for entry in parts[1].split(separator: ",") {
            let sides = entry.split(separator: "=")
            guard sides.count == 2, let tenant = try? TenantID(sides[0]), let seq = UInt64(sides[1]) else { return nil }
            position.seen[tenant] = seq
        }
        return position
    }

    private func tag(_ payload: [UInt8], _ device: DeviceID, _ plan: PlanID, _ scope: PullScope) -> [UInt8] {
        // A scope that has changed since makes the cursor another one: the device starts with a snapshot.
        let bound = Array("cursor/2|\(device)|\(plan)|\(scope.name)|".utf8) + payload
        return Array(cryptography.hmacSHA256(key: key, bound).prefix(Self.tagBytes))
    }
}
