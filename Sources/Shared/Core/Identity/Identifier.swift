/// A name that machines compare: 1 to 64 ASCII bytes, `[a-z0-9]` then `[a-z0-9._:-]`.
///
/// The phantom `Kind` keeps a tenant from being passed where a device is meant.
/// Source: docs/protocol.md, Transport.
public struct Identifier<Kind>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The text, as on the wire.
    public let rawValue: String

    /// Takes a text that follows the grammar.
    ///
    /// - Throws: ``IdentifierError`` with the offset of the first bad byte.
    public init(_ text: some StringProtocol) throws(IdentifierError) {
        let text = String(text)
        try IdentifierGrammar.check(text, maximum: 64, upperCase: false)
        rawValue = text
    }

    /// The text.
    public var description: String { rawValue }

    /// Orders by bytes.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// The county, or the city, that owns records.
public enum TenantKind: Sendable {}
/// The county, or the city, that owns records.
public typealias TenantID = Identifier<TenantKind>
/// One enrolled machine.
public enum DeviceKind: Sendable {}
/// One enrolled machine with one certificate.
public typealias DeviceID = Identifier<DeviceKind>
/// A work plan.
public enum PlanKind: Sendable {}
/// The name of a work plan.
public typealias PlanID = Identifier<PlanKind>
/// A named kind of record.
public enum CollectionKind: Sendable {}
/// The name of a collection of a plan.
public typealias CollectionID = Identifier<CollectionKind>
/// A named place in a record.
public enum FieldKind: Sendable {}
/// The name of a field of a record.
public typealias FieldID = Identifier<FieldKind>
/// A formula with a target.
public enum IndicatorKind: Sendable {}
/// The name of an indicator.
public typealias IndicatorID = Identifier<IndicatorKind>

extension Identifier where Kind == TenantKind {
    /// The city itself; every plan has it.
    public static let city = Self(trusted: "city")
}

extension Identifier {
    /// A name that is written in our code, so it is known to be good.
    package init(trusted text: StaticString) {
        rawValue = "\(text)"
    }
}

/// A name that breaks the grammar.
public enum IdentifierError: Error, Equatable, Sendable {
    /// Nothing was given.
    case empty
    /// More bytes than allowed.
    case tooLong(maximum: Int)
    /// The byte at this offset may not stand there.
    case badByte(offset: Int)

    /// One sentence for a person.
    public var sentence: String {
        switch self {
        case .empty: "A name is missing."
        case .tooLong(let maximum): "The name is longer than \(maximum) characters."
        case .badByte(let offset):
            "Character \(offset + 1) of the name is not allowed; use a-z, 0-9 and . _ : - (a letter or digit first)."
        }
    }
}

enum IdentifierGrammar {
    /// Checks a text; over its bytes as they lie, because every cell that is read has five names.
    static func check(_ text: String, maximum: Int, upperCase: Bool) throws(IdentifierError) {
        let fault = text.utf8.withContiguousStorageIfAvailable { bytes -> IdentifierError? in
            do throws(IdentifierError) {
                try check(bytes, maximum: maximum, upperCase: upperCase)
                return nil
            } catch { return error }
        }
        switch fault {
        case .some(.none): return
        case .some(.some(let error)): throw error
        case .none: try check(text.utf8, maximum: maximum, upperCase: upperCase)
        }
    }

    private static func check(
        _ bytes: some Collection<UInt8>, maximum: Int, upperCase: Bool
    ) throws(IdentifierError) {
        if bytes.isEmpty { throw .empty }
        if bytes.count > maximum { throw .tooLong(maximum: maximum) }
        var offset = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where upperCase: break
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"):
                if offset == 0 { throw .badByte(offset: offset) }
            default: throw .badByte(offset: offset)
            }
            offset += 1
        }
    }
}
