package import PlanSyncCore
package import PlanSyncWire

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

/// Makes cursors that tell nothing, cannot be made by others, and are of use to one device only.
///
/// The places are those of whole journals, of which a county sees the published part alone. So they are encrypted, in
/// as many bytes whatever they are, and under a new nonce each time: neither the content, nor the length, nor that two
/// cursors are the same tells whether the city wrote anything.
package struct CursorSeal: Sendable {
    private let key: [UInt8]
    private let cryptography: any Cryptography

    /// The bytes of chance that each cursor takes.
    package static let nonceBytes = 12

    /// `secret`: any number of random bytes; the cipher's key is made from it.
    package init(secret: [UInt8], cryptography: any Cryptography) {
        key = cryptography.hmacSHA256(key: secret, Array("cursor/3".utf8))
        self.cryptography = cryptography
    }

    /// The cursor for a position.
    ///
    /// - Throws: ``RPCError`` when the cipher fails, which is a fault of the library.
    package func seal(
        _ position: PullPosition, nonce: [UInt8], device: DeviceID, plan: PlanID, scope: PullScope
    ) throws(RPCError) -> String {
        var places: [UInt8] = []
        // By the scope's order and with a width that is always the same; 0: nothing yet.
        for part in scope.parts {
            let seen = position.seen[part.tenant] ?? 0
            for shift in stride(from: 56, through: 0, by: -8) {
                places.append(UInt8(truncatingIfNeeded: seen >> UInt64(shift)))
            }
        }
        let message = Array(position.epoch.utf8) + [0] + places
        let context = Self.context(device, plan, scope)
        guard let sealed = cryptography.seal(message, key: key, nonce: nonce, context: context) else {
            throw .internalError()
        }
        return Base64URL.encode(nonce + sealed)
    }

    /// The position of a cursor; `nil` for one that is forged, or of another device, plan or scope.
    package func open(_ cursor: String, device: DeviceID, plan: PlanID, scope: PullScope) -> PullPosition? {
        guard cursor.utf8.count <= 1_048_576, let bytes = Base64URL.decode(cursor), bytes.count > Self.nonceBytes,
            let message = cryptography.open(
                Array(bytes.dropFirst(Self.nonceBytes)), key: key, nonce: Array(bytes.prefix(Self.nonceBytes)),
                context: Self.context(device, plan, scope)),
            let end = message.firstIndex(of: 0)
        else { return nil }
        var position = PullPosition(epoch: String(decoding: message[..<end], as: UTF8.self))
        var places = message[(end + 1)...]
        guard places.count == scope.parts.count * 8 else { return nil }
        for part in scope.parts {
            let seen = places.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            places = places.dropFirst(8)
            if seen > 0 { position.seen[part.tenant] = seen }
        }
        return position
    }

    /// A scope that has changed since makes the cursor another one: the device starts with a snapshot.
    private static func context(_ device: DeviceID, _ plan: PlanID, _ scope: PullScope) -> [UInt8] {
        Array("cursor/3|\(device)|\(plan)|\(scope.name)".utf8)
    }
}
