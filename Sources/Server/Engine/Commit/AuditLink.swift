import PlanSyncCore

/// The chain over a tenant's journal: each link covers the one before and everything that the row says.
enum AuditLink {
    /// SHA-256 over the link before, the change's bytes, its place, the server's time and the answer.
    ///
    /// Every part is preceded by its length (8 bytes, big-endian), so that no two rows have one reading.
    static func next(
        after link: [UInt8], body: [UInt8], seq: UInt64, received: Timestamp, result: [UInt8],
        cryptography: any Cryptography
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + result.count + link.count + 64)
        let parts = [link, body, Array("\(seq)".utf8), Array("\(received.milliseconds)".utf8), result]
        for part in parts {
            let length = UInt64(part.count)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(shift)))
            }
            bytes.append(contentsOf: part)
        }
        return cryptography.sha256(bytes)
    }
}
