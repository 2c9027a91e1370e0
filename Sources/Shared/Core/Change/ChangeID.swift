/// The name of a change, and its idempotency key: a UUID version 7 as 22 characters of base64url.
///
/// Time-ordered, so that indexes stay local. Source: RFC 9562, section 5.7; docs/protocol.md.
public struct ChangeID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 22 characters.
    public let rawValue: String

    /// Takes 22 characters of base64url that stand for 16 bytes.
    ///
    /// - Throws: ``ChangeIDError``.
    public init(_ text: some StringProtocol) throws(ChangeIDError) {
        let text = String(text)
        // Over the bytes as they lie, because every cell that is read has one.
        let isGood = text.utf8.withContiguousStorageIfAvailable { Self.isGood($0) } ?? Self.isGood(text.utf8)
        guard isGood else { throw .form }
        rawValue = text
    }

    private static func isGood(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.count == 22 else { return false }
        var last: UInt8 = 0
        for byte in bytes {
            last = byte
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                continue
            default: return false
            }
        }
        // 22 characters carry 132 bits: the last four must be zero, or one id had two spellings.
        switch last {
        case UInt8(ascii: "A"), UInt8(ascii: "Q"), UInt8(ascii: "g"), UInt8(ascii: "w"): return true
        default: return false
        }
    }

    /// Makes a new name from the clock and from chance.
    public init(now: Timestamp, random: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: max(0, now.milliseconds)) & 0xFFFF_FFFF_FFFF
        let high = (time << 16) | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
        let low = 0x8000_0000_0000_0000 | (UInt64.random(in: .min ... .max, using: &random) >> 2)
        var bytes: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
        rawValue = Base64URL.encode(bytes)
    }

    /// The 22 characters.
    public var description: String { rawValue }

    /// Orders by the characters.
    public static func < (one: ChangeID, other: ChangeID) -> Bool { one.rawValue < other.rawValue }
}

/// A text that is no change id.
public enum ChangeIDError: Error, Equatable, Sendable {
    /// Not 22 characters of base64url that stand for 16 bytes.
    case form
}
